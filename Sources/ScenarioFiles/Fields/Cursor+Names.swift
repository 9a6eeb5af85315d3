import LocatedYAML

extension Cursor {
  /// The name of something that is stated here; within a scope it is stated once.
  func newName(_ kind: ReferenceBook.Kind, scope: String = "") -> String {
    guard let text, let origin else { return "" }
    checkName(text)
    reading.book.define(kind, text, scope: scope, at: origin)
    return text
  }

  /// The name of something that is stated elsewhere.
  func name(of kind: ReferenceBook.Kind) -> String {
    guard let text, let origin else { return "" }
    reading.book.refer(to: kind, text, at: origin)
    return text
  }

  /// A name that nothing refers to.
  func plainName() -> String {
    guard let text else { return "" }
    checkName(text)
    return text
  }

  /// A version, as label values are written.
  func version() -> String { labelValue() }

  /// The value of a label of a key; time zones have names of their own kind.
  func labelValue(of key: String) -> String {
    key == "timeZone" ? timeZone() : labelValue()
  }

  /// The key of a label that clusters are given here.
  func newLabelKey() -> String {
    let key = labelKey()
    if ReservedLabel.all.contains(key) {
      report(
        .reservedLabel, "\(quoted(key)) is reserved",
        help: "choose another key; time zone and administrative group have fields of their own")
    }
    return key
  }

  private func checkName(_ text: String) {
    guard !isName(text) else { return }
    let lower = text.lowercased()
    let help = lower != text && isName(lower) ? "write \(quoted(lower))" : nil
    report(.badName, "\(quoted(text)) is not a name", help: help)
  }
}

/// Labels that every cluster may have without their being stated as labels.
enum ReservedLabel {
  static let all = ["name", "class", "timeZone", "adminGroup", "cluster"]
}
