import Determinism
import Experiments
import FleetModel
import Testing

@Suite struct DecisionTests {
  /// A metric whose candidate differs by a shift with noise of half a unit.
  private func metric(_ name: String, shift: Double, margin: Double = 0, runs: Int = 100)
    -> MetricComparison
  {
    var samples = TestSamples(seed: 21)
    let baseline = samples.normals(runs)
    return MetricComparison.compare(
      metric: name, baseline: baseline,
      candidate: samples.shifted(baseline, by: shift, noise: shift == 0 ? 0 : 0.5),
      direction: .lowerIsBetter, margin: margin, settings: .fast)
  }

  private func decide(_ primary: Double, guardrail: Double, margin: Double = 1)
    -> ComparisonDecision
  {
    ComparisonDecision.decide(candidates: [
      CandidateArm(
        name: "candidate", primary: metric("exposure", shift: primary),
        guardrails: [metric("duration", shift: guardrail, margin: margin)])
    ])
  }

  @Test func `a better primary within the guardrails wins and shows its price`() {
    let decision = decide(-1, guardrail: 0.5)
    #expect(decision.outcome == .winner(arm: "candidate"))
    #expect(decision.winner?.price.map(\.metric) == ["duration"])
    #expect(decision.winner?.arm.primary.verdict == .better)
    #expect(decide(-1, guardrail: 0).winner?.price.isEmpty == true)
  }

  @Test func `a better primary with a breached guardrail is a trade-off`() {
    let decision = decide(-1, guardrail: 3)
    #expect(decision.outcome == .noWinnerTradeOff)
    #expect(decision.arms[0].breached.map(\.metric) == ["duration"])
  }

  @Test func `a worse primary with a gained guardrail is a trade-off, without one a loss`() {
    #expect(decide(1, guardrail: -3).outcome == .noWinnerTradeOff)
    #expect(decide(1, guardrail: 0.5).outcome == .baselineStays)
    #expect(decide(1, guardrail: 0.5).arms[0].outcome == .loses)
  }

  @Test func `identical means the primary and every guardrail`() {
    #expect(decide(0, guardrail: 0).outcome == .identical)
    #expect(decide(0, guardrail: 0.5).arms[0].outcome == .equivalent)
    #expect(decide(0, guardrail: 3).arms[0].outcome == .loses)
  }

  @Test func `an uncleared guardrail keeps a better primary open`() {
    let decision = decide(-1, guardrail: 1.02)
    #expect(decision.arms[0].uncleared.map(\.metric) == ["duration"])
    guard case .inconclusive(let more?) = decision.outcome else {
      Issue.record("\(decision.outcome)")
      return
    }
    #expect(more > 0)
  }

  @Test func `an undecided primary asks for more runs`() {
    let decision = ComparisonDecision.decide(candidates: [
      CandidateArm(name: "candidate", primary: metric("exposure", shift: -1, runs: 12))
    ])
    #expect(decision.outcome == .inconclusive(moreRuns: 8))
    #expect(decision.winner == nil)
  }

  @Test func `of several arms the best that passes its guardrails wins`() {
    func arm(_ name: String, _ primary: Double, _ guardrail: Double) -> CandidateArm {
      CandidateArm(
        name: name, primary: metric("exposure", shift: primary),
        guardrails: [metric("duration", shift: guardrail, margin: 1)])
    }
    let decision = ComparisonDecision.decide(candidates: [
      arm("cautious", -1, 0.1), arm("reckless", -5, 4), arm("best", -2, 0.2), arm("same", 0, 0),
    ])
    #expect(decision.outcome == .winner(arm: "best"))
    #expect(decision.arms.map(\.outcome) == [.wins, .tradeOff, .wins, .identical])
  }

  @Test func `of winners with equal gains the one with the better guardrail is taken`() {
    func arm(_ name: String, _ guardrail: Double) -> CandidateArm {
      CandidateArm(
        name: name, primary: metric("exposure", shift: -1),
        guardrails: [metric("duration", shift: guardrail, margin: 1)])
    }
    let decision = ComparisonDecision.decide(candidates: [
      arm("slow", 0.5), arm("quick", 0.1), arm("as quick", 0.1),
    ])
    #expect(decision.outcome == .winner(arm: "quick"))
  }

