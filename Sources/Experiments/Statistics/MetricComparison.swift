/// What a comparison estimates, and how.
public enum ComparisonMethod: String, Codable, Sendable {
  /// Means; the t-interval of the mean of the paired differences.
  case pairedMean
  /// The shares of runs in which each arm is better by more than the margin; the sign test.
  ///
  /// Used where non-zero differences are rare or skewed, so that an interval of a mean would lie.
  case signTest
  /// The shares of runs in which the metric is not `never`; McNemar's exact test.
  case finished
  /// Weighted means over cases; Welch and Satterthwaite's t-interval.
  case weightedMean
  /// Weighted shares of runs in which each arm is better; a normal interval.
  case weightedSigns
  /// Weighted shares of runs in which the metric is not `never`; a normal interval.
  case weightedFinished
}

/// The means of a metric in both arms.
public struct ArmMeans: Hashable, Sendable {
  /// The mean of the baseline.
  public var baseline: Double
  /// The mean of the candidate.
  public var candidate: Double

  /// Candidate less baseline.
  public var difference: Double { candidate - baseline }
}

/// One metric of a candidate arm compared with the baseline arm, with all that a report shows.
public struct MetricComparison: Hashable, Sendable {
  /// The name of the metric.
  public var metric: String
  /// Which way is good.
  public var direction: Direction
  /// The indifference margin in the unit of the metric; 0 for none.
  public var margin: Double
  /// Replications that have the metric in both arms.
  public var pairs: Int
  /// Replications dropped because the metric is not applicable in an arm.
  public var dropped: Int
  /// What `baseline`, `candidate`, `difference` and `interval` are of.
  public var method: ComparisonMethod
  /// The baseline's mean or share by `method`; nil without pairs.
  public var baseline: Double?
  /// The candidate's mean or share by `method`; nil without pairs.
  public var candidate: Double?
  /// Candidate less baseline; nil without pairs.
  public var difference: Double?
  /// The interval of the difference at 1 − alpha; nil where it cannot be had.
  public var interval: Interval?
  /// The p-values behind the verdict; nil where there are too few pairs.
  public var evidence: ComparisonEvidence?
  /// Means, correlation and gain from pairing; nil where a value is never or there are no pairs.
  public var paired: PairedDifference?
  /// The means of both arms, whatever decides; nil where a value is never or there are no pairs.
  ///
  /// They tell a size even where an interval of a mean would lie.
  public var means: ArmMeans?
  /// Runs in which each arm is better by more than the margin; nil without pairs.
  public var signs: PairedProportions?
  /// Runs that are not `never`; nil where all are not.
  public var finished: PairedProportions?
  /// Quantiles over runs of both arms, `never` as +∞; empty without pairs and for a mix of cases.
  public var quantiles: [QuantileDifference]
  /// What it comes to.
  public var verdict: ComparisonVerdict

  /// The difference as a fraction of the baseline's size; nil where that is 0 or unknown.
  public var relativeChange: Double? {
    guard let baseline, let difference, baseline != 0 else { return nil }
    return difference / abs(baseline)
  }

  /// The difference turned so that more is better, of means where there are; nil without pairs.
  public var improvement: Double? {
    if let means { return direction.sign * means.difference }
    guard let difference else { return nil }
    let higherIsGood = method == .signTest || method == .weightedSigns
    // To finish is good where the metric counts up to an event, and bad where it should not come.
    let finishing = method == .finished || method == .weightedFinished
    return difference * (higherIsGood ? 1 : finishing ? -direction.sign : direction.sign)
  }

  /// Whether the improvements of two arms are of the same kind.
  public func isComparable(with other: MetricComparison) -> Bool {
    means != nil && other.means != nil
      || means == nil && other.means == nil && method == other.method
  }

  /// Compares the arms by the rule that the data allow.
  ///
  /// Replications where either arm is `notApplicable` are dropped and counted. Where any value is
  /// `never` there is no mean: McNemar's test of finishing decides or, where the arms finish alike,
  /// the sign test does, each with half the error probability. Where non-zero differences are rare
  /// (below `minimumNonZero` while some are zero) or skewed (n < 25 g², Cochran) the sign test
  /// replaces the mean. Otherwise the paired mean decides. The order of the replications is
  /// without effect.
  ///
  /// - Parameters:
  ///   - metric: The name of the metric, for reports.
  ///   - baseline: The baseline's value by replication.
  ///   - candidate: The candidate's value by replication, as many.
  ///   - direction: Which way is good.
  ///   - margin: The indifference margin. Range: ≥ 0.
  ///   - settings: Error rates and floors.
  /// - Returns: The comparison; below the floor of pairs its numbers, without a verdict.
  public static func compare(
    metric: String = "", baseline: [Sample], candidate: [Sample], direction: Direction,
    margin: Double = 0, settings: ComparisonSettings = ComparisonSettings()
  ) -> MetricComparison {
    precondition(margin >= 0 && margin < .infinity, "margin \(margin) of \(metric)")
    let pairs = SamplePair.paired(baseline, candidate)
    var comparison = MetricComparison(
      metric: metric, direction: direction, margin: margin, pairs: pairs.count,
      dropped: baseline.count - pairs.count, method: .pairedMean, quantiles: [],
      verdict: .notEstimable(.noPairs))
    guard !pairs.isEmpty else { return comparison }
    comparison.describe(pairs, settings)
    comparison.decide(settings)
    return comparison
  }

  /// Fills in everything that does not depend on the rule.
  private mutating func describe(_ sorted: [SamplePair], _ settings: ComparisonSettings) {
    signs = Self.signs(sorted, direction: direction, margin: margin)
    quantiles = settings.quantiles.map {
      QuantileDifference($0, sorted: sorted, settings: settings)
    }
    strictSigns = Self.signs(sorted, direction: direction, margin: 0)
    if sorted.allSatisfy(\.isFinite) {
      let difference = PairedDifference(sorted)
      paired = difference
      means = ArmMeans(baseline: difference.baselineMean, candidate: difference.candidateMean)
    } else {
      finished = Self.finished(sorted)
    }
  }

  /// Wins and losses beyond no margin at all.
  var strictSigns: PairedProportions?

  /// Runs in which each arm is better by more than the margin.
  static func signs(_ pairs: [SamplePair], direction: Direction, margin: Double)
    -> PairedProportions
  {
    PairedProportions(
      onlyBaseline: pairs.count { direction.sign * $0.difference < -margin },
      onlyCandidate: pairs.count { direction.sign * $0.difference > margin },
      both: 0, runs: pairs.count)
  }

  /// Runs in which each arm is not never.
  static func finished(_ pairs: [SamplePair]) -> PairedProportions {
    PairedProportions(
      onlyBaseline: pairs.count { $0.candidate == .infinity && $0.baseline < .infinity },
      onlyCandidate: pairs.count { $0.baseline == .infinity && $0.candidate < .infinity },
      both: pairs.count(where: \.isFinite), runs: pairs.count)
  }
}
