import Determinism
import Experiments
import FleetModel
import RolloutStrategies
import Testing

@testable import ScenarioFiles

/// Settings of our own strategies at work in a scenario as it is written, where nothing is left to
/// chance and no message takes time.
@Suite("Own settings, from the document to the run")
struct OwnSettingsRunTests {
  /// Three clusters that take a minute each; the last one is cut off for the first hour, and
  /// another joins after half an hour.
  private func scenario(
    _ strategy: String, defects: String = "", planner: String = ""
  ) -> String {
    """
    apiVersion: rollsim.dev/v1alpha1
    kind: Scenario
    metadata: {name: settings}
    spec:
      startAt: 2026-03-02T00:00:00Z
      horizon: 6h
      fleet:
        levels: [site]
        classes: [{name: plain, nodes: 9, users: 10}]
        clusters:
          - {name: a, class: plain, domains: {site: x}}
          - {name: b, class: plain, domains: {site: x}}
          - {name: c, class: plain, domains: {site: y}}
          - {name: late, class: plain, domains: {site: x}}
      services:
        - {name: web, version: v1, replicas: 2, podStart: 30s, progressDeadline: 4m}
      planners: [{name: hub, reportLatency: 0s, deliveryLatency: 0s\(planner)}]
      rollouts:
        - name: web-v2
          service: web
          to: v2
          delivery: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      environment:
        outages: [{name: cut, clusters: {site: y}, after: 0s, for: 1h, effect: linkDown}]
        membership: [{clusters: {name: late}, joinsAfter: 30m}]
      signals: {detection: 0s}
      cases:
        - name: only
          weight: 100%
          defects: [\(defects)]
      arms:
        - {name: only, strategies: {web-v2: \(strategy)}}

    """
  }

  private func run(_ text: String) throws -> RunResult {
    let loaded = try load(text)
    let world = World(loaded.experiment.scenario)
    return world.run(
      RunRequest(
        caseIndex: 0, armIndex: 0, random: RandomStream(seed: 1, replication: 0)),
      options: RunOptions(detail: .clusters, wantsTranscript: true))
  }

  /// What was asked of a cluster: when, in minutes, and whether it was to pause.
  private func asked(_ cluster: Int, _ result: RunResult) -> [(minute: Int64, isPaused: Bool)] {
    result.transcript.flatMap { step in
      step.decision.rollouts.flatMap(\.directives).filter { $0.cluster.offset == cluster }.map {
        ((step.at.sinceEpoch - 1_772_409_600_000_000) / 60_000_000, $0.isPaused)
      }
    }
  }

  @Test("a cluster that is cut off is asked again after each wait, and comes through at last")
  func retriesDeadlines() throws {
    let deadline = "soak: 0s, progressDeadline: 10m"
    let halted = try run(scenario("{allAtOnce: {\(deadline)}}"))
    #expect(halted.record.rollouts[0].verdict.word == "halted")
    #expect(halted.record.rollouts[0].decidedAfter == .minutes(10))
    let result = try run(
      scenario("{allAtOnce: {\(deadline), retry: {limit: 9, after: 5m, factor: 2, cap: 15m}}}"))
    // Deadlines at 10, 25 and 45; waits of 5, 10 and 15: the last try is desired when it is back.
    #expect(asked(2, result).map(\.minute) == [0, 15, 35, 60])
    #expect(result.record.rollouts[0].verdict == .complete)
    #expect(result.record.rollouts[0].decidedAfter == .minutes(61))
  }

  @Test("a cluster takes another try as a new update, and has failed when the last one has")
  func retriesFailures() throws {
    let defect =
      "{carrier: {service: web, version: v2}, where: {site: x}, effect: neverReady}"
    let result = try run(
      scenario(
        "{allAtOnce: {failureBudget: 1, retry: {limit: 2, after: 5m, factor: 2}}}",
        defects: defect))
    // Each try fails after the four minutes that the service allows.
    #expect(asked(0, result).map(\.minute) == [0, 9, 23])
    #expect(result.record.rollouts[0].verdict.evidence?.failed == 2)
    #expect(result.record.rollouts[0].decidedAfter == .minutes(27))
  }

  @Test("a freeze leaves what is under way where it is")
  func freezes() throws {
    let defect = "{carrier: {service: web, version: v2}, where: {name: a}, effect: crash}"
    let result = try run(
      scenario("{allAtOnce: {onBreach: freeze}}", defects: defect))
    #expect(result.record.rollouts[0].verdict.isFrozen && result.record.status == .frozen)
    let marks = result.record.marks.map(\.kind)
    #expect(marks.contains(.frozen) && !marks.contains(.halted))
    #expect(asked(2, result).map(\.isPaused) == [false, true])
    // Cut off, it takes both at once when it is back, and replaces nothing.
    #expect(result.record.clusters[2].updatedAfter == nil)
  }

