import Determinism

@testable import RolloutStrategies

extension FleetBundlePolicy {
  /// A bundle with and without listed partitions and targets.
  static func drawn(from draws: inout Draws) -> FleetBundlePolicy {
    let r0 = Selector.label("region", "r0")
    let others = Selector([.init(key: "region", comparison: .isNotIn, values: ["r0"])])
    let rest: BundleMatch =
      draws.chance(50) ? .init(clusterSelector: others) : .init(clusterGroup: "others")
    let first = RancherFleetPolicy.Partition(
      name: "r0", maxUnavailable: limit(from: &draws), clusters: .init(clusterSelector: r0))
    let partitions = draws.chance(40) ? [first, .init(name: "rest", clusters: rest)] : []
    return FleetBundlePolicy(
      rollout: RancherFleetPolicy(
        maxUnavailable: draws.chance(80) ? limit(from: &draws) : nil,
        maxUnavailablePartitions: draws.chance(30) ? limit(from: &draws) : nil,
        autoPartitionSize: limit(from: &draws), autoPartitionThreshold: draws.int(0...20),
        partitions: partitions),
      targets: draws.chance(40)
        ? [
          .init(clusters: .init(clusterName: "c1"), doNotDeploy: true),
          .init(clusters: .init(clusterSelector: .all)),
        ] : nil,
      groups: [.init(name: "others", clusters: others)], isPaused: draws.chance(3))
  }

  private static func limit(from draws: inout Draws) -> FleetLimit {
    draws.chance(50)
      ? .count(draws.int(0...8)) : .percent(millionths: Int64(draws.int(0...100_000_000)))
  }
}

extension ClusterProfilePolicy {
  /// A profile with and without a limit and health checks.
  static func drawn(from draws: inout Draws) -> ClusterProfilePolicy {
    ClusterProfilePolicy(
      clusterSelector: draws.chance(90) ? .all : .label("region", "r0"),
      maxUpdate: draws.chance(50)
        ? .count(draws.int(0...8)) : .share(.percent(Int64(draws.int(0...100)))),
      validatesHealth: draws.chance(60))
  }
}
