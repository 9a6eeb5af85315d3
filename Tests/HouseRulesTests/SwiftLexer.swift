/// A piece of Swift source, as far as the house rules need to tell pieces apart.
struct Token: Equatable {
  /// What sort of piece it is.
  enum Kind { case word, number, symbol, string, comment }

  /// What sort of piece it is.
  var kind: Kind
  /// Its text; of a string only what lies between the quotes and outside interpolations.
  var text: String
  /// The line it begins on, from 1.
  var line: Int
  /// Whether it follows the piece before it without white space.
  var isGlued: Bool
}

/// Splits Swift source into words, numbers, single symbols, strings and comments.
///
/// Not a parser: it only has to know what is code and what is text. It knows nested comments,
/// multi-line and raw strings, code inside interpolations, and regular-expression literals.
struct SwiftLexer {
  private let source: [Character]
  private var position = 0
  private var line = 1
  private var tokens: [Token] = []
  private var isGlued = false

  private init(_ source: [Character]) { self.source = source }

  /// The pieces of a source text, in order.
  static func tokens(of source: String) -> [Token] {
    var lexer = SwiftLexer(Array(source))
    lexer.readCode(untilClosingParenthesis: false)
    return lexer.tokens
  }

  private func peek(_ ahead: Int = 0) -> Character? {
    position + ahead < source.count ? source[position + ahead] : nil
  }

  private func sees(_ text: String) -> Bool {
    text.enumerated().allSatisfy { peek($0.offset) == $0.element }
  }

  @discardableResult
  private mutating func take() -> Character {
    let character = source[position]
    position += 1
    if character.isNewline { line += 1 }
    return character
  }

  private mutating func take(while condition: (Character) -> Bool) -> String {
    var text = ""
    while let next = peek(), condition(next) { text.append(take()) }
    return text
  }

  private mutating func emit(_ kind: Token.Kind, _ text: String, line: Int) {
    tokens.append(Token(kind: kind, text: text, line: line, isGlued: isGlued))
    isGlued = true
  }

  private mutating func readCode(untilClosingParenthesis: Bool) {
    var depth = 0
    while let next = peek() {
      if next.isWhitespace {
        take()
        isGlued = false
      } else if next == "/" && (peek(1) == "/" || peek(1) == "*") {
        readComment()
      } else if next == "\"" || (next == "#" && startsRawLiteral(with: "\"")) {
        readString()
      } else if (next == "/" || next == "#") && startsRegularExpression() {
        readRegularExpression()
      } else if next.isLetter || "_`$".contains(next) {
        readWord()
      } else if next.isNumber {
        readNumber()
      } else {
        if next == "(" { depth += 1 }
        if next == ")" { depth -= 1 }
        let start = line
        emit(.symbol, String(take()), line: start)
        if untilClosingParenthesis && depth < 0 { return }
      }
    }
  }

  private mutating func readWord() {
    let start = line
    let word = take { $0.isLetter || $0.isNumber || "_`$".contains($0) }
    emit(.word, word.filter { $0 != "`" }, line: start)
  }

  /// A number right behind a full stop is the place of an element and has no fraction.
  private mutating func readNumber() {
    let start = line
    let isElement = isGlued && tokens.last?.text == "."
    var number = take { $0.isLetter || $0.isNumber || $0 == "_" }
    if !isElement, peek() == ".", peek(1)?.isNumber == true {
      number.append(take())
      number += take { $0.isLetter || $0.isNumber || $0 == "_" }
    }
    emit(.number, number, line: start)
  }

  private mutating func readComment() {
    let start = line
    var text = ""
    if sees("//") {
      text = take { !$0.isNewline }
    } else {
      var depth = 0
      repeat {
        if sees("/*") { depth += 1 }
        if sees("*/") { depth -= 1 }
        if sees("/*") || sees("*/") { text.append(take()) }
        text.append(take())
      } while depth > 0 && peek() != nil
    }
    let wasGlued = isGlued
    emit(.comment, text, line: start)
    isGlued = wasGlued
  }

  /// Whether a run of `#` ends in the given opening, as raw literals begin.
  private func startsRawLiteral(with opening: Character) -> Bool {
    var ahead = 0
    while peek(ahead) == "#" { ahead += 1 }
    return ahead > 0 && peek(ahead) == opening
  }

  private mutating func readString() {
    let start = line
    let wasGlued = isGlued
    let hashes = take { $0 == "#" }
    let quotes = sees("\"\"\"") ? "\"\"\"" : "\""
    skip(quotes)
    var text = ""
    let place = tokens.count
    while peek() != nil, !sees(quotes + hashes) {
      if sees("\\" + hashes + "(") {
        skip("\\" + hashes + "(")
        isGlued = false
        readCode(untilClosingParenthesis: true)
        tokens.removeLast()
      } else if sees("\\" + hashes) {
        skip("\\" + hashes)
        if peek() != nil { text.append(take()) }
      } else {
        text.append(take())
      }
    }
    skip(quotes + hashes)
    tokens.insert(
      Token(kind: .string, text: text, line: start, isGlued: wasGlued), at: place)
    isGlued = true
  }

  private mutating func skip(_ text: String) {
    for _ in text where peek() != nil { take() }
  }

  /// A slash opens a regular expression where no operand stands before it and text follows it.
  private func startsRegularExpression() -> Bool {
    if startsRawLiteral(with: "/") { return true }
    guard peek() == "/", let next = peek(1), !next.isWhitespace else { return false }
    guard let last = tokens.last(where: { $0.kind != .comment }) else { return false }
    guard last.kind == .symbol && last.text != ")" && last.text != "]" else { return false }
    var ahead = 1
    while let character = peek(ahead), !character.isNewline {
      if character == "/" { return true }
      ahead += 1
    }
    return false
  }

  private mutating func readRegularExpression() {
    let start = line
    let hashes = take { $0 == "#" }
    skip("/")
    var text = ""
    while peek() != nil, !sees("/" + hashes) {
      if peek() == "\\" { text.append(take()) }
      if peek() != nil { text.append(take()) }
    }
    skip("/" + hashes)
    emit(.string, text, line: start)
  }
}
