/// What would make a result depend on anything but the scenario and the seed.
enum PurityRules {
  static let all = [
    Rule.bans("clock", in: isLibrary, clocks),
    Rule.bans("randomness", in: isLibrary, randomness),
    Rule.bans("hash order", in: isPure, hashing),
    Rule.bans("hashed collections", in: isPure, except: hashedCollections, collections),
    Rule(
      name: "dictionary types and literals", applies: isPure, exceptions: dictionaries,
      check: { file, _ in dictionaryFindings(in: file) }),
    Rule.bans("output", in: isPure, output),
    Rule.bans("concurrency", in: isPure, concurrency),
  ]

  /// Whether a file belongs to a target that may depend on nothing outside.
  @Sendable static func isPure(_ file: SourceFile) -> Bool {
    file.isSwift && file.isProduct && ImportRules.pureTargets.contains(file.target ?? "")
  }

  /// Whether a file belongs to the product but not to an executable.
  @Sendable static func isLibrary(_ file: SourceFile) -> Bool {
    file.isSwift && file.isProduct && file.target != "rollsim" && file.target != "rollplan"
  }

  /// Files whose sets or dictionaries are never iterated.
  private static let hashedCollections: [Rule.Exception] = []
  private static let dictionaries = [
    Rule.Exception(
      path: "Sources/Determinism/EncodingNode.swift",
      reason: "the protocol demands userInfo, which is empty"),
    Rule.Exception(
      path: "Sources/Determinism/ValueDecoder.swift",
      reason: "the protocol demands userInfo, which is empty"),
  ]

  private static let clocks = Ban.each(
    [
      "Date (", "Date .", "ContinuousClock", "SuspendingClock", "DispatchTime", "ProcessInfo",
      "clock_gettime", "gettimeofday", "getenv",
    ],
    instead: "take the instant or setting as a parameter; only executables read clock and "
      + "environment")

  private static let randomness = Ban.each(
    [
      ". random (", ". randomElement (", ". shuffled (", ". shuffle (",
      "SystemRandomNumberGenerator", "UUID (",
    ],
    instead: "draw from a RandomStream with a purpose and an ordinal")

  private static let hashing = Ban.each(
    ["hashValue", "Hasher", "ObjectIdentifier"],
    instead: "hash with the digests of Determinism; Swift's hashes differ between processes")

  private static let collections = Ban.each(
    ["Set <", "Dictionary <", "Set (", "Dictionary (", ": Set =", ". unordered"],
    instead: "use an array sorted by key, or a column indexed by a typed id")

  private static let output = Ban.each(
    ["print (", "debugPrint (", "dump (", "fputs (", "FileHandle", "FileManager"],
    instead: "return a value; the executables print")

  private static let concurrency = Ban.each(
    [
      "Task", "TaskGroup", "withTaskGroup", "async", "await", "actor", "Mutex", "Atomic",
      "NSLock", "NSRecursiveLock", "OSAllocatedUnfairLock", "pthread_*", "Thread",
      "DispatchQueue", "DispatchSemaphore",
    ],
    instead: "stay sequential; an executable hands in an executor closure")

  /// Finds brackets with a colon of their own: `[Key: Value]` and `[:]`.
  ///
  /// A bracket right behind an operand is a subscript, and a colon behind a question mark belongs
  /// to a choice.
  private static func dictionaryFindings(in file: SourceFile) -> [Finding] {
    file.code.indices.compactMap { start in
      guard opensLiteral(at: start, in: file.code), hasOwnColon(from: start, in: file.code) else {
        return nil
      }
      return Finding(
        line: file.code[start].line, found: "a dictionary in brackets",
        instead: "use an array sorted by key, or a column indexed by a typed id")
    }
  }

  private static func opensLiteral(at index: Int, in code: [Token]) -> Bool {
    guard code[index].kind == .symbol && code[index].text == "[" else { return false }
    guard index > 0 && code[index].isGlued else { return true }
    let before = code[index - 1]
    return before.kind == .symbol && !")]>?!".contains(before.text)
  }

  private static func hasOwnColon(from start: Int, in code: [Token]) -> Bool {
    var depth = 0
    var choices = 0
    for token in code[start...] where token.kind == .symbol {
      switch token.text {
      case "[", "(", "{": depth += 1
      case "]", ")", "}": depth -= 1
      case "?" where depth == 1 && !token.isGlued: choices += 1
      case ":" where depth == 1:
        guard choices > 0 else { return true }
        choices -= 1
      default: break
      }
      if depth == 0 { return false }
    }
    return false
  }
}
