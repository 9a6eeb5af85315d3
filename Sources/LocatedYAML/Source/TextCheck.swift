/// Checks that bytes are text that can be shown and counted in lines without surprise.
enum TextCheck {
  /// What is wrong with a text, and where.
  struct Trouble: Error, Equatable {
    var offset: Int
    var message: String
  }

  /// The bytes as text.
  static func text(of bytes: [UInt8]) throws(Trouble) -> String {
    try checkStart(bytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Trouble(offset: validPrefix(of: bytes), message: "the text is not valid UTF-8")
    }
    try checkCharacters(bytes)
    return text
  }

  private static func checkStart(_ bytes: [UInt8]) throws(Trouble) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw Trouble(offset: 0, message: "the file begins with a byte order mark")
    }
    let looksWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    if looksWide {
      throw Trouble(offset: 0, message: "the file is UTF-16 or UTF-32, not UTF-8")
    }
  }

  /// The number of bytes before the first that is not UTF-8.
  private static func validPrefix(of bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var valid = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      valid += UTF8.width(scalar)
    }
    return min(valid, max(0, bytes.count - 1))
  }

  /// Refuses characters that YAML forbids, that end lines unexpectedly, or that reorder text on a
  /// screen.
  private static func checkCharacters(_ bytes: [UInt8]) throws(Trouble) {
    for (offset, byte) in bytes.enumerated() where byte < 0x20 || byte >= 0x7F {
      switch byte {
      case 0x09, 0x0A, 0x80...0xC1: continue
      case 0x0D:
        if offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { continue }
        throw Trouble(offset: offset, message: "a carriage return stands without a line feed")
      case 0x00: throw Trouble(offset: offset, message: "the file contains a NUL byte")
      case 0xC2...: try checkWide(bytes, at: offset)
      default:
        throw Trouble(offset: offset, message: "the file contains a control character")
      }
    }
  }

  private static func checkWide(_ bytes: [UInt8], at offset: Int) throws(Trouble) {
    let second = bytes[offset + 1]
    let third = offset + 2 < bytes.count ? bytes[offset + 2] : 0
    let isControl = bytes[offset] == 0xC2 && second < 0xA0
    let isNotCharacter = bytes[offset] == 0xEF && second == 0xBF && third >= 0xBE
    let isMark = bytes[offset] == 0xEF && second == 0xBB && third == 0xBF
    // U+2028…202E and U+2066…2069: line separators and bidirectional controls.
    let isDirection =
      bytes[offset] == 0xE2
      && (second == 0x80 && (0xA8...0xAE).contains(third)
        || second == 0x81 && (0xA6...0xA9).contains(third))
    guard !isControl, !isNotCharacter, !isMark, !isDirection else {
      throw Trouble(offset: offset, message: "the file contains an invisible control character")
    }
  }
}
