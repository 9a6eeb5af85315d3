import Determinism

extension LimitOracle {
  /// A live cluster is started in the last stage only, and the first of its group only where
  /// available backups can serve all that the group's live clusters serve.
  func check(_ policy: BlueGreenPolicy, at now: Instant) throws {
    let isLive = fleet.resolve(policy.live)
    let fresh = started.filter {
      isLive.chooses($0, of: fleet) && status[$0].asked.since == now
    }
    guard !fresh.isEmpty else { return }
    try Self.require(
      status.rollout.stage == policy.steps.count + 1,
      "\(fresh[0]) is live and started in stage \(status.rollout.stage)")
    for cluster in fresh {
      let group = environment(of: cluster, by: policy)
      let live = group.filter { isLive.chooses($0, of: fleet) }
      let hasBegun = live.contains {
        status[$0].asked.since < now && status[$0].asked.generation > 0
      }
      guard !hasBegun else { continue }
      let isBackup = fleet.resolve(policy.backup)
      let spare = group.filter {
        !isLive.chooses($0, of: fleet) && isBackup.chooses($0, of: fleet)
          && status[$0].isMember && status[$0].observed.isAvailableAtTarget
      }.reduce(Int64(0)) { $0 + max(0, fleet.capacity(of: $1) - fleet.demand(of: $1)) }
      let demand = live.reduce(Int64(0)) { $0 + fleet.demand(of: $1) }
      try Self.require(spare >= demand, "\(cluster) started; backups serve \(spare) of \(demand)")
    }
  }

  private func environment(of cluster: ClusterID, by policy: BlueGreenPolicy) -> [ClusterID] {
    guard let label = policy.pairBy else { return chosen }
    let values = fleet.dimension(label)?.valueOf
    return chosen.filter { values?[$0] == values?[cluster] }
  }
}
