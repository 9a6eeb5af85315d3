import Determinism
import DiscreteEvents
import RolloutStrategies

/// The users of a cluster.
extension ClusterLane where List: ~Copyable {
  mutating func demandArrives(_ cluster: ClusterID, division: Int) {
    coverage.messages += 1
    users[cluster] = divisions[division][cluster.offset]
    for service in model.services.indices { healthMayHaveChanged(cluster, service) }
  }

  /// Users whom a cluster serves now.
  @inline(__always)
  func users(of cluster: ClusterID) -> Int64 {
    model.hasRouting ? users[cluster] : model.classes[Int(clusters[cluster].classIndex)].users
  }
}
