import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Limits of an emergency")
struct EmergencyTests {
  /// Twelve clusters of two kinds, one at a time with an hour of rest, and the guards of the test.
  private static func bench(
    _ emergency: EmergencyPolicy, clusters: Int = 12, guards: [GuardPolicy] = [],
    deadline: DeadlinePolicy? = nil, onBreach: Acceptance.Breach = .halt
  ) -> PlannerBench {
    var policy = RolloutPolicy.rollout(
      .progressive(
        ProgressivePolicy(
          maxConcurrency: .count(1), acceptance: Acceptance(soak: .hours(1), onBreach: onBreach))),
      guards: guards)
    policy.emergency = emergency
    policy.deadline = deadline
    let kinds = (0..<clusters).map { $0 < clusters - 1 ? "old" : "new" }
    return PlannerBench(clusters: clusters, domains: [("kind", kinds)], policy)
  }

  /// Two first, half of the others at once, two failures.
  private static let wide = EmergencyPolicy(
    canary: .count(2), canarySoak: .minutes(5), maxConcurrency: .share(.percent(50)),
    failureBudget: .count(2))

  @Test("one cluster of each kind first, then half at once, without the old rest")
  func course() {
    var bench = Self.bench(Self.wide)
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.step(minute: 1, [.emergency(rollout: 0)])
    // A stage of two takes one at a time with a limit of half, and the first is still under way.
    #expect(bench.started().isEmpty && bench.made()?.stage == 1)
    bench.answer(minute: 2, [0])
    #expect(bench.started() == [11], "the other kind")
    bench.answer(minute: 4, [11])
    #expect(bench.started().isEmpty && bench.decision.wakeUp == PlannerBench.epoch + .minutes(9))
    bench.step(minute: 9)
    #expect(bench.started() == [1, 2, 3, 4, 5] && bench.made()?.stage == 2)
    bench.answer(minute: 10, [1, 2, 3, 4, 5])
    #expect(bench.started() == [6, 7, 8, 9, 10])
    bench.answer(minute: 11, [6, 7, 8, 9, 10])
    #expect(bench.verdict() == .complete)
    let begun = bench.planner.status(of: 0).rollout.emergency
    #expect(bench.planner.policy(of: 0).stageName(2, after: begun) == "emergency")
  }

