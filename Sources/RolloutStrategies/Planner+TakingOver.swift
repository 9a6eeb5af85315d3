public import Determinism

/// Planners that go on where others were.
extension Planner {
  /// A planner of the same clusters that knows what this one knows and follows other documents.
  ///
  /// Strategies begin as after a takeover: from what is recorded and seen. Approvals of groups are
  /// asked for anew.
  ///
  /// - Parameters:
  ///   - policies: the documents, one for each rollout, in the same order.
  ///   - now: when it takes over.
  /// - Returns: the other planner; its first step decides.
  public func following(_ policies: [RolloutPolicy], at now: Instant) -> Planner {
    precondition(
      policies.count == self.policies.count,
      "\(policies.count) documents for \(self.policies.count) rollouts")
    let random = randomStream ?? RandomStream(seed: 1, replication: 0)
    return Planner(
      name: name, fleet: fleet, rollouts: policies, seed: random,
      seen: policies.indices.flatMap(knowledge), at: now)
  }

  /// All that is known and recorded of a rollout, as observations that tell it to another planner.
  ///
  /// - Parameter rollout: its position.
  /// - Returns: what was asked and reported of each cluster, then where the rollout stands.
  public func knowledge(of rollout: Int) -> [Observation] {
    var known: [Observation] = []
    let fleetStatus = status(of: rollout)
    for cluster in fleet.clusters {
      let status = fleetStatus[cluster]
      let silentSince = fleetStatus.silentSince(cluster)
      if !status.isMember { known.append(.left(cluster: cluster)) }
      if status.asked.generation > 0 {
        known.append(.asked(rollout: rollout, cluster: cluster, status.asked))
      }
      known.append(.report(rollout: rollout, cluster: cluster, status.observed))
      if silentSince != .never { known.append(.silent(cluster: cluster, since: silentSince)) }
    }
    let recorded = status(of: rollout).handedOn
    if recorded.startedAt != .never { known.append(.underWay(rollout: rollout, recorded)) }
    return known
  }
}
