import Determinism

/// Where a rollout that is waited for goes back, for the one that goes back with it.
struct FollowedRollback: Codable, Equatable, Sendable {
  /// Whether the other rollout goes back.
  private(set) var isUnderWay = false
  private let scopes: TriggerScopes
  /// By scope: whether a cluster of the other rollout was asked to go back.
  private var isReached: [Bool]
  /// By scope that was not reached: its clusters; none where each cluster is a scope.
  private var unreached: ParkedClusters

  init(_ scopes: TriggerScopes, fleet: Fleet) {
    self.scopes = scopes
    isReached = Array(repeating: false, count: scopes.count)
    unreached = ParkedClusters(keys: scopes.isSameCluster ? 0 : scopes.count)
    guard !scopes.isSameCluster else { return }
    for cluster in fleet.clusters {
      unreached.park(cluster, under: scopes.scope(of: cluster, fleet: fleet))
    }
  }

  /// Takes in whether the other rollout goes back.
  ///
  /// - Returns: whether that is new.
  mutating func see(isUnderWay: Bool) -> Bool {
    defer { self.isUnderWay = isUnderWay }
    return isUnderWay && !self.isUnderWay
  }

  /// Takes in what the other rollout has asked of one of its clusters.
  ///
  /// - Returns: clusters that are to go back for the first time.
  mutating func see(_ cluster: ClusterID, status: FleetStatus) -> [ClusterID] {
    let asked = status[cluster].asked
    guard asked.revision == .previous, asked.generation > 0 else { return [] }
    let scope = scopes.scope(of: cluster, fleet: status.fleet)
    guard !isReached[scope] else { return [] }
    isReached[scope] = true
    return scopes.isSameCluster ? [cluster] : unreached.release(scope)
  }

  /// Whether a cluster is to go back.
  func reaches(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    isUnderWay && isReached[scopes.scope(of: cluster, fleet: fleet)]
  }
}
