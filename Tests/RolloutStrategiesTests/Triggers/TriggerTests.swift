import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Triggers")
struct TriggerTests {
  fileprivate static func after(
    _ rollouts: String..., state: TriggerPolicy.State = .launched,
    scope: TriggerPolicy.Scope = .sameCluster, share: Ratio = .one, soak: Int64 = 0,
    require: TriggerPolicy.Combination = .all
  ) -> TriggerPolicy {
    TriggerPolicy(
      sources: rollouts.map {
        .init(rollout: $0, state: state, scope: scope, share: share, soak: .minutes(soak))
      }, require: require)
  }

  private static func bench(
    clusters: Int = 4, regions: [String?] = ["a", "a", "b", nil], tolerating budget: Int = 0,
    _ trigger: TriggerPolicy
  ) -> PlannerBench {
    PlannerBench(
      clusters: clusters, domains: [("region", regions)],
      .atOnce(name: "x", tolerating: budget, onBreach: .rollBackAll),
      .atOnce(name: "y", trigger: trigger))
  }

  @Test("a report about X lets Y start in the same step, whichever is listed first")
  func sameStep() {
    var bench = Self.bench(Self.after("x"))
    bench.step(minute: 0)
    #expect(bench.started(0) == [0, 1, 2, 3] && bench.started(1).isEmpty)
    bench.answer(minute: 1, [2])
    #expect(bench.started(1) == [2])
    var reversed = PlannerBench(
      clusters: 1, .atOnce(name: "y", trigger: Self.after("x")), .atOnce(name: "x"))
    reversed.step(minute: 0)
    reversed.answer(minute: 1, [0], of: 1)
    #expect(reversed.started(0) == [0])
  }

