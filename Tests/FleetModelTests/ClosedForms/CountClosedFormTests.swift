import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What clusters count of their requests, and what comes of it.
@Suite("Requests that are counted")
struct CountClosedFormTests {
  /// Clusters of a thousand users each; a look every ten minutes, which is 10,000 requests a
  /// cluster at one a user and minute.
  private func scenario(
    clusters: Int = 10, _ analysis: AnalysisPolicy, steps: [Amount] = [.count(5)],
    checks: Int = 1, failedChecks: Int = 1, control: Amount? = nil, failing: Ratio = .zero,
    defects: [DefectPlan] = [], edit: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    let policy = CohortCanaryPolicy(
      steps: steps,
      looks: LookRule(
        analysis: analysis, interval: .minutes(10), checks: checks, failedChecks: failedChecks),
      control: control)
    return Scenario.small(.cohortCanary(policy), clusters: clusters, defects: defects) { scenario in
      scenario.plain.users = 1_000
      scenario.web.requests = RequestPlan(perUserHour: 60, failing: failing)
      scenario.signals = SignalPlan(
        detection: .constant(.zero), errorThreshold: .percent(50))
      edit(&scenario)
    }
  }

  private static let lenient = AnalysisPolicy(kind: .threshold(.one))

  @Test("requests are users times rate times time, and none is lost between looks")
  func requests() throws {
    let run = scenario(Self.lenient, checks: 6) { scenario in
      scenario.web.requests = RequestPlan(perUserHour: 7, failing: .zero)
      scenario.plain.users = 13
    }.run()
    let counts = run.looks
    #expect(counts.count == 6)
    // 5 clusters × 13 users × 7 an hour, over an hour; each cluster counts whole requests.
    let total = counts.reduce(0) { $0 + $1.cohort.requests }
    #expect(abs(total - 5 * 13 * 7) <= 5, "\(total)")
    let late = try run.decidedAfter() - .minutes(62)
    #expect(abs(late.count) < 1_000, "every message takes a microsecond at least")
  }

  @Test("errors are those of the version and of the background, within four standard errors")
  func errors() {
    // A request fails unless neither the background's 0.3 % nor the version's 1 % hits it:
    // scipy.stats.binom(50_000, 1 − 0.997 × 0.99) has mean 648.5 and deviation 25.3;
    // scipy.stats.binom(30_000, 0.003) has mean 90 and deviation 9.47.
    let defect = DefectPlan.ofTarget(.errorRate(.percent(1)), .atStart)
    let canary = scenario(
      AnalysisPolicy(kind: .difference(margin: .one, level: .percent(5))), control: .count(3),
      failing: Ratio(partsPerBillion: 3_000_000), defects: [defect])
    let looks = canary.firstLooks(of: 400)
    Sample(looks.map { Double($0.cohort.errors) }).expect(
      mean: 648.5, standardError: 25.3 / 20, "errors of the cohort")
    Sample(looks.map { Double($0.control?.errors ?? -1) }).expect(
      mean: 90, standardError: 9.47 / 20, "errors of the control")
    let spread = Sample(looks.map { Double($0.cohort.errors) }).standardError * 20
    // The deviation of a sample of n has a standard error of about σ ÷ √(2n).
    #expect(abs(spread - 25.3) < 4 * 25.3 / 28.3, "\(spread)")
  }

  @Test(
    "a version that fails every request is stopped after exactly as many looks as are tolerated")
  func stops() throws {
    for failedChecks in [1, 3] {
      let defect = DefectPlan.ofTarget(.errorRate(.one), .afterStart(.seconds(1)))
      let run = scenario(
        AnalysisPolicy(kind: .threshold(.percent(1))), failedChecks: failedChecks,
        defects: [defect]
      ) { scenario in
        // Monitoring sleeps: only what is counted shows it.
        scenario.signals = SignalPlan(detection: .constant(.hours(20)))
        scenario.hub.reportLatency = .seconds(5)
        scenario.hub.deliveryLatency = .seconds(3)
      }.run()
      #expect(run.looks.count == failedChecks)
      #expect(run.record.rollouts[0].verdict.evidence?.looks?.failed == failedChecks)
      // Asked, updated, known; looks follow each other without a gap; the last is known 5 s late.
      let expected = Microseconds.seconds(3 + 60) + .minutes(10 * Int64(failedChecks)) + .seconds(5)
      #expect(try run.decidedAfter() == expected)
    }
  }

  @Test("a version that fails nothing passes every look") func passes() throws {
    let run = scenario(AnalysisPolicy(kind: .threshold(.zero)), checks: 4).run()
    #expect(run.looks.map(\.cohort.errors) == [0, 0, 0, 0])
    #expect(try run.number("updated.share") == 100)
  }

  @Test("whoever cannot be heard counts for nothing") func unreachable() {
    let run = scenario(Self.lenient, checks: 2) { scenario in
      scenario.environment.outages = [
        .init(
          name: "cut", clusters: .named("c-000001", "c-000002"),
          span: Span(after: .minutes(5), duration: .minutes(10)), effect: .linkDown)
      ]
    }.run()
    #expect(run.looks.map(\.cohort.requests) == [3 * 10_000, 5 * 10_000])
  }

  @Test("a test of the difference at a level raises so many false alarms") func falseAlarms() {
    // 50,000 requests against 30,000 at 0.3 %: enough for the normal approximation of the score,
    // whose exact size there is 4.9 % (scipy.stats.binom, summed over all pairs of counts).
    let level = 0.05
    let replications = 2_000
    let canary = scenario(
      AnalysisPolicy(kind: .difference(margin: .zero, level: .percent(5))), control: .count(3),
      failing: Ratio(partsPerBillion: 3_000_000))
    let alarms = canary.firstLooks(of: replications).map { $0.verdict == .fail ? 1.0 : 0 }
    Sample(alarms).expect(
      mean: level, standardError: (level * (1 - level) / Double(replications)).squareRoot(),
      "false alarms")
  }
}

extension Scenario {
  /// What the first look finds in each of several replications.
  fileprivate func firstLooks(of replications: Int) -> [AnalysisFinding] {
    let world = World(self)
    return (0..<replications).map { replication in
      let random = RandomStream(seed: 1, replication: UInt32(replication))
      return world.finish(
        RunRequest(caseIndex: 0, armIndex: 0, random: random),
        RunOptions(detail: .metrics, wantsTranscript: true)
      ).looks[0]
    }
  }
}

extension FinishedRun {
  /// What the looks of the only rollout found, in order.
  fileprivate var looks: [AnalysisFinding] {
    result.transcript.flatMap(\.decision.rollouts).compactMap(\.look?.finding)
  }
}
