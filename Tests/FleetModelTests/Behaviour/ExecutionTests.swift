import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

@Suite struct ExecutionTests {
  /// One cluster whose four pods are replaced one by one, a minute each.
  private func oneByOne(
    _ strategy: StrategyPolicy = .allAtOnce(AllAtOncePolicy()), defects: [DefectPlan] = [],
    edit: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    Scenario.small(strategy, clusters: 1, defects: defects) { scenario in
      scenario.web.replicas = 4
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1))
      edit(&scenario)
    }
  }

  private func outage(
    _ effect: EnvironmentPlan.Effect, from: Int64, to: Int64
  ) -> EnvironmentPlan.Outage {
    .init(
      name: "outage", clusters: .all,
      span: Span(after: .seconds(from), duration: .seconds(to - from)), effect: effect)
  }

  // MARK: Outages

  @Test("a control-plane outage keeps users served and stalls the update, whose round starts again")
  func controlPlaneOutage() throws {
    let run = oneByOne {
      $0.environment.outages = [outage(.controlPlaneDown, from: 90, to: 300)]
    }.run()
    #expect(run.updatedAfter == [480])
    #expect(try run.number("usersHarmed.integral") == 0)
    #expect(try run.number("downtime.unplanned") == 0)
  }

  @Test("an outage in mid-update costs its downtime and restarts the round")
  func outageInMidUpdate() throws {
    let run = oneByOne { $0.environment.outages = [outage(.down, from: 90, to: 300)] }.run()
    #expect(run.updatedAfter == [480])
    #expect(try run.number("downtime.unplanned") == 3.5)
    #expect(run.result.coverage.outagesDuringUpdate == 1)
  }

  @Test("overlapping outages hold a cluster down until the last is over")
  func overlappingOutages() throws {
    let run = oneByOne {
      $0.environment.outages = [
        outage(.down, from: 90, to: 200), outage(.down, from: 150, to: 300),
        outage(.controlPlaneDown, from: 250, to: 360),
      ]
    }.run()
    #expect(try run.number("downtime.unplanned") == 3.5)
    #expect(run.updatedAfter == [360 + 180])
  }

  @Test("failures of domains and of clusters on their own go by their own rules")
  func severalRules() throws {
    let run = Scenario.small(clusters: 12, sites: 4) { scenario in
      scenario.rollout.startsAfter = .hours(24)
      let often = Distribution.exponential(mean: .hours(1))
      let short = Distribution.constant(.minutes(3))
      scenario.environment.failures = [
        .init(level: "site", between: often, repair: short, effect: .linkDown),
        .init(level: "cluster", between: often, repair: short, effect: .controlPlaneDown),
        .init(level: "cluster", between: .constant(.hours(2)), repair: short, effect: .down),
      ]
      scenario.environment.outages = [outage(.linkDown, from: 100, to: 200)]
    }.run()
    // Every cluster is down for three minutes of every 123, whatever else happens to it.
    let expected = 12 * 24 * 60 * 3.0 / 123
    #expect((try run.number("downtime.unplanned") - expected).magnitude < 12 * 3)
  }

  @Test("an image that was being pulled when the cluster went down is pulled again")
  func outageDuringPull() throws {
    let run = oneByOne {
      $0.web.imagePull = .constant(.seconds(100))
      $0.environment.outages = [outage(.down, from: 50, to: 70)]
    }.run()
    #expect(run.updatedAfter == [70 + 100 + 240])
  }

  @Test("an image that arrives while the control plane is down is there when it is back")
  func pullDuringControlPlaneOutage() throws {
    let run = oneByOne {
      $0.web.imagePull = .constant(.seconds(100))
      $0.environment.outages = [outage(.controlPlaneDown, from: 50, to: 170)]
    }.run()
    #expect(run.updatedAfter == [170 + 240])
  }

  @Test("a stall whose deadline passes during a control-plane outage is still reported")
  func stallDuringOutage() throws {
    let run = oneByOne(defects: [.ofTarget(.neverReady)]) {
      $0.environment.outages = [outage(.controlPlaneDown, from: 500, to: 700)]
    }.run()
    #expect(run.record.status == .halted)
    #expect(try run.decidedAfter() == .seconds(700 + 600))
  }

  // MARK: Room

  /// One node with four pods on it, two of which are to be replaced by two that come on top.
  private func tight(podsPerNode: Int, nodeLimit: Int) -> Scenario {
    Scenario.small(clusters: 1) { scenario in
      scenario.plain.nodes = 1
      scenario.plain.downWhileUpdating = false
      scenario.plain.nodeLimit = nodeLimit
      scenario.plain.nodeStart = .seconds(90)
      scenario.plain.podsPerNode = podsPerNode
      scenario.plain.otherPods = 2
      scenario.web.replicas = 2
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(2), maxUnavailable: .count(0))
    }
  }

  @Test("a surge that does not fit waits for a node and says so")
  func surgeWaitsForNode() throws {
    let run = tight(podsPerNode: 4, nodeLimit: 2).run()
    #expect(run.updatedAfter == [90 + 60])
    #expect(try run.number("surge.waits") == 1)
    #expect(run.record.marks.contains { $0.kind == .surgeWaits && $0.after == .zero })
    let phases = run.reports(on: "c-000001").map(\.report.phase)
    #expect(phases == [.waiting, .progressing, .available])
    #expect(try run.number("headroom.min") == 2)
  }

  @Test("a surge that never fits waits for ever")
  func surgeNeverFits() throws {
    let run = tight(podsPerNode: 4, nodeLimit: 1).run()
    #expect(run.record.status == .unfinished)
    #expect(try run.number("stragglers") == 1)
    #expect(run.reports(on: "c-000001").last?.report.phase == .waiting)
  }

  @Test("room for one pod instead of two makes two rounds of one")
  func partialSurge() throws {
    #expect(tight(podsPerNode: 5, nodeLimit: 1).run().updatedAfter == [120])
    #expect(tight(podsPerNode: 6, nodeLimit: 1).run().updatedAfter == [60])
  }

  @Test("what one service's update frees lets another service's go on")
  func anotherServiceFrees() throws {
    let scenario = Scenario.small(clusters: 1) { scenario in
      scenario.plain.nodes = 1
      scenario.plain.downWhileUpdating = false
      scenario.plain.nodeLimit = 1
      scenario.plain.podsPerNode = 6
      scenario.web.replicas = 2
      var api = scenario.web
      api.name = "api"
      scenario.services.append(api)
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(2), maxUnavailable: .count(0))
      var second = scenario.rollout
      second.name = "api-v2"
      second.service = "api"
      scenario.rollouts.append(second)
      scenario.arms[0].strategies.append(
        .init(rollout: "api-v2", strategy: "at-once", policy: .allAtOnce(AllAtOncePolicy())))
    }
    let run = scenario.run()
    #expect(run.record.rollouts.map(\.decidedAfter) == [.seconds(60), .seconds(120)])
    #expect(try run.number("surge.waits") == 1)
    #expect(try run.number("headroom.min") == 0)
  }

  @Test("a single-node site serves nobody for exactly its rounds, and that is planned downtime")
  func singleNodeSite() throws {
    let run = oneByOne { scenario in
      scenario.plain.nodes = 1
      scenario.plain.downWhileUpdating = true
      scenario.plain.users = 7
      scenario.web.imagePull = .constant(.minutes(5))
    }.run()
    #expect(try run.number("downtime.planned") == 4)
    #expect(try run.number("downtime.unplanned") == 0)
    #expect(try run.number("usersHarmed.peak") == 7)
    #expect(try run.number("usersHarmed.integral") == 28)
    #expect(try run.number("capacity.min") == 0)
    #expect(run.updatedAfter == [540])
  }
}
