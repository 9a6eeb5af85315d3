import Determinism
import Testing

@testable import RolloutStrategies

/// A canary whose steps are clusters, looked at every minute.
@Suite("Canary across clusters")
struct CohortCanaryTests {
  private static func canary(
    _ steps: [Amount], _ kind: AnalysisKind = .threshold(.percent(1)), checks: Int = 1,
    failedChecks: Int = 1, minimum: Int64 = 1, unknown: UnknownMeasure = .wait,
    control: Amount? = nil, onBreach: Acceptance.Breach = .halt, stepSoak: Microseconds = .zero,
    order: TakeOrder = .listed
  ) -> RolloutPolicy {
    .rollout(
      .cohortCanary(
        CohortCanaryPolicy(
          steps: steps,
          looks: LookRule(
            analysis: AnalysisPolicy(kind: kind, minimumRequests: minimum, unknown: unknown),
            interval: .minutes(1), checks: checks, failedChecks: failedChecks),
          control: control, stepSoak: stepSoak, order: order,
          acceptance: Acceptance(onBreach: onBreach))))
  }

  @Test("a step is taken, looked at as often as it must, and then the next")
  func grows() {
    var bench = PlannerBench(
      clusters: 10, Self.canary([.count(1), .share(.percent(50))], checks: 2))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 5, [0])
    #expect(bench.asked() == .init(1, from: 5, to: 6, cohort: [0]))
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(11), "five minutes after it")
    bench.count(minute: 6, look: 1, errors: 0)
    #expect(bench.asked() == .init(2, from: 6, to: 7, cohort: [0]))
    #expect(bench.started() == [])
    bench.count(minute: 7, look: 2, errors: 0)
    #expect(bench.started() == [1, 2, 3, 4] && bench.asked() == nil)
    bench.answer(minute: 10, [1, 2, 3])
    #expect(bench.asked() == nil, "one is not there yet")
    bench.answer(minute: 11, [4])
    #expect(bench.asked() == .init(3, from: 11, to: 12, cohort: [0, 1, 2, 3, 4]))
    bench.count(minute: 12, look: 3, errors: 0)
    bench.count(minute: 13, look: 4, errors: 0)
    #expect(bench.started() == [5, 6, 7, 8, 9], "what the last step leaves is not looked at")
    bench.answer(minute: 20, [5, 6, 7, 8, 9])
    #expect(bench.verdict() == .complete)
  }

  @Test("the last step is looked at before the rollout is complete, if it takes all")
  func all() {
    var bench = PlannerBench(clusters: 2, Self.canary([.share(.one)]))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1])
    #expect(bench.verdict() == .rolling)
    bench.count(minute: 2, look: 1, errors: 0)
    #expect(bench.verdict() == .complete && bench.asked() == nil)
    bench.step(minute: 3)
    #expect(bench.verdict() == .complete)
  }

  @Test(
    "a certain error stops it at exactly the look at which too many have failed",
    arguments: [1, 2, 5])
  func stops(_ failedChecks: Int) {
    var bench = PlannerBench(
      clusters: 3, Self.canary([.count(1)], failedChecks: failedChecks, onBreach: .rollBackAll))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    for look in 1...failedChecks {
      #expect(bench.verdict() == .rolling, "before look \(look)")
      bench.count(minute: 1 + Int64(look), look: look, errors: 100)
    }
    #expect(bench.verdict().word == "rollingBack" && bench.takenBack() == [0])
    let looks = bench.verdict().evidence?.looks
    #expect(looks?.failed == failedChecks && looks?.tolerated == failedChecks - 1)
    #expect(looks?.last?.cohort == RequestCounts(requests: 100, errors: 100))
  }

  @Test("failed looks add up over steps, as they do in Flagger, whatever passes between them")
  func adds() {
    var bench = PlannerBench(
      clusters: 4, Self.canary([.count(1), .count(2)], failedChecks: 2))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.count(minute: 2, look: 1, errors: 50)
    bench.count(minute: 3, look: 2, errors: 0)
    bench.answer(minute: 4, [1])
    bench.count(minute: 5, look: 3, errors: 50)
    #expect(bench.verdict().word == "halted" && bench.verdict().evidence?.stage == "step 2")
  }

  @Test("counts of another look, or told again, change nothing")
  func once() {
    var bench = PlannerBench(clusters: 4, Self.canary([.count(1)], checks: 3))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.count(minute: 2, look: 2, errors: 100)
    #expect(bench.decision.rollouts.isEmpty)
    bench.count(minute: 2, look: 1, errors: 0)
    #expect(bench.made()?.look?.finding.verdict == .pass)
    bench.count(minute: 2, look: 1, errors: 100)
    #expect(bench.decision.rollouts.isEmpty)
  }

  @Test(
    "what was not counted in time is unknown",
    arguments: zip(UnknownMeasure.allCases, [AnalysisVerdict.undecided, .fail, .pass]))
  func unknown(_ unknown: UnknownMeasure, _ verdict: AnalysisVerdict) {
    var bench = PlannerBench(clusters: 2, Self.canary([.count(1)], unknown: unknown))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.step(minute: 6)
    #expect(bench.made()?.look == nil, "it ends at minute 2, and is waited for until minute 7")
    bench.step(minute: 7)
    #expect(bench.made()?.look?.finding.verdict == verdict)
    switch unknown {
    case .wait: #expect(bench.asked() == .init(2, from: 2, to: 8, cohort: [0]), "nothing is lost")
    case .fail: #expect(bench.verdict().word == "halted")
    case .ignore: #expect(bench.started() == [1])
    }
  }

  @Test("too few requests are added up over looks")
  func sample() {
    var bench = PlannerBench(clusters: 2, Self.canary([.count(1)], minimum: 250))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    for look in 1...2 { bench.count(minute: 1 + Int64(look), look: look, errors: 1) }
    #expect(bench.verdict() == .rolling && bench.started() == [])
    bench.count(minute: 4, look: 3, errors: 0)
    #expect(bench.started() == [1], "2 of 300 are less than 1 %")
  }

  @Test("the control is of those that come last, and covers what labels say")
  func control() {
    let sites = ["a", "a", "a", "a", "a", "b", "a", "a"]
    let test = AnalysisKind.difference(margin: .zero, level: .percent(5))
    var bench = PlannerBench(
      clusters: 8, domains: [("site", sites)],
      Self.canary([.count(1), .count(7), .share(.one)], test, control: .count(3)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    #expect(bench.asked() == .init(1, from: 1, to: 2, cohort: [0], control: [7, 1, 5]))
    bench.count(minute: 2, look: 1, errors: 0, control: 0)
    #expect(bench.started() == [1, 2, 3, 4, 5, 6])
    bench.answer(minute: 3, [1, 2, 3, 4, 5, 6])
    #expect(bench.asked()?.control == [7], "fewer are left than were wanted")
    bench.count(minute: 4, look: 2, errors: 0, control: 0)
    bench.answer(minute: 5, [7])
    #expect(bench.verdict() == .complete, "nothing is left to compare with: not looked at")
  }

  @Test("whoever resumes a frozen canary tolerates the looks that had failed")
  func thaws() {
    var bench = PlannerBench(clusters: 3, Self.canary([.count(1)], onBreach: .freeze))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.count(minute: 2, look: 1, errors: 100)
    #expect(bench.verdict().evidence?.isFrozen == true)
    bench.step(minute: 30, [.resumed(rollout: 0)])
    #expect(bench.asked() == .init(2, from: 2, to: 31, cohort: [0]))
    bench.count(minute: 31, look: 2, errors: 100)
    #expect(bench.verdict().evidence?.looks?.failed == 2)
    #expect(bench.verdict().evidence?.looks?.tolerated == 1)
  }

  @Test("a stratified canary shows first what labels there are")
  func stratified() {
    let sites = ["a", "a", "b", "a", "c"]
    var bench = PlannerBench(
      clusters: 5, domains: [("site", sites)], Self.canary([.count(3)], order: .stratified))
    bench.step(minute: 0)
    #expect(bench.started() == [0, 2, 4])
  }

  @Test("a planner that takes over between two looks judges the second as the first would have")
  func takesOver() throws {
    var bench = PlannerBench(
      clusters: 3,
      Self.canary(
        [.count(1)],
        .sequential(
          SequentialTest(
            good: .percent(1), bad: .percent(5), falseAlarm: .percent(5), miss: .percent(5)))))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    bench.count(minute: 2, look: 1, errors: 3)
    let knowledge = bench.planner.knowledge(of: 0)
    var other = Planner(
      name: "hub", fleet: bench.planner.fleet, rollouts: bench.planner.policies,
      seed: RandomStream(seed: 1, replication: 0), seen: knowledge, at: bench.now)
    let last = Observation.counted(look: 2, errors: 3)
    let then = PlannerBench.epoch + .minutes(3)
    #expect(other.step(at: then, observing: [last]) == bench.step(at: then, [last]))
    #expect(bench.made()?.look?.finding.cohort == RequestCounts(requests: 200, errors: 6))
  }
}

/// A request for counts, in minutes and by position.
private struct AskedLook: Equatable {
  var look: Int
  var from: Int64
  var to: Int64
  var cohort: [Int]
  var control: [Int]

  init(_ look: Int, from: Int64, to: Int64, cohort: [Int], control: [Int] = []) {
    self.look = look
    self.from = from
    self.to = to
    self.cohort = cohort
    self.control = control
  }
}

extension PlannerBench {
  /// What the last step asks to have counted.
  fileprivate func asked() -> AskedLook? {
    made()?.lookRequest.map { request in
      let minute = { (instant: Instant) in (instant - Self.epoch).count / 60_000_000 }
      return AskedLook(
        request.look, from: minute(request.from), to: minute(request.to),
        cohort: request.cohort.map(\.offset), control: request.control.map(\.offset))
    }
  }

  /// Steps with what was counted of a hundred requests on each side.
  fileprivate mutating func count(minute: Int64, look: Int, errors: Int64, control: Int64? = nil) {
    step(minute: minute, [.counted(look: look, errors: errors, control: control)])
  }
}

extension Observation {
  fileprivate static func counted(
    look: Int, errors: Int64, control: Int64? = nil
  ) -> Observation {
    .measured(
      rollout: 0, look: look, cohort: RequestCounts(requests: 100, errors: errors),
      control: control.map { RequestCounts(requests: 100, errors: $0) })
  }
}
