import Determinism
import Foundation
import RolloutStrategies
import Testing

@testable import FleetModel

/// Small runs as charts that a human can check.
///
/// `ROLLSIM_RECORD=1 swift test --filter GoldenTimelineTests` writes them anew and fails.
@Suite struct GoldenTimelineTests {
  private func expect(_ scenario: Scenario, named name: String) throws {
    var scenario = scenario
    scenario.name = name
    let chart = TimelineChart.of(scenario.run())
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Goldens/\(name).txt")
    guard ProcessInfo.processInfo.environment["ROLLSIM_RECORD"] != "1" else {
      try Data(chart.utf8).write(to: file)
      Issue.record("recorded \(name): read what changed, then run again without ROLLSIM_RECORD")
      return
    }
    #expect(chart == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  @Test("a latent defect is found in the second stage and everything goes back")
  func stagedRollback() throws {
    let stages = [
      Stage(name: "canary", size: .count(1), soak: .minutes(5)),
      Stage(name: "few", size: .count(2), soak: .minutes(5)), Stage(name: "rest"),
    ]
    let scenario = Scenario.small(
      .staged(StagedPolicy(stages: stages, acceptance: Acceptance(onBreach: .rollBackAll))),
      clusters: 5, sites: 2,
      defects: [
        .ofTarget(
          .errorRate(.percent(20)), .afterStart(.minutes(2)), affects: .named("c-000003"))
      ], horizon: .hours(1)
    ) { scenario in
      scenario.web.podStart = .constant(.minutes(3))
      scenario.signals.detection = .constant(.minutes(2))
      scenario.rollout.startsAfter = .minutes(2)
    }
    try expect(scenario, named: "staged-rollback")
  }

  @Test("two at a time, while a link and a site fail")
  func progressiveWithOutages() throws {
    let scenario = Scenario.small(
      .progressive(
        ProgressivePolicy(maxConcurrency: .count(2), acceptance: Acceptance(soak: .minutes(2)))),
      clusters: 5, sites: 2, horizon: .hours(1)
    ) { scenario in
      scenario.web.podStart = .constant(.minutes(4))
      scenario.environment.outages = [
        .init(
          name: "backhaul", clusters: .named("c-000002"),
          span: Span(after: .minutes(2), duration: .minutes(20)), effect: .linkDown),
        .init(
          name: "power", clusters: .label("site", "site-2"),
          span: Span(after: .minutes(26), duration: .minutes(6)), effect: .down),
      ]
    }
    try expect(scenario, named: "progressive-outages")
  }

  @Test("an update pauses outside its windows, and a cluster that joins later is updated too")
  func windows() throws {
    let scenario = Scenario.small(clusters: 3, horizon: .hours(1)) { scenario in
      scenario.startAt = .monday + .hours(23)
      scenario.web.replicas = 5
      scenario.web.podStart = .constant(.minutes(4))
      scenario.rollout.delivery = .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1))
      scenario.rollout.guards = [
        GuardPolicy(
          name: "hour", clusters: .named("c-000001"),
          rule: .window(
            WindowRule(
              from: .hours(23) + .minutes(20), to: .hours(23) + .minutes(30), atClose: .pause)))
      ]
      scenario.environment.membership = [
        .init(clusters: .named("c-000003"), joinsAfter: .minutes(35))
      ]
    }
    try expect(scenario, named: "window-and-join")
  }
}
