import RolloutStrategies

/// Reads conditions over what a metric measures.
///
/// - Source: Argo Rollouts v1.10, `utils/evaluate`, of whose expression language comparisons with
///   numbers are read, and how they are put together.
struct ConditionText {
  /// What is longer is nested deeper than anybody writes.
  private static let lengthMax = 1_000

  private var rest: ArraySlice<String>

  /// The condition of a text; nil: only a cluster can evaluate it.
  static func condition(_ text: String) -> MetricCondition? {
    guard text.utf8.count <= lengthMax, let tokens = tokens(of: text) else { return nil }
    var reader = ConditionText(rest: tokens[...])
    guard let condition = reader.disjunction(), reader.rest.isEmpty else { return nil }
    return condition
  }

  // MARK: Words

  private static let signs = [
    "||", "&&", "<=", ">=", "==", "!=", "<", ">", "!", "(", ")", "[", "]",
  ]

  /// The words and signs of a text; nil: there is something else in it.
  private static func tokens(of text: String) -> [String]? {
    var tokens: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
        tokens.append(sign)
        rest.removeFirst(sign.count)
      } else {
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || "._-".contains($0) }
        guard !word.isEmpty else { return nil }
        tokens.append(String(word))
        rest.removeFirst(word.count)
      }
    }
    return tokens
  }

  private mutating func take(_ words: String...) -> Bool {
    guard let first = rest.first, words.contains(first) else { return false }
    rest.removeFirst()
    return true
  }

  // MARK: Grammar

  private mutating func disjunction() -> MetricCondition? {
    guard var condition = conjunction() else { return nil }
    while take("||", "or") {
      guard let next = conjunction() else { return nil }
      condition = .or(condition, next)
    }
    return condition
  }

  private mutating func conjunction() -> MetricCondition? {
    guard var condition = negation() else { return nil }
    while take("&&", "and") {
      guard let next = negation() else { return nil }
      condition = .and(condition, next)
    }
    return condition
  }

  private mutating func negation() -> MetricCondition? {
    if take("!", "not") { return negation().map { .not($0) } }
    if take("isNaN") { return parenthesised { $0.operand() == .result ? .isNaN : nil } }
    if rest.first == "(" { return parenthesised { $0.disjunction() } }
    return comparison()
  }

  private mutating func parenthesised<T>(_ inner: (inout ConditionText) -> T?) -> T? {
    guard take("("), let value = inner(&self), take(")") else { return nil }
    return value
  }

  private mutating func comparison() -> MetricCondition? {
    if let operand = operand() {
      guard let sign = sign(), let number = number() else { return nil }
      return .compares(operand, sign, number)
    }
    guard let number = number(), let sign = sign(), let operand = operand() else { return nil }
    return .compares(operand, sign.turned, number)
  }

  private mutating func sign() -> MetricCondition.Comparison? {
    guard let sign = rest.first.flatMap({ MetricCondition.Comparison(rawValue: $0) }) else {
      return nil
    }
    rest.removeFirst()
    return sign
  }

  /// What is compared; nil: nothing that is known, and nothing was taken if it is a number.
  private mutating func operand() -> MetricCondition.Operand? {
    if take("len") { return parenthesised { $0.take("result") ? .count : nil } }
    if take("float", "asFloat") { return parenthesised { $0.operand() } }
    guard take("result") else { return nil }
    guard take("[") else { return .result }
    return take("0") && take("]") ? .result : nil
  }

  private mutating func number() -> Measure? {
    guard let word = rest.first, let measure = Measure(word) else { return nil }
    // What is finer than a measure would be cut, and the condition would be another.
    let fraction = word.split(separator: ".", maxSplits: 1).dropFirst().first ?? ""
    guard fraction.dropFirst(6).allSatisfy({ $0 == "0" }) else { return nil }
    rest.removeFirst()
    return measure
  }
}

extension MetricCondition.Comparison {
  /// The comparison as seen from the other side.
  fileprivate var turned: Self {
    switch self {
    case .less: .greater
    case .atMost: .atLeast
    case .greater: .less
    case .atLeast: .atMost
    case .equal, .unequal: self
    }
  }
}
