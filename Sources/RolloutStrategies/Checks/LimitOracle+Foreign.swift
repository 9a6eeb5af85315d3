import Determinism

extension LimitOracle {
  /// When a cluster that served was updated, no more are unavailable than may be; those that did
  /// not serve are updated whatever the limit.
  func check(_ policy: FleetBundlePolicy) throws {
    let isTarget = policy.isTarget(in: policy.grouped(fleet), count: fleet.count)
    let targets = chosen.filter { isTarget[$0.offset] && status[$0].isMember }
    let hadServed = started.contains { cluster in
      let observed = status[cluster].observed
      return (observed.phase == .idle || observed.phase == .available) && observed.health != .bad
    }
    guard hadServed else { return }
    let unavailable = targets.filter { isUnavailable(status[$0]) }
    try require(
      unavailable.count, atMost: policy.rollout.unavailable(of: targets.count), "unavailable")
  }

  private func isUnavailable(_ status: ClusterStatus) -> Bool {
    let observed = status.observed
    guard status.asked.generation > 0 else {
      let serves = observed.phase == .idle || observed.phase == .available
      return !serves || observed.health == .bad && observed.revision == .previous
    }
    return observed.generation != status.asked.generation || observed.revision != .target
      || observed.phase == .waiting || observed.phase == .progressing || observed.phase == .failed
  }

  /// Clusters that can be configured and have not taken what they were asked hold a slot each.
  func check(_ policy: ClusterProfilePolicy) throws {
    let test = policy.clusterSelector.map { fleet.resolve($0) }
    let matching = chosen.filter { cluster in
      status[cluster].isMember
        && ((test?.chooses(cluster, of: fleet) ?? false)
          || policy.clusterNames.contains(fleet.names[cluster.offset]))
    }
    // One that has taken it may have been updated and changed since.
    let updating = matching.filter {
      let asked = status[$0].asked
      return asked.generation == 1 && asked.revision == .target
        && status[$0].silentSince == .never && status[$0].observed.generation == 0
    }
    try require(updating.count, atMost: policy.slots(of: matching.count), "updating")
  }
}
