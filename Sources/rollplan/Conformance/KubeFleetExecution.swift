import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Plays the vectors about a whole staged update run: a planner with that one rollout, which is
/// told what each step says has happened and then looks once.
enum KubeFleetExecution {
  private static let start = Instant(sinceEpoch: 1_772_000_000_000_000)

  static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    var play = try Play(vector)
    var results: [Got] = []
    for step in vector.body.entry("steps")?.items() ?? [] {
      try play.hear(step.text("after") ?? "")
      results.append(play.state)
    }
    return .list(results)
  }

  /// The time that an event says has passed, like `6 minutes` or `90s`; nil: it names none.
  private static func duration(in event: String) -> Microseconds? {
    let words = event.split(separator: " ").map(String.init)
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      if let duration = KubernetesNumbers.duration(word), duration > .zero { return duration }
      guard Int(word) != nil, let unit = next.first else { continue }
      return KubernetesNumbers.duration(word + String(unit))
    }
    return nil
  }

  /// A run under way.
  private struct Play {
    private var planner: Planner
    private let stageNames: [String]
    private var now = KubeFleetExecution.start
    private var wakeUp: Instant?
    private var pendingApproval: Int?

    init(_ vector: Vector) throws(VectorProblem) {
      let key = vector.input.entry("clusters") == nil ? "selectedClusters" : "clusters"
      let clusters = KubeFleetConformance.clusters(key, of: vector)
      let list = vector.input.entry("stages")?.apart
      let stages = (list?.items() ?? []).map { $0.kubeFleetStage() }
      if let problem = list?.reading.problems.first(where: { !$0.code.isWarning }) {
        throw VectorProblem(message: problem.message)
      }
      stageNames = stages.map(\.name)
      let state = vector.input.text("state") ?? "Run"
      let policy = KubeFleetStagedPolicy(stages: stages, isRunning: state == "Run")
      planner = Planner(
        name: "hub", fleet: VectorCluster.fleet(of: clusters),
        rollouts: [
          RolloutPolicy(
            name: "run", service: "placement", target: "snapshot", startAt: now,
            strategy: .kubeFleetStaged(policy))
        ], seed: RandomStream(seed: 1, replication: 0), at: now)
    }

    /// Takes in what a step says, in its own words.
    mutating func hear(_ event: String) throws(VectorProblem) {
      let names = event.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
        .map(String.init)
      let fleet = planner.fleet
      let clusters = Array(fleet.clusters).filter { names.contains(fleet.names[$0.offset]) }
      let length = KubeFleetExecution.duration(in: event)
      var seen: [Observation] = []
      if event.contains("initialized") {
        wakeUp = now
      } else if event.contains("approv"), let approval = pendingApproval {
        seen = [.approved(rollout: 0, stage: approval)]
      } else if event.lowercased().contains("stop") {
        seen = [.paused(rollout: 0)]
      } else if event.contains("resume") || names.contains("Run") {
        seen = [.resumed(rollout: 0)]
      } else if !clusters.isEmpty, let phase = Self.phase(event) {
        seen = clusters.map { report($0, phase) }
      } else if length == nil, !Self.idleWords.contains(where: event.contains) {
        throw VectorProblem(message: "the event \(quoted(event)) is not understood")
      }
      if !seen.isEmpty { step(seen) } else if let length { return pass(length) }
      guard let next = wakeUp else { return }
      now = max(now, next)
      step([])
    }

    /// Lets time pass, with every look that falls into it.
    private mutating func pass(_ length: Microseconds) {
      let end = now + length
      while now < end {
        now = min(end, max(wakeUp ?? end, now + Microseconds(1)))
        step([])
      }
    }

    /// Words of events by which only time passes, or something ends of which no cluster reports.
    private static let idleWords = ["wait", "elapse", "pass", "later", "delet", "removed"]

    /// What an event says of the clusters that it names; nil: nothing.
    private static func phase(_ event: String) -> Phase? {
      if event.contains("unavailable") || event.contains("not available") { return .progressing }
      if event.contains("available") || event.contains("succeed") { return .available }
      return event.contains("fail") ? .failed : nil
    }

    private func report(_ cluster: ClusterID, _ phase: Phase) -> Observation {
      let asked = planner.status(of: 0)[cluster].asked
      return .report(
        rollout: 0, cluster: cluster,
        Observed(
          since: now, reportedAt: now, ready: 1, total: 1, generation: asked.generation,
          revision: asked.revision, phase: phase, health: .good))
    }

    private mutating func step(_ seen: [Observation]) {
      let decision = planner.step(at: now, observing: seen)
      wakeUp = decision.wakeUp
      if let approval = decision.rollouts.first?.wantsApproval { pendingApproval = approval }
    }

    /// What the run has written down.
    var state: Got {
      guard let run = planner.strategy(of: 0) as? KubeFleetStagedRun else { return nil }
      let names = { (clusters: [ClusterID]) in
        Got.texts(clusters.map { planner.fleet.names[$0.offset] })
      }
      let fleet = planner.status(of: 0)
      let record = run.record
      var entries: [(key: String, value: Got)] = [
        ("started", names(run.started)), ("succeeded", names(run.succeeded(in: fleet))),
        ("stuck", names(run.stuck(in: fleet, at: now))),
        ("deletionStage", .text(word(record.deletion))),
        ("run", runWord(isWaiting: record.stages.contains { word($0) == "Waiting" })),
      ]
      for (name, stage) in zip(stageNames, record.stages) {
        entries.append((name, .text(word(stage))))
      }
      return .map(entries)
    }

    private func word(_ record: StageRecord) -> String {
      switch (record.succeeded, record.progressing) {
      case (.isTrue, _): "Succeeded"
      case (.isFalse, _): "Failed"
      case (_, .isTrue): "Progressing"
      case (_, .isFalse): "Waiting"
      default: "NotStarted"
      }
    }

    private func runWord(isWaiting: Bool) -> Got {
      switch planner.status(of: 0).rollout.verdict {
      case .complete: "Succeeded"
      case .halted: "Failed"
      case .paused: "Stopped"
      case .waiting, .rolling, .rollingBack, .rolledBack: isWaiting ? "Waiting" : "Progressing"
      }
    }
  }
}
