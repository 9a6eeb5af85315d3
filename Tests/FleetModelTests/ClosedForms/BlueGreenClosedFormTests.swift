import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What a bad version costs whose backup takes over all demand.
@Suite("Going back by routing")
struct BlueGreenClosedFormTests {
  /// One cluster serves a thousand users and one stands by; trouble is noticed after two minutes,
  /// a report takes 3 s and what a planner decides takes 5 s.
  private func scenario(steps: [Ratio], defects: [DefectPlan]) -> Scenario {
    let policy = BlueGreenPolicy(
      live: .label("class", "plain"), backup: .label("class", "standby"), steps: steps,
      stepSoak: .minutes(10), hold: .hours(1))
    return Scenario.small(.blueGreen(policy), clusters: 2, defects: defects) { scenario in
      scenario.plain.users = 1_000
      scenario.plain.capacity = 1_000
      scenario.plain.downWhileUpdating = false
      var standby = scenario.plain
      standby.name = "standby"
      standby.users = 0
      scenario.fleet.classes.append(standby)
      scenario.fleet.generate = nil
      scenario.fleet.clusters = ["plain", "standby"].map { name in
        ClusterPlan(
          name: name, clusterClass: name, labels: [.init(key: "site", value: "s")])
      }
      scenario.hub.reportLatency = .seconds(3)
      scenario.hub.deliveryLatency = .seconds(5)
      scenario.signals = SignalPlan(
        detection: .constant(.minutes(2)), errorThreshold: Ratio(partsPerBillion: 1_000_000))
    }
  }

  @Test("harm is the users moved, times the errors, times detection and both latencies")
  func harm() throws {
    let defect = DefectPlan.ofTarget(.errorRate(.percent(20)), .atStart)
    for (steps, moved) in [([Ratio.one], 1_000.0), ([.percent(10), .one], 100)] {
      let run = scenario(steps: steps, defects: [defect]).run()
      let expected = moved * 0.2 * (120 + 3 + 5) / 60
      let harm = try run.number("usersHarmed.integral")
      #expect(abs(harm - expected) < 1e-6, "\(harm) instead of \(expected)")
      #expect(try run.number("directives") == 1, "only the backup is ever asked")
    }
  }

  @Test("half of the clusters is idle all the time, whoever serves") func price() throws {
    let run = scenario(steps: [.one], defects: []).run()
    #expect(try run.number("clusters.integral") == 48)
    #expect(try run.number("clusters.idle") == 24)
    #expect(try run.number("updated.share") == 100)
    #expect(try run.number("exposed.peak") == 100)
  }

  @Test("both clusters are updated after one update, the hold, and the other update")
  func duration() throws {
    let run = scenario(steps: [.one], defects: []).run()
    // Each update: 5 s until it is asked, a minute for the pod, 3 s until that is known; the last
    // report is of no consequence to when a cluster is updated.
    #expect(try run.number("duration.p100") == 5 + 60 + 3 + 3_600 + 5 + 60)
  }
}
