import Determinism

/// The clusters a bundle is for, with the groups they are in.
public struct BundleFleet: Equatable, Sendable {
  /// The label that stands in for a cluster's name.
  public static let displayNameLabel = "management.cattle.io/cluster-display-name"

  private let clusters: Fleet
  /// The groups; the last one has no name and no labels, for clusters that are in none.
  private let groups: Fleet
  /// The groups of each cluster, by position.
  ///
  /// Shape: one per cluster.
  private let groupsOf: [[ClusterID]]

  /// States the clusters; `groups` ends with one that has no name and no labels.
  public init(clusters: Fleet, groups: Fleet, groupsOf: [[ClusterID]]) {
    precondition(
      groupsOf.count == clusters.count, "\(groupsOf.count) lists for \(clusters.count) clusters")
    precondition(groups.count > 0, "the group of clusters without one is missing")
    self.clusters = clusters
    self.groups = groups
    self.groupsOf = groupsOf
  }

  /// The clusters that a target or a partition takes, in their order.
  ///
  /// A cluster in several groups is tested against each of them.
  /// - Source: Rancher Fleet v0.16, `partition.go`, `manualPartition`, and `bundlematcher`.
  public func members(of match: BundleMatch) -> [Int] {
    guard !match.isEmpty else { return [] }
    let byCluster = match.clusterSelector.map { clusters.resolve($0) }
    let byGroup = match.clusterGroupSelector.map { groups.resolve($0) }
    let none = [ClusterID(offset: groups.count - 1)]
    return clusters.clusters.filter { cluster in
      guard match.clusterName.map({ isNamed($0, cluster) }) ?? true,
        byCluster.map({ $0.chooses(cluster, of: clusters) }) ?? true
      else { return false }
      let own = groupsOf[cluster.offset].isEmpty ? none : groupsOf[cluster.offset]
      return own.contains { group in
        (match.clusterGroup.map { groups.names[group.offset] == $0 } ?? true)
          && (byGroup.map { $0.chooses(group, of: groups) } ?? true)
      }
    }.map(\.offset)
  }

  private func isNamed(_ name: String, _ cluster: ClusterID) -> Bool {
    if clusters.names[cluster.offset] == name { return true }
    guard let label = clusters.dimension(Self.displayNameLabel) else { return false }
    let value = label.valueOf[cluster]
    return value != Fleet.Dimension.none && label.values[Int(value)] == name
  }
}
