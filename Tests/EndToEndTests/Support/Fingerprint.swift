/// What databases hold in its ingredients, as `rollsim digest --parts` prints them.
struct Fingerprint {
  /// A line: what it is about, and what that is made of.
  private struct Line {
    var name: String
    var parts: [String: String]
  }

  private var lines: [Line] = []

  /// Reads lines; those that begin with `#` are remarks.
  init(_ text: String) {
    for text in text.split(separator: "\n") where !text.hasPrefix("#") {
      let columns = text.split(separator: "  ").map { $0.split(separator: " ").map(String.init) }
      var parts: [String: String] = [:]
      for column in columns.dropFirst() { parts[column[0]] = column.last }
      lines.append(Line(name: columns[0].joined(separator: " "), parts: parts))
    }
  }

  /// What is another in a later fingerprint, an ingredient a line; empty: nothing is.
  func changes(to later: Fingerprint) -> [String] {
    schemaChanges(to: later)
      + Set((scenarios + later.scenarios)).sorted().flatMap { scenarioChanges($0, to: later) }
  }

  private var scenarios: [String] {
    lines.compactMap { $0.name.hasPrefix("scenario ") ? String($0.name.dropFirst(9)) : nil }
  }

  private func schemaChanges(to later: Fingerprint) -> [String] {
    let (old, new) = (parts("schema"), later.parts("schema"))
    guard old != new else { return [] }
    return [
      "schema: the tables of a results file are version \(new["version"] ?? "none"), "
        + "were \(old["version"] ?? "none")"
        + (old["version"] == new["version"] ? ", and their statements are others" : "")
    ]
  }

  private func scenarioChanges(_ scenario: String, to later: Fingerprint) -> [String] {
    guard scenarios.contains(scenario) else { return ["\(scenario): is new"] }
    guard later.scenarios.contains(scenario) else { return ["\(scenario): is gone"] }
    var changes: [String] = []
    let isDocument = parts("scenario \(scenario)") != later.parts("scenario \(scenario)")
    if isDocument { changes.append("\(scenario): document: it, or what is read of it, is another") }
    let names = runs(of: scenario)
    if names != later.runs(of: scenario) { changes.append("\(scenario): it has other runs") }
    var changed: Set<String> = []
    for (ingredient, meaning) in Self.ingredients {
      let different = names.filter {
        let (old, new) = (parts($0)[ingredient], later.parts($0)[ingredient])
        return new != nil && old != new
      }
      guard let first = different.first else { continue }
      // A key is made of the others.
      let isExplained =
        ingredient == "key" && (isDocument || changed.contains("semantics"))
      if isExplained { continue }
      changed.insert(ingredient)
      changes.append(
        "\(scenario): \(ingredient): \(meaning), in \(different.count) of \(names.count) runs; "
          + "the first is \(first.dropFirst(5 + scenario.utf8.count))")
    }
    let hasOtherResult = !changed.isDisjoint(with: ["events", "draws", "outcome"])
    if hasOtherResult, !isDocument, changed.isDisjoint(with: ["semantics", "key"]) {
      changes.append(
        "\(scenario): equal keys give other results: raise World.semanticsVersion, or mend it")
    }
    return changes
  }

  /// What runs are made of, the causes first.
  private static let ingredients = [
    ("semantics", "the version of the engine's semantics is another"),
    ("key", "the key is another: a strategy, the version of its rules, or the recipe of keys"),
    ("draws", "other draws are made"), ("events", "something else happens"),
    ("outcome", "something else is left behind: metrics, waves, marks"),
  ]

  private func runs(of scenario: String) -> [String] {
    lines.map(\.name).filter { $0.hasPrefix("run \(scenario)/") }
  }

  private func parts(_ name: String) -> [String: String] {
    lines.first { $0.name == name }?.parts ?? [:]
  }
}
