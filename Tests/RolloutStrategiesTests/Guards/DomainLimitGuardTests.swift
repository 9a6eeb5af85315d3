import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Domain limits")
struct DomainLimitGuardTests {
  private static func limit(_ level: String, atMost: Int) -> GuardPolicy {
    GuardPolicy(
      name: level, rule: .domainLimit(DomainLimitRule(level: level, atMost: atMost)))
  }

  private static func bench(
    _ regions: [String?], atMost: Int, window: Int = 100, tolerating budget: Int = 0
  ) -> PlannerBench {
    let policy = ProgressivePolicy(
      maxConcurrency: .count(window),
      acceptance: Acceptance(failureBudget: .count(budget), onBreach: .rollBackAll))
    return PlannerBench(
      clusters: regions.count, domains: [("region", regions)],
      .rollout(.progressive(policy), guards: [limit("region", atMost: atMost)]))
  }

  @Test("a domain is in flight until each of its clusters has answered, well or badly")
  func holdsUntilAnswered() {
    var bench = Self.bench(["a", "b", "a", "b"], atMost: 1, tolerating: 1)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 2])
    bench.answer(minute: 1, [0])
    #expect(bench.started().isEmpty)
    bench.answer(minute: 2, [2], phase: .failed)
    #expect(bench.started() == [1, 3])
  }

  @Test("clusters without the label are a domain of their own")
  func unlabelled() {
    var bench = Self.bench([nil, "a", nil], atMost: 1)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 2])
    bench.answer(minute: 1, [0, 2])
    #expect(bench.started() == [1])
  }

  @Test("a cluster that reports twice, or falls back and recovers, is counted once")
  func countedOnce() {
    var bench = Self.bench(["a", "a", "b"], atMost: 1)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [0], phase: .progressing)
    bench.answer(minute: 3, [0])
    bench.answer(minute: 4, [0])
    #expect(bench.started().isEmpty, "the other cluster of the domain has not answered")
    bench.answer(minute: 5, [1])
    #expect(bench.started() == [2])
  }

  @Test("a cluster that leaves frees its domain, one that comes back in flight takes it again")
  func leaving() {
    var bench = Self.bench(["a", "b", "c"], atMost: 1)
    bench.step(minute: 0)
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 0))])
    #expect(bench.started() == [1])
    bench.step(minute: 2, [.joined(cluster: ClusterID(offset: 0))])
    bench.answer(minute: 3, [1])
    #expect(bench.started().isEmpty, "the first domain is in flight again")
    bench.answer(minute: 4, [0])
    #expect(bench.started() == [2])
  }

  @Test("a domain whose waiting clusters have left does not stand in the way of the next")
  func emptyOffer() {
    var bench = Self.bench(["a", "b", "c"], atMost: 1)
    bench.step(minute: 0)
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 1))])
    bench.answer(minute: 2, [0])
    #expect(bench.started() == [2])
  }

  @Test("a domain on offer gives way when its clusters leave before they are asked for")
  func withdrawnOffer() {
    // Two domains may be in flight but only two clusters: the offer of c finds no slot.
    var bench = Self.bench(["a", "b", "b", "b", "c", "d"], atMost: 2, window: 2)
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
    bench.answer(minute: 1, [0])
    #expect(bench.started() == [2])
    bench.answer(minute: 2, [1])
    #expect(bench.started() == [3])
    bench.step(minute: 3, [.left(cluster: ClusterID(offset: 4))])
    bench.answer(minute: 4, [2])
    #expect(bench.started() == [5])
  }

  @Test("a domain on offer gives way when its clusters are passed over before they are asked for")
  func unwantedOffer() {
    let policy = ProgressivePolicy(
      maxConcurrency: .count(1),
      acceptance: Acceptance(soak: .minutes(10), offline: .skip))
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["a", "b", "c"])],
      .rollout(.progressive(policy), guards: [Self.limit("region", atMost: 1)]))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    // The second may go, but the first soaks in the only slot.
    bench.answer(minute: 1, [0])
    let second = ClusterID(offset: 1)
    bench.step(minute: 5, [.silent(cluster: second, since: bench.now)])
    bench.step(minute: 11)
    #expect(bench.started() == [2])
    bench.step(minute: 12, [.heard(cluster: second)])
    bench.answer(minute: 13, [2])
    bench.step(minute: 23)
    #expect(bench.started() == [1])
  }

  @Test("every parked cluster is released in the end, each asked for twice at most")
  func noStarvation() {
    let regions = (0..<60).map { "r\($0 * 7 % 12)" }
    var bench = Self.bench(regions, atMost: 2, window: 3)
    bench.step(minute: 0)
    var minute: Int64 = 0
    var flying = bench.started()
    var count = flying.count
    while !flying.isEmpty {
      minute += 1
      let first = flying.removeFirst()
      bench.answer(minute: minute, [first])
      flying += bench.started()
      count += bench.started().count
    }
    #expect(count == 60 && bench.verdict() == .complete)
    #expect(bench.planner.refusalCount <= 120, "\(bench.planner.refusalCount)")
  }

  @Test("two limits hold together and starve nobody")
  func twoLimits() {
    let regions = (0..<48).map { "r\($0 % 4)" }
    let racks = (0..<48).map { "k\($0 / 4 % 6)" }
    var bench = PlannerBench(
      clusters: 48, domains: [("region", regions), ("rack", racks)],
      .window(of: 5, guards: [Self.limit("region", atMost: 2), Self.limit("rack", atMost: 1)]))
    bench.step(minute: 0)
    var flying = bench.started()
    var minute: Int64 = 0
    while !flying.isEmpty {
      #expect(
        Set(flying.map { regions[$0] }).count <= 2 && Set(flying.map { racks[$0] }).count <= 1)
      minute += 1
      bench.answer(minute: minute, [flying.removeLast()])
      flying += bench.started()
    }
    #expect(bench.verdict() == .complete)
  }

  @Test("parked clusters are not looked at again, however often they are reported")
  func notRescanned() {
    var bench = Self.bench((0..<50).map { "r\($0)" }, atMost: 1)
    bench.step(minute: 0)
    #expect(bench.started() == [0] && bench.planner.refusalCount == 49)
    for minute in 1...20 as ClosedRange<Int64> {
      let everything = bench.reports(
        Array(1..<50), phase: .idle, since: PlannerBench.epoch,
        sent: PlannerBench.epoch + .minutes(minute))
      bench.step(minute: minute, everything)
    }
    #expect(bench.planner.refusalCount == 49)
    #expect(bench.planner.holds(of: 0).map(\.clusters) == [49])
    bench.answer(minute: 30, [0])
    #expect(bench.started() == [1] && bench.planner.refusalCount == 49)
  }

  @Test("a rollback takes clusters back without asking a limit, and frees what it holds")
  func rollback() {
    var bench = Self.bench(["a", "a", "b", "b"], atMost: 1)
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1])
    #expect(bench.started() == [2, 3])
    bench.answer(minute: 2, [2], phase: .failed)
    #expect(bench.takenBack() == [0, 1, 2, 3])
    bench.answer(minute: 3, [0, 1, 2, 3])
    #expect(bench.verdict().word == "rolledBack")
  }

  @Test("a planner that is encoded and decoded while clusters wait goes on as before")
  func checkpoint() throws {
    var bench = Self.bench((0..<12).map { "r\($0 % 5)" }, atMost: 2, window: 3)
    bench.step(minute: 0)
    var copy = bench
    copy.planner = try CanonicalJSON.decode(
      Planner.self, from: CanonicalJSON.encode(bench.planner))
    var flying = bench.started()
    var minute: Int64 = 0
    while !flying.isEmpty {
      minute += 1
      let cluster = flying.removeFirst()
      bench.answer(minute: minute, [cluster])
      copy.answer(minute: minute, [cluster])
      #expect(bench.decision == copy.decision)
      flying += bench.started()
    }
    #expect(copy.verdict() == .complete)
  }
}
