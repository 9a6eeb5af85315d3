import Determinism
import Experiments
import Testing

@Suite struct PairedDifferenceTests {
  // scipy.stats.ttest_rel, numpy.corrcoef and scipy.stats.skew of the example.
  @Test func `mean, interval, correlation, gain and skewness agree with scipy`() {
    let paired = PairedDifference(
      baseline: PairedExample.baseline, candidate: PairedExample.candidate)
    #expect(near(paired.mean, -2.3012))
    #expect(near(paired.standardDeviation, 3.8242061485577183))
    #expect(near(paired.interval(alpha: 0.05)?.lower, -3.8797547138754633))
    #expect(near(paired.interval(alpha: 0.05)?.upper, -0.7226452861245343))
    #expect(near(paired.correlation, 0.9082400002661074))
    #expect(near(paired.skewness, 0.41214457106341196))
    #expect(near(paired.gain, 10.496658336535333))
    #expect(paired.pairsNeeded(margin: 0, settings: ComparisonSettings()) == 22)
    #expect(paired.pairsNeeded(margin: 1, settings: ComparisonSettings()) == 22)
    #expect(paired.pairsNeeded(margin: 4.6024, settings: ComparisonSettings()) == 6)
  }

  @Test func `one pair has a mean and nothing else`() {
    let paired = PairedDifference(baseline: [1], candidate: [3])
    #expect(paired.mean == 2)
    #expect(paired.standardDeviation == nil)
    #expect(paired.interval(alpha: 0.05) == nil)
    #expect(paired.correlation == nil)
  }

  @Test func `a constant difference has no spread, whatever rounding makes of it`() {
    let baseline = (0..<50).map { Double($0) * 0.1 }
    let paired = PairedDifference(baseline: baseline, candidate: baseline.map { $0 + 0.7 })
    #expect(paired.standardDeviation == 0)
    #expect(paired.gain == nil)
    #expect(paired.skewness == 0)
  }

  @Test(arguments: [20, 200]) func `the t-interval covers the true mean in 95 percent`(count: Int) {
    var samples = TestSamples(seed: 7)
    let trials = 2_000
    let covered = (0..<trials).count { _ in
      let values = (0..<count).map { _ in samples.normal() }
      let paired = PairedDifference(
        baseline: [Double](repeating: 0, count: count), candidate: values)
      guard let interval = paired.interval(alpha: 0.05) else { return false }
      return interval.lower <= 0 && 0 <= interval.upper
    }
    let error = 3 * (0.95 * 0.05 / Double(trials)).squareRoot()
    #expect(abs(Double(covered) / Double(trials) - 0.95) < error, "seed 7")
  }
}

@Suite struct ProportionTests {
  // scipy.stats.binomtest(7, 50).proportion_ci(method="wilson").
  @Test func `Wilson's interval agrees with scipy`() {
    let interval = Proportion(successes: 7, runs: 50).interval(alpha: 0.05)
    #expect(near(interval.lower, 0.06950833427016292))
    #expect(near(interval.upper, 0.26186193710585537))
  }

  @Test func `no event in n runs leaves about three in n possible`() {
    let interval = Proportion(successes: 0, runs: 100).interval(alpha: 0.05)
    #expect(interval.lower == 0)
    // 1 - 0.05 ** 0.01 in Python.
    #expect(near(interval.upper, 0.029513049607039932))
    let all = Proportion(successes: 100, runs: 100).interval(alpha: 0.05)
    #expect(near(all.lower, 1 - 0.029513049607039932))
    #expect(all.upper == 1)
  }

  // scipy.stats.binomtest(3, 15), (0, 6) and (0, 5).
  @Test func `McNemar's exact test agrees with scipy and needs six discordant runs`() {
    func pValue(_ baseline: Int, _ candidate: Int) -> Double {
      PairedProportions(
        onlyBaseline: baseline, onlyCandidate: candidate, both: 10, runs: 100
      ).pValue
    }
    #expect(near(pValue(3, 12), 0.03515625))
    #expect(near(pValue(12, 3), 0.03515625))
    #expect(near(pValue(0, 6), 0.03125))
    #expect(near(pValue(5, 0), 0.0625))
    #expect(pValue(4, 4) == 1)
    #expect(pValue(0, 0) == 1)
    #expect(PairedProportions.minimumDiscordant(alpha: 0.05) == 6)
  }

