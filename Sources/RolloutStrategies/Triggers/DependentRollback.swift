import Determinism

/// Where a rollout that goes back first is not back yet, for the one that it waited for.
///
/// A cluster counts from when it was asked for anything until it has reported that it is back. One
/// that cannot be reached does not keep others, only itself.
struct DependentRollback: Codable, Equatable, Sendable {
  /// The position of the dependent rollout in the planner.
  let rollout: Int
  private let scopes: TriggerScopes
  private var isOut: Column<ClusterID, Bool>
  /// By scope: clusters that are not back.
  private var out: [Int32]
  /// By scope: clusters that wait for it to go back.
  private var parked: ParkedClusters

  init(_ rollout: Int, scope: TriggerPolicy.Scope, fleet: Fleet) {
    self.rollout = rollout
    scopes = TriggerScopes(scope, fleet: fleet)
    isOut = Column(repeating: false, count: fleet.count)
    out = Array(repeating: 0, count: scopes.count)
    parked = ParkedClusters(keys: scopes.count)
  }

  /// Takes in the dependent rollout's status of one cluster.
  ///
  /// - Returns: clusters that may have become free to go back.
  mutating func see(_ cluster: ClusterID, status: FleetStatus) -> [ClusterID] {
    let known = status[cluster]
    let isAway = status.isSilent(cluster) && !scopes.isSameCluster
    let isOut = known.isMember && known.asked.generation > 0 && !known.isBack && !isAway
    guard self.isOut[cluster] != isOut else { return [] }
    self.isOut[cluster] = isOut
    let scope = scopes.scope(of: cluster, fleet: status.fleet)
    out[scope] += isOut ? 1 : -1
    return out[scope] == 0 ? parked.release(scope) : []
  }

  /// Whether a cluster may go back, as far as this rollout is concerned.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    out[scopes.scope(of: cluster, fleet: fleet)] == 0
  }

  /// Puts a cluster aside until the dependent rollout is back in its scope.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked.park(cluster, under: scopes.scope(of: cluster, fleet: fleet))
  }
}
