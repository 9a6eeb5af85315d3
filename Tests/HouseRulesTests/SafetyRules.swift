/// What may trap without a sentence, alias memory, or change behind one's back.
enum SafetyRules {
  static let all = [
    Rule.bans(
      "forced try", in: PurityRules.isPure,
      [
        Ban("try !", instead: "handle the error, or precondition with the values"),
        Ban("as !", instead: "use `as?` and precondition with the values"),
      ]),
    Rule(
      name: "force unwrap", applies: PurityRules.isPure, check: { file, _ in unwraps(in: file) }),
    Rule(
      name: "global state", applies: { $0.isSwift && $0.isProduct && $0.stem != "main" },
      check: { file, _ in globalVariables(in: file) }),
    Rule.bans(
      "unsafe memory", in: { $0.isSwift && $0.isProduct && !mayBeUnsafe($0) },
      Ban.each(
        [
          "unsafe", "Unsafe*", "withUnsafe*", "unsafeBitCast", "Unmanaged", "OpaquePointer",
        ],
        instead: "keep to checked types; unsafe memory lives in DiscreteEvents only")),
  ]

  /// The event lists, and the one file that calls SQLite's own functions.
  private static func mayBeUnsafe(_ file: SourceFile) -> Bool {
    file.target == "DiscreteEvents"
      || file.path == "Sources/ResultStore/Database/Database+Numbers.swift"
  }

  /// Finds `!` glued to the operand before it.
  private static func unwraps(in file: SourceFile) -> [Finding] {
    let code = file.code
    return code.indices.dropFirst().compactMap { index in
      let (mark, before) = (code[index], code[index - 1])
      guard mark.kind == .symbol && mark.text == "!" && mark.isGlued else { return nil }
      guard isOperand(before) && before.text != "try" && before.text != "as" else { return nil }
      let next = index + 1 < code.count ? code[index + 1] : nil
      guard !(next?.text == "=" && next?.isGlued == true) else { return nil }
      return Finding(
        line: mark.line, found: "`\(before.text)!`",
        instead: "guard let, or precondition with a sentence and the values")
    }
  }

  private static func isOperand(_ token: Token) -> Bool {
    token.kind != .symbol || ")]}>?".contains(token.text)
  }

  /// Finds stored variables that are static or outside of every type and function.
  private static func globalVariables(in file: SourceFile) -> [Finding] {
    var depth = 0
    return file.code.indices.compactMap { index in
      let token = file.code[index]
      if token.kind == .symbol && "([{".contains(token.text) { depth += 1 }
      if token.kind == .symbol && ")]}".contains(token.text) { depth -= 1 }
      guard token.kind == .word && token.text == "var" else { return nil }
      let isStatic = file.code[..<index].suffix(3).contains {
        $0.text == "static" && $0.line == token.line
      }
      guard (isStatic || depth == 0) && isStored(at: index, in: file.code) else { return nil }
      return Finding(
        line: token.line, found: "a variable that everybody shares",
        instead: "make it `let`, or a property of a value that is handed around")
    }
  }

  /// A computed property opens its braces before any equals sign.
  private static func isStored(at index: Int, in code: [Token]) -> Bool {
    let decisive = code[index...].first { $0.text == "{" || $0.text == "=" }
    return decisive?.text != "{"
  }
}
