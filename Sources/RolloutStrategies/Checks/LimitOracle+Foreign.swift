import Determinism

extension LimitOracle {
  /// When a cluster that served was updated, no more are unavailable than may be; those that did
  /// not serve are updated whatever the limit.
  ///
  /// What a guard let go only now was held against the limit when it was asked, and holds its unit
  /// since: beside it, one that did not serve may be updated beyond the limit.
  func check(_ policy: FleetBundlePolicy, at now: Instant) throws {
    let isTarget = policy.isTarget(in: policy.grouped(fleet), count: fleet.count)
    let targets = chosen.filter { isTarget[$0.offset] && status[$0].isMember }
    let asked = started.filter { status[$0].asked.since == now }
    let hadServed = asked.contains { cluster in
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
        && !status.isSilent($0) && status[$0].observed.generation == 0
    }
    try require(updating.count, atMost: policy.slots(of: matching.count), "updating")
  }

  /// Those of a step that begin at once were let go together, within the step's limit.
  ///
  /// Applications that came or went since may have changed the base; it was never larger than all
  /// there can be.
  func check(_ policy: ApplicationSetPolicy, at now: Instant) throws {
    let clusters = chosen.filter { policy.isGenerated($0, in: fleet) }
    let owners = policy.plan(of: clusters, in: fleet).ownSteps
    let strays = owners.count { $0 == nil }
    for (step, settings) in policy.sync.steps.enumerated() {
      guard let limit = settings.maxUpdate else { continue }
      let own = zip(clusters, owners).filter { $0.1 == step }.map(\.0)
      let asked = started.filter { own.contains($0) && status[$0].asked.since == now }
      let base = own.count + (step == 0 ? strays : 0)
      try require(asked.count, atMost: limit.limit(of: base), "started in step \(step + 1)")
    }
  }
}
