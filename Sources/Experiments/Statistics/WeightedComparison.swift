public import Determinism

/// One case of a mix: its weight and its own paired replications.
public struct CaseSamples: Equatable, Sendable {
  /// The name of the case.
  public var name: String
  /// Its weight; weights are divided by their sum.
  public var weight: Ratio
  /// The baseline's value by replication.
  public var baseline: [Sample]
  /// The candidate's value by replication, as many.
  public var candidate: [Sample]

  /// Makes a case.
  public init(name: String, weight: Ratio, baseline: [Sample], candidate: [Sample]) {
    self.name = name
    self.weight = weight
    self.baseline = baseline
    self.candidate = candidate
  }
}

/// A metric compared over a weighted mix of cases, stratified by case.
///
/// Source: W. G. Cochran, "Sampling Techniques", chapter 5; degrees of freedom after Welch and
/// Satterthwaite.
public struct WeightedComparison: Hashable, Sendable {
  /// The mix as a whole.
  public let overall: MetricComparison
  /// Every case on its own, in the order given.
  public let cases: [MetricComparison]
  /// How much every case counts in `overall`, in sum 1; all zero where none counts.
  ///
  /// A case counts in proportion to its weight and to the share of its replications to which the
  /// metric applies in both arms: the mix is over the runs to which the metric applies.
  public let weights: [Double]

  /// Compares the arms over the mix.
  ///
  /// A case to which the metric does not apply is left out, and so is one to which it applies in
  /// fewer pairs than the floor although there are replications enough: too rarely to be told.
  /// Where a case with a weight has a `never`, there is no mean but a weighted share of finished
  /// runs; else where one is rare or skewed, weighted shares of runs won; else the weighted mean.
  /// Every case with a weight needs replications, and the floor of pairs if it is not left out.
  /// `quantiles` of the mix are empty.
  public static func compare(
    metric: String = "", cases: [CaseSamples], direction: Direction, margin: Double = 0,
    settings: ComparisonSettings = ComparisonSettings()
  ) -> WeightedComparison {
    let comparisons = cases.map {
      MetricComparison.compare(
        metric: metric, baseline: $0.baseline, candidate: $0.candidate, direction: direction,
        margin: margin, settings: settings)
    }
    let weighted = zip(cases, comparisons).filter { $0.0.weight > .zero }
    let weights = weights(of: cases, comparisons, settings)
    let strata = zip(weights, comparisons).compactMap { weight, comparison in
      weight > 0 ? Stratum(weight: weight, comparison: comparison) : nil
    }
    var overall = MetricComparison(
      metric: metric, direction: direction, margin: margin,
      pairs: strata.reduce(0) { $0 + $1.comparison.pairs },
      dropped: weighted.reduce(0) { $0 + $1.1.dropped }, method: .weightedMean,
      quantiles: [], verdict: .notEstimable(weighted.isEmpty ? .noWeight : .noPairs))
    // A case without any run is missing, not left out: nothing is known about its share.
    if !strata.isEmpty, weighted.allSatisfy({ !$0.0.baseline.isEmpty }) {
      overall.decide(strata: strata, settings)
    }
    return WeightedComparison(overall: overall, cases: comparisons, weights: weights)
  }

  private static func weights(
    of cases: [CaseSamples], _ comparisons: [MetricComparison], _ settings: ComparisonSettings
  ) -> [Double] {
    let parts = zip(cases, comparisons).map { sample, comparison in
      let runs = sample.baseline.count
      let isTooRare =
        comparison.pairs < settings.minimumPairs && runs >= settings.minimumPairs
      guard comparison.pairs > 0, !isTooRare else { return 0.0 }
      return Double(sample.weight.partsPerBillion) * (Double(comparison.pairs) / Double(runs))
    }
    let total = parts.reduce(0, +)
    return parts.map { total > 0 ? $0 / total : 0 }
  }
}

/// A case that counts.
private struct Stratum {
  var weight: Double
  var comparison: MetricComparison

  /// Runs that are not never, all of them where the case has no never.
  var finished: PairedProportions {
    let pairs = comparison.pairs
    return comparison.finished
      ?? PairedProportions(onlyBaseline: 0, onlyCandidate: 0, both: pairs, runs: pairs)
  }

  /// The share of runs with a count, and its variance, with one run added to either side.
  func smoothed(_ count: Int) -> (share: Double, variance: Double) {
    let n = Double(comparison.pairs + 2)
    let share = Double(count + 1) / n
    return (weight * share, weight * weight * share * (1 - share) / n)
  }
}

