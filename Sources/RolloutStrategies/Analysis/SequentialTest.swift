public import Determinism

/// A sequential probability ratio test of a share of errors.
///
/// It goes on counting until the evidence is strong enough either way, and so needs the fewest
/// requests on average of all tests with its error probabilities. Looking often costs nothing:
/// the probabilities hold however often one looks, because only what was counted counts.
///
/// - Source: A. Wald, Sequential Tests of Statistical Hypotheses, Annals of Mathematical Statistics
///   16 (1945), with his bounds: reject at (1 − β) ÷ α, accept at β ÷ (1 − α).
public struct SequentialTest: Codable, Hashable, Sendable {
  /// The share of errors of a good version.
  public var good: Ratio
  /// The share of errors of a bad version.
  public var bad: Ratio
  /// The probability to fail a good version: α.
  public var falseAlarm: Ratio
  /// The probability to pass a bad version: β.
  public var miss: Ratio

  /// States a test.
  public init(good: Ratio, bad: Ratio, falseAlarm: Ratio, miss: Ratio) {
    self.good = good
    self.bad = bad
    self.falseAlarm = falseAlarm
    self.miss = miss
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    guard good > .zero, good < bad, bad < .one else {
      return "shares of errors of a good and a bad version ascend between 0 and 100 %"
    }
    let half = Ratio.percent(50)
    guard falseAlarm > .zero, miss > .zero, falseAlarm < half, miss < half else {
      return "a test's error probabilities are between 0 and 50 %"
    }
    return nil
  }

  /// The logarithm of how much more probable the counts are for the bad share than for the good.
  ///
  /// Unit: Q58. Relative error of each logarithm below 10⁻⁸.
  func evidence(_ counts: RequestCounts) -> Int128 {
    let errors = Int128(counts.errors)
    let successes = Int128(counts.requests) - errors
    return errors * (Self.log(bad) - Self.log(good))
      + successes * (Self.log(bad.complement) - Self.log(good.complement))
  }

  /// The evidence from which on a version fails.
  ///
  /// Unit: Q58.
  var failsAt: Int128 { Self.log(miss.complement) - Self.log(falseAlarm) }

  /// The evidence down to which it passes.
  ///
  /// Unit: Q58.
  var passesAt: Int128 { Self.log(miss) - Self.log(falseAlarm.complement) }

  private static func log(_ ratio: Ratio) -> Int128 {
    let word = (UInt128(ratio.partsPerBillion.magnitude) << 64) / 1_000_000_000
    return -Int128(FixedPoint.negativeLog(UInt64(truncatingIfNeeded: word)))
  }
}

extension Ratio {
  /// What is missing to one; traps above one.
  var complement: Ratio { Ratio(partsPerBillion: Ratio.one.partsPerBillion - partsPerBillion) }
}
