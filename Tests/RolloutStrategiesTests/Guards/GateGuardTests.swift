import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Releases and approvals")
struct GateGuardTests {
  private static func bench(
    _ groups: [String?], _ rule: GuardPolicy.Rule, clusters: Selector = .all
  ) -> PlannerBench {
    PlannerBench(
      clusters: groups.count, domains: [("group", groups)],
      .window(of: 100, guards: [GuardPolicy(name: "gate", clusters: clusters, rule: rule)]))
  }

  private static func approval(
    timeout: Microseconds? = nil, _ action: ApprovalRule.TimeoutAction = .hold
  ) -> GuardPolicy.Rule {
    .approval(ApprovalRule(label: "group", timeout: timeout, onTimeout: action))
  }

  private static func opened(_ gate: Int) -> Observation {
    .gateOpened(rollout: 0, rule: 0, gate: gate)
  }

  @Test("a cluster starts once the version is released where it is, and never elsewhere")
  func residency() {
    let rule = ResidencyRule(
      label: "group", released: [.init(value: "us"), .init(value: "eu", after: .hours(2))])
    var bench = Self.bench(["eu", "us", nil, "cn"], .residency(rule))
    bench.step(minute: 0)
    #expect(bench.started() == [1, 2])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .hours(2))
    bench.answer(minute: 1, [1, 2])
    #expect(
      bench.made()?.blocks
        == [
          Block(
            name: "gate", cause: .residency, clusters: 2, until: PlannerBench.epoch + .hours(2))
        ])
    bench.step(minute: 120)
    #expect(bench.started() == [0])
    bench.answer(minute: 121, [0])
    #expect(
      bench.made()?.blocks
        == [Block(name: "gate", cause: .residency, clusters: 1, until: nil)])
    #expect(bench.decision.wakeUp == nil && bench.verdict() == .rolling)
  }

  @Test(
    "each group is asked once, when its first cluster could start, and waits for its own answer")
  func approvals() {
    var bench = Self.bench(["a", "b", "a", nil], Self.approval())
    bench.step(minute: 0)
    #expect(bench.started().isEmpty)
    #expect(bench.made()?.gateRequests?.map(\.gate) == [0, 1, 2])
    bench.step(minute: 1, [Self.opened(1)])
    #expect(bench.started() == [1] && bench.made()?.gateRequests == nil)
    bench.step(minute: 2, [Self.opened(2), Self.opened(0), Self.opened(0)])
    #expect(bench.started() == [0, 2, 3])
  }

  @Test("an approval that comes before it is asked for is not asked for")
  func early() {
    var bench = Self.bench(["a", "b"], Self.approval())
    bench.step(minute: 0, [Self.opened(0)])
    #expect(bench.started() == [0])
    #expect(bench.made()?.gateRequests == [GateRequest(rule: 0, gate: 1)])
  }

  @Test("a gate that is not there is nobody's, and opens nothing")
  func stray() {
    var bench = Self.bench(["a"], Self.approval())
    bench.step(minute: 0)
    bench.step(
      minute: 1,
      [Self.opened(7), Self.opened(-1), .gateOpened(rollout: 0, rule: 9, gate: 0)])
    #expect(bench.started().isEmpty)
  }

  @Test("clusters that the guard does not apply to ask nobody")
  func selected() {
    var bench = Self.bench(["a", "b"], Self.approval(), clusters: .label("group", "a"))
    bench.step(minute: 0)
    #expect(bench.started() == [1])
    #expect(bench.made()?.gateRequests == [GateRequest(rule: 0, gate: 0)])
  }

  @Test("when nobody answers in time the group goes on, goes on waiting, or stops the rollout")
  func timeouts() {
    var proceeding = Self.bench(["a", "b"], Self.approval(timeout: .minutes(30), .proceed))
    proceeding.step(minute: 0)
    #expect(proceeding.decision.wakeUp == PlannerBench.epoch + .minutes(30))
    proceeding.step(minute: 10, [Self.opened(0)])
    proceeding.step(minute: 30)
    #expect(proceeding.started() == [1])

    var holding = Self.bench(["a"], Self.approval(timeout: .minutes(30)))
    holding.step(minute: 0)
    #expect(holding.decision.wakeUp == nil)
    holding.step(minute: 30)
    #expect(holding.started().isEmpty)
    holding.step(minute: 31, [Self.opened(0)])
    #expect(holding.started() == [0])

    var aborting = Self.bench(["a", "b"], Self.approval(timeout: .minutes(30), .abort))
    aborting.step(minute: 0, [Self.opened(1)])
    #expect(aborting.started() == [1])
    aborting.step(minute: 30)
    let unanswered = Evidence.Unanswered(name: "gate", group: "a")
    let evidence = Evidence(failed: 0, budget: 0, stage: nil, unanswered: unanswered, causes: [])
    #expect(aborting.verdict() == .halted(evidence))
    aborting.step(minute: 31, [Self.opened(0)])
    #expect(aborting.started().isEmpty, "an answer that comes too late starts nothing")
    aborting.answer(minute: 32, [1])
    #expect(aborting.verdict() == .halted(evidence))
  }

  @Test("an abort leaves a rollback that is under way alone")
  func abortWhileReturning() {
    let policy = ProgressivePolicy(
      maxConcurrency: .count(9),
      acceptance: Acceptance(failureBudget: .count(0), onBreach: .rollBackAll))
    var bench = PlannerBench(
      clusters: 3, domains: [("group", ["a", "b", "b"])],
      .rollout(
        .progressive(policy),
        guards: [GuardPolicy(name: "gate", rule: Self.approval(timeout: .minutes(30), .abort))]))
    bench.step(minute: 0, [Self.opened(1)])
    bench.answer(minute: 5, [1], phase: .failed)
    #expect(bench.takenBack() == [1, 2])
    bench.step(minute: 30)
    bench.answer(minute: 31, [1, 2])
    #expect(bench.verdict().word == "rolledBack")
  }
}