extension MetricComparison {
  /// Chooses the rule of the mix, then fills in method, estimates, evidence and verdict.
  fileprivate mutating func decide(strata: [Stratum], _ settings: ComparisonSettings) {
    means = Self.means(strata)
    let moreRuns: Int?
    if strata.contains(where: { $0.comparison.finished != nil }) {
      moreRuns = decideByShares(
        .weightedFinished, strata, sign: -direction.sign, settings, of: \.finished)
    } else if strata.contains(where: { $0.comparison.method == .signTest }) {
      moreRuns = decideByShares(.weightedSigns, strata, sign: 1, settings) {
        $0.comparison.signs ?? $0.finished
      }
      let gain = direction.sign * (means?.difference ?? 0)
      evidence = evidence?.agreeing(with: gain)
    } else {
      moreRuns = decideByMeans(strata, settings)
    }
    let smallest = strata.map(\.comparison.pairs).min() ?? 0
    let isIdentical = strata.allSatisfy { $0.comparison.verdict == .identical }
    if smallest < settings.minimumPairs {
      evidence = nil
      verdict = .notEstimable(.tooFewPairs(pairs: smallest, needed: settings.minimumPairs))
    } else if isIdentical {
      evidence = .identical
    } else if let evidence {
      verdict = ComparisonVerdict(
        evidence, margin: margin, alpha: settings.alpha, moreRuns: moreRuns)
    }
    if isIdentical { verdict = .identical }
  }

  private static func means(_ strata: [Stratum]) -> ArmMeans? {
    var means = ArmMeans(baseline: 0, candidate: 0)
    for stratum in strata {
      guard let paired = stratum.comparison.paired else { return nil }
      means.baseline += stratum.weight * paired.baselineMean
      means.candidate += stratum.weight * paired.candidateMean
    }
    return means
  }

  private mutating func decideByMeans(_ strata: [Stratum], _ settings: ComparisonSettings)
    -> Int?
  {
    method = .weightedMean
    var mean = 0.0
    var variance = 0.0
    var denominator = 0.0
    for stratum in strata {
      guard let paired = stratum.comparison.paired else { continue }
      let weight = stratum.weight
      mean += weight * paired.mean
      let error = weight * (paired.standardError ?? 0)
      variance += error * error
      denominator += error * error * error * error / Double(max(1, paired.pairs - 1))
    }
    baseline = means?.baseline
    candidate = means?.candidate
    difference = mean
    let error = variance.squareRoot()
    let freedom = denominator > 0 ? variance * variance / denominator : 1
    let t = StudentT.quantile(1 - settings.alpha / 2, degreesOfFreedom: freedom)
    interval = Interval(
      lower: mean - t * error, upper: mean + t * error)
    evidence = ComparisonEvidence(
      gain: direction.sign * mean, error: error, margin: margin
    ) {
      StudentT.upperTail($0, degreesOfFreedom: freedom)
    }
    return moreRuns(
      error: error, distance: max(margin, abs(mean)), settings)
  }

  private mutating func decideByShares(
    _ method: ComparisonMethod, _ strata: [Stratum], sign: Double,
    _ settings: ComparisonSettings, of shares: (Stratum) -> PairedProportions
  ) -> Int? {
    self.method = method
    var sums = (baseline: 0.0, candidate: 0.0, smoothed: 0.0, variance: 0.0)
    for stratum in strata {
      let stratumShares = shares(stratum)
      let weight = stratum.weight
      sums.baseline += weight * stratumShares.baseline.estimate
      sums.candidate += weight * stratumShares.candidate.estimate
      sums.smoothed += weight * stratumShares.smoothedDifference
      sums.variance +=
        weight * weight * stratumShares.smoothedVariance / Double(stratumShares.runs + 2)
    }
    baseline = sums.baseline
    candidate = sums.candidate
    difference = sums.candidate - sums.baseline
    let error = sums.variance.squareRoot()
    let half = settings.deviate * error
    interval = Interval(
      lower: max(-1, sums.smoothed - half), upper: min(1, sums.smoothed + half))
    // A margin is in the unit of the metric and so says nothing about a share of finished runs.
    var evidence = ComparisonEvidence(gain: sign * sums.smoothed, error: error, margin: 0) {
      NormalDistribution.cumulative(-$0)
    }
    evidence.nonInferior = tolerated(strata, settings) { $0.onlyBaseline }
    evidence.nonSuperior = tolerated(strata, settings) { $0.onlyCandidate }
    self.evidence = evidence
    // Without a difference there is only to show that few runs are worse by the margin.
    guard sums.smoothed != 0 || margin == 0 else {
      return SampleSize.more(
        needed: strata.count * SampleSize.tolerating(settings), present: pairs)
    }
    return moreRuns(error: error, distance: abs(sums.smoothed), settings)
  }

  /// The p-value that fewer than the tolerated share of runs are counted, in the weighted mix.
  private func tolerated(
    _ strata: [Stratum], _ settings: ComparisonSettings, _ count: (PairedProportions) -> Int
  ) -> Double {
    var share = 0.0
    var variance = 0.0
    for stratum in strata {
      let part = stratum.smoothed(stratum.comparison.signs.map(count) ?? 0)
      share += part.share
      variance += part.variance
    }
    return NormalDistribution.cumulative(
      (share - settings.toleratedShare) / variance.squareRoot())
  }

  /// The runs to add, over all cases in the present proportions.
  private func moreRuns(error: Double, distance: Double, _ settings: ComparisonSettings) -> Int? {
    let needed = SampleSize.runs(
      deviation: error * Double(pairs).squareRoot(), distance: distance, settings: settings)
    return SampleSize.more(needed: needed, present: pairs)
  }
}
