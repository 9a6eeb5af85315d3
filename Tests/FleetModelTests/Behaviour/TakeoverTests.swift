import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// A scenario that begins in the midst of rollouts goes on with them.
@Suite struct TakeoverTests {
  private static let strategy = StrategyPolicy.progressive(
    ProgressivePolicy(
      maxConcurrency: .count(2), acceptance: Acceptance(failureBudget: .count(1))))

  /// The scenario from some step of its first run on, as its planners know it then.
  private func cut(_ run: FinishedRun, after steps: Int) throws -> Scenario {
    var planners = run.world.planners(
      arm: run.world.scenario.arms[0], random: RandomStream(seed: 1, replication: 0))
    var scenario = run.world.scenario
    for step in run.result.transcript.prefix(steps) {
      _ = planners[step.planner].step(at: step.at, observing: step.observations)
      scenario.startAt = step.at
    }
    var plan = TakeoverPlan(rollouts: [])
    for planner in planners { plan.add(planner) { $0 } }
    scenario.takeover = plan
    scenario.horizon = run.world.endAt - scenario.startAt
    return scenario
  }

  @Test("cut after any step, it ends when it would have ended, and nobody is started twice")
  func anywhere() throws {
    let scenario = Scenario.small(Self.strategy, clusters: 7)
    let whole = scenario.run()
    let steps = whole.result.transcript
    try #require(steps.count >= 5)
    for count in 1..<steps.count {
      let rest = try cut(whole, after: count)
      let run = rest.run()
      let passed = rest.startAt - scenario.startAt
      // An update that is under way begins anew: here a report, a microsecond, after it began.
      let late = try run.decidedAfter() + passed - whole.decidedAfter()
      #expect((0...2).contains(late.count), "after \(count) steps")
      let started = steps.prefix(count).flatMap { $0.decision.rollouts.flatMap(\.directives) }
      let later = run.result.transcript.flatMap { $0.decision.rollouts.flatMap(\.directives) }
      #expect((started + later).map(\.cluster.rawValue).sorted() == Array(0..<7))
      #expect(run.record.rollouts[0].updated == 7)
    }
  }

  @Test("who is silent, gone or failed in the beginning is so in the world")
  func unwell() throws {
    let scenario = Scenario.small(Self.strategy, clusters: 5)
    let names = (1...5).map { "c-00000\($0)" }
    var rest = scenario
    let asked = Asked(since: .monday, generation: 1, revision: .target)
    let failed = Observed(
      since: .monday, reportedAt: .monday, ready: 0, total: 1, generation: 1, revision: .target,
      phase: .failed, health: .good)
    var status = RolloutStatus()
    status.verdict = .rolling
    status.startedAt = .monday
    status.stageEnteredAt = .monday
    rest.startAt = .monday + .minutes(10)
    rest.takeover = TakeoverPlan(
      rollouts: [
        .init(
          rollout: "web-v2", status: status,
          clusters: [.init(cluster: names[0], asked: asked, observed: failed)])
      ], silent: [.init(cluster: names[1], since: .monday)], absent: [names[2]])
    let run = rest.run()
    let record = run.record
    #expect(record.clusters.map { $0.versions[0] } == ["v2", "v1", "v1", "v2", "v2"])
    // The failed one is tolerated; the silent one keeps its slot for ever.
    #expect(record.rollouts[0].verdict == .rolling && record.rollouts[0].stragglers == 2)
    let started = run.result.transcript.flatMap { $0.decision.rollouts.flatMap(\.directives) }
    #expect(started.map(\.cluster.offset) == [1, 3, 4])
    #expect(started.allSatisfy { $0.generation == 1 })
  }

  @Test("a defect acts in clusters that carried it before")
  func defect() throws {
    let scenario = Scenario.small(
      .allAtOnce(AllAtOncePolicy()), clusters: 3,
      defects: [.ofTarget(.errorRate(.percent(50)), .afterStart(.hours(1)))])
    let whole = scenario.run()
    let run = try cut(whole, after: 2).run()
    #expect(try run.number("usersHarmed.integral") > 0)
    #expect(run.record.rollouts[0].verdict.isStopped, "\(run.record.rollouts)")
  }

  @Test("whatever is under way, the run is a function of its scenario, and planners agree")
  func drawn() throws {
    for seed in DrawnSeeds.all.prefix(60) {
      let replay = DrawnSeeds.replay(seed, "TakeoverTests")
      let whole = DrawnScenario.of(seed: seed).run(seed: seed)
      let rest = try cut(whole, after: whole.result.transcript.count / 2)
      let bytes = try CanonicalJSON.encode(rest)
      #expect(try CanonicalJSON.decode(Scenario.self, from: bytes) == rest, replay)
      let run = rest.run(seed: seed)
      let heap = rest.run(
        seed: seed,
        RunOptions(detail: .events, eventList: .heap, wantsTranscript: true, entityMask: 5))
      #expect(RunDigests(run.record) == RunDigests(heap.record), replay)
      var planners = run.world.planners(
        arm: rest.arms[0], random: RandomStream(seed: seed, replication: 0))
      for step in run.result.transcript {
        let again = planners[step.planner].step(at: step.at, observing: step.observations)
        #expect(again == step.decision, replay)
      }
    }
  }
}
