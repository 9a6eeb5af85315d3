import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Version skew")
struct SkewGuardTests {
  /// A control plane that goes from 29 to 31, and nodes that go from 29 to 30 before.
  private static func bench(
    atMost: Int, _ scope: TriggerPolicy.Scope = .sameCluster, regions: [String] = ["a", "a", "b"]
  ) -> PlannerBench {
    let skew = VersionSkewRule(
      atMost: atMost, to: 31, others: [.init(rollout: "nodes", from: 29, to: 30)], scope: scope)
    let one = ProgressivePolicy(maxConcurrency: .count(1))
    return PlannerBench(
      clusters: regions.count, domains: [("region", regions)],
      .rollout(
        .progressive(ProgressivePolicy(maxConcurrency: .count(9))), name: "control",
        guards: [GuardPolicy(name: "skew", rule: .versionSkew(skew))]),
      .rollout(.progressive(one), name: "nodes"))
  }

  @Test("a cluster waits until its other service is near enough, both of its versions counted")
  func sameCluster() {
    var bench = Self.bench(atMost: 1)
    bench.step(minute: 0)
    #expect(bench.started(0).isEmpty && bench.started(1) == [0])
    bench.answer(minute: 1, [0], of: 1, phase: .progressing)
    #expect(bench.started(0).isEmpty, "it runs 29 and 30")
    bench.answer(minute: 2, [0], of: 1)
    #expect(bench.started(0) == [0])
    bench.answer(minute: 3, [1], of: 1)
    #expect(bench.started(0) == [1])
  }

  @Test("versions that are near enough keep nobody waiting")
  func near() {
    var bench = Self.bench(atMost: 2)
    bench.step(minute: 0)
    #expect(bench.started(0) == [0, 1, 2])
  }

  @Test("a domain waits for the last of its clusters, the fleet for all of them")
  func domains() {
    var region = Self.bench(atMost: 1, .domain("region"))
    region.step(minute: 0)
    region.answer(minute: 1, [0], of: 1)
    #expect(region.started(0).isEmpty)
    region.answer(minute: 2, [1], of: 1)
    #expect(region.started(0) == [0, 1])

    var fleet = Self.bench(atMost: 1, .fleet)
    fleet.step(minute: 0)
    for cluster in 0...1 { fleet.answer(minute: Int64(cluster + 1), [cluster], of: 1) }
    #expect(fleet.started(0).isEmpty)
    fleet.answer(minute: 3, [2], of: 1)
    #expect(fleet.started(0) == [0, 1, 2])
  }

  @Test("a cluster that leaves with an old version keeps nobody waiting")
  func leaving() {
    var bench = Self.bench(atMost: 1, .domain("region"))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], of: 1)
    bench.step(minute: 2, [.left(cluster: ClusterID(offset: 1))])
    #expect(bench.started(0) == [0])
  }

  @Test("a version that is too far ahead blocks for good, and is said to")
  func ahead() {
    let skew = VersionSkewRule(
      atMost: 1, to: 2, others: [.init(rollout: "y", from: 3, to: 4)])
    var bench = PlannerBench(
      clusters: 1,
      .atOnce(name: "x", guards: [GuardPolicy(name: "skew", rule: .versionSkew(skew))]),
      .atOnce(name: "y"))
    bench.step(minute: 0)
    #expect(bench.started(0) == [0], "3 is near enough; the other one starts afterwards")

    var late = bench
    late = PlannerBench(
      clusters: 1, .atOnce(name: "y"),
      .atOnce(name: "x", guards: [GuardPolicy(name: "skew", rule: .versionSkew(skew))]))
    late.step(minute: 0)
    #expect(late.started(0) == [0] && late.started(1).isEmpty)
    late.answer(minute: 1, [0])
    #expect(late.planner.blocks(of: 1).map(\.cause) == [.versionSkew])
  }
}
