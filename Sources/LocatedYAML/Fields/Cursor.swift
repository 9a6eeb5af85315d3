/// A value of a document on its way to becoming a typed one: knows its place and reports what is
/// wrong with it.
///
/// Reading never stops: what cannot be read is reported and replaced by some valid value, so that
/// the rest is checked
/// too. The documents that come out are only used when nothing was reported.
package struct Cursor {
  /// The reading this is part of.
  package let reading: Reading
  /// The text the value stands in.
  package let source: SourceText
  /// The field's name from the top.
  package let path: FieldPath
  /// The value; nil: missing, which has been reported.
  package let value: SourceValue?

  /// Points at a value of a text.
  package init(reading: Reading, source: SourceText, path: FieldPath, value: SourceValue?) {
    self.reading = reading
    self.source = source
    self.path = path
    self.value = value
  }

  /// The place of the value; nil for a missing one.
  package var origin: Origin? {
    value.map { Origin(source: source, mark: $0.mark, path: path) }
  }

  /// Reports something about the value.
  package func report(_ code: ProblemCode, _ message: String, help: String? = nil) {
    guard let origin else { return }
    reading.report(code, at: origin, message, help: help)
  }

  /// Reports something and gives a value to go on with.
  package func refuse<T>(_ code: ProblemCode, _ message: String, help: String? = nil, use: T) -> T {
    report(code, message, help: help)
    return use
  }

  /// The value's text, quoted or not; nil: it is missing or no single value, which has been
  /// reported.
  package var text: String? {
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
  package func items(atLeast least: Int = 0) -> [Cursor] {
    guard let value else { return [] }
    guard case .list(let values) = value.content else {
      guard !value.isNull else {
        return refuse(.missingValue, "\(path.last) has no value", use: [])
      }
      return refuse(
        .wrongShape, "expected a list, found \(value.shape)",
        help: "write the items as a list: [a, b] or lines that begin with -", use: [])
    }
    if values.count < least {
      let needed = least == 1 ? "must not be empty" : "needs at least \(least) items"
      report(.emptyList, "\(path.last) \(needed)")
    }
    return values.enumerated().map { index, value in
      Cursor(
        reading: reading, source: source, path: FieldPath(path, .index(index)), value: value)
    }
  }

  /// The values of an open map with their keys, in the order written.
  package func entries() -> [(key: Cursor, value: Cursor)] {
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

  /// The value of one key of a map whose other fields nobody checks; nil: the key is missing, or
  /// this is no map.
  package func entry(_ key: String) -> Cursor? {
    value?.entry(key).map { entry in
      Cursor(
        reading: reading, source: source, path: FieldPath(path, .field(key)), value: entry.value)
    }
  }

  /// The fields of a map; a value of another shape is reported and has none.
  package func fields(_ spec: MapSpec) -> Fields { Fields(self, spec) }
}

/// The way from the top of a document to a value.
package final class FieldPath {
  package enum Step {
    case field(String)
    case index(Int)
  }

  private let parent: FieldPath?
  private let step: Step?

  package init(_ parent: FieldPath? = nil, _ step: Step? = nil) {
    self.parent = parent
    self.step = step
  }

  /// The path as problems show it, like `spec.rollouts[0].to`.
  package var text: String {
    guard let step else { return "" }
    let head = parent?.text ?? ""
    switch step {
    case .field(let name): return head.isEmpty ? visible(name) : "\(head).\(visible(name))"
    case .index(let index): return "\(head)[\(index)]"
    }
  }

  /// The last part of it, as messages name the value.
  package var last: String {
    switch step {
    case .field(let name): visible(name)
    case .index: "an item of \(parent?.last ?? "the list")"
    case nil: "the document"
    }
  }
}

/// The place of a value.
package struct Origin {
  package let source: SourceText
  package let mark: SourceMark
  package let path: FieldPath

  /// States a place of a text.
  package init(source: SourceText, mark: SourceMark, path: FieldPath) {
    self.source = source
    self.mark = mark
    self.path = path
  }
}