  @Test(
    "an operator lets it go on after their response, in their working hours",
    arguments: [
      // The cluster that is cut off hears of it when it is back, or it is back before.
      ("", 24, 61), (", hours: {from: 02:00, to: 06:00, timeZone: Europe/Berlin}", 80, 81),
    ])
  func resumes(_ hours: String, _ resumed: Int64, _ complete: Int64) throws {
    let result = try run(
      scenario(
        "{allAtOnce: {onBreach: freeze}}", defects: Self.stuck(in: "[a]"),
        planner: ", resume: {response: 20m\(hours)}"))
    #expect(asked(2, result).map(\.minute) == [0, 4, resumed])
    #expect(asked(2, result).map(\.isPaused) == [false, true, false])
    let outcome = result.record.rollouts[0]
    #expect(outcome.verdict == .complete && outcome.decidedAfter == .minutes(complete))
    let marks = result.record.marks.filter { [.frozen, .resumed].contains($0.kind) }
    #expect(marks.map(\.after) == [.minutes(4), .minutes(resumed)])
    #expect(result.record.waves.map(\.startsAfter) == [.zero, .minutes(resumed)])
  }

  @Test("what freezes more often than they let it go on stays so, with the failures tolerated")
  func resumesNoMore() throws {
    for (times, decided) in [(1, Int64(64)), (2, 84)] {
      let result = try run(
        scenario(
          "{allAtOnce: {onBreach: freeze}}", defects: Self.stuck(in: "[a, c]"),
          planner: ", resume: {response: 20m, times: \(times)}"))
      let outcome = result.record.rollouts[0]
      #expect(result.record.marks.count { $0.kind == .resumed } == times)
      #expect(outcome.decidedAfter == .minutes(decided))
      #expect(outcome.verdict.isFrozen == (times == 1))
      guard times == 1 else { continue }
      #expect(outcome.verdict.evidence?.failed == 2 && outcome.verdict.evidence?.budget == 1)
    }
  }

  @Test("an operator takes back what froze once more, or at once")
  func recalls() throws {
    // The first fails after four minutes; the one that was cut off an hour after it is back.
    for (times, decided) in [(0, Int64(4 + 20)), (1, 64 + 20)] {
      let result = try run(
        scenario(
          "{allAtOnce: {onBreach: freeze}}", defects: Self.stuck(in: "[a, c]"),
          planner: ", resume: {response: 20m, times: \(times), then: rollBack}"))
      let marks = result.record.marks.filter { [.resumed, .recalled].contains($0.kind) }
      #expect(marks.map(\.kind) == Array(repeating: .resumed, count: times) + [.recalled])
      #expect(marks.last?.after == .minutes(decided))
      let outcome = result.record.rollouts[0]
      #expect(outcome.verdict.word == "rolledBack" && outcome.verdict.evidence?.isRecalled == true)
      #expect(result.record.clusters.allSatisfy { $0.versions[0] == "v1" })
    }
  }

  /// Pods that never become ready, which the service notices after four minutes.
  private static func stuck(in names: String) -> String {
    "{carrier: {service: web, version: v2}, where: {name: \(names)}, effect: neverReady}"
  }

  @Test("an emergency that begins by itself is marked")
  func emergency() throws {
    let text = scenario("{timedBatches: {batchSize: 1, interval: 2h}}")
      .replacing("      to: v2\n", with: "      to: v2\n      emergency: {after: 40m}\n")
    let marks = try run(text).record.marks.filter { $0.kind == .emergencyBegan }
    #expect(marks.map(\.after) == [.minutes(40)] && marks.map(\.subject) == ["v2"])
  }

  @Test("a cluster that joins is adopted, ignored, or the end of the rollout")
  func membership() throws {
    let slow = "timedBatches: {batchSize: 1, interval: 20m, "
    let adopted = try run(scenario("{\(slow)offline: skip}}"))
    #expect(asked(3, adopted).map(\.minute) == [40])
    let ignored = try run(scenario("{\(slow)offline: skip, membership: {joins: ignore}}}"))
    #expect(asked(3, ignored).isEmpty)
    #expect(ignored.record.rollouts[0].verdict == .complete)
    let aborted = try run(scenario("{\(slow)membership: {joins: abort}}}"))
    #expect(aborted.record.rollouts[0].decidedAfter == .minutes(30))
    #expect(
      aborted.record.rollouts[0].verdict.evidence?.causes.map(\.cluster) == ["late"])
  }
}
