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
  ///
  /// Range: that of 32 bits, in which all systems count pods, percents and seconds, so that the
  /// product of two is a number, too.
  func integer(_ key: String) throws(VectorProblem) -> Int? {
    guard let field = given(key) else { return nil }
    guard case .scalar(let text, isPlain: true) = field.value?.content, let number = Int(text)
    else { throw VectorProblem(message: "\(key) is not a whole number") }
    guard let narrow = Int32(exactly: number) else {
      throw VectorProblem(message: "\(key) is beyond what is counted: \(number)")
    }
    return Int(narrow)
  }

  /// A field's position in a list, from 0; nil: it is not written.
  func position(_ key: String) throws(VectorProblem) -> Int? {
    guard let position = try integer(key) else { return nil }
    guard (0..<10_000).contains(position) else {
      throw VectorProblem(message: "\(key) is no position: \(position)")
    }
    return position
  }

  /// A field's text; nil: it is not written.
  func text(_ key: String) -> String? { given(key)?.value?.scalar }

  /// A field's truth value; one that is not written is false.
  func boolean(_ key: String) -> Bool { text(key) == "true" }

  /// The texts of a list.
  var texts: [String] { items().compactMap { $0.value?.scalar } }
}
