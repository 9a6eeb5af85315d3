import Determinism
import RolloutStrategies
import Testing

@Suite("Retries")
struct RetryTests {
  private static func window(
    of count: Int, _ retry: RetryRule, deadline: Microseconds? = nil, guards: [GuardPolicy] = []
  ) -> RolloutPolicy {
    .rollout(
      .progressive(
        ProgressivePolicy(
          maxConcurrency: .count(count),
          acceptance: Acceptance(progressDeadline: deadline, retry: retry))), guards: guards)
  }

  @Test("waits grow by the factor up to the cap")
  func waits() {
    let rule = RetryRule(limit: 5, after: .minutes(5), factor: 2, cap: .minutes(35))
    #expect((0..<5).map(rule.wait) == [5, 10, 20, 35, 35].map { .minutes($0) })
    let even = RetryRule(limit: 3, after: .minutes(1))
    #expect((0..<3).map(even.wait) == [.minutes(1), .minutes(1), .minutes(1)])
    let zero = RetryRule(limit: 1, after: .zero, factor: 100)
    #expect(zero.wait(after: 99) == .zero)
    let huge = RetryRule(limit: 100, after: .hours(1), factor: 100)
    #expect(huge.wait(after: 99) == .hours(24 * 36_525), "no wait overflows")
  }

  @Test("a failed cluster is asked again after each wait, holds its slot, and fails at last")
  func failsAtLast() {
    var bench = PlannerBench(
      clusters: 3, Self.window(of: 1, RetryRule(limit: 2, after: .minutes(5), factor: 3)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.verdict() == .rolling && bench.started() == [])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(6))
    bench.step(minute: 5)
    #expect(bench.started() == [])
    bench.step(minute: 6)
    #expect(bench.started() == [0])
    #expect(bench.made()?.directives.map(\.generation) == [2])
    bench.answer(minute: 8, [0], phase: .failed)
    bench.step(minute: 22)
    #expect(bench.started() == [])
    bench.step(minute: 23)
    #expect(bench.started() == [0])
    bench.answer(minute: 24, [0], phase: .failed)
    #expect(bench.verdict().evidence?.failed == 1)
    #expect(bench.verdict().evidence?.causes.map(\.since) == [PlannerBench.epoch + .minutes(24)])
  }

  @Test("a cluster that comes through at the second try counts as done")
  func recovers() {
    var bench = PlannerBench(
      clusters: 2, Self.window(of: 1, RetryRule(limit: 1, after: .minutes(5))))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 6)
    bench.answer(minute: 7, [0])
    #expect(bench.started() == [1])
    bench.answer(minute: 8, [1])
    #expect(bench.verdict() == .complete)
  }

  @Test("a deadline that passes is a failure too, and each try has its own")
  func deadlines() {
    let retry = RetryRule(limit: 1, after: .minutes(5))
    var bench = PlannerBench(clusters: 1, Self.window(of: 1, retry, deadline: .minutes(10)))
    bench.step(minute: 0)
    bench.step(minute: 10)
    #expect(bench.started() == [])
    bench.step(minute: 15)
    #expect(bench.started() == [0])
    bench.step(minute: 24)
    #expect(bench.verdict() == .rolling)
    bench.step(minute: 25)
    #expect(bench.verdict().evidence?.causes.map(\.cause) == [.deadlinePassed])
  }

  @Test("bad health is no reason to ask again")
  func badHealth() {
    var bench = PlannerBench(
      clusters: 1, Self.window(of: 1, RetryRule(limit: 3, after: .zero)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], health: .bad)
    #expect(bench.verdict().evidence?.causes.map(\.cause) == [.unhealthy])
  }

  @Test("another try waits for a guard like a start, and comes before the starts that wait too")
  func guarded() {
    let window = WindowRule(
      from: .zero, to: .hours(1), timeZone: "UTC", reserve: .zero, atClose: .finish)
    var bench = PlannerBench(
      clusters: 2,
      Self.window(
        of: 1, RetryRule(limit: 1, after: .minutes(5)),
        guards: [GuardPolicy(name: "night", rule: .window(window))]))
    bench.step(minute: 0)
    bench.answer(minute: 58, [0], phase: .failed)
    bench.step(minute: 63)
    #expect(bench.started() == [])
    #expect(bench.planner.holds(of: 0).map(\.clusters) == [2])
    bench.step(minute: 24 * 60)
    #expect(bench.started() == [0])
  }

  @Test("a cluster that a guard keeps from another try holds no slot: others go on")
  func holdsNoSlot() {
    let window = WindowRule(
      from: .zero, to: .hours(1), timeZone: "UTC", reserve: .zero, atClose: .finish)
    let night = GuardPolicy(
      name: "night", clusters: .label("region", "west"), rule: .window(window))
    var bench = PlannerBench(
      clusters: 2, domains: [("region", ["west", "east"])],
      Self.window(of: 1, RetryRule(limit: 1, after: .minutes(5)), guards: [night]))
    bench.step(minute: 0)
    bench.answer(minute: 58, [0], phase: .failed)
    #expect(bench.started() == [], "it holds its slot as long as it waits for time alone")
    bench.step(minute: 63)
    #expect(bench.started() == [1])
    bench.step(minute: 24 * 60)
    #expect(bench.started() == [], "the window is open, but now there is no slot")
    bench.answer(minute: 24 * 60 + 1, [1])
    #expect(bench.started() == [0])
  }

  @Test("tries at the same share count together, on whatever rung of a ladder")
  func rungs() {
    let ladder = ExposurePolicy(
      shares: [.percent(50), .one], partial: .replicas(4),
      acceptance: Acceptance(
        progressDeadline: .hours(1), retry: RetryRule(limit: 1, after: .minutes(5))))
    var bench = PlannerBench(clusters: 3, .rollout(.exposure(ladder)))
    bench.step(minute: 0)
    // All of the first and half of the second.
    #expect(bench.started() == [0, 1])
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 0))])
    bench.answer(minute: 2, [1])
    #expect(bench.started() == [1, 2])
    bench.answer(minute: 3, [1, 2])
    bench.step(minute: 100, [.joined(cluster: ClusterID(offset: 0))])
    #expect(bench.started() == [0], "its deadline has passed while it was away")
    bench.step(minute: 160)
    bench.step(minute: 165)
    #expect(bench.started() == [] && bench.verdict().evidence?.failed == 1)
  }

  @Test("a cluster that waits for another try goes back with the others")
  func goesBack() {
    let acceptance = Acceptance(
      onBreach: .rollBackAll, retry: RetryRule(limit: 1, after: .hours(1)))
    var bench = PlannerBench(
      clusters: 2, .rollout(.allAtOnce(AllAtOncePolicy(acceptance: acceptance))))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.answer(minute: 2, [1], health: .bad)
    #expect(bench.takenBack() == [0, 1])
  }
}
