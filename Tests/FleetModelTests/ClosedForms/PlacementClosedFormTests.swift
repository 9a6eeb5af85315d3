import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What it costs that a cluster is lost whose replicas move.
@Suite("Placement over clusters")
struct PlacementClosedFormTests {
  /// Three clusters with ten users each, whose replicas serve five users each.
  ///
  /// The first is down for two hours from the end of the first hour on. Messages take a second,
  /// users follow after ten, a pod starts in a minute, and silence of five minutes is a loss.
  private func scenario(
    _ division: PlacementPolicy.Division, replicas: Int,
    whenBack: PlacementPolicy.WhenBack = .restore, effect: EnvironmentPlan.Effect = .down
  ) -> Scenario {
    Scenario.small(clusters: 3) { scenario in
      scenario.plain.users = 10
      scenario.web.placement = PlacementPlan(
        policy: PlacementPolicy(division: division, replicas: replicas, whenBack: whenBack),
        usersPerReplica: 5)
      scenario.environment.outages = [
        .init(
          name: "outage", clusters: .named("c-000001"),
          span: Span(after: .hours(1), duration: .hours(2)), effect: effect)
      ]
    }
  }

  private func expectSeconds(_ run: FinishedRun, _ metric: String, _ seconds: Double) throws {
    let value = try run.number(metric)
    let unit = metric.hasPrefix("replicas") ? 3_600.0 : 60
    #expect(abs(value - seconds / unit) < 1e-6, "\(value * unit) instead of \(seconds)")
  }

  @Test("ten users wait for the loss to be seen, the directive and the pods; going back waits")
  func move() throws {
    let run = scenario(.divided, replicas: 6).run(armIndex: nil)
    // Five minutes, a second and a minute. When all are back, the others give up a replica each
    // while eleven of their users are on their way to the first: one each, for ten seconds.
    try expectSeconds(run, "unserved.integral", 10 * (300 + 1 + 60) + 2 * 10)
    #expect(try run.number("unserved.peak") == 10)
    #expect(try run.number("replicas.moved") == 1 + 1 + 2)
    // The lost pods are held until their cluster is back; the new ones at the first until the
    // others hear of them.
    try expectSeconds(
      run, "replicas.integral", 6 * 86_400 + 2 * (7_200 - 301) + 2 * (60 + 10 + 1))
    #expect(run.result.flaw == nil)
  }

  @Test("what stays where it is moves once") func stay() throws {
    let run = scenario(.divided, replicas: 6, whenBack: .stay).run(armIndex: nil)
    try expectSeconds(run, "unserved.integral", 10 * (300 + 1 + 60))
    #expect(try run.number("replicas.moved") == 2)
  }

  @Test("with spare replicas everywhere users only have to be routed") func spare() throws {
    let run = scenario(.duplicated, replicas: 3).run(armIndex: nil)
    try expectSeconds(run, "unserved.integral", 10 * 10)
    #expect(try run.number("replicas.moved") == 3, "when the first is back")
  }

  @Test("a cluster that only cannot be heard goes on serving, and its replicas are held twice")
  func cutOff() throws {
    let run = scenario(.divided, replicas: 6, whenBack: .stay, effect: .linkDown)
      .run(armIndex: nil)
    #expect(try run.number("replicas.moved") == 2)
    // Until it is back and lets its two replicas go; its users are then routed to the others.
    try expectSeconds(run, "replicas.integral", 6 * 86_400 + 2 * (7_200 - 301))
    try expectSeconds(run, "unserved.integral", 8 * 10)
  }

  @Test("taken over, who is silent is lost as if since then, and the rest of the rollout goes on")
  func takenOver() throws {
    var scenario = scenario(.divided, replicas: 6, whenBack: .stay)
    scenario.environment.outages = []
    scenario.startAt = .monday + .minutes(10)
    let asked = Asked(since: .monday, generation: 1, revision: .target)
    let updated = Observed(
      since: .monday, reportedAt: .monday, ready: 2, total: 2, generation: 1, revision: .target,
      phase: .available, health: .good)
    var status = RolloutStatus()
    status.verdict = .rolling
    status.startedAt = .monday
    status.stageEnteredAt = .monday
    scenario.takeover = TakeoverPlan(
      rollouts: [
        .init(
          rollout: "web-v2", status: status,
          clusters: [.init(cluster: "c-000002", asked: asked, observed: updated)])
      ], silent: [.init(cluster: "c-000001", since: .monday)], absent: [])
    var options = RunOptions(detail: .clusters)
    options.looksForFlaws = true
    let run = scenario.run(options)
    #expect(run.result.flaw == nil)
    #expect(run.record.clusters.map { $0.versions[0] } == ["v1", "v2", "v2"])
    #expect(try run.number("replicas.moved") == 2)
    // It serves on, so that its two replicas are held twice once the others are asked for them.
    let alone = scenario.run(armIndex: nil)
    try expectSeconds(alone, "replicas.integral", 6 * 86_400 + 2 * (86_400 - 301))
    try expectSeconds(alone, "unserved.integral", 0)
    options.eventList = .heap
    options.entityMask = 5
    #expect(RunDigests(scenario.run(options).record) == RunDigests(run.record))
  }

  @Test("replicas that move during a rollout are of the version that their cluster is asked for")
  func version() throws {
    var scenario = scenario(.divided, replicas: 6)
    scenario.rollout.clusters = .named("c-000002")
    var options = RunOptions(detail: .events)
    options.looksForFlaws = true
    let run = scenario.run(options)
    #expect(run.result.flaw == nil)
    // A third of all users are with the only cluster of the new version, and half while the first
    // is lost: one of its three pods has come only then.
    #expect(try run.number("exposed.peak") == 50)
    #expect(run.record.rollouts[0].verdict == .complete)
  }
}
