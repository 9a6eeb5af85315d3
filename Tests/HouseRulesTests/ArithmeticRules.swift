/// Numbers that may differ between machines.
enum ArithmeticRules {
  static let all = [
    Rule.bans("floating point", in: isIntegerOnly, except: floatingPoint, types),
    Rule(
      name: "floating literals", applies: isIntegerOnly, exceptions: [],
      check: { file, _ in literals(in: file) }),
    Rule(
      name: "math library", applies: PurityRules.isPure,
      check: { file, _ in libraryCalls(in: file) }),
  ]

  /// Files that have to name floating-point types.
  private static let floatingPoint = [
    Rule.Exception(
      path: "Sources/Determinism/EncodingNode.swift",
      reason: "the protocol has members for floating point, which refuse it"),
    Rule.Exception(
      path: "Sources/Determinism/ValueDecoder.swift",
      reason: "the protocol has members for floating point, which refuse it"),
    Rule.Exception(
      path: "Sources/RolloutStrategies/OpenClusterManagement/OCMLimit.swift",
      reason: "the library that it follows rounds percentages in floating point, and so must it"),
  ]

  /// In `FleetModel` only recorded metric values may be fractions; `Experiments` may compute them.
  @Sendable private static func isIntegerOnly(_ file: SourceFile) -> Bool {
    PurityRules.isPure(file) && file.target != "Experiments"
      && !file.path.hasPrefix("Sources/FleetModel/Recording/")
  }

  private static let types = Ban.each(
    ["Double", "Float", "Float16", "Float32", "Float64", "Float80", "CGFloat"],
    instead: "count in integers: Microseconds, Ratio, Amount, or fixed point with its unit")

  private static func literals(in file: SourceFile) -> [Finding] {
    file.code.filter { $0.kind == .number && isFloating($0.text) }.map { number in
      Finding(
        line: number.line, found: "`\(number.text)`",
        instead: "write an integer in a smaller unit, or a Ratio")
    }
  }

  private static func isFloating(_ literal: String) -> Bool {
    guard !literal.hasPrefix("0x") else { return literal.contains { ".pP".contains($0) } }
    return literal.contains { ".eE".contains($0) }
  }

  private static let functions = [
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "sin", "cos", "tan", "asin",
    "acos", "atan", "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot", "erf", "erfc", "lgamma",
    "tgamma",
  ]

  /// Finds calls of functions that the file does not define itself.
  private static func libraryCalls(in file: SourceFile) -> [Finding] {
    let code = file.code
    let own = code.indices.dropFirst().filter { code[$0 - 1].text == "func" }.map { code[$0].text }
    return code.indices.dropLast().compactMap { index in
      let name = code[index]
      guard name.kind == .word && code[index + 1].text == "(" else { return nil }
      guard functions.contains(name.text) && !own.contains(name.text) else { return nil }
      let before = index > 0 ? code[index - 1].text : ""
      guard before != "." && before != "func" else { return nil }
      return Finding(
        line: name.line, found: "`\(name.text)(` of the math library",
        instead: "use an integer table of Determinism, or the functions of Experiments")
    }
  }
}
