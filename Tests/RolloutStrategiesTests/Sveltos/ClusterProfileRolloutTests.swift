import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Profiles of Sveltos")
struct ClusterProfileRolloutTests {
  private static func bench(
    _ clusters: Int, _ policy: ClusterProfilePolicy, seen: [Observation] = []
  ) -> PlannerBench {
    PlannerBench(clusters: clusters, seen: seen, .rollout(.clusterProfile(policy)))
  }

  @Test("a percentage is rounded up; 0 and nothing are all at once")
  func limits() {
    for (amount, started) in [
      (Amount.share(.percent(5)), 3), (.share(.percent(1)), 1), (.count(0), 41), (.count(50), 41),
      (.share(.zero), 41), (.count(2), 2),
    ] {
      var bench = Self.bench(
        41, ClusterProfilePolicy(clusterSelector: .all, maxUpdate: amount))
      bench.step(minute: 0)
      #expect(bench.started() == Array(0..<started))
    }
  }

  @Test("with health checks a cluster keeps its slot until it is available, a failed one for ever")
  func healthChecks() {
    let policy = ClusterProfilePolicy(
      clusterSelector: .all, maxUpdate: .count(2), validatesHealth: true)
    var bench = Self.bench(5, policy)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .progressing)
    #expect(bench.started().isEmpty)
    bench.answer(minute: 2, [0], phase: .failed)
    bench.answer(minute: 3, [1])
    #expect(bench.started() == [2])
    bench.answer(minute: 4, [2], phase: .failed)
    bench.step(minute: 9_000)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }

  @Test("without health checks a cluster is updated once its agent has taken the change")
  func noChecks() {
    var bench = Self.bench(3, ClusterProfilePolicy(clusterSelector: .all, maxUpdate: .count(1)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .progressing)
    #expect(bench.started() == [1])
    // What becomes of it afterwards does not matter any more.
    bench.answer(minute: 2, [0], phase: .failed)
    bench.answer(minute: 3, [1])
    #expect(bench.started() == [2])
    bench.answer(minute: 4, [2])
    #expect(bench.verdict() == .complete)
  }

  @Test("a cluster that cannot be reached is passed and holds no slot, even while it updates")
  func unreachable() {
    let silent = Observation.silent(cluster: ClusterID(offset: 0), since: PlannerBench.epoch)
    var bench = Self.bench(
      4, ClusterProfilePolicy(clusterSelector: .all, maxUpdate: .count(1)), seen: [silent])
    bench.step(minute: 0)
    #expect(bench.started() == [1])
    bench.step(minute: 1, [.silent(cluster: ClusterID(offset: 1), since: PlannerBench.epoch)])
    #expect(bench.started() == [2])
    bench.step(minute: 2, [.heard(cluster: ClusterID(offset: 0))])
    #expect(bench.started().isEmpty)
    bench.answer(minute: 3, [2])
    #expect(bench.started() == [0])
  }

  @Test("clusters that labels match come first, in the fleet's order, then those that are named")
  func order() {
    let policy = ClusterProfilePolicy(
      clusterSelector: Selector([.init(key: "name", comparison: .isIn, values: ["c2", "c1"])]),
      clusterNames: ["c3", "c1", "c0"])
    var bench = Self.bench(5, policy)
    bench.step(minute: 0)
    #expect(bench.started() == [1, 2, 3, 0])
  }

  @Test(
    "what deploys once, or only tries, changes nothing",
    arguments: [ClusterProfilePolicy.SyncMode.oneTime, .dryRun])
  func noUpdates(_ mode: ClusterProfilePolicy.SyncMode) {
    var bench = Self.bench(3, ClusterProfilePolicy(clusterSelector: .all, syncMode: mode))
    bench.step(minute: 0)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }
}
