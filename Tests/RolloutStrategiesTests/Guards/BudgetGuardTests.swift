import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Coordination budgets")
struct BudgetGuardTests {
  private static func bench(
    clusters: Int, window: Int = 100, level: String? = nil, regions: [String]? = nil
  ) -> PlannerBench {
    let rule = BudgetRule(atMost: 2, level: level)
    return PlannerBench(
      clusters: clusters,
      domains: [("region", regions ?? Array(repeating: "a", count: clusters))],
      .window(of: window, guards: [GuardPolicy(name: "budget", rule: .budget(rule))]))
  }

  private static func granted(_ total: Int64, _ domain: Int = 0) -> Observation {
    .granted(rollout: 0, rule: 0, domain: domain, total: total)
  }

  @Test("nothing starts before a lease is granted; each start takes one, each end gives it back")
  func leases() {
    var bench = Self.bench(clusters: 3)
    bench.step(minute: 0)
    #expect(bench.started().isEmpty)
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 3, returned: 0)])
    bench.step(minute: 1, [Self.granted(2)])
    #expect(bench.started() == [0, 1] && bench.made()?.claims == nil)
    bench.answer(minute: 2, [0])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 3, returned: 1)])
    bench.step(minute: 3, [Self.granted(3)])
    #expect(bench.started() == [2])
    bench.answer(minute: 4, [1, 2])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 3, returned: 3)])
    #expect(bench.verdict() == .complete)
  }

  @Test("a grant that comes twice or is overtaken changes nothing")
  func repeated() {
    var bench = Self.bench(clusters: 4)
    bench.step(minute: 0)
    bench.step(minute: 1, [Self.granted(2), Self.granted(1), Self.granted(2)])
    #expect(bench.started() == [0, 1])
    bench.step(minute: 2, [Self.granted(2)])
    #expect(bench.started().isEmpty && bench.made()?.claims == nil)
  }

  @Test("a lease that the strategy has no slot for goes back, and is asked for again with the slot")
  func unused() {
    var bench = Self.bench(clusters: 3, window: 1)
    bench.step(minute: 0)
    bench.step(minute: 1, [Self.granted(2)])
    #expect(bench.started() == [0])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 3, returned: 1)])
    bench.answer(minute: 2, [0])
    #expect(bench.started().isEmpty)
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 4, returned: 2)])
    bench.step(minute: 3, [Self.granted(3)])
    #expect(bench.started() == [2], "the one that waits longer")
    bench.answer(minute: 4, [2])
    bench.step(minute: 5, [Self.granted(4)])
    #expect(bench.started() == [1])
  }

  /// Rollouts under two budgets, of which the one that is listed first comes second by name.
  private static func twice(window: Int = 100) -> PlannerBench {
    let guards = ["wide", "narrow"].map { name in
      GuardPolicy(name: name, rule: .budget(BudgetRule(atMost: 2)))
    }
    return PlannerBench(clusters: 2, .window(of: window, guards: guards))
  }

  private static func granted(_ total: Int64, by rule: Int) -> Observation {
    .granted(rollout: 0, rule: rule, domain: 0, total: total)
  }

  @Test("who needs leases of two budgets keeps the first, by name, until the second is there")
  func twoBudgets() {
    var bench = Self.twice()
    bench.step(minute: 0)
    #expect(bench.made()?.claims == [BudgetClaim(rule: 1, domain: 0, asked: 2, returned: 0)])
    bench.step(minute: 1, [Self.granted(2, by: 1)])
    #expect(bench.started().isEmpty)
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 2, returned: 0)])
    bench.step(minute: 2, [Self.granted(1, by: 0)])
    #expect(bench.started() == [0] && bench.made()?.claims == nil)
    bench.answer(minute: 3, [0])
    #expect(bench.made()?.claims?.map(\.returned) == [1, 1])
    bench.step(minute: 4, [Self.granted(2, by: 0)])
    #expect(bench.started() == [1])
  }

  @Test("a lease that is kept goes back when its cluster will not start, or the rollout pauses")
  func keptNoLonger() {
    var bench = Self.twice()
    bench.step(minute: 0)
    bench.step(minute: 1, [Self.granted(2, by: 1)])
    bench.step(minute: 2, [.left(cluster: ClusterID(offset: 1))])
    #expect(
      bench.made()?.claims?.contains(BudgetClaim(rule: 1, domain: 0, asked: 2, returned: 1)) == true
    )
    bench.step(minute: 3, [.paused(rollout: 0)])
    #expect(
      bench.made()?.claims?.contains(BudgetClaim(rule: 1, domain: 0, asked: 2, returned: 2)) == true
    )
    bench.step(minute: 4, [.resumed(rollout: 0), Self.granted(1, by: 0)])
    bench.step(minute: 5, [Self.granted(3, by: 1)])
    bench.step(minute: 6, [Self.granted(2, by: 0)])
    #expect(bench.planner.status(of: 0)[ClusterID(offset: 0)].asked.generation == 1)
  }

  @Test("each domain has a budget of its own")
  func domains() {
    var bench = Self.bench(clusters: 3, level: "region", regions: ["a", "b", "a"])
    bench.step(minute: 0)
    #expect(bench.made()?.claims?.map(\.asked) == [2, 1])
    bench.step(minute: 1, [Self.granted(1, 1)])
    #expect(bench.started() == [1])
  }

  @Test("a paused rollout keeps no lease, and asks again when it goes on")
  func paused() {
    var bench = Self.bench(clusters: 2)
    bench.step(minute: 0)
    bench.step(minute: 1, [.paused(rollout: 0)])
    bench.step(minute: 2, [Self.granted(2)])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 2, returned: 2)])
    bench.step(minute: 3, [.resumed(rollout: 0)])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 4, returned: 2)])
    bench.step(minute: 4, [Self.granted(4)])
    #expect(bench.started() == [0, 1])
  }

  @Test("a stopped rollout gives back what it is granted")
  func stopped() {
    var bench = Self.bench(clusters: 3)
    bench.step(minute: 0)
    bench.step(minute: 1, [Self.granted(1)])
    bench.answer(minute: 2, [0], phase: .failed)
    #expect(bench.verdict().word == "halted")
    bench.step(minute: 3, [Self.granted(3)])
    #expect(bench.started().isEmpty)
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 3, returned: 3)])
  }

  @Test("a cluster that leaves gives its lease back; one that returns in flight owes one")
  func leftAndReturned() {
    var bench = Self.bench(clusters: 4)
    bench.step(minute: 0)
    bench.step(minute: 1, [Self.granted(2)])
    #expect(bench.started() == [0, 1])
    bench.step(minute: 2, [.left(cluster: ClusterID(rawValue: 0))])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 4, returned: 1)])
    bench.step(minute: 3, [.joined(cluster: ClusterID(rawValue: 0))])
    #expect(bench.made()?.claims == [BudgetClaim(rule: 0, domain: 0, asked: 5, returned: 1)])
    bench.step(minute: 4, [Self.granted(3)])
    #expect(bench.started().isEmpty, "the lease is the one that is owed")
    bench.step(minute: 5, [Self.granted(4)])
    #expect(bench.started() == [2])
  }

  @Test("a cluster that came back to the line of those who wait gets one lease and lets others go")
  func waitsTwice() {
    var bench = Self.bench(clusters: 2, window: 1)
    let first = ClusterID(rawValue: 0)
    bench.step(minute: 0)
    for minute in [1, 3] as [Int64] {
      bench.step(minute: minute, [.left(cluster: first)])
      bench.step(minute: minute + 1, [.joined(cluster: first)])
    }
    var total: Int64 = 0
    var started: [Int] = []
    for round in 3...8 as ClosedRange<Int64> {
      total += 1
      bench.step(minute: 2 * round, [Self.granted(total)])
      let now = bench.started()
      started += now
      if !now.isEmpty { bench.answer(minute: 2 * round + 1, now) }
    }
    #expect(started.sorted() == [0, 1])
    #expect(bench.verdict() == .complete)
  }

  private static func claim(_ asked: Int64, _ returned: Int64, _ domain: Int = 0) -> BudgetClaim {
    BudgetClaim(rule: 0, domain: domain, asked: asked, returned: returned)
  }

  @Test("the coordinator grants never more than there is, and messages may come twice")
  func coordinator() {
    var budget = CoordinationBudget(atMost: 3, domains: 2)
    #expect(budget.take(Self.claim(2, 0), from: 7).map(\.total) == [2])
    #expect(budget.take(Self.claim(5, 0), from: 4).map(\.total) == [1])
    #expect(budget.take(Self.claim(4, 0), from: 7).isEmpty)
    #expect(budget.take(Self.claim(2, 0, 1), from: 7).map(\.total) == [2], "another domain")
    #expect(budget.take(Self.claim(5, 0), from: 4).isEmpty, "a claim that comes twice")
    #expect(budget.take(Self.claim(4, 1), from: 7).map(\.claimant) == [4], "it asked before 7 did")
    #expect(budget.take(Self.claim(4, 0), from: 7).isEmpty, "a claim that was overtaken")
    #expect(budget.take(Self.claim(5, 2), from: 4).map(\.total) == [3, 3], "one for each")
  }

  @Test("whoever asks for much does not starve whoever asks for little", arguments: 1...4)
  func fairness(atMost: Int) {
    var budget = CoordinationBudget(atMost: atMost, domains: 1)
    var granted: [Int64] = [0, 0, 0]
    var returned = granted
    func take(_ claimant: Int, _ asked: Int64) {
      for grant in budget.take(Self.claim(asked, returned[claimant]), from: claimant) {
        granted[grant.claimant] = grant.total
      }
    }
    take(0, 10_000)
    take(1, 10_000)
    take(2, 30)
    for _ in 0..<200 {
      for claimant in 0..<3 where granted[claimant] > returned[claimant] {
        returned[claimant] += 1
        take(claimant, claimant == 2 ? 30 : 10_000)
      }
      #expect(granted.reduce(0, +) - returned.reduce(0, +) <= atMost)
    }
    #expect(granted[2] == 30)
    #expect(abs(granted[0] - granted[1]) <= 2)
  }
}
