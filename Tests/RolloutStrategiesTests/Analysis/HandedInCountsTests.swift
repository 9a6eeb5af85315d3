import Determinism
import Testing

@testable import RolloutStrategies

/// Counts that a person or a script hands in, line by line.
@Suite("Counts that are handed in")
struct HandedInCountsTests {
  private static let policy = RolloutPolicy.rollout(
    .cohortCanary(
      CohortCanaryPolicy(
        steps: [.count(1)],
        looks: LookRule(
          analysis: AnalysisPolicy(kind: .threshold(.percent(1))), interval: .minutes(1)))))

  /// A replay in which the canary cluster runs the target and the first look is asked for.
  private func replay() throws -> Replay {
    var bench = PlannerBench(clusters: 2, Self.policy)
    let header = Transcript.Header(
      title: "t", random: RandomStream(seed: 1, replication: 0), startAt: PlannerBench.epoch,
      planners: [bench.planner])
    var replay = Replay(isVerifying: false)
    _ = try replay.take(CanonicalJSON.string(Transcript.Line(header: header)))
    bench.step(minute: 0)
    _ = try replay.take(line(minute: 0, []))
    let report = bench.reports([0], since: PlannerBench.epoch + .minutes(1))
    let made = try replay.take(line(minute: 1, report))
    #expect(made?.decided?.decision.rollouts.first?.lookRequest?.look == 1)
    return replay
  }

  private func line(minute: Int64, _ observations: [Observation]) throws -> String {
    try CanonicalJSON.string(
      Transcript.Line(
        observed: .init(
          planner: 0, at: PlannerBench.epoch + .minutes(minute), observations: observations)))
  }

  /// The line of minute 2, with what stands for the counts.
  private func line(_ counts: String) throws -> String {
    try line(minute: 2, []).replacing(
      "\"observations\":[]", with: "\"observations\":[{\"measured\":{\"rollout\":0,\(counts)}}]")
  }

  @Test("a line says what was counted, and the next step follows") func possible() throws {
    var replay = try replay()
    let made = try replay.take(line(#""look":1,"cohort":{"requests":1000,"errors":3}"#))
    let decision = try #require(made?.decided?.decision.rollouts.first)
    #expect(decision.look?.finding.verdict == .pass)
    #expect(decision.directives.map(\.cluster.offset) == [1])
  }

  @Test(
    "what cannot be is refused with what is wrong",
    arguments: [
      #""look":0,"cohort":{"requests":1,"errors":0}"#,
      #""look":1,"cohort":{"requests":-1,"errors":0}"#,
      #""look":1,"cohort":{"requests":1,"errors":2}"#,
      #""look":1,"cohort":{"requests":9223372036854775807,"errors":0}"#,
      #""look":1,"cohort":{"requests":1,"errors":0},"control":{"requests":0,"errors":1}"#,
    ])
  func impossible(_ counts: String) throws {
    var replay = try replay()
    let text = try line(counts)
    #expect(throws: Replay.Problem.self) { _ = try replay.take(text) }
  }

  @Test("a status that is handed on and cannot be is refused, and one that can is taken")
  func handedOn() throws {
    var bench = PlannerBench(clusters: 2, Self.policy)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    var status = bench.planner.status(of: 0).rollout
    let now = PlannerBench.epoch + .minutes(2)
    #expect(Observation.underWay(rollout: 0, status).problem(at: now) == nil)
    status.analysis?.lookEndsAt = .never
    #expect(Observation.underWay(rollout: 0, status).problem(at: now) != nil)
  }
}
