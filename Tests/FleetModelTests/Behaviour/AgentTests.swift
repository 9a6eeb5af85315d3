import Determinism
import DiscreteEvents
import RolloutStrategies
import Testing

@testable import FleetModel

@Suite struct AgentTests {
  /// Two clusters of which the second cannot be reached for a while, or is hit by something else.
  private func pair(
    _ strategy: StrategyPolicy = .allAtOnce(AllAtOncePolicy()), effect: EnvironmentPlan.Effect,
    from: Int64, to: Int64, defects: [DefectPlan] = [], edit: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    Scenario.small(strategy, clusters: 2, defects: defects) { scenario in
      scenario.environment.outages = [
        .init(
          name: "cut", clusters: .named("c-000002"),
          span: Span(after: .seconds(from), duration: .seconds(to - from)), effect: effect)
      ]
      edit(&scenario)
    }
  }

  @Test("a directive waits for a link that is down, and is taken when it is back")
  func directiveWaitsForLink() throws {
    let run = pair(effect: .linkDown, from: 0, to: 3_600).run()
    #expect(run.updatedAfter == [60, 3_660])
    #expect(try run.decidedAfter() == .seconds(3_660))
  }

  @Test("a cluster that comes back takes what is desired then, not what was desired before")
  func takesTheCurrentDesire() throws {
    let strategy = StrategyPolicy.allAtOnce(
      AllAtOncePolicy(acceptance: Acceptance(onBreach: .rollBackAll)))
    let run = pair(
      strategy, effect: .linkDown, from: 0, to: 3_600,
      defects: [.ofTarget(.errorRate(.percent(10)), affects: .named("c-000001"))]
    ).run()
    #expect(run.record.status == .rolledBack)
    let reports = run.reports(on: "c-000002")
    #expect(reports.count == 1)
    #expect(reports.first?.at == .seconds(3_600))
    #expect(reports.first?.report.generation == 2)
    #expect(reports.first?.report.revision == .previous)
    #expect(!run.record.trace.contains { $0.entity == "c-000002" && $0.kind == "roundDone" })
    #expect(run.record.clusters.map(\.versions) == [["v1"], ["v1"]])
  }

  @Test("an update goes on without a link, and is reported when the link is back")
  func updatesWithoutLink() throws {
    let run = pair(effect: .linkDown, from: 30, to: 600).run()
    #expect(run.updatedAfter == [60, 60])
    #expect(try run.decidedAfter() == .seconds(600))
    #expect(run.reports(on: "c-000002").last?.report.since == .monday + .seconds(60))
  }

  @Test("silence is noticed after the planner's patience, and so is its end")
  func silenceIsNoticed() throws {
    let run = pair(effect: .linkDown, from: 600, to: 3_600) {
      $0.hub.staleAfter = .seconds(300)
    }.run()
    let seen = run.result.transcript.flatMap { step in
      step.observations.map { (step.at - run.world.startAt, $0) }
    }
    let cluster = ClusterID(rawValue: 1)
    let silent = Observation.silent(cluster: cluster, since: .monday + .seconds(600))
    #expect(seen.first { $0.1 == silent }?.0 == .seconds(900))
    #expect(seen.first { $0.1 == .heard(cluster: cluster) }?.0 == .seconds(3_600))
  }

  @Test("a silence shorter than the planner's patience is not noticed")
  func shortSilence() throws {
    let run = pair(effect: .linkDown, from: 600, to: 899) {
      $0.hub.staleAfter = .seconds(300)
    }.run()
    let kinds = run.result.transcript.flatMap(\.observations).filter { $0.rollout == nil }
    #expect(kinds.isEmpty)
  }

  @Test("an agent with a fixed period looks at the same phase every time")
  func fixedPhase() throws {
    let policy = StrategyPolicy.staged(
      StagedPolicy(stages: [
        Stage(name: "a", clusters: .named("c-000001"), soak: .hours(1)), Stage(name: "b"),
      ]))
    let scenario = Scenario.small(policy, clusters: 2) { scenario in
      scenario.plain.poll = .every(.minutes(10))
      scenario.rollout.startsAfter = .seconds(7)
      scenario.web.podStart = .constant(.zero)
    }
    let polls = scenario.run().record.trace.filter { $0.kind == "agentPolls" }.map(\.after)
    #expect(polls.count == 2)
    let later = Scenario.small(policy, clusters: 2) { shifted in
      shifted = scenario
      shifted.rollout.startsAfter = .seconds(7) + .hours(5)
    }.run().record.trace.filter { $0.kind == "agentPolls" }.map(\.after)
    #expect(zip(polls, later).allSatisfy { ($1 - $0).count % Microseconds.minutes(10).count == 0 })
  }

  @Test("reports and directives take their latencies")
  func latencies() throws {
    let run = Scenario.small(clusters: 1) { scenario in
      scenario.hub.reportLatency = .seconds(3)
      scenario.hub.deliveryLatency = .seconds(5)
    }.run()
    #expect(run.updatedAfter == [65])
    #expect(try run.decidedAfter() == .seconds(68))
  }

  @Test("a link that comes and goes is up as often as its times say")
  func linkShare() throws {
    let scenario = Scenario.small(clusters: 400, horizon: .hours(60)) { scenario in
      scenario.rollout.startsAfter = .hours(60)
      scenario.plain.link = .init(
        up: .exponential(mean: .hours(3)), down: .exponential(mean: .hours(1)))
    }
    let run = scenario.run()
    let request = RunRequest(
      caseIndex: 0, armIndex: 0, random: RandomStream(seed: 1, replication: 0))
    let atFirst = Simulation<PlainHeap>(run.world, request, RunOptions())
    let horizon = scenario.horizon.inSeconds
    let changes = Dictionary(
      grouping: run.record.trace.filter { $0.kind == "linkChanges" }, by: \.entity)
    let secondsDown = run.world.fleet.clusters.map { cluster in
      var isUp = atFirst.state(of: cluster).isLinkUp
      var since = 0.0
      var down = 0.0
      let ends = (changes[run.world.fleet.names[cluster.offset]] ?? []).map(\.after.inSeconds)
      for end in ends + [horizon] {
        if !isUp { down += end - since }
        since = end
        isUp.toggle()
      }
      return down
    }
    let mean = secondsDown.reduce(0, +) / horizon
    // Each is down a quarter of the time; over 60 hours a cluster's share varies by
    // √(2·u·(1−u)²·(1 h)/(60 h)) = 6.8 %, and the mean of 400 in clusters by 1.4.
    #expect((mean - 100).magnitude < 4 * 1.4, "seed 1: \(mean) of 400 down")
  }
}
