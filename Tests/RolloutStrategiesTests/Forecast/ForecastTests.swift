import Determinism
import Testing

@testable import RolloutStrategies

/// What becomes of a rollout if all goes well, worked out by hand.
@Suite("Forecasts")
struct ForecastTests {
  private static let hour = Microseconds.hours(1)

  private static func rollout(
    _ strategy: StrategyPolicy, guards: [GuardPolicy] = []
  ) -> RolloutPolicy {
    RolloutPolicy(
      name: "r", service: "s", target: "v2", startAt: PlannerBench.epoch, strategy: strategy,
      guards: guards)
  }

  private static func forecast(
    _ bench: PlannerBench, _ assumptions: Forecast.Assumptions = .init(updateTakes: .minutes(5))
  ) -> Forecast.Course {
    Forecast(of: bench.planner, at: bench.now, assumptions: assumptions).courses[0]
  }

  private static func minutes(_ waves: [Forecast.Wave]) -> [Int64] {
    waves.map { ($0.at - PlannerBench.epoch).count / 60_000_000 }
  }

  @Test("a window of three over ten clusters, each five minutes and ten of soak, takes an hour")
  func window() {
    let policy = ProgressivePolicy(
      maxConcurrency: .share(.percent(35)), acceptance: Acceptance(soak: .minutes(10)))
    let course = Self.forecast(PlannerBench(clusters: 10, Self.rollout(.progressive(policy))))
    #expect(Self.minutes(course.waves) == [0, 15, 30, 45])
    #expect(course.waves.map(\.clusters.count) == [3, 3, 3, 1])
    #expect(
      course.waves.map(\.landsAt) == [5, 20, 35, 50].map { PlannerBench.epoch + .minutes($0) })
    #expect(course.completesAt == PlannerBench.epoch + Self.hour)
    #expect(course.remainders.isEmpty && course.holds.isEmpty && course.requests.isEmpty)
    #expect(course.numbers.first?.value == 3 && course.numbers.first?.baseCount == 10)
    #expect(course.standing.pending == 10)
  }

  @Test("a guard that binds is named with its clusters, from when and until when")
  func nightly() {
    let night = GuardPolicy(
      name: "night", rule: .window(WindowRule(from: .hours(2), to: .hours(4))))
    let course = Self.forecast(
      PlannerBench(
        clusters: 4, Self.rollout(.allAtOnce(AllAtOncePolicy()), guards: [night])))
    #expect(Self.minutes(course.waves) == [120])
    #expect(course.holds.map(\.block.name) == ["night"])
    #expect(course.holds.map(\.clustersMax) == [4])
    #expect(course.holds.first?.from == PlannerBench.epoch)
    #expect(course.holds.first?.to == PlannerBench.epoch + .hours(2))
    #expect(course.holds.first?.block.until == PlannerBench.epoch + .hours(2))
  }

  @Test("a window too short for its reserve never lets anybody start, and that is said")
  func hopeless() {
    let night = GuardPolicy(
      name: "night",
      rule: .window(WindowRule(from: .hours(2), to: .hours(3), reserve: .hours(2))))
    let course = Self.forecast(
      PlannerBench(
        clusters: 2, Self.rollout(.allAtOnce(AllAtOncePolicy()), guards: [night])))
    #expect(course.completesAt == nil && course.waves.isEmpty)
    #expect(course.remainders.map(\.obstacle) == [.held])
    #expect(course.holds.map(\.to) == [nil])
  }

  @Test("approvals come as fast as is assumed, and who is asked is listed")
  func approval() {
    let stages = [
      Stage(name: "pilot", size: .count(1), gate: .approval), Stage(name: "rest"),
    ]
    let course = Self.forecast(
      PlannerBench(clusters: 3, Self.rollout(.staged(StagedPolicy(stages: stages)))),
      .init(updateTakes: .minutes(5), approvalTakes: .minutes(60)))
    #expect(Self.minutes(course.waves) == [0, 65])
    #expect(course.requests.map(\.subject) == ["pilot"])
    #expect(course.completesAt == PlannerBench.epoch + .minutes(70))
  }

  @Test("who is silent stays so: it keeps its slot, and the rest goes on")
  func silent() {
    let policy = ProgressivePolicy(maxConcurrency: .count(2))
    let quiet = Observation.silent(
      cluster: ClusterID(rawValue: 1), since: PlannerBench.epoch)
    let course = Self.forecast(
      PlannerBench(clusters: 4, seen: [quiet], Self.rollout(.progressive(policy))))
    #expect(Self.minutes(course.waves) == [0, 5, 10])
    #expect(course.completesAt == nil && course.verdict == .rolling)
    #expect(course.remainders.map(\.obstacle) == [.silent])
    #expect(course.remainders.first?.clusters.map(\.offset) == [1])
    #expect(course.standing.silent == 1)
  }

  @Test("failures beyond the budget stop it at once, and it never finishes")
  func halted() {
    var bench = PlannerBench(
      clusters: 4, Self.rollout(.progressive(ProgressivePolicy(maxConcurrency: .count(1)))))
    bench.step(minute: 0)
    bench.step(
      minute: 3,
      bench.reports([0], phase: .failed, since: PlannerBench.epoch + .minutes(2)))
    let course = Self.forecast(bench)
    #expect(course.waves.isEmpty && course.completesAt == nil)
    #expect(course.verdict.evidence?.failed == 1)
    #expect(course.remainders.map(\.obstacle) == [.failed, .stopped])
  }

  @Test("what is under way lands as if it were asked now")
  func underWay() {
    var bench = PlannerBench(
      clusters: 3, Self.rollout(.progressive(ProgressivePolicy(maxConcurrency: .count(2)))))
    bench.step(minute: 0)
    bench.step(minute: 3)
    let course = Self.forecast(bench)
    #expect(course.standing.underWay == 2 && course.standing.pending == 1)
    #expect(Self.minutes(course.waves) == [8])
    #expect(course.completesAt == PlannerBench.epoch + .minutes(13))
  }

  @Test("what was asked for before is answered, too: approvals, gates of groups and leases")
  func askedBefore() {
    let stages = [
      Stage(name: "pilot", size: .count(1), gate: .approval), Stage(name: "rest"),
    ]
    let rules = [
      GuardPolicy(name: "group", rule: .approval(ApprovalRule(label: "name"))),
      GuardPolicy(name: "both", rule: .budget(BudgetRule(atMost: 1, latency: .minutes(1)))),
    ]
    for guards in [[], [rules[0]], [rules[1]]] {
      var bench = PlannerBench(
        clusters: 2, Self.rollout(.staged(StagedPolicy(stages: stages)), guards: guards))
      bench.step(minute: 0)
      bench.answer(minute: 1, guards.isEmpty ? [0] : [])
      #expect(Self.forecast(bench).completesAt != nil, "\(guards.map(\.name))")
    }
  }

  @Test("a limit of Open Cluster Management is rounded up, and 0 means its standard")
  func roundedUp() {
    let progressive = OCMRolloutStrategy(
      .progressive, maxFailures: .count(0), maxConcurrency: .share(.percent(25)))
    let course = Self.forecast(
      PlannerBench(clusters: 10, Self.rollout(.ocm(OCMPolicy(.work, rollout: progressive)))))
    #expect(course.numbers.map(\.setting) == ["maxConcurrency", "maxFailures"])
    #expect(course.numbers.map(\.value) == [3, 0])
    #expect(course.numbers.first?.rounding == "up")
    #expect(course.waves.first?.clusters.count == 3)
  }

  @Test("leases are granted as by a coordinator that nobody else asks")
  func budget() {
    let both = GuardPolicy(
      name: "both", rule: .budget(BudgetRule(atMost: 2, latency: .minutes(1))))
    let course = Self.forecast(
      PlannerBench(
        clusters: 4, Self.rollout(.allAtOnce(AllAtOncePolicy()), guards: [both])))
    #expect(course.waves.map(\.clusters.count) == [2, 2])
    #expect(course.completesAt != nil)
  }

  @Test("it is cut off at the horizon, and that is no verdict")
  func cutOff() {
    let policy = TimedBatchesPolicy(batchSize: .count(1), interval: .hours(24))
    let bench = PlannerBench(clusters: 9, Self.rollout(.timedBatches(policy)))
    let forecast = Forecast(
      of: bench.planner, at: bench.now, assumptions: .init(horizon: .hours(50)))
    #expect(forecast.isCutOff && forecast.courses[0].completesAt == nil)
    #expect(forecast.courses[0].waves.count == 3)
  }
}
