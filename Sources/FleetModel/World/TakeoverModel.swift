import Determinism
import RolloutStrategies

/// Where rollouts stand at the beginning, worked out for the clusters of a world.
struct TakeoverModel: Sendable {
  /// What is known of one cluster in one rollout.
  struct Known: Sendable {
    var cluster: ClusterID
    var asked: Asked?
    var observed: Observed?

    /// Whether the cluster has been sent something that it has not finished, as far as is known.
    var isUnderWay: Bool {
      guard let asked, !asked.isHeld else { return false }
      guard let observed, observed.generation == asked.generation else { return true }
      return observed.phase == .waiting || observed.phase == .progressing
    }

    /// Whether its pods run the target, or are stuck on the way to it.
    var runsTarget: Bool {
      if let asked, asked.revision == .previous, !asked.isHeld {
        return isUnderWay && asked.generation > 1
      }
      guard let observed, observed.revision == .target, !isUnderWay else { return false }
      return observed.phase == .available || observed.phase == .failed
    }
  }

  /// What is known, by rollout of the scenario.
  let known: [[Known]]
  /// What is recorded of each rollout; nil: it has not begun.
  let statuses: [RolloutStatus?]
  let silent: [(cluster: ClusterID, since: Instant)]
  let absent: [ClusterID]

  init(_ plan: TakeoverPlan, _ scenario: Scenario, fleet: Fleet) {
    let order = fleet.names.order()
    let find = { (name: String) in
      fleet.names.index(of: name, in: order).map { ClusterID(offset: $0) }
    }
    let progress = scenario.rollouts.map { rollout in
      plan.rollouts.first { $0.rollout == rollout.name }
    }
    known = progress.map { progress in
      (progress?.clusters ?? []).compactMap { entry in
        find(entry.cluster).map {
          Known(cluster: $0, asked: entry.asked, observed: entry.observed)
        }
      }
    }
    statuses = progress.map { $0?.status }
    silent = plan.silent.compactMap { entry in
      find(entry.cluster).map { (cluster: $0, since: entry.since) }
    }
    absent = plan.absent.compactMap(find)
  }
}

extension ServiceState {
  /// Makes the service what somebody has observed of it.
  ///
  /// - Parameters:
  ///   - known: what was asked and reported.
  ///   - target: the version that the rollout brings.
  ///   - isPlanned: whether a planner is at work in the run.
  mutating func takeOver(_ known: TakeoverModel.Known, target: UInt8, isPlanned: Bool) {
    let observed = known.observed
    if known.runsTarget {
      version = target
      let hasFailed = observed?.phase == .failed
      if hasFailed { newPods = 0 } else { from = target }
      phase = isPlanned ? (hasFailed ? .failed : .available) : .idle
      reportsTarget = isPlanned
      desiresTarget = isPlanned
    }
    if let observed, !known.isUnderWay {
      since = observed.since
      generation = isPlanned ? observed.generation : 0
      desiredGeneration = generation
      isIll = observed.health == .bad
      isNoticedBad = isIll
      isAiling = isIll
    }
  }
}
