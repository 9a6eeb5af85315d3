/// A condition over what a metric measures, as far as it is decided without the metric's provider.
///
/// - Source: Argo Rollouts v1.10, `successCondition` and `failureCondition`, of whose expressions
///   comparisons of `result`, `result[0]` and `len(result)` with numbers are known.
public indirect enum MetricCondition: Codable, Hashable, Sendable {
  /// What is compared.
  public enum Operand: String, Codable, Sendable {
    /// The number that was measured, which is not there without data.
    case result
    /// How many numbers were measured: one, or none without data.
    case count
  }

  /// How it is compared.
  public enum Comparison: String, Codable, Sendable, CaseIterable {
    /// It is less.
    case less = "<"
    /// It is less or equal.
    case atMost = "<="
    /// It is greater.
    case greater = ">"
    /// It is greater or equal.
    case atLeast = ">="
    /// It is equal.
    case equal = "=="
    /// It is not equal.
    case unequal = "!="
  }

  /// A measured number compares so with a stated one.
  case compares(Operand, Comparison, Measure)
  /// The measured number is none, which a measure here always is.
  case isNaN
  /// A condition does not hold.
  case not(MetricCondition)
  /// Two conditions hold; the second is not looked at if the first does not.
  case and(MetricCondition, MetricCondition)
  /// One of two conditions holds; the second is not looked at if the first does.
  case or(MetricCondition, MetricCondition)

  /// Whether it holds; nil: it cannot be evaluated, as it asks for a number that is not there.
  public func holds(for answer: MetricAnswer) -> Bool? {
    switch self {
    case .compares(let operand, let comparison, let measure):
      operand.value(of: answer).map { comparison.holds($0, measure) }
    case .isNaN: Operand.result.value(of: answer).map { _ in false }
    case .not(let condition): condition.holds(for: answer).map { !$0 }
    case .and(let first, let second):
      first.holds(for: answer).flatMap { $0 ? second.holds(for: answer) : false }
    case .or(let first, let second):
      first.holds(for: answer).flatMap { $0 ? true : second.holds(for: answer) }
    }
  }

  /// The numbers that answers are compared with.
  var bounds: [Measure] {
    switch self {
    case .compares(.result, _, let measure): [measure]
    case .compares(.count, _, _), .isNaN: []
    case .not(let condition): condition.bounds
    case .and(let first, let second), .or(let first, let second): first.bounds + second.bounds
    }
  }
}

extension MetricCondition.Operand {
  fileprivate func value(of answer: MetricAnswer) -> Measure? {
    switch (self, answer) {
    case (.result, .value(let value)): value
    case (.result, .noData): nil
    case (.count, .value): Measure(1)
    case (.count, .noData): Measure(0)
    }
  }
}

extension MetricCondition.Comparison {
  fileprivate func holds(_ a: Measure, _ b: Measure) -> Bool {
    switch self {
    case .less: a < b
    case .atMost: a <= b
    case .greater: a > b
    case .atLeast: a >= b
    case .equal: a == b
    case .unequal: a != b
    }
  }
}
