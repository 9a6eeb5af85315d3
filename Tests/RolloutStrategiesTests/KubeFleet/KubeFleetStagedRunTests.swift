import Determinism
import Testing

@testable import RolloutStrategies

@Suite("KubeFleet staged update runs")
struct KubeFleetStagedRunTests {
  private static func bench(
    _ clusters: Int, seen: [Observation] = [], _ stages: KubeFleetStage...
  ) -> PlannerBench {
    PlannerBench(
      clusters: clusters,
      domains: [("half", (0..<clusters).map { $0 < clusters / 2 ? "low" : "high" })],
      seen: seen, .rollout(.kubeFleetStaged(KubeFleetStagedPolicy(stages: stages))))
  }

  private static func at(_ seconds: Int64) -> Instant { PlannerBench.epoch + .seconds(seconds) }

  @Test("what becomes available is seen at the next look, every 15 s from the beginning")
  func clusterPoll() {
    var bench = Self.bench(3, KubeFleetStage(name: "all", clusters: .all))
    bench.step(minute: 0)
    #expect(bench.started() == [0] && bench.decision.wakeUp == nil, "nothing to find yet")
    bench.step(at: Self.at(31), bench.reports([0], since: Self.at(31)))
    #expect(bench.started().isEmpty && bench.decision.wakeUp == Self.at(45))
    bench.step(at: Self.at(45))
    #expect(bench.started() == [1])
    bench.step(at: Self.at(60), bench.reports([1], since: Self.at(60)))
    #expect(bench.started() == [2], "exactly at a look it is seen")
  }

  @Test("one that is unavailable again when the run looks holds its slot")
  func unavailableAgain() {
    var bench = Self.bench(2, KubeFleetStage(name: "all", clusters: .all))
    bench.step(minute: 0)
    bench.step(at: Self.at(20), bench.reports([0], since: Self.at(20)))
    bench.step(at: Self.at(25), bench.reports([0], phase: .progressing, since: Self.at(25)))
    bench.step(at: Self.at(30))
    #expect(bench.started().isEmpty)
    bench.step(at: Self.at(40), bench.reports([0], since: Self.at(40)))
    bench.step(at: Self.at(45))
    bench.step(at: Self.at(50), bench.reports([0], phase: .failed, since: Self.at(50)))
    bench.step(at: Self.at(50), bench.reports([1], since: Self.at(50)))
    bench.step(at: Self.at(60))
    #expect(bench.verdict() == .complete, "a success that was written down stays")
  }

  @Test("a failure holds its slot for ever, and is reported stuck after 5 minutes")
  func stuck() throws {
    var bench = Self.bench(2, KubeFleetStage(name: "all", clusters: .all))
    bench.step(minute: 0)
    bench.answer(minute: 2, [0], phase: .failed)
    bench.step(minute: 600)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
    let run = try #require(bench.planner.strategy(of: 0) as? KubeFleetStagedRun)
    let status = bench.planner.status(of: 0)
    #expect(run.stuck(in: status, at: Self.at(300)).isEmpty, "strictly after 5 minutes")
    #expect(run.stuck(in: status, at: Self.at(301)) == [ClusterID(offset: 0)])
  }

  @Test("an approval before a stage is looked for every 60 s; an empty stage skips its own")
  func approvalBefore() {
    let approval = [KubeFleetTask(.approval)]
    var bench = Self.bench(
      1, KubeFleetStage(name: "empty", clusters: nil, beforeTasks: approval, afterTasks: approval),
      KubeFleetStage(name: "all", clusters: .all, beforeTasks: approval))
    bench.step(minute: 0)
    #expect(bench.started().isEmpty && bench.made()?.wantsApproval == 3)
    bench.step(at: Self.at(61), [.approved(rollout: 0, stage: 3)])
    #expect(bench.started().isEmpty && bench.decision.wakeUp == Self.at(120))
    bench.step(at: Self.at(120))
    #expect(bench.started() == [0])
  }

  @Test("the wait counts from when the last cluster was seen; the approval runs beside it")
  func after() {
    let tasks = [KubeFleetTask(.timedWait, waitTime: .seconds(100)), KubeFleetTask(.approval)]
    var bench = Self.bench(
      2, KubeFleetStage(name: "low", clusters: .label("half", "low"), afterTasks: tasks),
      KubeFleetStage(name: "high", clusters: .label("half", "high")))
    bench.step(minute: 0)
    bench.step(at: Self.at(20), bench.reports([0], since: Self.at(20)))
    bench.step(at: Self.at(30))
    #expect(bench.made()?.wantsApproval == 0 && bench.decision.wakeUp == Self.at(130))
    bench.step(at: Self.at(130))
    #expect(bench.started().isEmpty && bench.decision.wakeUp == nil, "the approval is missing")
    bench.step(at: Self.at(131), [.approved(rollout: 0, stage: 0)])
    #expect(bench.decision.wakeUp == Self.at(190))
    bench.step(at: Self.at(190))
    #expect(bench.started() == [1])
  }

  @Test(
    "a cluster that leaves anywhere ends the run at its next look, one that comes back does not")
  func drift() throws {
    var bench = Self.bench(4, KubeFleetStage(name: "all", clusters: .all))
    let last = ClusterID(offset: 3)
    bench.step(minute: 0)
    bench.step(at: Self.at(16), [.left(cluster: last)])
    bench.step(at: Self.at(20), [.joined(cluster: last)])
    bench.step(at: Self.at(30))
    #expect(bench.verdict() == .rolling)
    bench.step(at: Self.at(31), [.left(cluster: last)])
    #expect(bench.verdict() == .rolling && bench.decision.wakeUp == Self.at(45))
    bench.step(at: Self.at(45))
    let evidence = try #require(bench.verdict().evidence)
    #expect(evidence.causes.map(\.cluster) == ["c3"])
    #expect(evidence.causes.map(\.cause) == [.membershipChanged])
  }

  @Test("a cluster that fits no stage, or two, keeps the run from ever starting anything")
  func initialization() {
    for stages in [
      [KubeFleetStage(name: "low", clusters: .label("half", "low"))],
      [
        KubeFleetStage(name: "all", clusters: .all),
        KubeFleetStage(name: "low", clusters: .label("half", "low")),
      ], [KubeFleetStage(name: "all", clusters: .all, sortingLabelKey: "half")], [],
    ] {
      var bench = PlannerBench(
        clusters: 2, domains: [("half", ["low", "high"])],
        .rollout(.kubeFleetStaged(KubeFleetStagedPolicy(stages: stages))))
      bench.step(minute: 0)
      #expect(bench.started().isEmpty)
      #expect(bench.verdict().evidence?.causes.first?.cause == .notPlannable)
    }
  }

  @Test("a run that takes over goes on with the stage it finds, and starts nothing twice")
  func takeover() {
    var bench = Self.bench(
      6, KubeFleetStage(name: "all", clusters: .all, maxConcurrency: .count(2)))
    bench.step(minute: 0)
    bench.step(at: Self.at(10), bench.reports([1], since: Self.at(10)))
    bench.step(at: Self.at(15))
    #expect(bench.started() == [2])
    bench.planner.takeOver(at: Self.at(20))
    bench.step(at: Self.at(20), bench.reports([0, 1], phase: .progressing, since: Self.at(20)))
    #expect(bench.started().isEmpty, "0 and 2 are updating; that 1 was seen available is kept")
    bench.step(at: Self.at(30), bench.reports([2], since: Self.at(30)))
    bench.step(at: Self.at(35))
    #expect(bench.started() == [3])
  }
}
