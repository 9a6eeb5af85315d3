/// The text of one file and its lines.
final class SourceText {
  /// The file as problems name it.
  let file: String
  /// Its bytes, checked to be clean UTF-8.
  let bytes: [UInt8]
  /// The same as text.
  let text: String
  /// Where each line begins.
  private lazy var lineStarts: [Int] = {
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    return starts
  }()

  /// Wraps text that is known to be clean.
  init(file: String, bytes: [UInt8], text: String) {
    self.file = file
    self.bytes = bytes
    self.text = text
  }

  /// The text of the line of a place; nil when the line is so long that showing it helps nobody.
  func excerpt(at mark: SourceMark) -> String? {
    guard mark.line >= 1, mark.line <= lineStarts.count, mark.column <= 1_000 else { return nil }
    // Of four bytes a character at most, this is enough for the column and what follows it.
    let head = bytes[lineStarts[mark.line - 1]...].prefix(4_200)
    let line = head.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(decoding: line, as: UTF8.self)
  }

  /// The place of a byte.
  func mark(at offset: Int) -> SourceMark {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = bytes[lineStarts[low]..<offset]
    let column = before.reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return SourceMark(line: low + 1, column: column)
  }

  /// The byte at a place; nil: there is no such place.
  func offset(of mark: SourceMark) -> Int? {
    guard mark.line >= 1, mark.line <= lineStarts.count else { return nil }
    var offset = lineStarts[mark.line - 1]
    var column = 1
    while column < mark.column, offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      column += 1
    }
    return offset < bytes.count ? offset : nil
  }
}

/// A place in a text; line and column count from 1, columns in Unicode scalars.
struct SourceMark: Hashable, Comparable {
  var line: Int
  var column: Int

  static func < (a: SourceMark, b: SourceMark) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}
