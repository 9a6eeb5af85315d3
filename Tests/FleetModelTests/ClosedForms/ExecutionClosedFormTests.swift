import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// E1 and E6 of `models.md` §10.
@Suite struct ExecutionClosedFormTests {
  struct Update: Sendable, CustomTestStringConvertible {
    var replicas: Int
    var surgePercent: Int
    var unavailablePercent: Int
    var start: Int64 = 20
    var minReady: Int64 = 10

    /// ⌈R·s⌉; rounds up as a Deployment's surge does.
    var surge: Int { (replicas * surgePercent + 99) / 100 }
    /// ⌊R·u⌋, and 1 if surge and this are both 0.
    var unavailable: Int {
      let rounded = replicas * unavailablePercent / 100
      return surge == 0 && rounded == 0 ? 1 : rounded
    }
    var rounds: Int { (replicas + surge + unavailable - 1) / (surge + unavailable) }

    var testDescription: String {
      "\(replicas) pods, \(surgePercent) % surge, \(unavailablePercent) % unavailable"
    }

    /// One cluster that updates, on one node of 200 pods so that headroom tells pods.
    func scenario(defects: [DefectPlan] = []) -> Scenario {
      Scenario.small(clusters: 1, defects: defects) { scenario in
        scenario.plain.nodes = 1
        scenario.plain.nodeLimit = 1
        scenario.plain.podsPerNode = 200
        scenario.plain.downWhileUpdating = false
        scenario.web.replicas = replicas
        scenario.web.podStart = .constant(.seconds(start))
        scenario.web.minReady = .seconds(minReady)
        scenario.rollout.delivery = .rollingUpdate(
          maxSurge: .share(.percent(Int64(surgePercent))),
          maxUnavailable: .share(.percent(Int64(unavailablePercent))))
      }
    }
  }

  static let updates = [
    Update(replicas: 10, surgePercent: 25, unavailablePercent: 25),
    Update(replicas: 10, surgePercent: 0, unavailablePercent: 0),
    Update(replicas: 1, surgePercent: 25, unavailablePercent: 25, start: 7, minReady: 0),
    Update(replicas: 3, surgePercent: 0, unavailablePercent: 34),
    Update(replicas: 40, surgePercent: 100, unavailablePercent: 0),
    Update(replicas: 59, surgePercent: 10, unavailablePercent: 5),
  ]

  @Test(
    "E1: a rolling update takes its rounds and keeps to surge and unavailable", arguments: updates)
  func rollingUpdate(update: Update) throws {
    let run = update.scenario().run()
    let seconds = Int64(update.rounds) * (update.start + update.minReady)
    #expect(try run.decidedAfter() == .seconds(seconds))
    #expect(try run.number("duration.p100") == Double(seconds))
    // The last rounds may be smaller than allowed, so least capacity and most pods come from the
    // first.
    let create = min(update.replicas, update.surge + update.unavailable)
    let surge = min(create, update.surge)
    let least = update.replicas - (create - surge)
    let capacity = try run.number("capacity.min")
    #expect((capacity - 100 * Double(least) / Double(update.replicas)).magnitude < 1e-6)
    #expect(200 - (try run.number("headroom.min")) == Double(update.replicas + surge))
    #expect(run.reports(on: "c-000001").map(\.report.ready).min() == Int32(least))
  }

  @Test("E1: ten pods with a quarter each way", arguments: [updates[0]])
  func exampleInWords(update: Update) throws {
    let run = update.scenario().run()
    #expect(try run.number("duration.p100") == 60)
    #expect(try run.number("capacity.min") == 80)
    #expect(try run.number("headroom.min") == 200 - 13)
    #expect(update.rounds == 2)
  }

  @Test(
    "E6: a version that never becomes ready is contained and reported at the deadline",
    arguments: [600, 45])
  func neverReady(deadline: Int64) throws {
    let update = Update(replicas: 10, surgePercent: 25, unavailablePercent: 25)
    var scenario = update.scenario(defects: [.ofTarget(.neverReady)])
    scenario.web.progressDeadline = .seconds(deadline)
    let run = scenario.run()
    #expect(run.record.status == .halted)
    #expect(try run.decidedAfter() == .seconds(deadline))
    let last = try #require(run.reports(on: "c-000001").last)
    #expect(last.at == .seconds(deadline))
    #expect(last.report.phase == .failed)
    #expect(last.report.ready == 8)
    // 13 pods of which 8 are old ones that serve: 5 are new and not ready.
    #expect(200 - (try run.number("headroom.min")) - Double(last.report.ready) == 5)
    #expect(try run.number("capacity.min") == 80)
    #expect(try run.number("usersHarmed.integral") == 0)
    #expect(run.record.clusters[0].updatedAfter == nil)
  }
}
