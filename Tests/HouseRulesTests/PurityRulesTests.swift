import Testing

@Suite("Purity rules")
struct PurityRulesTests {
  /// A rule, something that breaks it, and something close to it that does not.
  struct Example: Sendable, CustomTestStringConvertible {
    var rule: String
    var broken: String
    var kept: String
    var testDescription: String { "\(rule): \(broken)" }

    init(_ rule: String, broken: String, kept: String) {
      self.rule = rule
      self.broken = broken
      self.kept = kept
    }
  }

  static let examples = [
    Example("clock", broken: "let a = Date()", kept: "let a = UpDate() // Date()"),
    Example("clock", broken: "let c = ContinuousClock.now", kept: "let c = \"ContinuousClock\""),
    Example("randomness", broken: "let a = Int\n  .random(in: 0..<3)", kept: "let random = 3"),
    Example("randomness", broken: "xs.shuffled()", kept: "xs.shuffled = true"),
    Example("hash order", broken: "a.hashValue", kept: "struct A: Hashable {}"),
    Example("hash order", broken: "func h(into x: inout Hasher) {}", kept: "let hasher = 1"),
    Example("hashed collections", broken: "var a: Set<Int>", kept: "var a: OptionSet"),
    Example("hashed collections", broken: "Dictionary(grouping: a)", kept: "// Dictionary(a)"),
    Example("dictionary types and literals", broken: "var a: [Int: Int]", kept: "a[x: 1]"),
    Example("dictionary types and literals", broken: "f([:])", kept: "f([a ? b : c])"),
    Example(
      "dictionary types and literals", broken: "let d = [\n  1: f(2),\n]",
      kept: "let d = [{ (a: Int) in a }, g(x: 1)]"),
    Example("output", broken: "print(a)", kept: "fingerprint(a)"),
    Example("concurrency", broken: "Task { }", kept: "let task = Tasks()"),
    Example("concurrency", broken: "func f() async {}", kept: "let isAsync = true"),
    Example("concurrency", broken: "pthread_self()", kept: "let thread = 1"),
    Example("forced try", broken: "try! f()", kept: "try f(!a)"),
    Example("force unwrap", broken: "let a = b!.c", kept: "let a = !b && c != d"),
    Example("force unwrap", broken: "f(x[0]!)", kept: "return !x"),
    Example("force unwrap", broken: "var a: Int!", kept: "\"what!\" // no!"),
    Example("global state", broken: "static var a = 1", kept: "static var a: Int { 1 }"),
    Example("global state", broken: "var a: Int = 1", kept: "struct A { var a = 1 }"),
    Example("unsafe memory", broken: "unsafe f()", kept: "let isUnsafe = 1"),
    Example("unsafe memory", broken: "UnsafeMutablePointer<Int>", kept: "// UnsafePointer"),
    Example("floating point", broken: "let a: Double", kept: "let a: Doubled"),
    Example("floating literals", broken: "a * 1.5", kept: "a * 15 + pair.0"),
    Example("floating literals", broken: "a * 1e3", kept: "a * 0xE3"),
    Example("math library", broken: "exp(x)", kept: "func exp(_ x: Int) {}; exp(x)"),
    Example("math library", broken: "let y = pow(x, 2)", kept: "Series.pow(x, 2)"),
  ]

  @Test(
    "what breaks a rule is found on its line and what is close to it passes", arguments: examples)
  func example(_ example: Example) {
    let path = "Sources/FleetModel/Loop.swift"
    let planted = Planted(example.rule, at: path)
    let messages = planted.messages("\n" + example.broken + "\n")
    #expect(messages.count == 1)
    #expect(messages.first?.hasPrefix("\(path):") == true)
    #expect(messages.first?.contains("[\(example.rule)]") == true)
    #expect(planted.messages("\n" + example.kept + "\n") == [])
  }

  @Test("a message says where, what, and what to write instead")
  func message() {
    let planted = Planted("randomness", at: "Sources/FleetModel/Loop.swift")
    #expect(
      planted.messages("// A comment.\nlet a = b.shuffled()\n") == [
        "Sources/FleetModel/Loop.swift:2: [randomness] `.shuffled(`; draw from a RandomStream with"
          + " a purpose and an ordinal"
      ])
  }

  @Test("edges may print and hash, executables may read the clock, the kernel may be unsafe")
  func places() {
    #expect(Planted("output", at: "Sources/Reports/A.swift").messages("print(a)") == [])
    #expect(Planted("hashed collections", at: "Sources/Reports/A.swift").messages("Set<A>") == [])
    #expect(Planted("clock", at: "Sources/rollsim/A.swift").messages("Date()") == [])
    #expect(Planted("clock", at: "Sources/Reports/A.swift").messages("Date()").count == 1)
    #expect(
      Planted("unsafe memory", at: "Sources/DiscreteEvents/A.swift").messages("unsafe a") == [])
  }

  @Test("fractions are for recorded metrics and statistics only")
  func fractions() {
    for path in ["Sources/FleetModel/Recording/A.swift", "Sources/Experiments/A.swift"] {
      #expect(Planted("floating point", at: path).messages("let a: Double = 1.5") == [])
    }
    #expect(
      Planted("floating point", at: "Sources/DiscreteEvents/A.swift").messages("Double").count == 1)
  }
}
