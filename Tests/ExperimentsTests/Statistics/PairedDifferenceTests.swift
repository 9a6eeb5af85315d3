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
