import FleetModel
import LocatedYAML
import PlannerDialects
import RolloutStrategies

extension MapSpec {
  static let reference = MapSpec(
    "reference", "Names a document in the same file or in another one.",
    exactlyOneOf: ["name", "path"],
    [
      .optional("name", "name", absent: "by path", "The document's name, in the same file."),
      .optional(
        "path", "path", absent: "by name",
        "A file, relative to this one and inside the scenario's folder: one document of ours, or"
          + " another planner's documents, unedited."),
    ])
}

/// The documents that a scenario can refer to: those of its file, and those of files it names.
final class DocumentLibrary {
  private let reading: Reading
  private let files: FileAccess
  /// The scenario's file and the folder it is in.
  private let main: String
  private let folder: String
  private var documents: [Document] = []
  private var usedNames: [String] = []
  private var strategies: [(key: String, policy: StrategyPolicy)] = []
  private var included: [(path: String, content: Included)] = []

  /// What a file holds that is named by another one.
  private enum Included {
    case own(Document)
    case foreign(ForeignRollout)
    /// Nothing that can be used, which has been reported.
    case nothing
  }

  init(reading: Reading, files: FileAccess, main: String) {
    self.reading = reading
    self.files = files
    self.main = main
    folder = PathRules.folder(of: main)
  }

  /// Reads the scenario's own file; nil: it cannot be read, which has been reported.
  func openMain() -> (source: SourceText, documents: [Document])? {
    guard let (source, roots) = DocumentFile.open(main, with: files, reading) else { return nil }
    if Document.areOnlyForeign(roots) {
      roots.first?.report(
        .wrongDocuments, "the file holds documents of another planner, and no Scenario",
        help: "name its path as a strategy of a Scenario, or give it by --document")
      return nil
    }
    return (source, roots.compactMap { Document($0) })
  }

  /// Makes documents available by name.
  func add(_ documents: [Document]) { self.documents += documents }

  /// The document that a field states, in line or by reference.
  func resolve(_ cursor: Cursor, _ kind: Document.Kind) -> (document: Document?, spec: Cursor)? {
    guard let value = cursor.value else { return nil }
    guard value.entry("name") != nil || value.entry("path") != nil else { return (nil, cursor) }
    guard let (field, reference) = cursor.fields(.reference).alternative,
      let text = reference.text
    else { return nil }
    let document =
      field == "name" ? named(text, kind, at: reference) : file(text, kind, at: reference)
    return document.map { ($0, $0.spec) }
  }

  /// The strategy that a field states, in line, by reference, or in another planner's documents,
  /// which may also say how inside one cluster; and the fields of one of ours.
  func strategy(
    _ cursor: Cursor
  ) -> (name: String, policy: StrategyPolicy, delivery: DeliveryPolicy?, spec: Cursor?)? {
    if let foreign = foreign(cursor) {
      guard let policy = foreign.strategy else {
        return cursor.refuse(
          .wrongDocuments, "the file does not say which clusters are updated when",
          help: "name it under deliveries; or add the fleet planner's documents to it", use: nil)
      }
      return (foreign.name, policy, foreign.delivery, nil)
    }
    guard let (document, spec) = resolve(cursor, .strategy) else { return nil }
    let policy = strategy(document, spec)
    return (document?.name ?? policy.kind, policy, nil, spec)
  }

  /// The delivery that a field states in another planner's documents; nil: it names none.
  func delivery(_ cursor: Cursor) -> DeliveryPolicy? {
    guard let foreign = foreign(cursor) else { return nil }
    return foreign.delivery
      ?? cursor.refuse(
        .wrongDocuments, "the file does not say how a version comes into one cluster",
        help: "name it under strategies", use: nil)
  }

  private func foreign(_ cursor: Cursor) -> ForeignRollout? {
    guard let reference = cursor.entry("path"), let path = reference.value?.scalar,
      case .foreign(let rollout) = include(path, at: reference)
    else { return nil }
    return rollout
  }

  /// The policy of a strategy document, which is read once however often it is used.
  private func strategy(_ document: Document?, _ spec: Cursor) -> StrategyPolicy {
    guard let document else { return StrategyPolicy(spec) }
    let key = "\(spec.source.file)/\(document.name)"
    if let known = strategies.first(where: { $0.key == key }) { return known.policy }
    let policy = StrategyPolicy(spec)
    strategies.append((key, policy))
    return policy
  }

  /// Reads the documents of a kind that nothing refers to, and warns of them.
  func readUnused(_ kind: Document.Kind) {
    for document in documents where document.kind == kind {
      guard !usedNames.contains("\(kind.rawValue)/\(document.name)") else { continue }
      switch kind {
      case .fleet: _ = FleetPlan(document.spec, name: document.name)
      case .strategy: _ = strategy(document, document.spec)
      case .scenario: break
      }
      reading.report(
        .unused, at: document.origin,
        "the \(kind.rawValue) \(quoted(document.name)) is not used")
    }
  }

  private func named(_ name: String, _ kind: Document.Kind, at cursor: Cursor) -> Document? {
    usedNames.append("\(kind.rawValue)/\(name)")
    let candidates = documents.filter { $0.kind == kind }
    if let document = candidates.first(where: { $0.name == name }) { return document }
    return cursor.refuse(
      .unknownName, "there is no \(kind.rawValue) \(quoted(name)) in this file",
      help: Suggestions.text(for: name, among: candidates.map(\.name)), use: nil)
  }

  private func file(_ path: String, _ kind: Document.Kind, at cursor: Cursor) -> Document? {
    switch include(path, at: cursor) {
    case .own(let document) where document.kind == kind: return document
    case .nothing: return nil
    case .own, .foreign:
      return cursor.refuse(
        .wrongDocuments, "\(quoted(path)) does not hold a \(kind.rawValue)", use: nil)
    }
  }

  /// What a file holds; a file is read and its problems are reported once.
  private func include(_ path: String, at cursor: Cursor) -> Included {
    switch PathRules.resolve(path, in: folder) {
    case .failure(let refusal):
      return cursor.refuse(refusal.code, refusal.message, use: .nothing)
    case .success(let file):
      guard file != main else {
        return cursor.refuse(
          .cycle, "the file names itself", help: "write name: instead of path:", use: .nothing)
      }
      if let known = included.first(where: { $0.path == file }) { return known.content }
      let content = content(of: file, at: cursor)
      included.append((file, content))
      return content
    }
  }

  private func content(of file: String, at cursor: Cursor) -> Included {
    let errors = reading.errorCount
    guard
      let (_, roots) = DocumentFile.open(
        file, inside: folder, with: files, for: cursor.origin, reading)
    else { return .nothing }
    if Document.areForeign(roots) {
      return ForeignDocuments.read(roots).map { .foreign($0) } ?? .nothing
    }
    let documents = roots.compactMap { Document($0) }
    if documents.count != 1, reading.errorCount == errors {
      cursor.report(
        .wrongDocuments, "\(quoted(file)) holds \(documents.count) documents, not one")
    }
    return documents.count == 1 ? .own(documents[0]) : .nothing
  }
}
