/// The text of one file and its lines.
package final class SourceText {
  /// The file as problems name it.
  package let file: String
  /// Its bytes, checked to be clean UTF-8.
  package let bytes: [UInt8]
  /// The same as text.
  package let text: String
  /// Where each line begins.
  private lazy var lineStarts: [Int] = {
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    return starts
  }()

  /// Wraps text that is known to be clean.
  package init(file: String, bytes: [UInt8], text: String) {
    self.file = file
    self.bytes = bytes
    self.text = text
  }

  /// The text of the line of a place; nil when the line is so long that showing it helps nobody.
  package func excerpt(at mark: SourceMark) -> String? {
    guard mark.line >= 1, mark.line <= lineStarts.count, mark.column <= 1_000 else { return nil }
    // Of four bytes a character at most, this is enough for the column and what follows it.
    let head = bytes[lineStarts[mark.line - 1]...].prefix(4_200)
    let line = head.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(decoding: line, as: UTF8.self)
  }

  /// The place of a byte.
  package func mark(at offset: Int) -> SourceMark {
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
  package func offset(of mark: SourceMark) -> Int? {
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
package struct SourceMark: Hashable, Comparable {
  package var line: Int
  package var column: Int

  /// States a place.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (a: SourceMark, b: SourceMark) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}
