/// A strict reader of JSON whose numbers are integers.
struct JSONParser {
  private let bytes: [UInt8]
  private var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Parses the whole of the bytes as one value.
  mutating func parseDocument() throws(CanonicalJSON.SyntaxError) -> JSONValue {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("there is more after the value") }
    return value
  }

  /// An error at the present byte.
  private func error(_ reason: String) -> CanonicalJSON.SyntaxError {
    .init(offset: offset, reason: reason)
  }

  /// The present byte; zero, which JSON has nowhere, at the end.
  private var byte: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private mutating func skipSpace() {
    while byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  /// Passes a byte if it is the present one.
  private mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: expected) else { return false }
    offset += 1
    return true
  }

  private mutating func parseValue(depth: Int) throws(CanonicalJSON.SyntaxError) -> JSONValue {
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseInteger()
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: throw error(offset < bytes.count ? "no value begins here" : "the text ends early")
    }
  }

  private mutating func parseWord(
    _ word: String, _ value: JSONValue
  ) throws(CanonicalJSON.SyntaxError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("no value begins here") }
    offset += word.utf8.count
    return value
  }

  private mutating func parseArray(depth: Int) throws(CanonicalJSON.SyntaxError) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    guard !take("]") else { return .array(elements) }
    while true {
      elements.append(try parseValue(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw error("a comma or ] is expected") }
    }
  }

  private mutating func parseObject(depth: Int) throws(CanonicalJSON.SyntaxError) -> JSONValue {
    try enter(depth)
    let start = offset - 1
    var members: [JSONMember] = []
    guard !take("}") else { return .object(members) }
    while true {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw error("a member name is expected") }
      let name = try parseString()
      skipSpace()
      guard take(":") else { throw error("a colon is expected") }
      members.append(JSONMember(name: name, value: try parseValue(depth: depth + 1)))
      skipSpace()
      if take("}") { return .object(try sorted(members, from: start)) }
      guard take(",") else { throw error("a comma or } is expected") }
    }
  }

  /// Passes an opening bracket.
  private mutating func enter(_ depth: Int) throws(CanonicalJSON.SyntaxError) {
    guard depth < CanonicalJSON.maximumDepth else {
      throw error("nested more than \(CanonicalJSON.maximumDepth) deep")
    }
    offset += 1
    skipSpace()
  }

  /// The members in the order of their names, which a decoder searches.
  private func sorted(
    _ members: [JSONMember], from start: Int
  ) throws(CanonicalJSON.SyntaxError) -> [JSONMember] {
    let sorted = members.sorted { $0.name < $1.name }
    for (a, b) in zip(sorted, sorted.dropFirst()) where a.name == b.name {
      throw .init(offset: start, reason: "the object has two members \"\(a.name)\"")
    }
    return sorted
  }

  private mutating func parseInteger() throws(CanonicalJSON.SyntaxError) -> JSONValue {
    let start = offset
    let negative = take("-")
    let firstDigit = offset
    var magnitude: UInt64 = 0
    var overflow = false
    while byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      overflow = overflow || high || carry
      magnitude = sum
      offset += 1
    }
    guard offset > firstDigit else { throw error("a digit is expected") }
    if byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
      throw .init(offset: start, reason: "the number is not an integer")
    }
    guard bytes[firstDigit] != UInt8(ascii: "0") || offset == firstDigit + 1 else {
      throw .init(offset: start, reason: "the number begins with a zero")
    }
    guard !overflow, !negative || magnitude <= 1 << 63 else {
      throw .init(offset: start, reason: "the number does not fit 64 bits")
    }
    return negative ? .signed(Int64(truncatingIfNeeded: 0 &- magnitude)) : JSONValue(magnitude)
  }
}

extension JSONParser {
  private mutating func parseString() throws(CanonicalJSON.SyntaxError) -> String {
    let start = offset
    offset += 1
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"),
      bytes[end] >= 0x20
    {
      end += 1
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      let text = try validated(bytes[offset..<end], from: start)
      offset = end + 1
      return text
    }
    return try parseEscapedString(from: start)
  }

  /// The general case: a string in which there is something to translate.
  private mutating func parseEscapedString(
    from start: Int
  ) throws(CanonicalJSON.SyntaxError) -> String {
    var utf8: [UInt8] = []
    while true {
      guard offset < bytes.count else { throw error("the text ends within a string") }
      guard byte >= 0x20 else { throw error("a control character stands in a string") }
      if take("\"") { return try validated(utf8[...], from: start) }
      if take("\\") {
        utf8.append(contentsOf: UTF8.encode(try parseEscape()) ?? .init())
      } else {
        utf8.append(byte)
        offset += 1
      }
    }
  }

  /// The character after a backslash.
  private mutating func parseEscape() throws(CanonicalJSON.SyntaxError) -> Unicode.Scalar {
    let escape = byte
    offset += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return .init(escape)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "u"):
      let unit = try parseHex()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      if unit < 0xDC00, take("\\"), take("u") {
        let low = try parseHex()
        if low >> 10 == 0x37,
          let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
        {
          return scalar
        }
      }
      throw error("half of a surrogate pair is missing")
    default:
      offset -= 1
      throw error("no such escape")
    }
  }

  /// Four hexadecimal digits.
  private mutating func parseHex() throws(CanonicalJSON.SyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("a hexadecimal digit is expected")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private func validated(
    _ utf8: ArraySlice<UInt8>, from start: Int
  ) throws(CanonicalJSON.SyntaxError) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw .init(offset: start, reason: "the string is not UTF-8")
    }
    return text
  }
}
