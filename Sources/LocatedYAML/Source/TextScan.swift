/// Looks over YAML text before it is parsed, for what must not reach the parser.
///
/// Aliases make a short text arbitrarily large once it is composed, and depth exhausts the stack;
/// so both are found by
/// a scan that only knows where values begin, and needs neither memory nor recursion.
struct TextScan {
  /// Something refused, and where.
  struct Finding: Equatable {
    var code: ProblemCode
    var offset: Int
    var message: String
  }

  /// The deepest nesting of values.
  static let depthMax = 64
  /// The most values in a file.
  static let valuesMax = 1_000_000

  private let bytes: [UInt8]
  private var position = 0
  private var lineStart = 0
  private var flowDepth = 0
  /// The columns of the maps and lists that the current line is inside of.
  private var columns: [Int] = []
  private var values = 0
  private var findings: [Finding] = []

  /// What is refused in a text; after ten findings it gives up.
  static func findings(in bytes: [UInt8]) -> [Finding] {
    var scan = TextScan(bytes: bytes)
    scan.run()
    return scan.findings
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() {
    while position < bytes.count, findings.count < 10 {
      beginLine()
      while position < bytes.count, bytes[position] != Self.newline, findings.count < 10 {
        scanToken()
        if values > Self.valuesMax {
          return report(.tooManyValues, at: position, "the file holds more than a million values")
        }
      }
      position += 1
    }
  }

  private mutating func beginLine() {
    lineStart = position
    // The usual case first: it is most of the bytes of a large file.
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    guard position == lineStart, position < bytes.count else { return }
    let isMarker = [UInt8(ascii: "-"), UInt8(ascii: ".")].contains { mark in
      position + 2 < bytes.count && bytes[position..<position + 3].allSatisfy { $0 == mark }
        && isSpace(position + 3)
    }
    if isMarker {
      columns = []
      flowDepth = 0
      position += 3
    } else if bytes[position] == UInt8(ascii: "%"), flowDepth == 0 {
      skipLine()
    }
  }

  /// Passes over the token at the current position.
  private mutating func scanToken() {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","):
      position += 1
    case UInt8(ascii: "#"): skipLine()
    case UInt8(ascii: "["), UInt8(ascii: "{"): open()
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      flowDepth = max(0, flowDepth - 1)
      position += 1
    case UInt8(ascii: ":") where flowDepth > 0 || isSpace(position + 1): position += 1
    case UInt8(ascii: "-") where flowDepth == 0 && isSpace(position + 1): openItem()
    case UInt8(ascii: "?") where isSpace(position + 1):
      report(.yamlSyntax, at: position, "keys introduced by ? are not supported")
      position += 1
    case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"): refuseIndicator(byte)
    case UInt8(ascii: "|") where flowDepth == 0, UInt8(ascii: ">") where flowDepth == 0:
      skipBlockScalar()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): skipQuoted(byte)
    default: skipPlain()
    }
  }

  private mutating func open() {
    values += 1
    flowDepth += 1
    if flowDepth + columns.count > Self.depthMax { reportDepth() }
    position += 1
  }

  private mutating func openItem() {
    values += 1
    enter(column: position - lineStart)
    position += 1
  }

  /// Notes that a map or list has an item in a column of this line.
  private mutating func enter(column: Int) {
    while let last = columns.last, last > column { columns.removeLast() }
    if columns.last != column { columns.append(column) }
    if columns.count > Self.depthMax { reportDepth() }
  }

  private mutating func refuseIndicator(_ byte: UInt8) {
    if byte == UInt8(ascii: "!") {
      report(.tagRefused, at: position, "a YAML tag stands here")
    } else {
      let kind = byte == UInt8(ascii: "&") ? "an anchor" : "an alias"
      report(.aliasRefused, at: position, "\(kind) stands here")
    }
    position += 1
    skipPlain()
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
  }

  /// Passes over the lines that are indented deeper than the map or list around them.
  private mutating func skipBlockScalar() {
    values += 1
    let parent = columns.last ?? -1
    skipLine()
    while position < bytes.count {
      var next = position + 1
      while next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
      let isBlank = next >= bytes.count || bytes[next] == Self.newline || bytes[next] == 0x0D
      guard isBlank || next - position - 1 > parent else { return }
      position = next
      skipLine()
    }
  }

  private mutating func skipQuoted(_ quote: UInt8) {
    values += 1
    let column = position - lineStart
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 1
      } else if byte == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote,
          quote == UInt8(ascii: "'")
        else { break }
        position += 1
      }
      position += 1
    }
    position += 1
    if flowDepth == 0, position < bytes.count, bytes[position] == UInt8(ascii: ":") {
      enter(column: column)
    }
  }

  private mutating func skipPlain() {
    values += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == Self.newline { return }
      if byte == UInt8(ascii: ":"), isSpace(position + 1) || flowDepth > 0 && endsFlow(position + 1)
      {
        if flowDepth == 0 { enter(column: start - lineStart) }
        return
      }
      if byte == UInt8(ascii: "#"), position > start, isSpace(position - 1) { return }
      if flowDepth > 0, endsFlow(position) { return }
      position += 1
    }
  }

  /// Whether white space or the text's end is at an offset.
  private func isSpace(_ offset: Int) -> Bool {
    guard offset < bytes.count else { return true }
    return bytes[offset] <= 0x20
  }

  /// Whether a character is at an offset that ends plain text inside brackets.
  private func endsFlow(_ offset: Int) -> Bool {
    guard offset < bytes.count else { return true }
    switch bytes[offset] {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      return true
    default: return false
    }
  }

  private mutating func reportDepth() {
    report(.tooDeep, at: position, "values are nested deeper than \(Self.depthMax) levels")
    position = bytes.count
  }

  private mutating func report(_ code: ProblemCode, at offset: Int, _ message: String) {
    findings.append(Finding(code: code, offset: min(offset, bytes.count - 1), message: message))
  }

  private static let newline = UInt8(ascii: "\n")
}
