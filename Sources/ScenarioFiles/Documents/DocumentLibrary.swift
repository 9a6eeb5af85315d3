import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let reference = MapSpec(
    "reference", "Names a document in the same file or in another one.",
    exactlyOneOf: ["name", "path"],
    [
      .optional("name", "name", absent: "by path", "The document's name, in the same file."),
      .optional(
        "path", "path", absent: "by name",
        "A file, relative to this one and inside the scenario's folder."),
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
  private var included: [(path: String, document: Document?)] = []

  init(reading: Reading, files: FileAccess, main: String) {
    self.reading = reading
    self.files = files
    self.main = main
    folder = PathRules.folder(of: main)
  }

  /// Reads a file's text and its documents; an unreadable file is reported and has none.
  func open(_ file: String, inside folder: String? = nil, for origin: Origin? = nil) -> (
    source: SourceText, documents: [Document]
  )? {
    guard
      let (source, roots) = DocumentFile.open(
        file, inside: folder, with: files, for: origin, reading)
    else { return nil }
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

  /// The policy of a strategy document, which is read once however often it is used.
  func strategy(_ document: Document?, _ spec: Cursor) -> StrategyPolicy {
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
    switch PathRules.resolve(path, in: folder) {
    case .failure(let refusal):
      return cursor.refuse(refusal.code, refusal.message, use: nil)
    case .success(let file):
      guard file != main else {
        return cursor.refuse(
          .cycle, "the file names itself", help: "write name: instead of path:", use: nil)
      }
      let document = include(file, at: cursor)
      guard document.map({ $0.kind == kind }) ?? true else {
        return cursor.refuse(
          .wrongDocuments, "\(quoted(path)) does not hold a \(kind.rawValue)", use: nil)
      }
      return document
    }
  }

  /// The single document of a file; a file is read and its problems are reported once.
  private func include(_ file: String, at cursor: Cursor) -> Document? {
    if let known = included.first(where: { $0.path == file }) { return known.document }
    let errors = reading.errorCount
    let opened = open(file, inside: folder, for: cursor.origin)
    if let opened, opened.documents.count != 1, reading.errorCount == errors {
      cursor.report(
        .wrongDocuments, "\(quoted(file)) holds \(opened.documents.count) documents, not one")
    }
    let document = opened?.documents.count == 1 ? opened?.documents.first : nil
    included.append((file, document))
    return document
  }
}
