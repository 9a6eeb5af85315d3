import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Going back in reverse order")
struct FollowedRollbackTests {
  private static func after(
    _ rollout: String, scope: TriggerPolicy.Scope = .sameCluster, share: Ratio = .one
  ) -> TriggerPolicy {
    TriggerPolicy(sources: [
      .init(rollout: rollout, scope: scope, share: share, onRollback: .rollBack)
    ])
  }

  /// X everywhere, then Y where X was launched.
  private static func launched(
    _ trigger: TriggerPolicy, onBreach: Acceptance.Breach = .rollBackAll
  ) -> PlannerBench {
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["a", "a", "b"])],
      .atOnce(name: "x", onBreach: onBreach), .atOnce(name: "y", trigger: trigger))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1, 2])
    return bench
  }

  @Test("what depends goes back first, and each cluster of X follows its own")
  func sameCluster() {
    var bench = Self.launched(Self.after("x"))
    bench.answer(minute: 2, [0, 1, 2], of: 1)
    bench.answer(minute: 3, [1], health: .bad)
    #expect(bench.takenBack(0).isEmpty && bench.takenBack(1) == [0, 1, 2])
    #expect(bench.verdict(0).word == "rollingBack" && bench.verdict(1).word == "rollingBack")
    #expect(bench.verdict(1).evidence?.followed == "x")
    #expect(bench.planner.blocks(of: 0).map(\.cause) == [.dependents])
    #expect(bench.planner.blocks(of: 0).map(\.clusters) == [3])
    bench.answer(minute: 4, [2], of: 1)
    #expect(bench.takenBack(0) == [2])
    bench.answer(minute: 5, [0, 1], of: 1)
    #expect(bench.takenBack(0) == [0, 1] && bench.verdict(1).word == "rolledBack")
    bench.answer(minute: 6, [0, 1, 2])
    #expect(bench.verdict(0).word == "rolledBack" && bench.planner.blocks(of: 0).isEmpty)
  }

  @Test("what was never asked is not waited for, and nothing of it is started any more")
  func neverAsked() {
    var bench = PlannerBench(
      clusters: 3, .atOnce(name: "x", onBreach: .rollBackAll),
      .atOnce(name: "y", trigger: Self.after("x")))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    #expect(bench.started(1) == [0])
    let now = PlannerBench.epoch + .minutes(2)
    bench.step(
      at: now, bench.reports([1], since: now) + bench.reports([2], phase: .failed, since: now))
    #expect(bench.takenBack(0) == [1, 2] && bench.started(1).isEmpty && bench.takenBack(1) == [0])
    bench.answer(minute: 3, [0], of: 1)
    #expect(bench.takenBack(0) == [0] && bench.verdict(1).word == "rolledBack")
  }

  @Test("in a domain X waits for all of Y there, and for nothing elsewhere")
  func domain() {
    var bench = Self.launched(Self.after("x", scope: .domain("region")))
    bench.answer(minute: 2, [0, 1, 2], of: 1)
    bench.answer(minute: 3, [2], phase: .failed)
    bench.answer(minute: 4, [0, 2], of: 1)
    #expect(bench.takenBack(0) == [2])
    bench.answer(minute: 5, [1], of: 1)
    #expect(bench.takenBack(0) == [0, 1])
  }

  @Test("a stage of X that goes back takes along only what depends on it")
  func stage() {
    let stages = [
      Stage(name: "one", size: .count(1), maxConcurrency: .count(1)),
      Stage(name: "rest", maxConcurrency: .count(3)),
    ]
    let x = RolloutPolicy.rollout(
      .staged(
        StagedPolicy(
          stages: stages, order: .listed, acceptance: Acceptance(onBreach: .rollBackStage))))
    var bench = PlannerBench(clusters: 3, x, .atOnce(name: "y", trigger: Self.after("x")))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [1])
    bench.answer(minute: 3, [0, 1], of: 1)
    bench.answer(minute: 4, [2], phase: .failed)
    #expect(bench.takenBack(1) == [1] && bench.takenBack(0) == [2])
    bench.answer(minute: 5, [1], of: 1)
    #expect(bench.takenBack(0) == [1])
    #expect(bench.planner.status(of: 1)[ClusterID(offset: 0)].asked.revision == .target)
  }

  @Test("a chain goes back from its end")
  func chain() {
    var bench = PlannerBench(
      clusters: 1, .atOnce(name: "x", onBreach: .rollBackAll),
      .atOnce(name: "y", trigger: Self.after("x")), .atOnce(name: "z", trigger: Self.after("y")))
    bench.step(minute: 0)
    for rollout in 0...2 { bench.answer(minute: Int64(rollout) + 1, [0], of: rollout) }
    bench.answer(minute: 4, [0], health: .bad)
    #expect(bench.decision.rollouts.flatMap(\.directives).count == 1 && bench.takenBack(2) == [0])
    bench.answer(minute: 5, [0], of: 2)
    #expect(bench.decision.rollouts.flatMap(\.directives).count == 1 && bench.takenBack(1) == [0])
    bench.answer(minute: 6, [0], of: 1)
    #expect(bench.decision.rollouts.flatMap(\.directives).count == 1 && bench.takenBack(0) == [0])
  }

  @Test("a pause, a halt and a finished rollout do not keep it from going back")
  func whateverItsVerdict() {
    for interruption in [Observation.paused(rollout: 1), .resumed(rollout: 1)] {
      var bench = Self.launched(Self.after("x"))
      bench.answer(minute: 2, [0, 1, 2], of: 1)
      #expect(bench.verdict(1) == .complete)
      bench.step(minute: 3, [interruption])
      bench.answer(minute: 4, [1], health: .bad)
      #expect(bench.takenBack(1) == [0, 1, 2])
    }
    var halted = Self.launched(Self.after("x"))
    halted.answer(minute: 2, [0], of: 1, phase: .failed)
    #expect(halted.verdict(1).word == "halted")
    halted.answer(minute: 3, [1], health: .bad)
    #expect(halted.takenBack(1) == [0, 1, 2])
  }

  @Test("a cluster out of reach keeps itself back, and no other")
  func silence() {
    var bench = Self.launched(Self.after("x", scope: .fleet))
    bench.answer(minute: 2, [0, 1, 2], of: 1)
    bench.step(minute: 3, [.silent(cluster: ClusterID(offset: 0), since: PlannerBench.epoch)])
    bench.answer(minute: 4, [1], health: .bad)
    bench.answer(minute: 5, [1, 2], of: 1)
    #expect(bench.takenBack(0) == [0, 1, 2])
    var same = Self.launched(Self.after("x"))
    same.answer(minute: 2, [0, 1, 2], of: 1)
    same.step(minute: 3, [.silent(cluster: ClusterID(offset: 0), since: PlannerBench.epoch)])
    same.answer(minute: 4, [1], health: .bad)
    same.answer(minute: 5, [1, 2], of: 1)
    #expect(same.takenBack(0) == [1, 2] && same.verdict(0).word == "rollingBack")
  }

  @Test("another planner that is told what is known goes on waiting")
  func takeover() {
    var bench = Self.launched(Self.after("x"))
    bench.answer(minute: 2, [0, 1, 2], of: 1)
    bench.answer(minute: 3, [1], health: .bad)
    bench.planner = bench.planner.following(bench.planner.policies, at: bench.now)
    bench.step(minute: 4)
    #expect(bench.decision.rollouts.flatMap(\.directives).isEmpty)
    bench.answer(minute: 5, [0], of: 1)
    #expect(bench.takenBack(0) == [0])
  }

  @Test("without the rule the dependent rollout goes on")
  func ignored() {
    var bench = Self.launched(
      TriggerPolicy(sources: [.init(rollout: "x", onRollback: .ignore)]))
    bench.answer(minute: 3, [1], health: .bad)
    #expect(bench.takenBack(0) == [0, 1, 2] && bench.takenBack(1).isEmpty)
    #expect(bench.verdict(1) == .rolling)
  }
}