  @Test func `the Bonett-Price interval follows its formula`() {
    let shares = PairedProportions(onlyBaseline: 3, onlyCandidate: 12, both: 20, runs: 98)
    // (0.13 - 0.04) and 1.959963984540054 * sqrt((0.17 - 0.09**2) / 100) in Python.
    #expect(near(shares.interval(alpha: 0.05).lower, 0.09 - 0.07886267704499886))
    #expect(near(shares.interval(alpha: 0.05).upper, 0.09 + 0.07886267704499886))
    #expect(near(shares.difference, 9.0 / 98))
  }
}

@Suite struct OrderStatisticsTests {
  @Test func `the fewest runs of a quantile are the known ones`() {
    let known: [(Ratio, Int)] = [
      (.percent(50), 6), (.percent(90), 29), (.percent(10), 29), (.percent(95), 59),
      (.percent(99), 299), (Ratio(partsPerBillion: 999_000_000), 2_995),
    ]
    for (quantile, runs) in known {
      #expect(OrderStatistics.minimumRuns(quantile, alpha: 0.05) == runs)
      #expect(OrderStatistics.intervalRanks(quantile, runs: runs, alpha: 0.05) != nil)
      #expect(OrderStatistics.intervalRanks(quantile, runs: runs - 1, alpha: 0.05) == nil)
    }
  }

  // An exhaustive search over all pairs of ranks with scipy.stats.binom.cdf.
  @Test(arguments: [
    (50, 29, 9, 20), (50, 59, 22, 38), (50, 100, 40, 60), (50, 1_000, 469, 531),
    (90, 29, 21, 29), (90, 59, 49, 58), (90, 100, 84, 96), (90, 1_000, 881, 919),
    (95, 59, 50, 59), (95, 299, 277, 292), (95, 1_000, 937, 964), (99, 299, 289, 299),
  ])
  func `interval ranks are the nearest that enclose`(
    percent: Int64, runs: Int, lower: Int, upper: Int
  ) {
    let ranks = OrderStatistics.intervalRanks(.percent(percent), runs: runs, alpha: 0.05)
    #expect(ranks == lower...upper)
  }

  @Test func `ranks of a million runs are found and straddle the quantile`() {
    let ranks = OrderStatistics.intervalRanks(.percent(99), runs: 1_000_000, alpha: 0.05)
    // 990,000 -+ 1.96 * sqrt(1e6 * 0.99 * 0.01) = 195.
    #expect(abs((ranks?.lowerBound ?? 0) - 989_805) <= 2)
    #expect(abs((ranks?.upperBound ?? 0) - 990_195) <= 2)
  }

  @Test func `never is the largest value`() {
    let values = (1...90).map(Double.init) + [Double](repeating: .infinity, count: 10)
    let median = QuantileEstimate(.percent(50), ascending: values, alpha: 0.05)
    let tail = QuantileEstimate(.percent(95), ascending: values, alpha: 0.05)
    #expect(median?.value == 50)
    #expect(median?.interval == Interval(lower: 40, upper: 60))
    #expect(tail?.value == .infinity)
    #expect(tail?.interval.upper == .infinity)
    #expect(QuantileEstimate(.percent(99), ascending: values, alpha: 0.05) == nil)
  }

  // scipy.stats.bootstrap(paired=True, method="BCa", n_resamples=20000), three seeds, all alike.
  @Test func `the bootstrap of a median difference agrees with scipy and repeats`() {
    func compare() -> MetricComparison {
      var settings = ComparisonSettings()
      settings.resamples = 20_000
      return MetricComparison.compare(
        baseline: finite(PairedExample.baseline), candidate: finite(PairedExample.candidate),
        direction: .lowerIsBetter, settings: settings)
    }
    let comparison = compare()
    let median = comparison.quantiles[0]
    #expect(near(median.difference, -1.94))
    #expect(near(median.interval?.lower, -4.38))
    #expect(near(median.interval?.upper, 1.87))
    #expect(compare() == comparison)
    #expect(comparison.quantiles[1].baseline == nil)
    #expect(comparison.quantiles[1].minimumRuns == 59)
  }
}

@Suite struct MultipleComparisonsTests {
  // statsmodels' multipletests(method="holm") rule, by hand: 4p, 3p, 2p, p with a running maximum.
  @Test func `Holm's values keep the order given and never fall`() {
    let adjusted = MultipleComparisons.holm([0.01, 0.04, 0.03, 0.005])
    let expected = [0.03, 0.06, 0.06, 0.02]
    #expect(zip(adjusted, expected).allSatisfy { near($0, $1) })
    #expect(MultipleComparisons.holm([]).isEmpty)
    #expect(MultipleComparisons.bonferroni([0.01, 0.6]) == [0.02, 1])
  }
}
