import Determinism
import RolloutStrategies
import Testing

@Suite("Rollouts that freeze")
struct FreezeTests {
  private static func staged(_ acceptance: Acceptance, gate: Gate = .open) -> RolloutPolicy {
    let canary = Stage(name: "canary", size: .count(3), gate: gate)
    return .rollout(
      .staged(StagedPolicy(stages: [canary, Stage(name: "rest")], acceptance: acceptance)))
  }

  @Test("what is under way pauses, nothing more is started, and nothing goes back")
  func freezes() {
    var bench = PlannerBench(clusters: 5, Self.staged(Acceptance(onBreach: .freeze)))
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1, 2])
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [1], phase: .failed)
    #expect(bench.verdict().word == "halted")
    #expect(bench.verdict().evidence?.isFrozen == true)
    #expect(bench.paused() == [2])
    #expect(bench.started() == [] && bench.takenBack() == [])
    bench.answer(minute: 3, [2], phase: .waiting)
    #expect(bench.decision.rollouts.isEmpty)
  }

  @Test("a resumed rollout goes on where it stood, and tolerates the failures there were")
  func resumes() {
    var bench = PlannerBench(clusters: 5, Self.staged(Acceptance(onBreach: .freeze)))
    bench.step(minute: 0)
    bench.answer(minute: 2, [0, 1], phase: .failed)
    #expect(bench.paused() == [2])
    bench.answer(minute: 3, [2], phase: .waiting)
    bench.step(minute: 60, [.resumed(rollout: 0)])
    #expect(bench.verdict() == .rolling)
    #expect(bench.started() == [2], "it goes on, and is not started anew")
    bench.answer(minute: 70, [2])
    #expect(bench.started() == [3, 4])
    bench.answer(minute: 80, [3])
    #expect(bench.verdict() == .rolling, "two have failed, as many as it was resumed with")
    bench.answer(minute: 81, [4], phase: .failed)
    #expect(bench.verdict().evidence?.failed == 3)
    #expect(bench.verdict().evidence?.budget == 2)
  }

  @Test(
    "a recalled rollout takes back all that it started, paused or not, and then nothing moves it")
  func recalled() {
    var bench = PlannerBench(clusters: 6, Self.staged(Acceptance(onBreach: .freeze)))
    bench.step(minute: 0, [.recalled(rollout: 0)])
    #expect(bench.started() == [0, 1, 2], "it has not frozen: there is nothing to take back")
    bench.answer(minute: 1, [0, 1, 2])
    #expect(bench.started() == [3, 4, 5])
    bench.answer(minute: 2, [3], phase: .failed)
    #expect(bench.paused() == [4, 5])
    bench.step(minute: 60, [.recalled(rollout: 0)])
    #expect(bench.takenBack() == [0, 1, 2, 3, 4, 5])
    #expect(bench.verdict().word == "rollingBack" && !bench.verdict().isFrozen)
    #expect(bench.verdict().evidence?.isRecalled == true)
    bench.step(minute: 61, [.resumed(rollout: 0)])
    #expect(bench.decision.rollouts.isEmpty)
    bench.answer(minute: 70, Array(0..<6), phase: .idle)
    #expect(bench.verdict().word == "rolledBack")
  }

  @Test("a ladder that is recalled takes every share back")
  func recalledLadder() {
    let ladder = ExposurePolicy(
      shares: [.percent(50), .one], partial: .replicas(4),
      acceptance: Acceptance(onBreach: .freeze))
    var bench = PlannerBench(clusters: 3, .rollout(.exposure(ladder)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 5, [.recalled(rollout: 0)])
    #expect(bench.takenBack() == [0, 1] && bench.verdict().word == "rollingBack")
  }

  @Test("whoever resumes a rollout that froze for want of an approval approves")
  func approves() {
    let gate = Gate.timedApproval(timeout: .minutes(30), then: .breach)
    var bench = PlannerBench(clusters: 4, Self.staged(Acceptance(onBreach: .freeze), gate: gate))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0, 1, 2])
    bench.step(minute: 40)
    #expect(bench.verdict().evidence?.unanswered?.name == "the approval")
    bench.step(minute: 90, [.resumed(rollout: 0)])
    #expect(bench.started() == [3])
  }

  @Test("a ladder freezes and goes on like others")
  func ladder() {
    let ladder = ExposurePolicy(
      shares: [.percent(50), .one], partial: .replicas(4),
      acceptance: Acceptance(onBreach: .freeze))
    var bench = PlannerBench(clusters: 3, .rollout(.exposure(ladder)))
    bench.step(minute: 0)
    // Half of three clusters' demand: all of the first and half of the second.
    #expect(bench.started() == [0, 1])
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.paused() == [1])
    bench.step(minute: 5, [.resumed(rollout: 0)])
    #expect(bench.started() == [1])
    #expect(bench.made()?.directives.map(\.share) == [.percent(50)])
    bench.answer(minute: 9, [1])
    #expect(bench.started() == [1, 2], "the next rung, without the one that failed")
  }

  @Test("a cluster whose window closed meanwhile stays paused until it opens")
  func window() {
    let window = WindowRule(
      from: .zero, to: .hours(1), timeZone: "UTC", reserve: .zero, atClose: .pause)
    let guards = [GuardPolicy(name: "night", rule: .window(window))]
    var bench = PlannerBench(clusters: 2, .atOnce(onBreach: .freeze, guards: guards))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0], phase: .failed)
    #expect(bench.paused() == [1])
    bench.step(minute: 60)
    bench.step(minute: 90, [.resumed(rollout: 0)])
    #expect(bench.verdict() == .rolling && bench.started() == [])
    bench.step(minute: 24 * 60)
    #expect(bench.started() == [1])
  }

  @Test("a paused cluster that was away when the rollout was resumed goes on when it is back")
  func backAfterResume() {
    var bench = PlannerBench(clusters: 3, .atOnce(onBreach: .freeze))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.paused() == [1, 2])
    bench.answer(minute: 2, [1, 2], phase: .waiting)
    bench.step(minute: 3, [.left(cluster: ClusterID(offset: 1))])
    bench.step(minute: 4, [.resumed(rollout: 0)])
    #expect(bench.started() == [2])
    bench.step(minute: 5, [.joined(cluster: ClusterID(offset: 1))])
    #expect(bench.started() == [1])
    bench.answer(minute: 9, [1, 2])
    #expect(bench.verdict() == .complete)
  }

  @Test("one that is back before the rollout is resumed stands still until then")
  func backBeforeResume() {
    var bench = PlannerBench(clusters: 2, .atOnce(onBreach: .freeze))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 3, [.left(cluster: ClusterID(offset: 1))])
    bench.step(minute: 4, [.joined(cluster: ClusterID(offset: 1))])
    #expect(bench.started() == [])
    bench.step(minute: 5, [.resumed(rollout: 0)])
    #expect(bench.started() == [1])
  }

  @Test("looks while a rollout is frozen change nothing of what follows", arguments: [false, true])
  func idleLooks(looksAfterClose: Bool) {
    let window = WindowRule(
      from: .zero, to: .hours(1), timeZone: "UTC", reserve: .zero, atClose: .pause)
    let guards = [GuardPolicy(name: "night", rule: .window(window))]
    var bench = PlannerBench(clusters: 3, .atOnce(onBreach: .freeze, guards: guards))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0], phase: .failed)
    #expect(bench.paused() == [1, 2])
    bench.answer(minute: 20, [1], phase: .waiting)
    if looksAfterClose { bench.step(minute: 65) }
    bench.answer(minute: 70, [2])
    bench.step(minute: 90, [.resumed(rollout: 0)])
    bench.step(minute: 24 * 60)
    #expect(bench.started() == [1], "what became available while its window was closed is done")
  }

  @Test("an operator's resume does not move a rollout that halted")
  func haltStays() {
    var bench = PlannerBench(clusters: 2, .atOnce())
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 2, [.resumed(rollout: 0)])
    #expect(bench.verdict().word == "halted" && bench.decision.rollouts.isEmpty)
  }
}
