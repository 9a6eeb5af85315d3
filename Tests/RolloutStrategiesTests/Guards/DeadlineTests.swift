import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Deadlines and blocks")
struct DeadlineTests {
  private static let freeze = FreezeRule(
    from: Microseconds(PlannerBench.epoch.sinceEpoch) - .hours(1),
    to: Microseconds(PlannerBench.epoch.sinceEpoch) + .hours(48), timeZone: "UTC")

  private static let frozen = GuardPolicy(name: "freeze", rule: .freeze(freeze))

  private static func deadline(_ overrides: String...) -> DeadlinePolicy {
    DeadlinePolicy(
      at: PlannerBench.epoch + .hours(24), overridesFrom: PlannerBench.epoch + .hours(12),
      overrides: overrides)
  }

  private static func bench(
    _ deadline: DeadlinePolicy?, _ guards: [GuardPolicy], regions: [String] = ["a", "a", "b"]
  ) -> PlannerBench {
    var policy = RolloutPolicy.window(of: 100, guards: guards)
    policy.deadline = deadline
    return PlannerBench(clusters: regions.count, domains: [("region", regions)], policy)
  }

  @Test("a freeze gives way from the stated moment on, and not before")
  func overridden() {
    var bench = Self.bench(Self.deadline("freeze"), [Self.frozen])
    bench.step(minute: 0)
    #expect(bench.started().isEmpty)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .hours(12))
    #expect(bench.made()?.blocks?.first?.until == PlannerBench.epoch + .hours(12))
    bench.step(minute: 719)
    #expect(bench.started().isEmpty)
    bench.step(minute: 720)
    #expect(bench.started() == [0, 1, 2])
  }

  @Test("guards that are not named, and limits, stay in force")
  func others() {
    let limit = GuardPolicy(
      name: "region", rule: .domainLimit(DomainLimitRule(level: "region", atMost: 1)))
    let approval = GuardPolicy(name: "approval", rule: .approval(ApprovalRule(label: "region")))
    var bench = Self.bench(Self.deadline("freeze"), [Self.frozen, limit, approval])
    bench.step(minute: 720)
    #expect(bench.started().isEmpty && bench.made()?.gateRequests?.count == 2)
    var both = Self.bench(Self.deadline("freeze", "approval"), [Self.frozen, limit, approval])
    both.step(minute: 720)
    #expect(both.started() == [0, 1])
  }

  @Test("clusters that a window had paused go on when it is overridden")
  func paused() {
    let night = WindowRule(from: .zero, to: .hours(1), timeZone: "UTC", atClose: .pause)
    var bench = Self.bench(
      Self.deadline("night"), [GuardPolicy(name: "night", rule: .window(night))])
    bench.step(minute: 0)
    bench.step(minute: 60)
    #expect(bench.paused() == [0, 1, 2])
    bench.step(minute: 720)
    #expect(bench.started() == [0, 1, 2])
  }

  @Test("a deadline that overrides what protects users, or nothing, is refused")
  func problems() {
    let limit = GuardPolicy(
      name: "region", rule: .domainLimit(DomainLimitRule(level: "region", atMost: 1)))
    var policy = RolloutPolicy.window(of: 1, guards: [limit])
    policy.deadline = Self.deadline("region")
    #expect(RolloutPolicy.problem(with: [policy]) == "no deadline may override region")
    policy.deadline = Self.deadline("holidays")
    #expect(
      RolloutPolicy.problem(with: [policy])
        == "the deadline overrides holidays, which is not there")
  }

  @Test("a rollout that has come to a stand says what blocks it and until when, once")
  func blocks() {
    let later = FreezeRule(
      from: Self.freeze.from, to: Self.freeze.to + .hours(5), timeZone: "UTC")
    let guards = [
      GuardPolicy(name: "first", clusters: .label("region", "a"), rule: .freeze(Self.freeze)),
      GuardPolicy(name: "second", clusters: .label("region", "b"), rule: .freeze(later)),
    ]
    var bench = Self.bench(nil, guards)
    bench.step(minute: 0)
    let opening = PlannerBench.epoch + .hours(48)
    let second = Block(name: "second", cause: .freeze, clusters: 1, until: opening + .hours(5))
    #expect(
      bench.made()?.blocks
        == [Block(name: "first", cause: .freeze, clusters: 2, until: opening), second])
    bench.step(minute: 10, [.silent(cluster: ClusterID(offset: 0), since: PlannerBench.epoch)])
    #expect(bench.made() == nil, "it was said already")
    bench.step(at: opening)
    #expect(bench.started() == [0, 1] && bench.made()?.blocks == nil, "something moves")
    bench.step(
      at: opening + .minutes(5), bench.reports([0, 1], since: opening + .minutes(5)))
    #expect(bench.made()?.blocks == [second])
  }
}
