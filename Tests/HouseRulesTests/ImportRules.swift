/// Who may import whom.
enum ImportRules {
  /// The targets that import nothing but each other.
  static let pureTargets = [
    "Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel", "Experiments",
  ]

  /// What each target of the product may import; imports point up only.
  static let graph: [String: Set<String>] = [
    "Determinism": [],
    "RolloutStrategies": ["Determinism"],
    "DiscreteEvents": ["Determinism"],
    "FleetModel": ["Determinism", "RolloutStrategies", "DiscreteEvents"],
    "Experiments": ["Determinism", "RolloutStrategies", "DiscreteEvents", "FleetModel"],
    "LocatedYAML": ["Determinism", "Yams", "Foundation"],
    "PlannerDialects": ["Determinism", "RolloutStrategies", "LocatedYAML"],
    "ScenarioFiles": pure.union(["LocatedYAML", "PlannerDialects", "Foundation"]),
    // Runs arrive from any thread: the cache of ids stands behind a `Mutex`.
    // Rows of numbers are bound through SQLite itself.
    "ResultStore": pure.union(["GRDB", "GRDBSQLite", "Foundation", "Synchronization"]),
    // Verdicts and evidence in a run record are types of the planner's library.
    "Reports": [
      "Determinism", "RolloutStrategies", "FleetModel", "Experiments", "ResultStore", "Foundation",
    ],
    "rollsim": pure.union(edges).union(platform),
    // Through the scenario loader it reads documents of ours; it knows nothing of the simulator.
    "rollplan": [
      "Determinism", "RolloutStrategies", "LocatedYAML", "PlannerDialects", "ScenarioFiles",
      "ArgumentParser", "Foundation",
    ],
    // Not of the product: its readers of hostile text, as one function each, and what feeds them.
    "FuzzedReaders": [
      "Determinism", "RolloutStrategies", "FleetModel", "Experiments", "LocatedYAML",
      "PlannerDialects", "ScenarioFiles",
    ],
    "ReaderFuzzer": ["FuzzedReaders", "Foundation"],
  ]

  static let all = [
    Rule(
      name: "import graph", applies: { $0.isSwift && $0.target != nil },
      check: { file, _ in graphFindings(in: file) }),
    Rule(
      name: "declared dependencies", applies: { $0.path == "Package.swift" },
      check: { file, _ in declarationFindings(in: file) }),
  ]

  private static let pure = Set(pureTargets)
  private static let edges: Set = [
    "LocatedYAML", "ScenarioFiles", "PlannerDialects", "ResultStore", "Reports",
  ]
  private static let platform: Set = [
    "ArgumentParser", "Foundation", "Dispatch", "Synchronization", "Glibc", "Darwin", "Musl",
  ]
  /// Suites that look at the product from outside and link none of it.
  private static let outsideSuites = ["EndToEndTests", "HouseRulesTests"]

  /// What a target may import; nil: the table does not know it.
  ///
  /// A suite may import its own target and all that the target may.
  private static func allowed(in target: String) -> Set<String>? {
    if let known = graph[target] { return known }
    if outsideSuites.contains(target) { return ["Testing", "Foundation"] }
    guard target.hasSuffix("Tests") else { return nil }
    let tested = String(target.dropLast("Tests".count))
    return graph[tested]?.union([tested, "Testing", "Foundation"])
  }

  private static func graphFindings(in file: SourceFile) -> [Finding] {
    guard let target = file.target else { return [] }
    guard let allowed = allowed(in: target) else {
      return [
        Finding(
          line: 1, found: "the target \(target) is not in the table of imports",
          instead: "add it to ImportRules.graph with what it may import")
      ]
    }
    return imports(of: file).filter { !allowed.contains($0.text) }.map { module in
      let list = allowed.sorted().joined(separator: ", ")
      return Finding(
        line: module.line, found: "\(target) imports \(module.text)",
        instead: "it may import \(list.isEmpty ? "the standard library only" : list)")
    }
  }

  /// The modules a file imports; of `import struct A.B` it is `A`.
  private static func imports(of file: SourceFile) -> [Token] {
    let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return file.code.indices.compactMap { index in
      guard file.code[index].text == "import", file.code[index].kind == .word else { return nil }
      return file.code[(index + 1)...].prefix(2).first { !kinds.contains($0.text) }
    }
  }

  /// What the manifest's short names for products stand for.
  private static let products = [
    "yams": "Yams", "grdb": "GRDB", "sqlite": "GRDBSQLite", "arguments": "ArgumentParser",
  ]

  /// Finds targets that declare a dependency which they may not import.
  private static func declarationFindings(in manifest: SourceFile) -> [Finding] {
    let code = manifest.code
    return code.indices.dropLast(2).flatMap { index -> [Finding] in
      let isTarget = ["library", "executable", "tests"].contains(code[index].text)
      guard isTarget, code[index + 1].text == "(", code[index + 2].kind == .string else {
        return []
      }
      let target = code[index + 2].text
      // The list of dependencies comes first: what follows it names resources.
      let declared = code[(index + 3)...].prefix { $0.text != "]" }.filter {
        $0.kind == .string || products[$0.text] != nil
      }
      return declared.compactMap { dependency in
        let module = products[dependency.text] ?? dependency.text
        guard isDeclarable(module, in: target) else {
          return Finding(
            line: dependency.line, found: "\(target) depends on \(module)",
            instead: "leave it out, or change ImportRules.graph and say why")
        }
        return nil
      }
    }
  }

  /// A suite that links nothing may still have the programs built beside it.
  private static func isDeclarable(_ module: String, in target: String) -> Bool {
    if outsideSuites.contains(target) { return ["rollsim", "rollplan"].contains(module) }
    return allowed(in: target)?.contains(module) ?? false
  }
}
