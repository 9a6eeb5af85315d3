import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Shares of domains and neighbours")
struct PlaceGuardTests {
  private static func share(_ percent: Int64) -> GuardPolicy {
    GuardPolicy(
      name: "share",
      rule: .domainShare(DomainShareRule(level: "region", atMost: .percent(percent))))
  }

  private static func neighbours(
    _ groups: [[String]] = [], labels: [String] = [], atMost: Int = 1
  ) -> GuardPolicy {
    GuardPolicy(
      name: "neighbours",
      rule: .neighbours(NeighbourRule(groups: groups, labels: labels, atMost: atMost)))
  }

  private static func bench(
    _ regions: [String?], window: Int = 100, _ guards: GuardPolicy...
  ) -> PlannerBench {
    PlannerBench(
      clusters: regions.count, domains: [("region", regions)],
      .window(of: window, guards: guards))
  }

  @Test(
    "a share of a domain is rounded down, but is at least one cluster unless it is none",
    arguments: [
      (percent: 0 as Int64, size: 10, places: 0), (1, 10, 1), (10, 10, 1), (19, 10, 1), (20, 10, 2),
      (50, 3, 1), (99, 3, 2), (100, 3, 3),
    ])
  func rounding(percent: Int64, size: Int, places: Int) {
    let regions = Array(repeating: "a", count: size) + ["b"]
    var bench = Self.bench(regions, Self.share(percent))
    bench.step(minute: 0)
    #expect(bench.started().filter { $0 < size } == Array(0..<places))
    #expect(bench.started().contains(size) == (percent > 0), "a domain of one")
  }

  @Test("each domain has places of its own; those without the label are a domain")
  func domains() {
    var bench = Self.bench(["a", "b", "a", nil, "a", "b", nil], Self.share(50))
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1, 3])
    bench.answer(minute: 1, [1])
    #expect(bench.started() == [5])
    bench.answer(minute: 2, [3, 0])
    #expect(bench.started() == [2, 6])
  }

  @Test("the share is of the clusters that the guard applies to, and the others are free")
  func selected() {
    var rule = Self.share(50)
    rule.clusters = .label("region", "a")
    var bench = Self.bench(["a", "b", "a", "b", "b"], rule)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1, 3, 4])
  }

  @Test("of two neighbours one starts, and the other when it is through")
  func pair() {
    var bench = Self.bench(["a", "a", "a"], Self.neighbours([["c0", "c1"]]))
    bench.step(minute: 0)
    #expect(bench.started() == [0, 2])
    bench.answer(minute: 1, [2])
    #expect(bench.started().isEmpty)
    bench.answer(minute: 2, [0], phase: .failed)
    #expect(bench.verdict().word == "halted", "the first failure is one too many")
  }

  @Test("a cluster in several groups waits for the last of them")
  func overlapping() {
    let ring = [["c0", "c1"], ["c1", "c2"], ["c2", "c3"], ["c3", "c0"]]
    var bench = Self.bench(["a", "a", "a", "a"], Self.neighbours(ring))
    bench.step(minute: 0)
    #expect(bench.started() == [0, 2])
    bench.answer(minute: 1, [0])
    #expect(bench.started().isEmpty, "both others have a neighbour in flight still")
    bench.answer(minute: 2, [2])
    #expect(bench.started() == [1, 3])
    bench.answer(minute: 3, [1, 3])
    #expect(bench.verdict() == .complete)
  }

  @Test("a label's values make groups, lists and labels hold together, and k may start")
  func labels() {
    let rule = Self.neighbours([["c0", "c3", "c4"], ["elsewhere"]], labels: ["region"], atMost: 2)
    var bench = Self.bench(["a", "a", "a", "b", nil, nil], rule)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1, 3, 5])
    bench.answer(minute: 1, [3])
    #expect(bench.started() == [4])
    bench.answer(minute: 2, [1])
    #expect(bench.started() == [2])
  }

  @Test("parked clusters are not looked at again and starve nobody")
  func noStarvation() {
    let regions = (0..<60).map { "r\($0 * 7 % 12)" }
    let chain = (0..<59).map { ["c\($0)", "c\($0 + 1)"] }
    var bench = Self.bench(regions, window: 3, Self.share(20), Self.neighbours(chain))
    bench.step(minute: 0)
    var minute: Int64 = 0
    var flying = bench.started()
    var count = flying.count
    while !flying.isEmpty {
      #expect(flying.allSatisfy { !flying.contains($0 + 1) })
      minute += 1
      bench.answer(minute: minute, [flying.removeFirst()])
      flying += bench.started()
      count += bench.started().count
    }
    #expect(count == 60 && bench.verdict() == .complete)
    #expect(bench.planner.refusalCount <= 240, "\(bench.planner.refusalCount)")
  }

  @Test("a cluster that leaves frees its places and waits no longer")
  func leaving() {
    var bench = Self.bench(["a", "a", "a"], Self.neighbours(labels: ["region"]))
    bench.step(minute: 0)
    #expect(bench.planner.holds(of: 0).map(\.clusters) == [2])
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 1))])
    #expect(bench.planner.holds(of: 0).map(\.clusters) == [1])
    bench.step(minute: 2, [.left(cluster: ClusterID(offset: 0))])
    #expect(bench.started() == [2])
  }
}
