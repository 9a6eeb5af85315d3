import Determinism

/// Turns JSON text into values that know their places, in one pass over its bytes.
///
/// JSON is YAML too, but dumps of a cluster's objects are larger than documents that people write:
/// here they need little more memory than their text. Members that nobody reads can be left out.
package struct JSONComposer {
  /// The most values of a file.
  private static let valuesMax = 50_000_000

  /// What is wrong with the text, and where.
  package struct SyntaxError: Error {
    /// The place as an offset in bytes.
    package var offset: Int
    /// What is wrong.
    package var message: String
    /// Whether the text ends before it is complete, as that of a dump that was cut off does.
    package var isCutOff: Bool
  }

  private let bytes: [UInt8]
  private let omitted: [[UInt8]]
  private var offset = 0
  private var line = 1
  private var lineStart = 0
  private var count = 0

  /// The value of a text.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - omitted: names of members that are passed over wherever they stand.
  /// - Returns: the value; numbers and words are plain scalars as they are written.
  /// - Throws: the first thing that is wrong with the text.
  package static func value(
    of bytes: [UInt8], omitting omitted: [String] = []
  ) throws(SyntaxError) -> SourceValue {
    var composer = JSONComposer(bytes: bytes, omitted: omitted.map { Array($0.utf8) })
    let value = try composer.value(depth: 1)
    composer.skipSpace()
    guard composer.offset == bytes.count else {
      throw composer.error("there is more after the value")
    }
    return value
  }

  private init(bytes: [UInt8], omitted: [[UInt8]]) {
    self.bytes = bytes
    self.omitted = omitted
  }

  /// The present byte; zero, which JSON has nowhere, at the end.
  private var byte: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private var mark: SourceMark { SourceMark(line: line, column: offset - lineStart + 1) }

  private func error(_ message: String) -> SyntaxError {
    guard offset < bytes.count else {
      return SyntaxError(offset: bytes.count, message: "the text ends early", isCutOff: true)
    }
    return SyntaxError(offset: offset, message: message, isCutOff: false)
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0D: offset += 1
      case 0x0A:
        offset += 1
        line += 1
        lineStart = offset
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(SyntaxError) -> SourceValue {
    skipSpace()
    let mark = mark
    count += 1
    guard count <= Self.valuesMax else {
      throw error("there are more than \(Self.valuesMax) values")
    }
    guard depth <= TextScan.depthMax else {
      throw error("values are nested deeper than \(TextScan.depthMax) levels")
    }
    switch byte {
    case UInt8(ascii: "{"): return SourceValue(content: try map(depth: depth), mark: mark)
    case UInt8(ascii: "["): return SourceValue(content: try list(depth: depth), mark: mark)
    case UInt8(ascii: "\""):
      return SourceValue(content: .scalar(try string(), isPlain: false), mark: mark)
    default: return SourceValue(content: .scalar(try word(), isPlain: true), mark: mark)
    }
  }

  private mutating func list(depth: Int) throws(SyntaxError) -> SourceValue.Content {
    offset += 1
    skipSpace()
    var values: [SourceValue] = []
    guard !take("]") else { return .list(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .list(values) }
      guard take(",") else { throw error("a comma or ] is expected") }
    }
  }

  private mutating func map(depth: Int) throws(SyntaxError) -> SourceValue.Content {
    offset += 1
    skipSpace()
    var entries: [SourceValue.Entry] = []
    guard !take("}") else { return .map(entries) }
    while true {
      skipSpace()
      let keyMark = mark
      guard byte == UInt8(ascii: "\"") else { throw error("a member's name is expected") }
      let start = offset + 1
      let key = try string()
      let isOmitted = omitted.contains { bytes[start..<(offset - 1)].elementsEqual($0) }
      skipSpace()
      guard take(":") else { throw error("a colon is expected") }
      let value = try value(depth: depth + 1)
      if !isOmitted {
        guard !entries.contains(where: { $0.key == key }) else {
          throw error("the member \(quoted(key)) stands twice in one object")
        }
        entries.append(.init(key: key, keyMark: keyMark, value: value))
      }
      skipSpace()
      if take("}") { return .map(entries) }
      guard take(",") else { throw error("a comma or } is expected") }
    }
  }

  private mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: expected) else { return false }
    offset += 1
    return true
  }

  /// A number or one of JSON's three words, as it is written.
  private mutating func word() throws(SyntaxError) -> String {
    let start = offset
    while offset < bytes.count, Self.isWordByte(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    let isNumber = text.first.map { "-0123456789".contains($0) } ?? false
    guard isNumber || ["true", "false", "null"].contains(text) else {
      offset = min(offset, start)
      throw error("no value begins here")
    }
    return text
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  // MARK: Strings

  private mutating func string() throws(SyntaxError) -> String {
    offset += 1
    let start = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""),
      bytes[offset] != UInt8(ascii: "\\"), bytes[offset] >= 0x20
    {
      offset += 1
    }
    var utf8 = Array(bytes[start..<offset])
    while !take("\"") {
      guard offset < bytes.count, bytes[offset] >= 0x20 else {
        throw error("a control character stands in a string")
      }
      if take("\\") {
        utf8.append(contentsOf: UTF8.encode(try escape()) ?? .init())
      } else {
        utf8.append(bytes[offset])
        offset += 1
      }
    }
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw error("the string is not UTF-8")
    }
    return text
  }

  private mutating func escape() throws(SyntaxError) -> Unicode.Scalar {
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
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard unit < 0xDC00, take("\\"), take("u") else { return "\u{FFFD}" }
      let low = try hexadecimal()
      return low >> 10 == 0x37
        ? Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF) ?? "\u{FFFD}" : "\u{FFFD}"
    default: throw error("there is no such escape")
    }
  }

  private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
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
}
