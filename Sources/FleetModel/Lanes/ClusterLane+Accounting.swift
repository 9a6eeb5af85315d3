import Determinism
import DiscreteEvents
import RolloutStrategies

/// What clusters add to the totals.
extension ClusterLane where List: ~Copyable {
  /// Brings what the cluster adds to the totals up to date after an event.
  ///
  /// Most events leave everything but its reach as it was, and what its services have to do with it
  /// is not even read then.
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
      serving[cluster].services = serviceImpact(of: cluster)
    }
    let new = impact(of: cluster, serving[cluster].services)
    let old = accounted(for: cluster)
    guard new != old else { return }
    clusters[cluster].conditions = new.conditions
    serving[cluster].harm = new.harm
    serving[cluster].exposed = new.exposed
    noteImpact(of: cluster, ImpactChange(from: old, to: new))
  }

  private mutating func accountForReach(of cluster: ClusterID) {
    let state = clusters[cluster]
    let new = state.conditions.reached(state)
    guard new != state.conditions else { return }
    clusters[cluster].conditions = new
    noteImpact(of: cluster, ImpactChange(from: state.conditions, to: new))
  }

  private mutating func noteImpact(of cluster: ClusterID, _ change: ImpactChange) {
    note(.impact(chartRow: clusters[cluster].chartRow, change), of: cluster)
  }

  /// What the cluster adds to the totals as it is now, if its services do so.
  @inline(__always)
  private func impact(of cluster: ClusterID, _ services: ServiceImpact) -> Impact {
    let state = clusters[cluster]
    return Impact(
      of: state, services, users: users(of: cluster),
      unserved: model.placedService >= 0 ? placed[cluster].unserved : 0,
      isDownWhileUpdating: model.classes[Int(state.classIndex)].downWhileUpdating,
      marksIdle: model.world.hasBackups)
  }

  /// What the cluster adds to the totals as far as they have been brought up to date.
  @inline(__always)
  private func accounted(for cluster: ClusterID) -> Impact {
    Impact(
      harm: serving[cluster].harm, exposed: serving[cluster].exposed,
      conditions: clusters[cluster].conditions)
  }

  /// What is wrong with what the cluster adds to the totals; nil: nothing.
  func flawOfAccount(for cluster: ClusterID) -> String? {
    let due = impact(of: cluster, serviceImpact(of: cluster))
    let added = accounted(for: cluster)
    return due == added ? nil : "adds \(added) to the totals, and should \(due)"
  }
}
