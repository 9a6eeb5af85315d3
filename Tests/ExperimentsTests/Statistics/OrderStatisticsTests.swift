import Determinism
import Experiments
import Testing

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
