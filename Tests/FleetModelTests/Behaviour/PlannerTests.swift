import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// How the simulated world treats planners: windows, outages, looks, operators, members.
@Suite struct PlannerTests {
  // MARK: Windows

  /// One cluster whose four pods are replaced one by one, with a window of an hour from midnight.
  private func windowed(
    roundMinutes: Int64, atClose: WindowRule.AtClose, zone: String? = nil,
    edit: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    Scenario.small(clusters: 1, horizon: .hours(50)) { scenario in
      scenario.web.replicas = 4
      scenario.web.podStart = .constant(.minutes(roundMinutes))
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1))
      scenario.rollout.guards = [
        GuardPolicy(
          name: "night",
          rule: .window(
            WindowRule(from: .zero, to: .hours(1), timeZone: zone, atClose: atClose)))
      ]
      edit(&scenario)
    }
  }

  @Test(
    "an update that pauses at its window's close stops before its next step and goes on in the next"
  )
  func pausesAtClose() throws {
    let run = windowed(roundMinutes: 25, atClose: .pause).run()
    // Rounds end at 25, 50 and 75 minutes; the fourth begins when the window opens again.
    #expect(run.updatedAfter == [24 * 3_600 + 25 * 60])
    let waits = run.reports(on: "c-000001").first { $0.report.phase == .waiting }
    #expect(waits?.at == .minutes(75))
    #expect(waits?.report.ready == 4)
    #expect(try run.number("guards.windowOverruns") == 1)
  }

  @Test("an update that is paused in its last step is done after it")
  func pausedInLastStep() throws {
    let run = windowed(roundMinutes: 16, atClose: .pause).run()
    #expect(run.updatedAfter == [64 * 60])
  }

  @Test("an update that finishes when its window closes overruns it")
  func finishesAtClose() throws {
    let run = windowed(roundMinutes: 25, atClose: .finish).run()
    #expect(run.updatedAfter == [100 * 60])
    #expect(try run.number("guards.windowOverruns") == 1)
    let mark = run.record.marks.first { $0.kind == .windowOverrun }
    #expect(mark?.after == .hours(1))
    #expect(mark?.subject == "night")
    #expect(mark?.clusters == 1)
  }

  @Test("an update that ends as its window closes does not overrun it", arguments: [15, 14])
  func endsInTime(roundMinutes: Int64) throws {
    let run = windowed(roundMinutes: roundMinutes, atClose: .finish).run()
    #expect(try run.number("guards.windowOverruns") == 0)
  }

  @Test("an update that was asked for in the window and is taken up after it overruns it")
  func takenUpLate() throws {
    let run = windowed(roundMinutes: 1, atClose: .finish) { scenario in
      scenario.rollout.startsAfter = .minutes(59)
      scenario.hub.deliveryLatency = .minutes(10)
    }.run()
    #expect(run.updatedAfter == [73 * 60])
    #expect(try run.number("guards.windowOverruns") == 1)
  }

  @Test("a window in another zone closes by that zone's clocks")
  func anotherZone() throws {
    // Midnight in Chicago is 06:00 UTC on that day.
    let run = windowed(roundMinutes: 25, atClose: .finish, zone: "America/Chicago").run()
    #expect(run.updatedAfter == [(6 * 60 + 100) * 60])
    #expect(run.record.marks.first { $0.kind == .windowOverrun }?.after == .hours(7))
  }

  @Test("a window that never closes is not overrun")
  func alwaysOpen() throws {
    let run = windowed(roundMinutes: 500, atClose: .finish) { scenario in
      scenario.rollout.guards = [
        GuardPolicy(name: "always", rule: .window(WindowRule(from: .zero, to: .zero)))
      ]
    }.run()
    #expect(run.updatedAfter == [2_000 * 60])
    #expect(try run.number("guards.windowOverruns") == 0)
  }

  // MARK: Looks

  @Test("a planner that is down sees and decides nothing until it is back")
  func plannerOutage() throws {
    let run = Scenario.small(clusters: 1) {
      $0.hub.outages = [Span(after: .seconds(30), duration: .seconds(600))]
    }.run()
    #expect(run.updatedAfter == [60])
    #expect(try run.decidedAfter() == .seconds(630))
    let kinds = run.record.marks.map(\.kind)
    #expect(kinds.contains(.plannerDown) && kinds.contains(.plannerUp))
  }

  @Test("a planner that is down at a batch's time starts it when it is back")
  func outageOverBatch() throws {
    let run = Scenario.small(
      .timedBatches(TimedBatchesPolicy(batchSize: .count(1), interval: .seconds(100))),
      clusters: 3
    ) { $0.hub.outages = [Span(after: .seconds(90), duration: .seconds(60))] }.run()
    #expect(run.updatedAfter == [60, 210, 260])
  }

  @Test("a planner that looks every so often sees what has arrived by then")
  func looksAtIntervals() throws {
    let run = Scenario.small(
      .staged(StagedPolicy(stages: [Stage(name: "a", size: .count(1)), Stage(name: "b")])),
      clusters: 2
    ) { $0.hub.lookInterval = .seconds(45) }.run()
    #expect(run.updatedAfter == [60, 150])
    #expect(try run.decidedAfter() == .seconds(180))
    #expect(
      run.result.transcript.allSatisfy {
        ($0.at - .monday).count % Microseconds.seconds(45).count == 0
      })
  }

  @Test("a stage that needs approval is left when the operator has answered")
  func approval() throws {
    let run = Scenario.small(
      .staged(
        StagedPolicy(stages: [
          Stage(name: "canary", size: .count(1), soak: .seconds(40), gate: .approval),
          Stage(name: "rest"),
        ])), clusters: 2
    ) { $0.hub.approval = .constant(.minutes(30)) }.run()
    #expect(run.updatedAfter == [60, 60 + 40 + 1_800 + 60])
    let asked = run.record.marks.first { $0.kind == .approvalRequested }
    #expect(asked?.after == .seconds(100))
    #expect(asked?.subject == "canary")
    #expect(run.record.marks.first { $0.kind == .approved }?.after == .seconds(1_900))
  }

  @Test("a straggler that comes after its deadline does not move its stage's rest")
  func straggler() throws {
    let run = Scenario.small(
      .staged(
        StagedPolicy(
          stages: [
            Stage(name: "first", size: .count(2), soak: .hours(2)), Stage(name: "rest"),
          ],
          acceptance: Acceptance(
            progressDeadline: .minutes(10), failureBudget: .count(1)))), clusters: 3
    ) { scenario in
      scenario.environment.outages = [
        .init(
          name: "cut", clusters: .named("c-000002"),
          span: Span(after: .zero, duration: .hours(1)), effect: .linkDown)
      ]
    }.run()
    #expect(run.updatedAfter == [60, 3_660, 600 + 7_200 + 60])
  }

  @Test("planners know nothing of each other")
  func twoPlanners() throws {
    let run = Scenario.small(
      .progressive(ProgressivePolicy(maxConcurrency: .count(1))), clusters: 4, sites: 2,
      defects: [.ofTarget(.errorRate(.percent(10)), affects: .label("site", "site-1"))]
    ) { scenario in
      scenario.hub.clusters = .label("site", "site-1")
      var other = scenario.hub
      other.name = "other"
      other.clusters = .label("site", "site-2")
      scenario.planners.append(other)
    }.run()
    #expect(run.record.rollouts.map(\.verdict.word) == ["halted", "complete"])
    #expect(run.updatedAfter == [60, nil, 60, 120])
  }

  // MARK: Members

  private func member(joins: Microseconds? = nil, leaves: Microseconds? = nil) -> Scenario {
    Scenario.small(clusters: 2) {
      $0.environment.membership = [
        .init(clusters: .named("c-000002"), joinsAfter: joins, leavesAfter: leaves)
      ]
    }
  }

  @Test("a cluster is asked for nothing before it joins, and updated when it does")
  func joining() throws {
    let run = member(joins: .hours(1)).run()
    #expect(run.updatedAfter == [60, 3_660])
    let steps = run.result.transcript.filter { $0.decision.rollouts.first?.verdict != nil }
    let words = steps.map { $0.decision.rollouts[0].verdict?.word }
    #expect(words == ["rolling", "complete", "rolling", "complete"])
    #expect(steps.map { ($0.at - .monday).inSeconds } == [0, 60, 3_600, 3_660])
    #expect(run.result.coverage.joins == 1)
  }

  @Test("a cluster that leaves in mid-update keeps nobody waiting")
  func leaving() throws {
    let run = member(leaves: .seconds(30)).run()
    #expect(run.updatedAfter == [60, nil])
    #expect(try run.decidedAfter() == .seconds(60))
    #expect(try run.number("duration.reachable") == 60)
    #expect(try run.metric("duration.p100") == .never)
  }

  @Test("clusters that run the target from the beginning are asked for nothing")
  func alreadyThere() throws {
    let run = Scenario.small(clusters: 3) {
      $0.web.initial = [.init(version: "v2", share: .one)]
    }.run()
    #expect(try run.number("directives") == 0)
    #expect(try run.number("updated.share") == 100)
    #expect(try run.decidedAfter() == .zero)
  }

  @Test(
    "when a rollout was decided is told at every level of detail",
    arguments: RecordingDetail.allCases)
  func decidedAtEveryDetail(detail: RecordingDetail) throws {
    let run = Scenario.small(clusters: 1).run(RunOptions(detail: detail))
    #expect(try run.decidedAfter() == .seconds(60))
  }
}
