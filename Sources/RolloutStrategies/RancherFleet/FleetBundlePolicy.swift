import Determinism

/// Settings of a bundle of Rancher Fleet: which clusters it is for, and how it comes to them.
///
/// - Source: Rancher Fleet v0.16, `Bundle`, `HelmOp`, `GitRepo` and `fleet.yaml`.
public struct FleetBundlePolicy: Codable, Hashable, Sendable {
  /// A group of clusters.
  public struct Group: Codable, Hashable, Sendable {
    /// A label of the group itself.
    public struct Label: Codable, Hashable, Sendable {
      /// Its key.
      public var key: String
      /// Its value.
      public var value: String

      /// States a label.
      public init(key: String, value: String) {
        self.key = key
        self.value = value
      }
    }

    /// Its name.
    public var name: String
    /// Its labels.
    public var labels: [Label]
    /// The clusters in it.
    public var clusters: Selector

    /// States a group.
    public init(name: String, labels: [Label] = [], clusters: Selector) {
      self.name = name
      self.labels = labels
      self.clusters = clusters
    }
  }

  /// Some clusters that the bundle is for, or not for.
  public struct Target: Codable, Hashable, Sendable {
    /// Which.
    public var clusters: BundleMatch
    /// Whether nothing is deployed to them.
    public var doNotDeploy: Bool

    /// States a target.
    public init(clusters: BundleMatch, doNotDeploy: Bool = false) {
      self.clusters = clusters
      self.doNotDeploy = doNotDeploy
    }
  }

  /// How the bundle comes to its clusters.
  public var rollout: RancherFleetPolicy
  /// Which clusters it is for: of several that take a cluster the first decides.
  ///
  /// nil: nobody has said, and it is for all that the rollout is for.
  public var targets: [Target]?
  /// Clusters outside of all of these are left out; empty: none is.
  public var restrictions: [BundleMatch]
  /// The groups there are.
  public var groups: [Group]
  /// Whether nothing may be released.
  public var isPaused: Bool

  /// States the settings.
  public init(
    rollout: RancherFleetPolicy = RancherFleetPolicy(), targets: [Target]? = nil,
    restrictions: [BundleMatch] = [], groups: [Group] = [], isPaused: Bool = false
  ) {
    self.rollout = rollout
    self.targets = targets
    self.restrictions = restrictions
    self.groups = groups
    self.isPaused = isPaused
  }

  /// The name of a partition that is listed; nil: none is, or it has none.
  func stageName(_ partition: Int) -> String? {
    guard rollout.partitions.indices.contains(partition) else { return nil }
    let name = rollout.partitions[partition].name
    return name.isEmpty ? nil : name
  }

  /// The clusters of a fleet with their groups.
  func grouped(_ fleet: Fleet) -> BundleFleet {
    var groupsOf: [[ClusterID]] = Array(repeating: [], count: fleet.count)
    for (position, group) in groups.enumerated() {
      let test = fleet.resolve(group.clusters)
      for cluster in fleet.clusters where test.chooses(cluster, of: fleet) {
        groupsOf[cluster.offset].append(ClusterID(offset: position))
      }
    }
    return BundleFleet(clusters: fleet, groups: GroupTable(groups).fleet, groupsOf: groupsOf)
  }

  /// Whether each cluster of a fleet is a target.
  func isTarget(in fleet: BundleFleet, count: Int) -> [Bool] {
    guard let targets else { return Array(repeating: true, count: count) }
    var isTarget: [Bool?] = Array(repeating: nil, count: count)
    for target in targets {
      for cluster in fleet.members(of: target.clusters) where isTarget[cluster] == nil {
        isTarget[cluster] = !target.doNotDeploy
      }
    }
    var isInside = Array(repeating: restrictions.isEmpty, count: count)
    for restriction in restrictions {
      for cluster in fleet.members(of: restriction) { isInside[cluster] = true }
    }
    return isTarget.indices.map { isInside[$0] && isTarget[$0] ?? false }
  }
}
