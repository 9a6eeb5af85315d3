import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What an emergency makes of a rollout of one cluster an hour.
@Suite("How long an emergency takes")
struct EmergencyClosedFormTests {
  /// Sixty clusters, each of which takes a minute and rests an hour.
  ///
  /// In the emergency four of them come first and rest five minutes, and then half of the others
  /// are in flight at a time.
  private func scenario(_ defects: [DefectPlan] = [], after: Microseconds?) -> Scenario {
    let strategy = StrategyPolicy.progressive(
      ProgressivePolicy(maxConcurrency: .count(1), acceptance: Acceptance(soak: .hours(1))))
    return Scenario.small(strategy, clusters: 60, defects: defects, horizon: .hours(72)) {
      scenario in
      scenario.rollout.emergency = EmergencyPlan(
        after: after,
        limits: EmergencyPolicy(
          canary: .count(4), canarySoak: .minutes(5), maxConcurrency: .share(.percent(50)),
          failureBudget: .count(5)))
    }
  }

  @Test("those that are done count, one canary is missing, and two halves follow")
  func duration() throws {
    #expect(try scenario(after: nil).run().number("duration.p100") == 59 * 3_660 + 60)
    // By then three clusters were updated, and the third rests.
    let declared: Double = 10_000
    let run = scenario(after: .seconds(Int64(declared))).run()
    #expect(try run.number("duration.p100") == declared + 60 + 300 + 2 * 60)
    #expect(run.record.waves.map(\.name) == ["1", "emergency canary", "emergency"])
    #expect(run.record.waves.map(\.clusters) == [3, 1, 56])
    #expect(run.record.waves.map(\.number) == [0, 1, 2])
  }

  @Test("a version that is bad from then on reaches no more than the canaries")
  func bad() throws {
    let defect = DefectPlan.ofTarget(.errorRate(.percent(20)), affects: .named("c-000004"))
    let run = scenario([defect], after: .seconds(10_000)).run()
    #expect(run.record.status == .halted)
    #expect(try run.number("carrying.peak") == 4)
    #expect(run.record.rollouts[0].verdict.evidence?.stage == "emergency canary")
  }
}
