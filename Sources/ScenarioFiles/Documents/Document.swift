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

  /// Whether the documents of a file are another planner's, if only of a kind that is not read:
  /// they state a group, and neither ours nor one of our kinds.
  static func areForeign(_ roots: [Cursor]) -> Bool {
    if roots.contains(where: ForeignDocuments.isForeign) { return true }
    let documents = roots.map { ForeignDocument($0) }
    return !documents.isEmpty
      && documents.allSatisfy { document in
        let word = document.kind.split(separator: "/").last.map(String.init) ?? ""
        return !document.version.isEmpty && !document.kind.hasPrefix("rollsim.dev/")
          && Kind(rawValue: word) == nil
      }
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
