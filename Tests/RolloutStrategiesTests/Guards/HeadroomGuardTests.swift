import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Headroom")
struct HeadroomGuardTests {
  private static func bench(
    demand: [Int64], capacity: [Int64], regions: [String]? = nil, reserve: Ratio = .zero
  ) -> PlannerBench {
    let rule = HeadroomRule(level: regions == nil ? nil : "region", reserve: reserve)
    let policy = ProgressivePolicy(
      maxConcurrency: .count(100),
      acceptance: Acceptance(failureBudget: .count(100), onBreach: .halt))
    return PlannerBench(
      clusters: demand.count,
      domains: [("region", regions ?? Array(repeating: "a", count: demand.count))],
      load: Fleet.Load(demand: Column(demand), capacity: Column(capacity)),
      .rollout(
        .progressive(policy), guards: [GuardPolicy(name: "headroom", rule: .headroom(rule))]))
  }

  @Test("as many are in flight as the rest can stand in for")
  func spared() {
    // A capacity of 60 for a demand of 40: two clusters of 10 can be spared.
    var bench = Self.bench(
      demand: Array(repeating: 10, count: 4), capacity: [10, 10, 20, 20])
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
    bench.answer(minute: 1, [0])
    #expect(bench.started().isEmpty, "10 are spared, and the others need 20")
    bench.answer(minute: 2, [1])
    #expect(bench.started() == [2])
    bench.answer(minute: 3, [2])
    #expect(bench.started() == [3])
  }

  @Test("a reserve is a share of the demand, rounded up for each cluster")
  func reserve() {
    // 5 % of 10 is one whole unit, so that 44 are wanted of 60.
    var bench = Self.bench(
      demand: Array(repeating: 10, count: 4), capacity: [15, 15, 15, 15], reserve: .percent(5))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
  }

  @Test("every domain must carry itself; without a level the fleet carries all of them")
  func domains() {
    let demand: [Int64] = [10, 10, 10, 10]
    let capacity: [Int64] = [10, 10, 30, 30]
    var each = Self.bench(demand: demand, capacity: capacity, regions: ["a", "a", "b", "b"])
    each.step(minute: 0)
    #expect(each.started() == [2], "nobody in region a can stand in for anybody")
    var together = Self.bench(demand: demand, capacity: capacity)
    together.step(minute: 0)
    #expect(together.started() == [0, 1])
  }

  @Test("a cluster that goes down while it waits is let go: its update takes nothing away any more")
  func goesDown() {
    var bench = Self.bench(demand: [10, 10], capacity: [10, 10])
    bench.step(minute: 0)
    #expect(bench.started().isEmpty)
    bench.answer(minute: 1, [1], health: .bad)
    #expect(bench.started() == [1])
    bench.step(minute: 2, [.silent(cluster: ClusterID(offset: 0), since: bench.now)])
    #expect(bench.started() == [0])
  }

  @Test(
    "clusters that are down need others, whatever has put them down",
    arguments: ["silent", "bad", "failed"])
  func down(_ how: String) {
    var bench = Self.bench(demand: [10, 10, 10], capacity: [15, 15, 15])
    let cluster = ClusterID(offset: 2)
    let since = PlannerBench.epoch
    let isFailed = how == "failed"
    let down: [Observation] =
      how == "silent"
      ? [.silent(cluster: cluster, since: since)]
      : bench.reports(
        [2], phase: isFailed ? .failed : .idle, health: isFailed ? .good : .bad, since: since)
    bench.step(minute: 0, down)
    #expect(bench.started() == [2], "its update takes nothing away, and the others are needed")
    bench.step(minute: 1, [.heard(cluster: cluster)])
    bench.answer(minute: 2, [2])
    #expect(bench.started() == [0])
  }

  @Test("clusters outside the fleet have neither demand nor capacity")
  func leaving() {
    var bench = Self.bench(demand: [10, 10, 20], capacity: [20, 20, 20])
    bench.step(minute: 0)
    #expect(bench.started() == [0], "60 for 40")
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 2))])
    bench.answer(minute: 2, [0])
    #expect(bench.started() == [1], "40 for 20")
  }

  @Test("one that can never be spared stands in nobody's way, and is said to wait")
  func tooLarge() {
    var bench = Self.bench(demand: [30, 10, 10], capacity: [50, 20, 20])
    bench.step(minute: 0)
    #expect(bench.started() == [1, 2])
    bench.answer(minute: 1, [1, 2])
    #expect(bench.started().isEmpty)
    #expect(
      bench.planner.blocks(of: 0)
        == [Block(name: "headroom", cause: .headroom, clusters: 1, until: nil)])
  }
}
