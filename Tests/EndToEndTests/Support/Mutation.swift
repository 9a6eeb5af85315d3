import Foundation

/// Changes to a text that somebody may make by accident or with intent.
struct Mutation {
  private var generator: SeededGenerator
  private(set) var bytes: [UInt8]

  /// What is put where something else was: the ends of every range, and what looks like another.
  private static let strangers = [
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
    "-1", "0", "-0", "1e400", "0.1", ".nan", ".inf", "0x10", "010", "1:30", "99999999h", "1000%",
    "-5%", "\"\"", "null", "~", "no", "true", "{}", "[]", "{a: {a: {a: 1}}}", "[[[[[[1]]]]]]", "&a",
    "*a", "!!str", "\u{0}", "\u{1B}[2J", "\u{202E}", "é", "e\u{301}", "'; DROP TABLE run; --",
    "<script>", "=1+1", "../../secret", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "2026-02-30T00:00:00Z", "\r", "\t", "---\n", "...\n", "|\n", "? ", ": ", "- ", "# ",
  ]

  /// Draws one to four changes of a text by a seed.
  init(of text: Data, seed: UInt64) {
    generator = SeededGenerator(state: seed)
    bytes = Array(text)
    for _ in 0..<Int.random(in: 1...4, using: &generator) { change() }
  }

  /// The text as it is now.
  var data: Data { Data(bytes) }

  private mutating func change() {
    guard !bytes.isEmpty else { return }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: bytes[place()] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes.removeSubrange(stretch(200))
    case 2: bytes.insert(contentsOf: bytes[stretch(400)], at: place())
    case 3: bytes.removeSubrange(place()...)
    case 4: bytes.insert(contentsOf: stranger(), at: place())
    case 5: repeatLine()
    default: replaceWord()
    }
  }

  private mutating func place() -> Int { Int.random(in: bytes.indices, using: &generator) }

  private mutating func stretch(_ most: Int) -> Range<Int> {
    let start = place()
    return start..<min(bytes.count, start + Int.random(in: 1...most, using: &generator))
  }

  private mutating func stranger() -> [UInt8] {
    Array((Self.strangers.randomElement(using: &generator) ?? "").utf8)
  }

  /// Puts a stranger in the place of a number or a word.
  private mutating func replaceWord() {
    let isPart: (UInt8) -> Bool = { byte in
      byte == 0x2D || byte == 0x2E || Character(Unicode.Scalar(byte)).isLetter
        || Character(Unicode.Scalar(byte)).isNumber
    }
    guard let start = bytes[place()...].firstIndex(where: isPart) else { return }
    let end = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: stranger())
  }

  private mutating func repeatLine() {
    let middle = place()
    let newline = UInt8(ascii: "\n")
    let start = bytes[..<middle].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = bytes[middle...].firstIndex(of: newline).map { $0 + 1 } ?? bytes.endIndex
    let copies = Int.random(in: 1...300, using: &generator)
    guard (end - start) * copies < 1_000_000 else { return }
    let line = bytes[start..<end]
    bytes.insert(contentsOf: repeatElement(line, count: copies).joined(), at: end)
  }
}
