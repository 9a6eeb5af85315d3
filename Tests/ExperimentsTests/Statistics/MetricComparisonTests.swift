import Determinism
import Experiments
import FleetModel
import Testing

@Suite struct MetricComparisonTests {
  private func compare(
    _ baseline: [Sample], _ candidate: [Sample], _ direction: Direction = .lowerIsBetter,
    margin: Double = 0, settings: ComparisonSettings = .fast
  ) -> MetricComparison {
    MetricComparison.compare(
      baseline: baseline, candidate: candidate, direction: direction, margin: margin,
      settings: settings)
  }

  @Test func `the p-value of paired means agrees with scipy`() {
    let result = compare(finite(PairedExample.baseline), finite(PairedExample.candidate))
    #expect(near(result.evidence?.pValue, 0.006078299386932605))
    #expect(result.method == .pairedMean)
    #expect(result.verdict == .better)
    #expect(near(result.relativeChange, -0.02300528245752239))
    let reversed = compare(
      finite(PairedExample.baseline), finite(PairedExample.candidate), .higherIsBetter)
    #expect(reversed.verdict == .worse)
  }

  @Test func `shared seeds and equal arms are identical, never merely equivalent`() {
    var samples = TestSamples(seed: 3)
    let arm = samples.normals(200)
    let result = compare(arm, arm, margin: 1)
    #expect(result.verdict == .identical)
    #expect(result.difference == 0)
    #expect(compare([.never, .never], [.never, .never]).verdict == .identical)
  }

  @Test func `equal arms with different seeds raise a false alarm as often as allowed`() {
    var samples = TestSamples(seed: 11)
    let trials = 1_000
    let alarms = (0..<trials).count { _ in
      let verdict = compare(samples.normals(40), samples.normals(40)).verdict
      return verdict == .better || verdict == .worse
    }
    let error = 3 * (0.05 * 0.95 / Double(trials)).squareRoot()
    #expect(Double(alarms) / Double(trials) <= 0.05 + error, "seed 11")
    // A rule that never decides would pass the line above.
    #expect(Double(alarms) / Double(trials) >= 0.05 - error, "seed 11")
  }

  @Test func `rare and never metrics raise no more false alarms than allowed`() {
    var samples = TestSamples(seed: 12)
    func arm(_ rate: Double, _ event: (Double) -> Sample) -> [Sample] {
      (0..<60).map { _ in
        samples.uniform() < rate ? event(samples.uniform()) : .finite(0)
      }
    }
    let trials = 500
    let bound = 0.05 + 3 * (0.05 * 0.95 / Double(trials)).squareRoot()
    for event in [{ Sample.finite($0) }, { _ in Sample.never }] {
      let alarms = (0..<trials).count { _ in
        let verdict = compare(arm(0.15, event), arm(0.15, event)).verdict
        return verdict == .better || verdict == .worse
      }
      #expect(Double(alarms) / Double(trials) <= bound, "seed 12")
    }
  }

  @Test func `the order of the replications changes no bit`() {
    for seed in UInt64(0)..<20 {
      var samples = TestSamples(seed: seed)
      let baseline = samples.normals(70)
      var candidate = samples.shifted(baseline, by: 0.2, noise: 0.5)
      if seed % 2 == 1 { candidate[4] = .never }
      candidate[9] = .notApplicable
      let order = samples.permuted(Array(0..<70))
      var settings = ComparisonSettings()
      settings.resamples = 100
      let straight = compare(baseline, candidate, settings: settings)
      let permuted = compare(
        order.map { baseline[$0] }, order.map { candidate[$0] }, settings: settings)
      #expect(straight == permuted, "seed \(seed)")
      #expect(straight.dropped == 1)
    }
  }

  @Test func `without pairs nothing is estimated`() {
    #expect(compare([], []).verdict == .notEstimable(.noPairs))
    let result = compare([.notApplicable, .finite(1)], [.finite(1), .notApplicable])
    #expect(result.verdict == .notEstimable(.noPairs))
    #expect(result.dropped == 2)
    #expect(result.difference == nil)
  }

  @Test(arguments: [1, 2, 19]) func `below twenty pairs there are numbers and no verdict`(
    count: Int
  ) {
    let values = (0..<count).map { ($0 * $0) % 7 }
    let baseline = values.map { Sample.finite(Double($0)) }
    let candidate = values.indices.map { Sample.finite(Double(values[$0] + $0 % 3 + 10)) }
    let result = compare(baseline, candidate)
    #expect(result.verdict == .notEstimable(.tooFewPairs(pairs: count, needed: 20)))
    #expect(result.difference ?? 0 >= 10)
    #expect(result.evidence == nil)
    #expect((result.interval == nil) == (count == 1))
  }

  @Test func `a constant shift is decided with certainty against the margin`() {
    let baseline = (0..<30).map { Sample.finite(Double($0)) }
    let later = (0..<30).map { Sample.finite(Double($0) + 5) }
    #expect(compare(baseline, later).verdict == .worse)
    #expect(compare(later, baseline).verdict == .better)
    #expect(compare(baseline, later, margin: 6).verdict == .equivalent)
    #expect(compare(baseline, later).interval == Interval(lower: 5, upper: 5))
  }

