import Determinism
import DiscreteEvents
import RolloutStrategies

/// What clusters add to the totals.
extension ClusterLane where List: ~Copyable {
  /// Brings what the cluster adds to the totals up to date after an event.
  ///
  /// Most events leave everything but its reach as it was, and then what its services have to do
  /// with it is not even read. That holds because updates under way change only along with a
  /// service's row, and users and placed replicas only where demand moves; a handler that changes
  /// anything else of which `Impact` is made has to be seen here.
  ///
  /// - Parameters:
  ///   - cluster: the cluster.
  ///   - standing: how it stood before the event.
  @inline(__always)
  mutating func account(for cluster: ClusterID, since standing: ClusterState.Standing) {
    if instances.isChanged || model.hasRouting || clusters[cluster].standing != standing {
      account(for: cluster)
    } else {
      accountForReach(of: cluster)
    }
  }

  /// Brings everything that the cluster adds to the totals up to date.
  mutating func account(for cluster: ClusterID) {
    if model.placedService >= 0 { accountForPlacement(cluster) }
    if instances.isChanged || model.placedService >= 0 {
      serving[cluster].serviceImpact = serviceImpact(of: cluster)
    }
    let unserved = model.placedService >= 0 ? placed[cluster].unserved : 0
    let new = impact(of: cluster, serving[cluster].serviceImpact, unserved: unserved)
    let old = accounted(for: cluster)
    guard new != old else { return }
    clusters[cluster].conditions = new.conditions
    serving[cluster].harm = new.harm
    serving[cluster].exposed = new.exposed
    noteImpact(of: cluster, ImpactChange(from: old, to: new))
  }

  private mutating func accountForReach(of cluster: ClusterID) {
    let state = clusters[cluster]
    let new = state.conditions.withReach(of: state)
    guard new != state.conditions else { return }
    clusters[cluster].conditions = new
    noteImpact(of: cluster, ImpactChange(from: state.conditions, to: new))
  }

  private mutating func noteImpact(of cluster: ClusterID, _ change: ImpactChange) {
    note(.impact(chartRow: clusters[cluster].chartRow, change), of: cluster)
  }

  /// What the cluster adds to the totals as it is now, with what its services have to do with that
  /// and how many users no replica has room for.
  @inline(__always)
  func impact(of cluster: ClusterID, _ services: ServiceImpact, unserved: Int64) -> Impact {
    let state = clusters[cluster]
    return Impact(
      of: state, services, users: users(of: cluster), unserved: unserved,
      isDownWhileUpdating: model.classes[Int(state.classIndex)].downWhileUpdating,
      marksIdle: model.world.hasBackups)
  }

  /// What the cluster adds to the totals as far as they have been brought up to date.
  @inline(__always)
  func accounted(for cluster: ClusterID) -> Impact {
    Impact(
      harm: serving[cluster].harm, exposed: serving[cluster].exposed,
      conditions: clusters[cluster].conditions)
  }
}
