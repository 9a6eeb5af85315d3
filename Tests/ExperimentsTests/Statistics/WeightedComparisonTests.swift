import Determinism
import Experiments
import FleetModel
import Testing

@Suite struct WeightedComparisonTests {
  private let first: [Double] = [
    1, 3, 2, 5, 4, -1, 2, 2, 6, 1, 0, 3, 4, 2, 1, 5, 3, 2, 4, 1, 2, 3,
  ]
  private let second: [Double] = [
    -10, 4, -3, 8, -2, 6, 7, -5, 1, 0, 3, 9, -1, 2, 5, 4, -6, 3, 2, 1, 8,
  ]

  private func mix(_ weights: [Int64], _ candidates: [[Sample]]) -> WeightedComparison {
    var settings = ComparisonSettings.fast
    // Ties are few here: the floor of non-zero differences is not what these tests are about.
    settings.minimumNonZero = 10
    return WeightedComparison.compare(
      cases: zip(weights, candidates).map { weight, candidate in
        CaseSamples(
          name: "case", weight: .percent(weight),
          baseline: [Sample](repeating: .finite(0), count: candidate.count),
          candidate: candidate)
      }, direction: .lowerIsBetter, settings: settings)
  }

  private func modified<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var copy = value
    change(&copy)
    return copy
  }

  // scipy.stats.ttest_ind(first, -second, equal_var=False), halved.
  @Test func `equal weights of two cases are Welch's test`() {
    let overall = mix([7, 7], [finite(first), finite(second)]).overall
    #expect(overall.method == .weightedMean)
    #expect(near(overall.difference, 2.107142857142857))
    #expect(near(overall.interval?.lower, 0.9294486862841795))
    #expect(near(overall.interval?.upper, 3.284837028001535))
    #expect(near(overall.evidence?.pValue, 0.001123694427829932))
    #expect(overall.pairs == 43)
  }

  @Test func `a case without weight counts for nothing`() {
    let alone = PairedDifference(
      baseline: [Double](repeating: 0, count: 22), candidate: first
    ).interval(alpha: 0.05)
    let overall = mix([100, 0], [finite(first), [.never]]).overall
    #expect(near(overall.interval?.lower, alone?.lower ?? .nan))
    #expect(near(overall.interval?.upper, alone?.upper ?? .nan))
    #expect(mix([0, 0], [finite(first), []]).overall.verdict == .notEstimable(.noWeight))
    #expect(mix([1, 1], [finite(first), []]).overall.verdict == .notEstimable(.noPairs))
  }

  @Test func `one never takes the mean away from the whole mix`() {
    var last = finite(first)
    last[0] = .never
    last[1] = .never
    let overall = mix([50, 50], [finite(second), last]).overall
    #expect(overall.method == .weightedFinished)
    #expect(near(overall.candidate, 0.5 + 0.5 * 20 / 22))
    #expect(near(overall.baseline, 1))
  }

  @Test func `one rare case takes the mean away from the whole mix`() {
    let rare = finite((0..<60).map { $0 < 5 ? 1 : 0 })
    let overall = mix([50, 50], [finite(first), rare]).overall
    #expect(overall.method == .weightedSigns)
    #expect(overall.verdict == .worse)
  }

  @Test func `identical cases are identical, and one beside another adds no variance`() {
    let zeros = finite([Double](repeating: 0, count: 40))
    #expect(mix([50, 50], [zeros, zeros]).overall.verdict == .identical)
    let overall = mix([50, 50], [zeros, finite(first)]).overall
    #expect(overall.method == .weightedMean)
    #expect(near(overall.difference, 0.5 * 2.5))
    #expect(overall.verdict == .worse)
  }

  @Test func `a case to which the metric does not apply leaves its weight to the others`() {
    let none = [Sample](repeating: .notApplicable, count: 60)
    let result = mix([50, 30, 20], [finite(first), none, finite(second)])
    let without = mix([50, 20], [finite(first), finite(second)])
    #expect(result.overall == modified(without.overall) { $0.dropped = 60 })
    #expect(result.weights[1] == 0)
    #expect(near(result.weights[0], 50.0 / 70))
    #expect(result.cases[1].verdict == .notEstimable(.noPairs))
    #expect(mix([1, 1], [none, none]).overall.verdict == .notEstimable(.noPairs))
  }

  @Test func `the mix has a mean also where only signs can be tested`() {
    let rare = finite((0..<60).map { $0 < 5 ? 1 : 0 })
    let means = mix([50, 50], [finite(first), rare]).overall.means
    #expect(means?.baseline == 0)
    #expect(near(means?.candidate, 0.5 * 2.5 + 0.5 * 5 / 60))
    #expect(mix([50, 50], [finite(first), [.never] + rare]).overall.means == nil)
  }

  @Test func `a case counts by the share of its runs to which the metric applies`() {
    // Half of the second case applies, so weights of 50 and 50 become two thirds and one third.
    let half = finite(second) + [Sample](repeating: .notApplicable, count: second.count)
    let result = mix([50, 50], [finite(first), half])
    #expect(near(result.weights[0], 2.0 / 3))
    #expect(near(result.overall.difference, 2.0 / 3 * 2.5 + 1.0 / 3 * (36.0 / 21)))
  }

  @Test func `a case to which the metric applies too rarely is left out`() {
    let rare = finite([9, 9, 9]) + [Sample](repeating: .notApplicable, count: 40)
    let result = mix([50, 50], [finite(first), rare])
    #expect(result.weights == [1, 0])
    #expect(near(result.overall.difference, 2.5))
  }

  @Test func `the smallest case sets whether there is a verdict`() {
    let overall = mix([99, 1], [finite(first), finite([1, 2, 3])]).overall
    #expect(overall.verdict == .notEstimable(.tooFewPairs(pairs: 3, needed: 20)))
  }
}
