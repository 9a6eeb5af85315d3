import Determinism
import Testing

@testable import RolloutStrategies

@Suite("KubeFleet rolling updates")
struct KubeFleetRollingUpdateTests {
  private static func bench(
    _ clusters: Int, seen: [Observation] = [], _ policy: KubeFleetRollingPolicy
  ) -> PlannerBench {
    PlannerBench(clusters: clusters, seen: seen, .rollout(.kubeFleetRolling(policy)))
  }

  @Test(
    "what may be unavailable is rounded up",
    arguments: [(25 as Int64, 4, 1), (25, 5, 2), (1, 5, 1), (0, 5, 0), (100, 3, 3)])
  func rounding(percent: Int64, clusters: Int, started: Int) {
    var bench = Self.bench(
      clusters, KubeFleetRollingPolicy(maxUnavailable: .share(.percent(percent))))
    bench.step(minute: 0)
    #expect(bench.started() == Array(0..<started))
  }

  @Test("those that stay unavailable use up the limit until nothing moves")
  func halts() {
    var bench = Self.bench(9, KubeFleetRollingPolicy(maxUnavailable: .count(2)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.started().isEmpty)
    bench.answer(minute: 2, [1])
    #expect(bench.started() == [2])
    bench.answer(minute: 3, [2], phase: .progressing)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }

  @Test("those that have failed before are all updated at once, outside the limit")
  func failedBefore() {
    let seen = [1, 4, 5].map { offset in
      Observation.report(
        rollout: 0, cluster: ClusterID(offset: offset),
        Observed(
          since: PlannerBench.epoch, reportedAt: PlannerBench.epoch, ready: 0, total: 1,
          generation: 0, revision: .previous, phase: .failed, health: .bad))
    }
    var bench = Self.bench(6, seen: seen, KubeFleetRollingPolicy(maxUnavailable: .count(1)))
    bench.step(minute: 0)
    #expect(bench.started() == [1, 4, 5], "three are unavailable already, so that no other is")
    bench.answer(minute: 1, [1, 4, 5])
    #expect(bench.started() == [0])
  }

  @Test("more wanted than there are leaves less that may be unavailable")
  func wantedMore() {
    let policy = KubeFleetRollingPolicy(placement: .pickNumber(6), maxUnavailable: .count(2))
    var bench = Self.bench(4, policy)
    bench.step(minute: 0)
    #expect(bench.started().isEmpty, "4 ready, 4 must be")
  }

  @Test("of those that the rollout is for, only the wanted ones are updated")
  func placed() {
    var first = Self.bench(
      12, KubeFleetRollingPolicy(placement: .pickNumber(3), maxUnavailable: .count(9)))
    first.step(minute: 0)
    #expect(first.started() == [0, 1, 10], "c0, c1 and c10 are first by name")
    var fixed = Self.bench(
      4, KubeFleetRollingPolicy(placement: .pickFixed(["c3", "c1"]), maxUnavailable: .count(9)))
    fixed.step(minute: 0)
    #expect(fixed.started() == [1, 3])
    fixed.answer(minute: 1, [1, 3])
    #expect(fixed.verdict() == .complete)
  }

  @Test(
    "kept up to date, the ledger picks what a look at every binding would",
    arguments: 1...60 as ClosedRange<UInt64>)
  func incremental(seed: UInt64) {
    var draws = Draws(seed: seed, purpose: 9)
    let policy = KubeFleetRollingPolicy.drawn(from: &draws)
    let count = draws.int(1...20)
    var bindings: [ClusterBinding?] = Array(repeating: nil, count: count)
    var ledger = BindingLedger(policy, count: count)
    for _ in 0..<40 {
      for position in 0..<count where draws.chance(30) {
        bindings[position] = draws.chance(90) ? Self.binding(from: &draws) : nil
        ledger.see(position, bindings[position])
      }
      var whole = BindingLedger(policy, count: count)
      for (position, binding) in bindings.enumerated() { whole.see(position, binding) }
      let picked = ledger.pick()
      #expect(picked == whole.pick())
      #expect(ledger.blocked == whole.blocked && ledger.current == whole.current)
      for position in picked {
        bindings[position]?.state = .bound
        bindings[position]?.isCurrent = true
        bindings[position]?.isReady = false
        ledger.see(position, bindings[position])
      }
    }
  }

  private static func binding(from draws: inout Draws) -> ClusterBinding {
    var conditions = BindingConditions(generation: 1)
    let status: ConditionStatus = draws.pick([.isTrue, .isFalse, .unknown])
    conditions.available = .init(
      status, generation: draws.int(0...1), reason: draws.pick([.inProgress, .other]))
    return ClusterBinding(
      draws.pick([.bound, .bound, .scheduled, .unscheduled]), isCurrent: draws.chance(40),
      isDeleting: draws.chance(15), conditions: conditions, cutoff: .distantPast)
  }
}
