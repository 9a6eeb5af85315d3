public import Determinism

/// What an expectation demands of one arm in relation to another, replication by replication.
///
/// It says `metric(left) op factor × metric(right)` within one case.
public struct ArmExpectation: Hashable, Codable, Sendable {
  /// How the left side must stand to the right side.
  public enum Operator: String, Codable, Sendable {
    /// Strictly below.
    case lessThan
    /// Below or equal.
    case atMost
    /// Strictly above.
    case greaterThan
    /// Above or equal.
    case atLeast
  }

  /// The name of the metric.
  public var metric: String
  /// The name of the case.
  public var `case`: String
  /// The name of the arm on the left side.
  public var left: String
  /// The relation demanded.
  public var op: Operator
  /// The name of the arm on the right side.
  public var right: String
  /// What the right side is multiplied by; one when left out of an encoding.
  public var factor: Ratio

  /// Makes an expectation.
  public init(
    metric: String, case caseName: String, left: String, op: Operator, right: String,
    factor: Ratio = .one
  ) {
    self.metric = metric
    self.case = caseName
    self.left = left
    self.op = op
    self.right = right
    self.factor = factor
  }

  /// Decodes the fields by their names; `factor` may be missing.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    metric = try fields.decode(String.self, forKey: .metric)
    self.case = try fields.decode(String.self, forKey: .case)
    left = try fields.decode(String.self, forKey: .left)
    op = try fields.decode(Operator.self, forKey: .op)
    right = try fields.decode(String.self, forKey: .right)
    factor = try fields.decodeIfPresent(Ratio.self, forKey: .factor) ?? .one
  }

  /// Whether it holds in one replication; nil where the metric is not applicable in an arm.
  ///
  /// `never` is +∞: equal to itself, above every number, and 0 when multiplied by a factor of 0.
  public func holds(left: Sample, right: Sample) -> Bool? {
    guard let leftValue = left.extended, let rightValue = right.extended else { return nil }
    let bound = scaled(rightValue)
    switch op {
    case .lessThan: return leftValue < bound
    case .atMost: return leftValue <= bound
    case .greaterThan: return leftValue > bound
    case .atLeast: return leftValue >= bound
    }
  }

  /// Counts the replications in which it holds; traps when the lengths differ.
  public func count(left: [Sample], right: [Sample]) -> ExpectationCount {
    precondition(left.count == right.count, "\(left.count) left and \(right.count) right samples")
    var count = ExpectationCount()
    for (leftSample, rightSample) in zip(left, right) {
      switch holds(left: leftSample, right: rightSample) {
      case true?: count.holds += 1
      case false?: count.fails += 1
      case nil: count.notApplicable += 1
      }
    }
    return count
  }

  private func scaled(_ value: Double) -> Double {
    // Exactly the value for a factor of one, which a multiplication by parts would not keep.
    guard factor != .one else { return value }
    guard factor != .zero else { return 0 }
    return value * (Double(factor.partsPerBillion) / 1e9)
  }
}

/// In how many replications an expectation holds.
public struct ExpectationCount: Hashable, Sendable {
  /// Replications in which it holds.
  public var holds = 0
  /// Replications in which it does not.
  public var fails = 0
  /// Replications in which the metric is not applicable in an arm.
  public var notApplicable = 0

  /// Counts nothing yet.
  public init() {}

  /// Replications in which it could be told.
  public var applicable: Int { holds + fails }

  /// Whether it holds often enough; a share is of the applicable runs, rounded up.
  ///
  /// Without an applicable run nothing was shown, so it is false.
  public func meets(atLeast required: Amount) -> Bool {
    applicable > 0 && holds >= required.of(applicable, rounded: .up)
  }
}
