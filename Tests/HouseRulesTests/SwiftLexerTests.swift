import Testing

@Suite("Swift lexer")
struct SwiftLexerTests {
  private func words(_ source: String) -> [String] {
    SwiftLexer.tokens(of: source).filter { $0.kind == .word }.map(\.text)
  }

  @Test("comments are not code, however they nest")
  func comments() {
    #expect(words("a // b\nc /* d /* e */ f */ g") == ["a", "c", "g"])
    #expect(words("a /* b\n c */") == ["a"])
  }

  @Test("text in strings is not code, code in interpolations is")
  func strings() {
    #expect(words(#"a "b \" c" d"#) == ["a", "d"])
    #expect(words(#"a "b \(c("d \(e)")) f" g"#) == ["a", "c", "e", "g"])
    #expect(words("a \"\"\"\n b \"c\" d\n \"\"\" e") == ["a", "e"])
  }

  @Test("raw strings end only with all their marks")
  func rawStrings() {
    #expect(words(##"a #"b " \(c) \#(d) "# e"##) == ["a", "d", "e"])
    #expect(words("a ##\"b \"# c\"## d") == ["a", "d"])
  }

  @Test("a slash divides behind an operand and opens a pattern elsewhere")
  func regularExpressions() {
    #expect(words("let x = /abc\\/d/ + y / z") == ["let", "x", "y", "z"])
    #expect(words("x = (a) / b / c") == ["x", "a", "b", "c"])
    #expect(words("x = #/a\"b/# ; y") == ["x", "y"])
  }

  @Test("every piece knows its line and whether it is glued to the one before")
  func lines() {
    let tokens = SwiftLexer.tokens(of: "a\n/* x\n */ b! !c")
    #expect(tokens.map(\.line) == [1, 2, 3, 3, 3, 3])
    #expect(tokens.map(\.isGlued) == [false, false, false, true, false, true])
  }

  @Test("numbers keep their fraction and leave ranges and members alone")
  func numbers() {
    let numbers = SwiftLexer.tokens(of: "1.5 0..<3 2.words 1e-3 0x1F 1_000 $0.1 a.4.5")
      .filter { $0.kind == .number }.map(\.text)
    #expect(numbers == ["1.5", "0", "3", "2", "1e", "3", "0x1F", "1_000", "1", "4", "5"])
  }
}
