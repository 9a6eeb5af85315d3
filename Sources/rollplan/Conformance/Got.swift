import LocatedYAML

/// What the code under test gave for a vector, to be compared with what the vector expects.
indirect enum Got {
  case null
  case boolean(Bool)
  case integer(Int)
  case text(String)
  case list([Got])
  case map([(key: String, value: Got)])

  /// A list of texts.
  static func texts(_ texts: some Sequence<String>) -> Got { .list(texts.map { .text($0) }) }

  /// An integer, or null.
  static func optional(_ integer: Int?) -> Got { integer.map { .integer($0) } ?? .null }
}

extension Got: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByNilLiteral
{
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(dictionaryLiteral elements: (String, Got)...) {
    self = .map(elements.map { (key: $0.0, value: $0.1) })
  }
  init(arrayLiteral elements: Got...) { self = .list(elements) }
  init(nilLiteral: ()) { self = .null }
}

extension Got: CustomStringConvertible {
  /// The value in one line, as JSON.
  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let text): quoted(text)
    case .list(let items): "[\(items.map(\.description).joined(separator: ","))]"
    case .map(let entries):
      "{\(entries.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ","))}"
    }
  }
}

extension Got {
  /// Where and how this differs from what is expected; nil: nowhere.
  ///
  /// Of maps only the keys that are expected count, as a vector asserts no more than its source
  /// does; a key `note` is commentary.
  func difference(from expected: SourceValue, at path: String = "") -> Difference? {
    switch expected.content {
    case .map(let entries):
      guard case .map(let own) = self else { return differs(from: expected, at: path) }
      for entry in entries where entry.key != "note" {
        let value = own.first { $0.key == entry.key }?.value
        let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        guard let value else {
          return Difference(path: place, expected: entry.value.line, got: "nothing")
        }
        if let found = value.difference(from: entry.value, at: place) { return found }
      }
      return nil
    case .list(let items):
      guard case .list(let own) = self, own.count == items.count else {
        return differs(from: expected, at: path)
      }
      for (index, item) in items.enumerated() {
        if let found = own[index].difference(from: item, at: "\(path)[\(index)]") { return found }
      }
      return nil
    case .scalar(let text, let isPlain):
      return isScalar(text, isPlain: isPlain || expected.isNull)
        ? nil : differs(from: expected, at: path)
    }
  }

  private func isScalar(_ text: String, isPlain: Bool) -> Bool {
    switch self {
    case .null: isPlain && text == "null"
    case .boolean(let value): isPlain && text == "\(value)"
    case .integer(let value): isPlain && text == "\(value)"
    case .text(let value): !isPlain && text == value
    case .list, .map: false
    }
  }

  private func differs(from expected: SourceValue, at path: String) -> Difference {
    Difference(path: path, expected: expected.line, got: description)
  }
}

/// One place at which what was got is not what was expected.
struct Difference {
  var path: String
  var expected: String
  var got: String
}

extension SourceValue {
  /// The value in one line, as JSON.
  var line: String {
    switch content {
    case .scalar(let text, let isPlain): isPlain ? text : quoted(text)
    case .list(let items): "[\(items.map(\.line).joined(separator: ","))]"
    case .map(let entries):
      "{\(entries.map { "\(quoted($0.key)):\($0.value.line)" }.joined(separator: ","))}"
    }
  }
}
