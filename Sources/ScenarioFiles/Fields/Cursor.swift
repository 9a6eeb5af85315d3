/// A value of a document on its way to becoming a typed one: knows its place and reports what is
/// wrong with it.
///
/// Reading never stops: what cannot be read is reported and replaced by some valid value, so that
/// the rest is checked
/// too. The documents that come out are only used when nothing was reported.
struct Cursor {
  /// The reading this is part of.
  let reading: Reading
  /// The text the value stands in.
  let source: SourceText
  /// The field's name from the top.
  let path: FieldPath
  /// The value; nil: missing, which has been reported.
  let value: SourceValue?

  /// The place of the value; nil for a missing one.
  var origin: Origin? {
    value.map { Origin(source: source, mark: $0.mark, path: path) }
  }

  /// Reports something about the value.
  func report(_ code: ProblemCode, _ message: String, help: String? = nil) {
    guard let origin else { return }
    reading.report(code, at: origin, message, help: help)
  }

  /// Reports something and gives a value to go on with.
  func refuse<T>(_ code: ProblemCode, _ message: String, help: String? = nil, use: T) -> T {
    report(code, message, help: help)
    return use
  }

  /// The value's text, quoted or not; nil: it is missing or no single value, which has been
  /// reported.
  var text: String? {
    guard let value else { return nil }
    guard let text = value.scalar else {
      return refuse(.wrongShape, "expected a single value, found \(value.shape)", use: nil)
    }
    guard !value.isNull else {
      return refuse(.missingValue, "\(path.last) has no value", use: nil)
    }
    return text
  }

  /// The items of a list; a missing or wrong one has none.
  func items(atLeast least: Int = 0) -> [Cursor] {
    guard let value else { return [] }
    guard case .list(let values) = value.content else {
      guard !value.isNull else {
        return refuse(.missingValue, "\(path.last) has no value", use: [])
      }
      return refuse(
        .wrongShape, "expected a list, found \(value.shape)",
        help: "write the items as a list: [a, b] or lines that begin with -", use: [])
    }
    if values.count < least { report(.emptyList, "\(path.last) must not be empty") }
    return values.enumerated().map { index, value in
      Cursor(
        reading: reading, source: source, path: FieldPath(path, .index(index)), value: value)
    }
  }

  /// The values of an open map with their keys, in the order written.
  func entries() -> [(key: Cursor, value: Cursor)] {
    guard let value else { return [] }
    guard case .map(let entries) = value.content else {
      guard !value.isNull else {
        return refuse(.missingValue, "\(path.last) has no value", use: [])
      }
      return refuse(.wrongShape, "expected a map, found \(value.shape)", use: [])
    }
    return entries.map { entry in
      let path = FieldPath(path, .field(entry.key))
      let key = SourceValue(content: .scalar(entry.key, isPlain: false), mark: entry.keyMark)
      return (
        Cursor(reading: reading, source: source, path: path, value: key),
        Cursor(reading: reading, source: source, path: path, value: entry.value)
      )
    }
  }

  /// The fields of a map; a value of another shape is reported and has none.
  func fields(_ spec: MapSpec) -> Fields { Fields(self, spec) }
}

/// The way from the top of a document to a value.
final class FieldPath {
  enum Step {
    case field(String)
    case index(Int)
  }

  private let parent: FieldPath?
  private let step: Step?

  init(_ parent: FieldPath? = nil, _ step: Step? = nil) {
    self.parent = parent
    self.step = step
  }

  /// The path as problems show it, like `spec.rollouts[0].to`.
  var text: String {
    guard let step else { return "" }
    let head = parent?.text ?? ""
    switch step {
    case .field(let name): return head.isEmpty ? visible(name) : "\(head).\(visible(name))"
    case .index(let index): return "\(head)[\(index)]"
    }
  }

  /// The last part of it, as messages name the value.
  var last: String {
    switch step {
    case .field(let name): visible(name)
    case .index: "an item of \(parent?.last ?? "the list")"
    case nil: "the document"
    }
  }
}

/// The place of a value.
struct Origin {
  let source: SourceText
  let mark: SourceMark
  let path: FieldPath
}
