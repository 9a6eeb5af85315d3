/// What a comparison of one metric says about the candidate.
public enum ComparisonVerdict: Hashable, Sendable {
  /// The candidate is better by more than the margin.
  case better
  /// The candidate is worse by more than the margin.
  case worse
  /// The difference is within the margin, both ways.
  case equivalent
  /// The runs do not decide; about so many more might, nil where no number can be given.
  case inconclusive(moreRuns: Int?)
  /// Every pair has the same value: a fact about these runs, not an inference.
  case identical
  /// There is too little to say anything.
  case notEstimable(Reason)

  /// Why there is nothing to estimate.
  public enum Reason: Hashable, Sendable {
    /// No replication has the metric in both arms.
    case noPairs
    /// Fewer pairs than a verdict needs, in all or in the smallest case.
    case tooFewPairs(pairs: Int, needed: Int)
    /// No case has a weight above zero.
    case noWeight
  }

  /// The verdict that evidence supports.
  ///
  /// Better and worse are two-sided at `alpha`; equivalent is TOST, each side at `alpha`, and needs
  /// a margin above zero.
  init(_ evidence: ComparisonEvidence, margin: Double, alpha: Double, moreRuns: Int?) {
    if evidence.better <= alpha / 2 {
      self = .better
    } else if evidence.worse <= alpha / 2 {
      self = .worse
    } else if margin > 0, max(evidence.nonInferior, evidence.nonSuperior) <= alpha {
      self = .equivalent
    } else {
      self = .inconclusive(moreRuns: moreRuns)
    }
  }
}

/// One-sided p-values of what may be claimed about a candidate; small ones support the claim.
public struct ComparisonEvidence: Hashable, Sendable {
  /// It is better by more than the margin.
  public var better: Double
  /// It is worse by more than the margin.
  public var worse: Double
  /// It is not worse by the margin.
  ///
  /// Without a mean: fewer than the tolerated share of runs are worse by more than the margin.
  public var nonInferior: Double
  /// It is not better by the margin; without a mean, as for `nonInferior`.
  public var nonSuperior: Double
  /// It is worse at all, whatever the margin.
  public var worseAtAll: Double

  /// What identical runs show.
  static let identical = ComparisonEvidence(
    better: 1, worse: 1, nonInferior: 0, nonSuperior: 0, worseAtAll: 1)

  /// The two-sided p-value of a difference beyond the margin.
  public var pValue: Double { min(1, 2 * min(better, worse)) }

  /// Evidence from an estimated gain, above zero where the candidate is better.
  ///
  /// - Parameters:
  ///   - gain: The estimate.
  ///   - error: Its standard error; 0 makes every claim certain or impossible.
  ///   - margin: The margin, in the unit of the gain.
  ///   - upperTail: P(T > t) of the estimate divided by its error.
  init(gain: Double, error: Double, margin: Double, upperTail: (Double) -> Double) {
    func pValue(_ distance: Double) -> Double {
      guard error > 0 else { return distance > 0 ? 0 : 1 }
      return upperTail(distance / error)
    }
    better = pValue(gain - margin)
    worse = pValue(-gain - margin)
    nonInferior = pValue(gain + margin)
    nonSuperior = pValue(margin - gain)
    worseAtAll = pValue(-gain)
  }

  init(
    better: Double, worse: Double, nonInferior: Double, nonSuperior: Double, worseAtAll: Double
  ) {
    self.better = better
    self.worse = worse
    self.nonInferior = nonInferior
    self.nonSuperior = nonSuperior
    self.worseAtAll = worseAtAll
  }
}
