import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Bundles of Rancher Fleet")
struct FleetBundleRolloutTests {
  private static func bench(
    _ clusters: Int, _ policy: FleetBundlePolicy, rings: [String?]? = nil,
    seen: [Observation] = []
  ) -> PlannerBench {
    PlannerBench(
      clusters: clusters, domains: rings.map { [("ring", $0)] } ?? [], seen: seen,
      .rollout(.fleetBundle(policy)))
  }

  private static func ring(_ value: String, _ limit: FleetLimit? = nil)
    -> RancherFleetPolicy.Partition
  {
    .init(
      name: value, maxUnavailable: limit,
      clusters: BundleMatch(clusterSelector: .label("ring", value)))
  }

  @Test("with nothing said 200 clusters are cut into quarters that are all updated in one pass")
  func standards() {
    var bench = Self.bench(200, FleetBundlePolicy())
    bench.step(minute: 0)
    #expect(bench.started().count == 200)
  }

  @Test("a partition opens the next when no more than its limit are left, and leaves them behind")
  func stragglers() {
    let rings = Array(repeating: "a", count: 4) + Array(repeating: "b", count: 4)
    let policy = FleetBundlePolicy(
      rollout: .init(partitions: [Self.ring("a", .count(2)), Self.ring("b", .count(2))]))
    var bench = Self.bench(8, policy, rings: rings)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
    bench.answer(minute: 1, [0])
    #expect(bench.started() == [2])
    bench.answer(minute: 2, [2])
    // Two of four are left, as may be: b begins though 1 and 3 are not done, and 3 not begun.
    #expect(bench.started() == [3, 4, 5])
  }

  @Test("one cluster alone in its partition gates nothing")
  func oneCanary() {
    let policy = FleetBundlePolicy(
      rollout: .init(partitions: [
        Self.ring("a", .percent(millionths: 1)), Self.ring("b", .count(1)),
      ]))
    var bench = Self.bench(3, policy, rings: ["a", "b", "b"])
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
  }

  @Test("a limit of 0 keeps all that serve from being updated, and nothing else")
  func zero() {
    let policy = FleetBundlePolicy(rollout: .init(maxUnavailable: .count(0)))
    let broken = Observation.report(
      rollout: 0, cluster: ClusterID(offset: 2),
      Observed(
        since: PlannerBench.epoch, reportedAt: PlannerBench.epoch, ready: 0, total: 1,
        generation: 0, revision: .previous, phase: .failed, health: .bad))
    var bench = Self.bench(4, policy, seen: [broken])
    bench.step(minute: 0)
    #expect(bench.started() == [2])
  }

  @Test("an offline cluster is unavailable for ever and uses up one of what may be")
  func offline() {
    let policy = FleetBundlePolicy(rollout: .init(maxUnavailable: .count(2)))
    var bench = Self.bench(6, policy)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
    for cluster in 1...4 {
      bench.answer(minute: Int64(cluster), [cluster])
      #expect(bench.started() == [cluster + 1])
    }
    bench.answer(minute: 5, [5])
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
    bench.answer(minute: 9_000, [0])
    #expect(bench.verdict() == .complete)
  }

  @Test("clusters in no partition are left out, and the bundle is never ready")
  func unmatched() {
    var bench = Self.bench(
      3, FleetBundlePolicy(rollout: .init(partitions: [Self.ring("a")])), rings: ["a", "b", nil])
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 1, [0])
    #expect(bench.verdict() == .rolling)
  }

  @Test("the first target that takes a cluster decides, and restrictions hold for all")
  func targets() {
    let policy = FleetBundlePolicy(
      targets: [
        .init(clusters: .init(clusterSelector: .label("ring", "a")), doNotDeploy: true),
        .init(clusters: .init(clusterSelector: .all)),
      ], restrictions: [.init(clusterGroup: "g")],
      groups: [
        .init(name: "g", clusters: .label("ring", "a")),
        .init(name: "g", clusters: .label("ring", "b")),
      ])
    var bench = Self.bench(4, policy, rings: ["a", "b", "c", "b"])
    bench.step(minute: 0)
    #expect(bench.started() == [1, 3])
  }

  @Test("a paused bundle releases nothing")
  func paused() {
    var bench = Self.bench(3, FleetBundlePolicy(isPaused: true))
    bench.step(minute: 0)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }
}