  @Test func `the arm that gains most wins, also where only its signs can be tested`() {
    var skewed = [Double](repeating: 0, count: 100)
    skewed[0] = 1_000
    let baseline = skewed.map { Sample.finite($0 + 10) }
    func arm(_ name: String, _ change: (Int) -> Double) -> CandidateArm {
      CandidateArm(
        name: name,
        primary: MetricComparison.compare(
          baseline: baseline, candidate: (0..<100).map { .finite(change($0)) },
          direction: .lowerIsBetter, settings: .fast))
    }
    let even = arm("even") { skewed[$0] + 9 + Double($0 % 3) / 10 }
    let most = arm("most") { 5 + Double($0 % 3) / 10 }
    #expect(even.primary.method == .pairedMean)
    #expect(most.primary.method == .signTest)
    let decision = ComparisonDecision.decide(candidates: [even, most])
    #expect(decision.outcome == .winner(arm: "most"))
  }

  @Test func `several equal arms raise a false winner no more often than allowed`() {
    var samples = TestSamples(seed: 31)
    let trials = 400
    let winners = (0..<trials).count { _ in
      let baseline = samples.normals(40)
      let candidates = (0..<4).map { arm in
        CandidateArm(
          name: "\(arm)",
          primary: MetricComparison.compare(
            baseline: baseline, candidate: samples.normals(40), direction: .lowerIsBetter,
            settings: .fast))
      }
      return ComparisonDecision.decide(candidates: candidates).winner != nil
    }
    // Half of the two-sided alarms are winners.
    let error = 3 * (0.05 * 0.95 / Double(trials)).squareRoot()
    #expect(Double(winners) / Double(trials) <= 0.05 + error, "seed 31")
  }
}

@Suite struct ArmExpectationTests {
  private func expectation(_ relation: ArmExpectation.Relation, factor: Ratio = .one)
    -> ArmExpectation
  {
    ArmExpectation(
      metric: "duration", caseName: "normal", left: "new", relation: relation, right: "old",
      factor: factor)
  }

  @Test func `each relation holds as its name says, with never as infinity`() {
    let left: [Sample] = [.finite(1), .finite(2), .finite(3), .never, .never, .finite(1)]
    let right: [Sample] = [.finite(2), .finite(2), .finite(2), .finite(2), .never, .never]
    let expected: [(ArmExpectation.Relation, Int)] = [
      (.lessThan, 2), (.atMost, 4), (.greaterThan, 2), (.atLeast, 4),
    ]
    for (op, holds) in expected {
      #expect(expectation(op).count(left: left, right: right).holds == holds, "\(op)")
    }
  }

  @Test func `the factor multiplies the right side`() {
    let half = expectation(.atMost, factor: .percent(50))
    #expect(half.holds(left: .finite(5), right: .finite(10)) == true)
    #expect(half.holds(left: .finite(5.1), right: .finite(10)) == false)
    #expect(half.holds(left: .never, right: .never) == true)
    let none = expectation(.atMost, factor: .zero)
    #expect(none.holds(left: .finite(0), right: .never) == true)
    #expect(none.holds(left: .finite(1), right: .never) == false)
  }

  @Test func `runs where the metric is not applicable count for neither side`() {
    let count = expectation(.lessThan).count(
      left: [.finite(1), .notApplicable, .finite(3)], right: [.finite(2), .finite(2), .finite(2)])
    #expect(count.holds == 1)
    #expect(count.fails == 1)
    #expect(count.notApplicable == 1)
    #expect(count.meets(atLeast: .count(1)))
    #expect(count.meets(atLeast: .share(.percent(50))))
    #expect(!count.meets(atLeast: .share(.percent(51))))
    #expect(!ExpectationCount().meets(atLeast: .count(0)))
  }
}
