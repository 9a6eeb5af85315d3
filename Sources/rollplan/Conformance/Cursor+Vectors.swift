import LocatedYAML

/// Readings of what a vector was given.
extension Cursor {
  /// The same value in a reading of its own: what is wrong with it is then the vector's matter.
  var apart: Cursor { Cursor(reading: Reading(), source: source, path: path, value: value) }

  /// A field that is written and not null.
  func given(_ key: String) -> Cursor? {
    entry(key).flatMap { $0.value?.isNull == true ? nil : $0 }
  }

  /// A field's whole number, perhaps negative; nil: it is not written.
  func integer(_ key: String) throws(VectorProblem) -> Int? {
    guard let field = given(key) else { return nil }
    guard case .scalar(let text, isPlain: true) = field.value?.content, let number = Int(text)
    else { throw VectorProblem(message: "\(key) is not a whole number") }
    return number
  }

  /// A field's text; nil: it is not written.
  func text(_ key: String) -> String? { given(key)?.value?.scalar }

  /// A field's truth value; one that is not written is false.
  func boolean(_ key: String) -> Bool { text(key) == "true" }

  /// The texts of a list.
  var texts: [String] { items().compactMap { $0.value?.scalar } }
}
