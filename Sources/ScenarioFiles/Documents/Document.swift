import LocatedYAML
import PlannerDialects

extension MapSpec {
  static let document = MapSpec(
    "document", "What every document has.",
    [
      .required("apiVersion", "rollsim.dev/v1alpha1", "The version of the format."),
      .required("kind", "Scenario, Fleet or Strategy", "What the document states."),
      .required("metadata", "map", "The document's name and notes.", map: "metadata"),
      .required("spec", "map", "What is stated; see Scenario, Fleet and Strategy."),
    ])

  static let metadata = MapSpec(
    "metadata", "The document's name and notes.",
    [
      .required("name", "name", "The name, by which other documents and reports refer to it."),
      .standard("labels", "map", "{}", "Labels for tools; they change nothing."),
      .standard("annotations", "map", "{}", "Free text; it changes nothing."),
    ])
}

/// A document whose kind and name are known and whose spec is still to be read.
struct Document {
  /// What a document states.
  enum Kind: String, CaseIterable {
    case scenario = "Scenario"
    case fleet = "Fleet"
    case strategy = "Strategy"
  }

  var kind: Kind
  var name: String
  /// The place of its name.
  var origin: Origin
  var spec: Cursor

  /// Whether a file's documents are to be read as another planner's: one is, or all would be if
  /// their kinds were read.
  static func areForeign(_ roots: [Cursor]) -> Bool {
    roots.contains(where: ForeignDocuments.isForeign) || areOnlyForeign(roots)
  }

  /// Whether nothing in a file is meant for us.
  static func areOnlyForeign(_ roots: [Cursor]) -> Bool {
    !roots.isEmpty && roots.allSatisfy { ForeignDocuments.isForeign($0) || !isOurs($0) }
  }

  /// Whether a document states our group, one of our kinds, or no group at all.
  private static func isOurs(_ root: Cursor) -> Bool {
    let document = ForeignDocument(root)
    let word = document.kind.split(separator: "/").last.map(String.init) ?? ""
    return document.version.isEmpty || document.kind.hasPrefix("rollsim.dev/")
      || Kind(rawValue: word) != nil
  }

  /// Opens a document; nil: its kind is not known, which has been reported.
  init?(_ cursor: Cursor) {
    let fields = cursor.fields(.document)
    Self.checkVersion(fields["apiVersion"])
    let metadata = fields["metadata"].fields(.metadata)
    Self.checkNotes(metadata)
    guard let kind = Self.kind(fields["kind"]), let origin = cursor.origin else { return nil }
    self.kind = kind
    switch kind {
    case .fleet: name = metadata["name"].newName(.fleet)
    case .strategy: name = metadata["name"].newName(.strategy)
    case .scenario: name = metadata["name"].plainName()
    }
    self.origin = metadata["name"].origin ?? origin
    spec = fields["spec"]
  }

  private static func checkVersion(_ cursor: Cursor) {
    guard let text = cursor.text, text != "rollsim.dev/v1alpha1" else { return }
    cursor.report(.unsupportedVersion, "the apiVersion \(quoted(text)) is not supported")
  }

  private static func kind(_ cursor: Cursor) -> Kind? {
    guard let text = cursor.text else { return nil }
    if let kind = Kind(rawValue: text) { return kind }
    let message =
      text == "Study"
      ? "kind Study is not supported by this version" : "the kind \(quoted(text)) is not known"
    return cursor.refuse(
      .unsupportedKind, message, help: cursor.help(for: text, among: Kind.allCases.map(\.rawValue)),
      use: nil)
  }

  private static func checkNotes(_ metadata: Fields) {
    for (key, value) in metadata["labels"].entries() {
      _ = key.labelKey()
      _ = value.labelValue()
    }
    for (key, value) in metadata["annotations"].entries() {
      _ = key.labelKey()
      _ = value.text
    }
  }
}
