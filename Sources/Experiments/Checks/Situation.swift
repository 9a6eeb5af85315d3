import FleetModel
import Determinism
import RolloutStrategies

/// What runs can come to, by name, so that it can be shown that drawn scenarios come to all of it.
public enum Situation {
  /// What slots of a strategy and places of guards come to, since each may wait for the other.
  enum Slots: String, CaseIterable {
    /// Guards keep a place for a cluster that finds no slot, and others wait for it.
    case placeKept = "a place kept while nothing was under way"
    /// A cluster that is to be asked again waits for a guard.
    case retryKept = "another try kept by a guard"
  }

  private static let own = [
    "allAtOnce", "progressive", "perGroup", "staged", "timedBatches", "exposure", "blueGreen",
    "riskRamp", "cohortCanary",
  ]
  private static let endings: [RunStatus] = [.completed, .halted, .rolledBack]

  /// All names, ordered.
  public static let all: [String] = {
    var names = RunRecord.Mark.Kind.allCases.map { "mark \($0.rawValue)" }
    names += own.flatMap { kind in endings.map { "\(kind) \($0.rawValue)" } }
    names += Block.Cause.allCases.map { "blocked by \($0.rawValue)" }
    names += Acceptance.Breach.allCases.map { "breach \($0.rawValue)" }
    names += ["crash", "neverReady", "errorRate"].flatMap { effect in
      ["atStart", "afterStart", "at"].map { "defect \(effect) \($0)" }
    }
    names += ["paused at a window's end", "halted because a cluster came or went"]
    names += Slots.allCases.map(\.rawValue)
    return (names + facts(Coverage()).map(\.name)).sorted()
  }()

  /// What one run came to, each name once.
  static func names(
    of result: RunResult, in scenario: Scenario, blocks: [Block.Cause], slots: [Slots]
  ) -> [String] {
    var names = result.record.marks.map { "mark \($0.kind.rawValue)" }
    names += blocks.map { "blocked by \($0.rawValue)" } + slots.map(\.rawValue)
    for outcome in result.record.rollouts {
      let assignment = scenario.arms[0].strategies.first { $0.rollout == outcome.rollout }
      guard let policy = assignment?.policy else { continue }
      if let status = ending(outcome.verdict) {
        names.append("\(policy.kind) \(status.rawValue)")
      }
      if outcome.verdict.isStopped { names.append("breach \(policy.acceptance.onBreach.rawValue)") }
    }
    let hasActed = result.record.marks.contains { $0.kind == .defectActive }
    if hasActed { names += scenario.cases[0].defects.prefix(1).map(name) }
    let directives = result.transcript.flatMap(\.decision.rollouts).flatMap(\.directives)
    if directives.contains(where: \.isPaused) { names.append("paused at a window's end") }
    if result.record.rollouts.contains(where: hasDrifted) {
      names.append("halted because a cluster came or went")
    }
    names += facts(result.coverage).filter { $0.count > 0 }.map(\.name)
    return Array(
      names.sorted().reduce(into: [String]()) { unique, name in
        if unique.last != name { unique.append(name) }
      })
  }

  private static func hasDrifted(_ outcome: RunRecord.RolloutOutcome) -> Bool {
    outcome.verdict.evidence?.causes.contains { $0.cause == .membershipChanged } ?? false
  }

  private static func ending(_ verdict: Verdict) -> RunStatus? {
    switch verdict {
    case .complete: .completed
    case .halted: .halted
    case .rolledBack: .rolledBack
    case .waiting, .rolling, .paused, .rollingBack: nil
    }
  }

  private static func name(of defect: DefectPlan) -> String {
    let effect =
      switch defect.effect {
      case .crash: "crash"
      case .neverReady: "neverReady"
      case .errorRate: "errorRate"
      }
    let trigger =
      switch defect.trigger {
      case .atStart: "atStart"
      case .afterStart: "afterStart"
      case .at: "at"
      }
    return "defect \(effect) \(trigger)"
  }

  private static func facts(_ coverage: Coverage) -> [(name: String, count: Int)] {
    [
      ("ties between entities", coverage.ties), ("halts at a batch", coverage.haltsAtBatches),
      ("messages between entities", coverage.messages), ("joins", coverage.joins),
      ("starts after a trigger", coverage.triggered), ("retries", coverage.retries),
      ("outages during an update", coverage.outagesDuringUpdate), ("downs", coverage.downs),
      ("link failures", coverage.linkDowns),
      ("looks that passed", coverage.looksPassed), ("looks that failed", coverage.looksFailed),
      ("looks that left it open", coverage.looksUndecided),
      ("control plane failures", coverage.controlPlaneDowns),
      ("deliveries done", coverage.deliveriesDone),
      ("deliveries that gave up", coverage.deliveriesFailed),
      ("deliveries that waited", coverage.deliveriesWaiting),
      ("replicas placed anew", coverage.placementMoves),
      ("placements without enough domains", coverage.placementsStuck),
      ("replicas that waited for room", coverage.placementWaits),
      ("replicas placed during an update", coverage.placementsDuringUpdate),
    ]
  }
}
