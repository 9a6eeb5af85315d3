import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// How planners that share a budget hear from its coordinator.
@Suite struct CoordinationTests {
  /// Two planners of three clusters each, whose updates take a minute and need a lease of two that
  /// there are; messages take five seconds each way.
  private func shared(edit: (inout Scenario) -> Void = { _ in }) -> FinishedRun {
    Scenario.small(clusters: 6) { scenario in
      scenario.hub.clusters = .named("c-000001", "c-000002", "c-000003")
      var other = scenario.hub
      other.name = "other"
      other.clusters = .named("c-000004", "c-000005", "c-000006")
      scenario.planners.append(other)
      scenario.rollout.guards = [
        GuardPolicy(name: "all", rule: .budget(BudgetRule(atMost: 2, latency: .seconds(5))))
      ]
      edit(&scenario)
    }.run()
  }

  @Test("leases go round, and each costs two messages to the coordinator and back")
  func goesRound() throws {
    let run = shared()
    // Asked for at 0 s and granted at 10 s; given back after a minute, and granted anew 10 s later:
    // one to the planner that had none yet, and one to the other.
    #expect(run.updatedAfter == [70, 70, 140, 140, 210, 210])
    #expect(try run.number("inFlight.peak") == 2)
  }

  @Test("a planner that is down keeps the lease it holds and takes no other")
  func outage() throws {
    let run = shared { scenario in
      scenario.planners[0].outages = [Span(after: .seconds(30), duration: .hours(1))]
    }
    // The first planner's leases of 10 s come back when it is up again.
    let up = 30.0 + 3_600
    #expect(run.updatedAfter == [70, 70, up + 70, up + 70, up + 140, up + 140])
  }

  @Test("without a budget nobody waits for anybody")
  func unshared() throws {
    let run = shared { $0.rollout.guards = [] }
    #expect(run.updatedAfter == Array(repeating: 60, count: 6))
    #expect(try run.number("inFlight.peak") == 6)
  }
}