  @Test func `a difference shown to be small is equivalent, one within reach is open`() {
    var samples = TestSamples(seed: 5)
    let baseline = samples.normals(400)
    let candidate = samples.shifted(baseline, by: 0, noise: 0.5)
    #expect(compare(baseline, candidate, margin: 0.5).verdict == .equivalent)
    guard case .inconclusive(let more?) = compare(baseline, candidate).verdict else {
      Issue.record("seed 5: \(compare(baseline, candidate).verdict)")
      return
    }
    #expect(more > 0)
  }

  @Test func `more of the same evidence never turns better into worse`() {
    for seed in UInt64(0)..<40 {
      var samples = TestSamples(seed: seed)
      let baseline = samples.normals(320)
      let candidate = samples.shifted(baseline, by: -0.3, noise: 1)
      var wasBetter = false
      for count in [20, 40, 80, 160, 320] {
        let part = compare(Array(baseline[..<count]), Array(candidate[..<count]))
        let again = compare(
          Array(baseline[..<count] + baseline[..<count]),
          Array(candidate[..<count] + candidate[..<count]))
        if part.verdict == .better { #expect(again.verdict == .better, "seed \(seed)") }
        #expect(!(wasBetter && part.verdict == .worse), "seed \(seed)")
        wasBetter = wasBetter || part.verdict == .better
      }
      #expect(wasBetter, "seed \(seed)")
    }
  }

  @Test func `rare differences get a sign test and the number of runs`() {
    let baseline = [Sample](repeating: .finite(0), count: 100)
    var candidate = baseline
    for index in 0..<4 { candidate[index * 20] = .finite(Double(index + 1)) }
    let few = compare(baseline, candidate)
    #expect(few.method == .signTest)
    // Six one-sided runs are needed at 4 in 100; the power asks for no more.
    #expect(few.verdict == .inconclusive(moreRuns: 50))
    for index in 0..<4 { candidate[index * 20 + 1] = .finite(1) }
    #expect(compare(baseline, candidate).verdict == .worse)
    #expect(compare(baseline, candidate, .higherIsBetter).verdict == .better)
  }

  @Test func `many small wins do not hide one great loss`() {
    let baseline = [Sample](repeating: .finite(0), count: 200)
    var candidate = baseline
    for index in 0..<12 { candidate[index] = .finite(-1) }
    #expect(compare(baseline, candidate).verdict == .better)
    candidate[50] = .finite(1_000)
    let result = compare(baseline, candidate)
    #expect(result.method == .signTest)
    guard case .inconclusive = result.verdict else {
      Issue.record("\(result.verdict)")
      return
    }
  }

  @Test func `skewed differences have no mean verdict`() {
    let baseline = [Sample](repeating: .finite(0), count: 60)
    let candidate = (0..<60).map { Sample.finite($0 == 0 ? 10_000 : 1) }
    let result = compare(baseline, candidate)
    #expect(result.paired?.skewness ?? 0 > 7)
    #expect(result.method == .signTest)
    #expect(result.verdict == .worse)
  }

  @Test func `a never in either arm replaces the mean by the share that finished`() {
    var samples = TestSamples(seed: 8)
    let baseline = samples.normals(100, mean: 50)
    var candidate = samples.shifted(baseline, by: 0, noise: 0.1)
    for index in 0..<8 { candidate[index * 10] = .never }
    let result = compare(baseline, candidate)
    #expect(result.method == .finished)
    #expect(result.paired == nil)
    #expect(near(result.baseline, 1))
    #expect(near(result.candidate, 0.92))
    #expect(result.verdict == .worse)
    #expect(compare(candidate, baseline).verdict == .better)
    // What never comes is good where later is better.
    #expect(compare(baseline, candidate, .higherIsBetter).verdict == .better)
  }

  @Test func `arms that finish alike are told apart by the runs themselves`() {
    var samples = TestSamples(seed: 9)
    var baseline = samples.normals(100, mean: 50)
    var candidate = samples.shifted(baseline, by: -10, noise: 1)
    baseline[3] = .never
    candidate[3] = .never
    let result = compare(baseline, candidate)
    #expect(result.method == .signTest)
    #expect(result.verdict == .better)
    #expect(near(result.candidate, 0.99))
  }

  @Test func `differences of quantiles survive never in one arm or both`() {
    let baseline = (0..<100).map { $0 < 60 ? Sample.never : .finite(Double($0)) }
    let candidate = (0..<100).map { $0 < 20 ? Sample.never : .finite(Double($0)) }
    let result = compare(baseline, candidate, settings: ComparisonSettings())
    #expect(result.quantiles[0].baseline?.value == .infinity)
    #expect(result.quantiles[0].candidate?.value == 69)
    #expect(result.quantiles[0].difference == -.infinity)
    #expect(result.quantiles[1].difference == 0)
    #expect(result.verdict == .better)
  }
}
