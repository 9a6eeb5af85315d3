import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What two equal clusters of twenty pods show of a version that is asked to be seen by a share of
/// all users.
@Suite("Shares of demand")
struct ExposureClosedFormTests {
  private static let shares: [Ratio] = [.percent(1), .percent(5), .percent(25), .one]

  /// Two clusters that can each serve everybody; errors are noticed after two minutes.
  private func scenario(
    _ partial: PartialRollout, routingWeights: Int? = nil, actsAfter delay: Microseconds
  ) -> Scenario {
    let policy = ExposurePolicy(
      shares: Self.shares, partial: partial, routingWeights: routingWeights, drain: .minutes(2),
      soak: .minutes(30), acceptance: Acceptance(onBreach: .rollBackAll))
    let defect = DefectPlan.ofTarget(.errorRate(.percent(20)), .afterStart(delay))
    return Scenario.small(.exposure(policy), clusters: 2, defects: [defect]) { scenario in
      scenario.plain.users = 500_000
      scenario.plain.capacity = 1_000_000
      scenario.plain.downWhileUpdating = false
      scenario.web.replicas = 20
      scenario.signals = SignalPlan(
        detection: .constant(.minutes(2)), errorThreshold: Ratio(partsPerBillion: 1_000_000))
      switch partial {
      case .none: break
      case .replicas: scenario.rollout.delivery = .partial(PartialDeliveryPolicy(.replicas))
      case .weights: scenario.rollout.delivery = .partial(PartialDeliveryPolicy(.weights))
      }
    }
  }

  struct Shown: Sendable {
    var partial: PartialRollout
    var routingWeights: Int?
    /// What 1 % and 5 % come out as.
    var first: Double
    var second: Double
  }

  static let shown = [
    Shown(partial: .weights(outOf: 1_000), first: 1, second: 5),
    Shown(partial: .replicas(20), first: 2.5, second: 5),
    Shown(partial: .none, routingWeights: 1_000, first: 1, second: 5),
    Shown(partial: .replicas(20), routingWeights: 1_000, first: 1, second: 5),
  ]

  @Test("a fault that acts on a rung meets the share of that rung", arguments: shown)
  func share(_ shown: Shown) throws {
    for (delay, expected) in [
      (Microseconds.minutes(10), shown.first), (.minutes(45), shown.second),
    ] {
      let run = scenario(
        shown.partial, routingWeights: shown.routingWeights, actsAfter: delay
      ).run()
      let peak = try run.number("exposed.peak")
      #expect(abs(peak - expected) < 0.1, "\(peak) % instead of \(expected) %")
      #expect(try run.number("exposed.atDetection") == peak)
      #expect(try run.number("usersHarmed.peak") <= peak / 100 * 1_000_000 * 0.2 + 0.001)
      guard case .rolledBack = run.record.rollouts[0].verdict else {
        Issue.record("\(run.record.rollouts[0].verdict)")
        continue
      }
    }
  }

  @Test("a version without a fault is seen by everybody in the end, and nobody is harmed")
  func everybody() throws {
    for shown in Self.shown {
      let run = scenario(
        shown.partial, routingWeights: shown.routingWeights, actsAfter: .hours(100)
      ).run()
      #expect(run.record.rollouts[0].verdict == .complete)
      #expect(try run.number("exposed.peak") == 100)
      #expect(try run.number("usersHarmed.integral") == 0)
      // Three shares are shown for half an hour each before all of it.
      #expect(try run.decidedAfter() >= .minutes(120))
    }
  }

  @Test("a cluster is left by its users before it is switched as a whole")
  func drained() throws {
    let run = scenario(.none, routingWeights: 1_000, actsAfter: .zero).run()
    // The fault acts while nobody is there; it is met by one per cent, once they are back.
    #expect(try run.number("exposed.peak") == 1)
    #expect(try run.number("usersHarmed.peak") == 1_000_000 * 0.01 * 0.2)
  }
}
