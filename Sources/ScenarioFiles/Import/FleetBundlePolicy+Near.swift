import Determinism
import LocatedYAML
import RolloutStrategies

extension FleetBundlePolicy {
  /// What comes near a bundle of Rancher Fleet.
  var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, nothing fails: a cluster that is not ready uses up maxUnavailable for ever",
      "there, clusters that are not ready already are updated outside any limit",
      "there, a partition opens the next when all but maxUnavailable are done",
    ]
    if targets != nil || !groups.isEmpty {
      differences.append("targets and groups: state them as the rollout's clusters")
    }
    if isPaused { differences.append("paused: true, by which nothing is ever updated") }
    let acceptance = Acceptance(failureBudget: .share(.one))
    guard !rollout.partitions.isEmpty else {
      differences.append("partitions by size: clusters here are taken as listed")
      let limit = amount(rollout.maxUnavailable, &differences)
      return (
        .progressive(ProgressivePolicy(maxConcurrency: limit, acceptance: acceptance)),
        differences
      )
    }
    let stages = rollout.partitions.enumerated().map { position, partition in
      if partition.clusters != BundleMatch(clusterSelector: partition.clusters.clusterSelector) {
        differences.append("\(visible(partition.name)): clusters by name or group")
      }
      return Stage(
        name: partition.name.isEmpty ? "partition-\(position + 1)" : partition.name,
        clusters: partition.clusters.clusterSelector ?? .all,
        maxConcurrency: amount(partition.maxUnavailable ?? rollout.maxUnavailable, &differences))
    }
    return (.staged(StagedPolicy(stages: stages, acceptance: acceptance)), differences)
  }

  private func amount(_ limit: FleetLimit?, _ differences: inout [String]) -> Amount {
    switch limit ?? .all {
    case .count(let count), .quotedCount(let count):
      guard count <= 0 else { return .count(count) }
      differences.append("maxUnavailable: 0, by which nothing that serves is ever updated")
      return .count(1)
    case .percent(let millionths):
      return .share(min(.one, Ratio(partsPerBillion: max(10, millionths * 10))))
    }
  }
}

extension ClusterProfilePolicy {
  /// What comes near a ClusterProfile of Sveltos.
  var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, nothing fails: a cluster that is not deployed keeps its slot for ever",
      "which clusters it matches: state them as the rollout's clusters",
    ]
    if case .share = maxUpdate {
      differences.append("maxUpdate is rounded up there, and down here")
    }
    if !validatesHealth {
      differences.append("there, without health checks, what is applied counts as updated")
    }
    if !syncMode.updates {
      differences.append("syncMode: \(syncMode.rawValue), by which nothing is ever updated")
    }
    let isAll = maxUpdate == .count(0) || maxUpdate == .share(.zero)
    return (
      .progressive(
        ProgressivePolicy(
          maxConcurrency: isAll ? .share(.one) : maxUpdate,
          acceptance: Acceptance(failureBudget: .share(.one)))), differences
    )
  }
}
