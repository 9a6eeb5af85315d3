import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Planner")
struct PlannerTests {
  private static let epoch = PlannerBench.epoch

  private static func cluster(_ offset: Int) -> ClusterID { ClusterID(offset: offset) }

  private static func staged(
    _ stages: Stage..., acceptance: Acceptance = Acceptance()
  ) -> RolloutPolicy {
    .rollout(.staged(StagedPolicy(stages: stages, acceptance: acceptance)))
  }

  @Test("a rollout begins at its start, not before, and the planner wakes for it")
  func startAt() {
    let policy = RolloutPolicy.rollout(
      .allAtOnce(AllAtOncePolicy()), startAt: Self.epoch + .minutes(30))
    var bench = PlannerBench(clusters: 2, policy)
    #expect(bench.step(minute: 0).wakeUp == Self.epoch + .minutes(30))
    bench.answer(minute: 10, [0], phase: .idle)
    #expect(bench.decision.rollouts.isEmpty && bench.verdict() == .waiting)
    bench.step(minute: 30)
    #expect(bench.started() == [0, 1] && bench.verdict() == .rolling)
    #expect(bench.planner.status(of: 0).rollout.startedAt == Self.epoch + .minutes(30))
  }

  @Test("rollouts of one planner are decided apart and reported in its order")
  func severalRollouts() {
    var bench = PlannerBench(
      clusters: 2, .atOnce(name: "x"), .atOnce(name: "y"))
    bench.step(minute: 0)
    #expect(bench.started(0) == [0, 1] && bench.started(1) == [0, 1])
    bench.answer(minute: 1, [0, 1], of: 1)
    #expect(bench.verdict(0) == .rolling && bench.verdict(1) == .complete)
    bench.step(minute: 2, [.left(cluster: Self.cluster(0))])
    #expect(bench.planner.status(of: 0)[Self.cluster(0)].isMember == false)
    #expect(bench.planner.status(of: 1)[Self.cluster(0)].isMember == false)
  }

  @Test("a report that was overtaken by a later one changes nothing")
  func overtaken() {
    var bench = PlannerBench(clusters: 1, .atOnce())
    bench.step(minute: 0)
    let late = bench.reports([0], phase: .progressing, since: Self.epoch + .minutes(1))
    bench.answer(minute: 5, [0])
    bench.step(minute: 6, late)
    #expect(bench.decision.rollouts.isEmpty && bench.verdict() == .complete)
  }

