/// A value of JSON, written with sorted keys: equal values give equal bytes.
indirect enum JSONText {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONText])
  case object([(key: String, value: JSONText)])

  /// A number that may be missing or infinite; infinity is the word `never`.
  static func optional(_ value: Double?) -> JSONText {
    guard let value else { return .null }
    return value == .infinity
      ? .string("never") : value == -.infinity ? .string("-never") : .number(value)
  }

  /// A whole number that may be missing.
  static func optional(_ value: Int?) -> JSONText { value.map { .integer(Int64($0)) } ?? .null }

  /// A text that may be missing.
  static func optional(_ value: String?) -> JSONText { value.map(JSONText.string) ?? .null }

  /// A list of whole numbers.
  static func count(_ value: Int) -> JSONText { .integer(Int64(value)) }

  /// The bytes in UTF-8, without spaces.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): Self.number(value)
    case .string(let value): Escaping.json(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let fields):
      "{"
        + fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { Escaping.json($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  /// The shortest digits that give the number again; whole numbers without a point.
  private static func number(_ value: Double) -> String {
    precondition(value.isFinite, "JSON has no \(value)")
    if value == 0 { return "0" }
    guard abs(value) < 9e15, value == value.rounded() else { return "\(value)" }
    return String(Int64(value))
  }
}
