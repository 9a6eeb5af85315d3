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

  @Test("the coordinator grants in the order in which it is asked, never more than there is")
  func coordinator() {
    var budget = CoordinationBudget(atMost: 3, domains: 2)
    func claim(_ asked: Int64, _ returned: Int64, _ domain: Int = 0) -> BudgetClaim {
      BudgetClaim(rule: 0, domain: domain, asked: asked, returned: returned)
    }
    #expect(budget.take(claim(2, 0), from: 7).map(\.total) == [2])
    #expect(budget.take(claim(5, 0), from: 4).map(\.total) == [1])
    #expect(budget.take(claim(4, 0), from: 7).isEmpty)
    #expect(budget.take(claim(2, 0, 1), from: 7).map(\.total) == [2], "another domain")
    #expect(budget.take(claim(5, 0), from: 4).isEmpty, "a claim that comes twice")
    let first = budget.take(claim(4, 2), from: 7)
    #expect(first.map(\.claimant) == [4] && first.map(\.total) == [3], "4 asked before 7 did")
    let second = budget.take(claim(5, 3), from: 4)
    #expect(second.map(\.claimant) == [4, 7] && second.map(\.total) == [5, 3])
  }
}
