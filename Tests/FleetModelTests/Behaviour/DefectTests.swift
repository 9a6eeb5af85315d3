import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

@Suite struct DefectTests {
  private let takeBack = StrategyPolicy.allAtOnce(
    AllAtOncePolicy(acceptance: Acceptance(onBreach: .rollBackAll)))

  @Test("pods that crash are contained and reported once that is noticed")
  func crashIsContained() throws {
    let run = Scenario.small(clusters: 1, defects: [.ofTarget(.crash)]) { scenario in
      scenario.web.replicas = 10
      scenario.signals.detection = .constant(.seconds(90))
    }.run()
    #expect(run.record.status == .halted)
    #expect(try run.decidedAfter() == .seconds(90))
    #expect(try run.number("usersHarmed.integral") == 0)
    #expect(try run.number("capacity.min") == 80)
  }

  @Test("taking back what never became ready hurts nobody and misses no more pods than before")
  func takingBackContained() throws {
    let run = Scenario.small(takeBack, clusters: 1, defects: [.ofTarget(.crash)]) { scenario in
      scenario.web.replicas = 10
      scenario.signals.detection = .constant(.seconds(90))
    }.run()
    #expect(run.record.status == .rolledBack)
    #expect(try run.number("usersHarmed.integral") == 0)
    #expect(try run.number("capacity.min") == 80)
    // The two missing pods are started again, which takes one round.
    #expect(run.reports(on: "c-000001").last?.at == .seconds(90 + 60))
    #expect(run.reports(on: "c-000001").map(\.report.ready).last == 10)
    #expect(run.reports(on: "c-000001").dropLast().allSatisfy { $0.report.ready == 8 })
  }

  @Test("a latent defect acts so long after the first pods became ready", arguments: [1, 3_600])
  func latent(delay: Int64) throws {
    let run = Scenario.small(
      clusters: 1, defects: [.ofTarget(.errorRate(.percent(50)), .afterStart(.seconds(delay)))]
    ) { $0.plain.users = 10 }.run()
    let active = try #require(run.record.marks.first { $0.kind == .defectActive })
    #expect(active.after == .seconds(60 + delay))
    #expect(try run.number("usersHarmed.peak") == 5)
    let minutes = (86_400 - 60 - Double(delay)) / 60
    #expect((try run.number("usersHarmed.integral") - 5 * minutes).magnitude < 1e-6)
  }

  @Test("a latent defect survives an outage in mid-update")
  func latentSurvivesOutage() throws {
    let run = Scenario.small(
      clusters: 1, defects: [.ofTarget(.errorRate(.percent(50)), .afterStart(.seconds(600)))]
    ) { scenario in
      scenario.web.replicas = 4
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1))
      scenario.environment.outages = [
        .init(
          name: "outage", clusters: .all, span: Span(after: .seconds(90), duration: .seconds(10)),
          effect: .down)
      ]
    }.run()
    #expect(run.updatedAfter == [280])
    #expect(run.record.marks.first { $0.kind == .defectActive }?.after == .seconds(660))
  }

  @Test("a defect set off at a moment acts in all carriers at once, and at once in later ones")
  func atMoment() throws {
    let run = Scenario.small(
      .timedBatches(
        TimedBatchesPolicy(
          batchSize: .count(1), interval: .seconds(100),
          acceptance: Acceptance(failureBudget: .count(9)))),
      clusters: 4,
      defects: [.ofTarget(.errorRate(.percent(50)), .at(.seconds(200)))]
    ) { $0.signals.detection = .constant(.hours(30)) }.run()
    // Batches at 0, 100, 200 and 300 are ready a minute later; two carry it at 200.
    #expect(run.record.marks.first { $0.kind == .defectActive }?.after == .seconds(200))
    let seconds = [200, 200, 260, 360].map { 86_400 - $0 }.reduce(0, +)
    #expect((try run.number("active.integral") - Double(seconds) / 3_600).magnitude < 1e-6)
    #expect(try run.number("active.peak") == 4)
  }

  @Test("clusters that run a defective version from the beginning have its defect")
  func fromBeginning() throws {
    let run = Scenario.small(
      clusters: 1, defects: [.ofTarget(.errorRate(.percent(50)), .afterStart(.seconds(30)))]
    ) { $0.web.initial = [.init(version: "v2", share: .one)] }.run()
    #expect(run.record.marks.first { $0.kind == .defectActive }?.after == .seconds(30))
    #expect(run.record.status == .halted)
    #expect(try run.decidedAfter() == .seconds(30))
    #expect(try run.number("directives") == 0)
  }

  @Test("errors below the threshold are not noticed")
  func belowThreshold() throws {
    let defect = DefectPlan.ofTarget(.errorRate(Ratio(partsPerBillion: 9_999_999)))
    let run = Scenario.small(clusters: 1, defects: [defect]).run()
    #expect(run.record.status == .completed)
    #expect(try run.number("escaped") == 1)
    let above = DefectPlan.ofTarget(.errorRate(.percent(1)))
    #expect(Scenario.small(clusters: 1, defects: [above]).run().record.status == .halted)
  }

  @Test("a rollback in mid-update restores what was there, within the update's limits")
  func rollbackInMidUpdate() throws {
    let scenario = Scenario.small(
      takeBack, clusters: 0,
      defects: [.ofTarget(.errorRate(.percent(10)), affects: .named("small"))]
    ) { scenario in
      scenario.web.replicas = 10
      scenario.fleet.generate = nil
      scenario.fleet.classes.append(
        ClassPlan(name: "tiny", replicas: [.init(service: "web", count: 1)]))
      let site = [Label(key: "site", value: "a")]
      scenario.fleet.clusters = [
        ClusterPlan(name: "large", clusterClass: "plain", labels: site),
        ClusterPlan(name: "small", clusterClass: "tiny", labels: site),
      ]
    }
    let run = scenario.run()
    #expect(run.record.status == .rolledBack)
    let reports = run.reports(on: "large")
    // At 60 s five pods are new, three old, two missing. Back: five pods, then two.
    #expect(reports.last?.at == .seconds(180))
    #expect(reports.last?.report.ready == 10)
    #expect(reports.last?.report.revision == .previous)
    #expect(reports.last?.report.phase == .idle)
    #expect(reports.allSatisfy { $0.report.ready >= 8 })
    #expect(run.record.clusters.map(\.versions) == [["v1"], ["v1"]])
    #expect(try run.number("capacity.min") == 80)
    #expect(try run.number("rollback.duration") == 120)
  }
}