  @Test("a step that goes back in time, or is told of a later silence, traps")
  func timesInOrder() async {
    let traps = [
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var bench = PlannerBench(clusters: 1, .atOnce())
        bench.step(minute: 9)
        bench.answer(minute: 5, [0])
      },
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var bench = PlannerBench(clusters: 1, .atOnce())
        let since = PlannerBench.epoch + .minutes(9)
        bench.step(minute: 9, [.silent(cluster: ClusterID(offset: 0), since: since)])
        bench.step(minute: 5, [.heard(cluster: ClusterID(offset: 0))])
      },
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var bench = PlannerBench(clusters: 1, .atOnce())
        let since = PlannerBench.epoch + .minutes(6)
        bench.step(minute: 5, [.silent(cluster: ClusterID(offset: 0), since: since)])
      },
    ]
    for trap in traps {
      let message = String(decoding: trap?.standardErrorContent ?? [], as: UTF8.self)
      #expect(message.contains("1 clusters were asked or fell silent after"))
    }
    var bench = PlannerBench(clusters: 1, .atOnce())
    let since = PlannerBench.epoch + .minutes(5)
    bench.step(minute: 5, [.silent(cluster: ClusterID(offset: 0), since: since)])
    bench.step(minute: 5, [.heard(cluster: ClusterID(offset: 0))])
    #expect(!bench.planner.status(of: 0).isSilent(ClusterID(offset: 0)))
  }

  @Test("an operator's pause starts nothing more; going on starts what was missed")
  func operatorPause() {
    var bench = PlannerBench(clusters: 3, .window(of: 1))
    bench.step(minute: 0)
    bench.step(minute: 1, [.paused(rollout: 0)])
    #expect(bench.verdict() == .paused)
    bench.answer(minute: 2, [0])
    #expect(bench.started().isEmpty && bench.decision.wakeUp == nil)
    bench.step(minute: 3, [.resumed(rollout: 0)])
    #expect(bench.started() == [1] && bench.verdict() == .rolling)
  }

  @Test("an operator's pause does not hide a halt")
  func pauseAfterHalt() {
    var bench = PlannerBench(clusters: 2, .window(of: 1))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 2, [.paused(rollout: 0)])
    #expect(bench.verdict().word == "halted")
    bench.planner.takeOver(at: Self.epoch + .minutes(2))
    bench.step(minute: 3, [.resumed(rollout: 0)])
    #expect(bench.started().isEmpty && bench.verdict().word == "halted")
  }

  @Test("approval is asked for once and may be given in advance")
  func approval() {
    let first = Stage(name: "canary", size: .count(1), gate: .approval)
    let second = Stage(name: "half", size: .count(1), gate: .approval)
    var bench = PlannerBench(clusters: 3, Self.staged(first, second, Stage(name: "rest")))
    bench.step(minute: 0, [.approved(rollout: 0, stage: 1)])
    bench.answer(minute: 1, [0])
    #expect(bench.made()?.wantsApproval == 0)
    bench.answer(minute: 2, [0])
    #expect(bench.made() == nil)
    bench.step(minute: 3, [.approved(rollout: 0, stage: 0)])
    #expect(bench.started() == [1] && bench.made()?.stage == 1)
    bench.answer(minute: 4, [1])
    #expect(bench.started() == [2] && bench.made()?.wantsApproval == nil)
  }

  @Test("the soak of a stage and its wait count from when its last cluster had soaked")
  func stageSoak() {
    let first = Stage(
      name: "canary", size: .count(2), soak: .minutes(10), gate: .timedWait(.minutes(5)))
    var bench = PlannerBench(
      clusters: 3,
      Self.staged(first, Stage(name: "rest"), acceptance: Acceptance(soak: .minutes(20))))
    bench.step(minute: 0)
    bench.answer(minute: 3, [1])
    let late = bench.reports(
      [0], since: Self.epoch + .minutes(2), sent: Self.epoch + .minutes(9))
    bench.step(minute: 9, late)
    #expect(bench.decision.wakeUp == Self.epoch + .minutes(22))
    bench.step(minute: 22)
    bench.step(minute: 23)
    #expect(bench.decision.wakeUp == Self.epoch + .minutes(38))
    bench.step(minute: 37)
    #expect(bench.started().isEmpty)
    bench.step(minute: 38)
    #expect(bench.started() == [2])
  }

  @Test("the soak of a stage forgets a cluster that leaves")
  func stageSoakForgets() {
    let first = Stage(name: "canary", size: .count(2), soak: .minutes(10))
    var bench = PlannerBench(clusters: 3, Self.staged(first, Stage(name: "rest")))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.answer(minute: 8, [1])
    #expect(bench.decision.wakeUp == Self.epoch + .minutes(18))
    bench.step(minute: 9, [.left(cluster: Self.cluster(1))])
    #expect(bench.decision.wakeUp == Self.epoch + .minutes(11))
  }

  @Test("evidence names the first failures by time and then by name, five at most")
  func evidence() throws {
    var bench = PlannerBench(clusters: 8, .atOnce(tolerating: 6))
    bench.step(minute: 0)
    bench.answer(minute: 5, [6, 5], phase: .failed)
    bench.answer(minute: 6, [1], health: .bad)
    let early = bench.reports(
      [4], phase: .failed, since: Self.epoch + .minutes(2), sent: Self.epoch + .minutes(7))
    bench.step(minute: 7, early)
    #expect(bench.verdict() == .rolling)
    bench.answer(minute: 8, [7, 3, 2], phase: .failed)
    let evidence = try #require(bench.verdict().evidence)
    #expect(evidence.failed == 7 && evidence.budget == 6 && evidence.stage == nil)
    #expect(evidence.causes.map(\.cluster) == ["c4", "c5", "c6", "c1", "c2"])
    #expect(
      evidence.causes.map(\.cause) == [
        .updateFailed, .updateFailed, .updateFailed, .unhealthy, .updateFailed,
      ])
    #expect(evidence.causes[0].since == Self.epoch + .minutes(2))
  }

  @Test("a stage's own budget takes its clusters back and names it")
  func rollBackStage() {
    let acceptance = Acceptance(failureBudget: .count(9), onBreach: .rollBackStage)
    let canary = Stage(name: "canary", size: .count(1))
    let rest = Stage(name: "rest", failureBudget: .count(0))
    var bench = PlannerBench(clusters: 3, Self.staged(canary, rest, acceptance: acceptance))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    #expect(bench.started() == [1, 2])
    bench.answer(minute: 2, [1], phase: .failed)
    #expect(bench.takenBack() == [1, 2] && bench.verdict().word == "rollingBack")
    #expect(bench.verdict().evidence?.stage == "rest")
    bench.answer(minute: 3, [1, 2], phase: .idle)
    #expect(bench.verdict().word == "rolledBack")
  }

  @Test("a rollback does not wait for silent clusters, not even when all are")
  func silentRollback() {
    let silent = (0...1).map {
      Observation.silent(cluster: Self.cluster($0), since: Self.epoch)
    }
    var some = PlannerBench(clusters: 3, .atOnce(onBreach: .rollBackAll))
    some.step(minute: 0)
    some.step(minute: 1, silent)
    some.answer(minute: 2, [2], phase: .failed)
    #expect(some.takenBack() == [0, 1, 2] && some.verdict().word == "rollingBack")
    some.answer(minute: 3, [2], phase: .idle)
    #expect(some.verdict().word == "rolledBack")

    var all = PlannerBench(clusters: 2, .atOnce(onBreach: .rollBackAll))
    all.step(minute: 0)
    all.step(minute: 1, silent)
    all.answer(minute: 2, [1], phase: .failed)
    #expect(all.takenBack() == [0, 1] && all.verdict().word == "rolledBack")
  }

  @Test("a cluster that returns to the fleet after a rollback is taken back too")
  func rejoinsAfterRollback() {
    var bench = PlannerBench(clusters: 2, .atOnce(onBreach: .rollBackAll))
    bench.step(minute: 0)
    bench.step(minute: 1, [.left(cluster: Self.cluster(0))])
    bench.answer(minute: 2, [1], phase: .failed)
    #expect(bench.takenBack() == [1])
    bench.answer(minute: 3, [1], phase: .idle)
    #expect(bench.verdict().word == "rolledBack")
    bench.step(minute: 4, [.joined(cluster: Self.cluster(0))])
    #expect(bench.takenBack() == [0] && bench.verdict().word == "rollingBack")
  }

  @Test("a cluster that joins after completion is rolled too")
  func joinsLate() {
    var bench = PlannerBench(
      clusters: 2, seen: [.left(cluster: Self.cluster(0))], .atOnce())
    bench.step(minute: 0)
    #expect(bench.started() == [1])
    bench.answer(minute: 1, [1])
    #expect(bench.verdict() == .complete)
    bench.step(minute: 2, [.joined(cluster: Self.cluster(0))])
    #expect(bench.started() == [0] && bench.verdict() == .rolling)
    bench.answer(minute: 3, [0])
    #expect(bench.verdict() == .complete)
  }

  @Test("clusters that run the target already are not asked, and count as done")
  func alreadyThere() {
    let report = Observed(
      since: Self.epoch, reportedAt: Self.epoch, ready: 1, total: 1, generation: 0,
      revision: .target, phase: .available, health: .good)
    var bench = PlannerBench(
      clusters: 2, seen: [.report(rollout: 0, cluster: Self.cluster(0), report)], .atOnce())
    bench.step(minute: 0)
    #expect(bench.started() == [1])
    bench.answer(minute: 1, [1])
    #expect(bench.verdict() == .complete)
  }

  @Test("a cluster that is not available by its deadline has failed, and wakes the planner")
  func progressDeadline() {
    let acceptance = Acceptance(progressDeadline: .minutes(10))
    var bench = PlannerBench(
      clusters: 2, .rollout(.allAtOnce(AllAtOncePolicy(acceptance: acceptance))))
    bench.step(minute: 0)
    #expect(bench.decision.wakeUp == Self.epoch + .minutes(10))
    bench.answer(minute: 9, [0])
    bench.step(minute: 10)
    #expect(
      bench.verdict().evidence?.causes == [
        .init(cluster: "c1", cause: .deadlinePassed, since: Self.epoch + .minutes(10))
      ])
  }

  @Test("a kept copy of the status is a value of its own")
  func statusIsAValue() {
    var bench = PlannerBench(clusters: 1, .atOnce())
    let kept = bench.planner.status(of: 0)
    bench.step(minute: 0)
    #expect(kept[Self.cluster(0)].asked == .nothing)
    #expect(bench.planner.status(of: 0)[Self.cluster(0)].asked.generation == 1)
  }
}
