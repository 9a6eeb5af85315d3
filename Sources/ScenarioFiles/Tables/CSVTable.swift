/// Comma-separated values, line by line, with the place of each.
///
/// - Source: RFC 4180; lines may end with a line feed alone, and empty lines are passed over.
struct CSVTable {
  /// A value where it stands.
  struct Field: Equatable {
    var text: String
    /// The line, from 0.
    var line: Int
    /// The column in Unicode scalars, from 0.
    var column: Int
  }

  /// What is wrong with the text, and where.
  struct SyntaxError: Error, Equatable {
    var line: Int
    var column: Int
    var message: String
  }

  /// The most columns of a table.
  private static let columnsMax = 256

  private let bytes: [UInt8]
  private var offset = 0
  private var line = 0
  private var lineStart = 0

  /// Begins a table.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The values of the next line; nil: there is none.
  mutating func next() throws(SyntaxError) -> [Field]? {
    while offset < bytes.count {
      guard bytes[offset] != UInt8(ascii: "\n") else {
        offset += 1
        line += 1
        lineStart = offset
        continue
      }
      let row = try row()
      if row.count > 1 || !row[0].text.isEmpty { return row }
    }
    return nil
  }

  private var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// The column of a byte of the line, counting characters of several bytes once.
  private func column(_ position: Int) -> Int {
    bytes[lineStart..<position].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  private func error(_ message: String) -> SyntaxError {
    SyntaxError(line: line, column: column(min(offset, bytes.count)), message: message)
  }

  private mutating func row() throws(SyntaxError) -> [Field] {
    var row: [Field] = []
    while true {
      row.append(try field())
      guard row.count <= Self.columnsMax else {
        throw error("the line has more than \(Self.columnsMax) values")
      }
      if byte == UInt8(ascii: "\r") {
        offset += 1
        guard byte == UInt8(ascii: "\n") else { throw error("a carriage return ends no line") }
      }
      switch byte {
      case UInt8(ascii: ","): offset += 1
      case UInt8(ascii: "\n"), nil:
        offset += 1
        line += 1
        lineStart = min(offset, bytes.count)
        return row
      default: throw error("a comma is expected after the quotes")
      }
    }
  }

  private mutating func field() throws(SyntaxError) -> Field {
    let start = offset
    let place = (line: line, column: column(start))
    guard byte == UInt8(ascii: "\"") else {
      while let byte, byte != UInt8(ascii: ","), byte != UInt8(ascii: "\n"),
        byte != UInt8(ascii: "\r")
      {
        guard byte != UInt8(ascii: "\"") else { throw error("quotes stand within a value") }
        offset += 1
      }
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      return Field(text: text, line: place.line, column: place.column)
    }
    let text = try quotedText()
    return Field(text: text, line: place.line, column: place.column)
  }

  /// A value in quotes; two of them stand for one, and it ends on its own line.
  private mutating func quotedText() throws(SyntaxError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte {
      offset += 1
      if byte == UInt8(ascii: "\"") {
        guard self.byte == UInt8(ascii: "\"") else {
          return String(decoding: text, as: UTF8.self)
        }
        offset += 1
      }
      guard byte != UInt8(ascii: "\n") else {
        offset -= 1
        throw error("the quotes are not closed on their line")
      }
      text.append(byte)
    }
    throw error("the quotes are not closed on their line")
  }
}