  @Test("launched latches: later trouble of X does not hold Y back")
  func launchedLatches() {
    let share = Self.after("x", scope: .fleet, share: .percent(50))
    var bench = Self.bench(tolerating: 4, share)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [0], health: .bad)
    bench.answer(minute: 3, [1])
    #expect(bench.started(1) == [0, 1, 2, 3])
  }

  @Test("available is looked at again when Y starts: trouble of X holds Y back until it is over")
  func availableIsRechecked() {
    let share = Self.after("x", state: .available, scope: .fleet, share: .percent(50))
    var bench = Self.bench(tolerating: 4, share)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [0], health: .bad)
    bench.answer(minute: 3, [1])
    #expect(bench.started(1).isEmpty)
    bench.step(minute: 4, [.silent(cluster: ClusterID(offset: 1), since: PlannerBench.epoch)])
    bench.answer(minute: 5, [0])
    #expect(bench.started(1).isEmpty, "one is bad no longer, but the other is silent")
    bench.step(minute: 6, [.heard(cluster: ClusterID(offset: 1))])
    #expect(bench.started(1) == [0, 1, 2, 3])
  }

  @Test("what X takes back in a step is not available to Y in the same step")
  func takenBack() {
    let trigger = Self.after("x", state: .available)
    var bench = PlannerBench(
      clusters: 2, .atOnce(name: "x", onBreach: .rollBackAll),
      .rollout(
        .progressive(ProgressivePolicy(maxConcurrency: .count(1))), name: "y", trigger: trigger))
    bench.step(minute: 0)
    let instant = PlannerBench.epoch + .minutes(1)
    bench.step(
      at: instant,
      bench.reports([0], since: instant) + bench.reports([1], phase: .failed, since: instant))
    #expect(bench.takenBack(0) == [0, 1] && bench.started(1).isEmpty)
  }

  @Test("in a domain each value waits for itself; clusters without the label wait together")
  func domain() {
    var bench = Self.bench(Self.after("x", scope: .domain("region")))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 3])
    #expect(bench.started(1) == [3])
    bench.answer(minute: 2, [1])
    #expect(bench.started(1) == [0, 1])
    bench.answer(minute: 3, [2])
    #expect(bench.started(1) == [2])
  }

  @Test(
    "a share of the fleet is rounded up",
    arguments: [(1, 1), (25, 1), (26, 2), (50, 2), (51, 3), (75, 3), (76, 4), (100, 4)])
  func share(percent: Int64, needed: Int) {
    var bench = Self.bench(Self.after("x", scope: .fleet, share: .percent(percent)))
    bench.step(minute: 0)
    for count in 1...needed {
      #expect(bench.started(1).isEmpty)
      bench.answer(minute: Int64(count), [count - 1])
    }
    #expect(bench.started(1) == [0, 1, 2, 3])
  }

  @Test("nothing to wait for is no wait: a share of zero, or a cluster that X is not for")
  func vacuous() {
    var free = Self.bench(Self.after("x", scope: .fleet, share: .zero))
    free.step(minute: 0)
    #expect(free.started(1) == [0, 1, 2, 3])
    let x = RolloutPolicy.rollout(
      .allAtOnce(AllAtOncePolicy()), clusters: .label("region", "a"))
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["a", "b", "c"])], x,
      .atOnce(name: "y", trigger: Self.after("x")))
    bench.step(minute: 0)
    #expect(bench.started(1) == [1, 2])
  }

  @Test("clusters that leave the fleet are not waited for")
  func leaving() {
    var bench = Self.bench(Self.after("x", scope: .fleet))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1, 2])
    #expect(bench.started(1).isEmpty)
    bench.step(minute: 2, [.left(cluster: ClusterID(offset: 3))])
    #expect(bench.started(1) == [0, 1, 2])
  }

  @Test("the soak counts from when the last needed cluster was available, and wakes the planner")
  func soak() {
    var bench = Self.bench(Self.after("x", scope: .fleet, share: .percent(50), soak: 30))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0])
    let late = bench.reports(
      [1], since: PlannerBench.epoch + .minutes(15), sent: PlannerBench.epoch + .minutes(20))
    bench.step(minute: 20, late)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(45))
    bench.answer(minute: 40, [2])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(45), "one more does not matter")
    bench.step(minute: 45)
    #expect(bench.started(1) == [0, 1, 2, 3])
  }

  @Test("of several X all must be there, or any one")
  func combinations() {
    let all = Self.after("x", "z", require: .all)
    var bench = PlannerBench(
      clusters: 2, .atOnce(name: "x"), .atOnce(name: "z"),
      .atOnce(name: "all", trigger: all),
      .atOnce(name: "any", trigger: Self.after("x", "z", require: .any)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], of: 0)
    #expect(bench.started(2).isEmpty && bench.started(3) == [0])
    bench.answer(minute: 2, [0, 1], of: 1)
    #expect(bench.started(2) == [0] && bench.started(3) == [1])
    bench.answer(minute: 3, [1], of: 0)
    #expect(bench.started(2) == [1] && bench.started(3).isEmpty)
  }

  @Test("a chain of rollouts passes on in one step each")
  func chain() {
    var bench = PlannerBench(
      clusters: 1, .atOnce(name: "z", trigger: Self.after("y")),
      .atOnce(name: "y", trigger: Self.after("x")), .atOnce(name: "x"))
    bench.step(minute: 0)
    #expect(bench.decision.rollouts.map(\.rollout) == [0, 1, 2])
    bench.answer(minute: 1, [0], of: 2)
    bench.answer(minute: 2, [0], of: 1)
    #expect(bench.started(0) == [0])
  }

  @Test("rollouts that wait for each other in a circle are refused")
  func circle() async {
    await #expect(processExitsWith: .failure) {
      _ = PlannerBench(
        clusters: 1, .atOnce(name: "x", trigger: TriggerTests.after("y")),
        .atOnce(name: "y", trigger: TriggerTests.after("x")))
    }
  }

  @Test("a trigger that names no rollout of the planner is refused")
  func unknown() async {
    await #expect(processExitsWith: .failure) {
      _ = PlannerBench(clusters: 1, .atOnce(name: "y", trigger: TriggerTests.after("x")))
    }
  }
}
