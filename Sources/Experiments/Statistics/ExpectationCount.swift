public import Determinism

extension ArmExpectation {
  /// Whether it holds in one replication; nil where the metric is not applicable in an arm.
  ///
  /// `never` is +∞: equal to itself, above every number, and 0 when multiplied by a factor of 0.
  public func holds(left: Sample, right: Sample) -> Bool? {
    guard let leftValue = left.extended, let rightValue = right.extended else { return nil }
    let bound = scaled(rightValue)
    switch relation {
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
