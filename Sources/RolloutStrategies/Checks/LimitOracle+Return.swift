import Determinism

/// The order of going back, worked out anew.
extension LimitOracle {
  /// Throws a `BrokenRule` when a cluster was sent back before its dependents were back.
  func checkReturn(of clusters: [ClusterID]) throws {
    guard !clusters.isEmpty else { return }
    for (index, dependent) in planner.policies.enumerated() {
      for source in dependent.trigger?.sources ?? []
      where source.onRollback == .rollBack && source.rollout == policy.name {
        let others = planner.status(of: index)
        for cluster in clusters {
          let first = fleet.clusters.first { other in
            isInScope(other, of: cluster, source.scope)
              && isOut(other, in: others, isSame: source.scope == .sameCluster)
          }
          try Self.require(
            first == nil,
            "sent \(cluster) back before \(dependent.name) was at \(String(describing: first))")
        }
      }
    }
  }

  /// Whether a cluster was asked for a dependent rollout and has not reported that it is back.
  ///
  /// One that was asked nothing but to go back may have been asked in this very step, too late.
  private func isOut(_ cluster: ClusterID, in others: FleetStatus, isSame: Bool) -> Bool {
    let (asked, observed) = (others[cluster].asked, others[cluster].observed)
    guard others[cluster].isMember, asked.generation > 0, isSame || !others.isSilent(cluster)
    else { return false }
    if asked.generation == 1, asked.revision == .previous { return false }
    return asked.revision == .target || observed.generation != asked.generation
      || observed.revision == .target || observed.phase == .progressing
      || observed.phase == .waiting
  }
}