  @Test("no canary may fail, whatever is tolerated of the others") func canary() {
    var bench = Self.bench(Self.wide)
    bench.step(minute: 0, [.emergency(rollout: 0)])
    #expect(bench.started() == [0])
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.verdict().word == "halted")
    #expect(bench.verdict().evidence?.stage == "emergency canary")
  }

  @Test("two of the others may fail, and a third stops it") func budget() {
    var bench = Self.bench(Self.wide)
    bench.step(minute: 0, [.emergency(rollout: 0)])
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [11])
    bench.step(minute: 7)
    bench.answer(minute: 8, [1, 2], phase: .failed)
    #expect(bench.started() == [6, 7] && bench.verdict() == .rolling)
    bench.answer(minute: 9, [3], phase: .failed)
    #expect(bench.verdict().word == "halted" && bench.verdict().evidence?.budget == 2)
  }

  @Test("a stated moment and the deadline begin it, whichever is first, and guards give way")
  func byTheClock() {
    let closed = GuardPolicy(
      name: "closed",
      rule: .freeze(
        FreezeRule(from: .seconds(1_772_000_000), to: .seconds(1_773_000_000), timeZone: "UTC")))
    var emergency = Self.wide
    emergency.overrides = ["closed"]
    emergency.from = PlannerBench.epoch + .minutes(30)
    for deadline in [Int64?.none, 20, 40] {
      let policy = deadline.map { minutes in
        DeadlinePolicy(
          at: PlannerBench.epoch + .hours(5), overridesFrom: PlannerBench.epoch + .minutes(minutes),
          overrides: ["closed"])
      }
      var bench = Self.bench(emergency, guards: [closed], deadline: policy)
      bench.step(minute: 0)
      let from = min(30, deadline ?? 30)
      #expect(bench.started().isEmpty)
      #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(from))
      bench.step(minute: from)
      #expect(bench.started() == [0] && bench.made()?.stage == 1)
    }
  }

  @Test("that a moment is known beforehand changes nothing: it is as if declared then")
  func foreknown() {
    var stated = Self.wide
    stated.from = PlannerBench.epoch + .minutes(30)
    var known = Self.bench(stated)
    var declared = Self.bench(Self.wide)
    for minute in [0, 30] as [Int64] {
      known.step(minute: minute)
      declared.step(minute: minute, minute == 30 ? [.emergency(rollout: 0)] : [])
      #expect(known.made() == declared.made() && known.made() != nil)
    }
    for (minute, cluster) in [(40, 0), (41, 11)] as [(Int64, Int)] {
      known.answer(minute: minute, [cluster])
      declared.answer(minute: minute, [cluster])
      #expect(known.decision == declared.decision)
    }
  }

  @Test("what was declared while it was paused, or before it began, holds when it goes on")
  func paused() {
    var bench = Self.bench(Self.wide)
    bench.step(minute: 0, [.paused(rollout: 0)])
    bench.step(minute: 1, [.emergency(rollout: 0)])
    #expect(bench.made()?.stage == nil)
    bench.step(minute: 2, [.resumed(rollout: 0)])
    #expect(bench.started() == [0] && bench.made()?.stage == 1)
  }

  @Test("what has stopped stays so, and what froze comes to it when it is resumed")
  func stopped() {
    var halted = Self.bench(Self.wide)
    halted.step(minute: 0)
    halted.answer(minute: 1, [0], phase: .failed)
    halted.step(minute: 2, [.emergency(rollout: 0)])
    #expect(halted.verdict().word == "halted" && halted.started().isEmpty)
    var frozen = Self.bench(Self.wide, onBreach: .freeze)
    frozen.step(minute: 0)
    frozen.answer(minute: 1, [0], phase: .failed)
    frozen.step(minute: 2, [.emergency(rollout: 0)])
    #expect(frozen.verdict().word == "halted")
    frozen.step(minute: 3, [.resumed(rollout: 0)])
    // The failure that there was is tolerated, and one more among the canary is not.
    #expect(frozen.started() == [11] && frozen.verdict() == .rolling)
    frozen.answer(minute: 4, [11], phase: .failed)
    #expect(frozen.verdict().word == "halted")
  }

  @Test("another planner that is told what is known goes on with the same limits")
  func takeover() {
    var bench = Self.bench(Self.wide)
    bench.step(minute: 0, [.emergency(rollout: 0)])
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [11])
    bench.planner = bench.planner.following(bench.planner.policies, at: bench.now)
    bench.step(minute: 7)
    #expect(bench.started() == [1, 2, 3, 4, 5])
  }

  @Test("a forecast comes to it when its moment is stated") func forecast() {
    var emergency = Self.wide
    emergency.from = PlannerBench.epoch + .minutes(30)
    let bench = Self.bench(emergency)
    let course = Forecast(of: bench.planner, at: PlannerBench.epoch).courses[0]
    #expect(course.emergency == .init(since: PlannerBench.epoch + .minutes(30), stage: 1))
    // The first had landed, and rests no longer; the other canary takes 5 minutes and rests as
    // long; then come five and five.
    let minutes: Int64 = 30 + 5 + 5 + 5 + 5
    #expect(course.completesAt == PlannerBench.epoch + .minutes(minutes))
  }

  @Test("strategies that take other steps than clusters, or leave some out, can have none")
  func capable() {
    let some = StagedPolicy(stages: [Stage(name: "some", size: .count(1))])
    let all = StagedPolicy(stages: some.stages + [Stage(name: "rest")])
    #expect(!StrategyPolicy.staged(some).canHurry && StrategyPolicy.staged(all).canHurry)
    var policy = RolloutPolicy.rollout(.staged(some))
    policy.emergency = Self.wide
    #expect(RolloutPolicy.problem(with: [policy]) != nil)
    policy.strategy = .staged(all)
    #expect(RolloutPolicy.problem(with: [policy]) == nil)
    policy.emergency?.overrides = ["nothing"]
    #expect(RolloutPolicy.problem(with: [policy]) != nil)
  }
}
