/// A limit as Rancher Fleet reads it: how a number was written decides what it means.
///
/// - Source: Rancher Fleet v0.16, `internal/cmd/controller/target/rollout.go`, `Limit`.
public enum FleetLimit: Codable, Hashable, Sendable {
  /// A number; more than there are means all, less than none means none, and 0 stays 0.
  case count(Int)
  /// A positive number in quotes, which is not held against how many there are.
  case quotedCount(Int)
  /// A percentage, rounded down but never below 1.
  ///
  /// Unit: millionths of a percent.
  case percent(millionths: Int64)

  /// All of them: what holds where nothing is written.
  public static let all = FleetLimit.percent(millionths: 100_000_000)

  /// The limit for a number of things; 1 where there are none.
  public func of(_ total: Int) -> Int {
    guard total > 0 else { return 1 }
    switch self {
    case .count(let count): return max(0, min(count, total))
    case .quotedCount(let count): return count
    case .percent(let millionths):
      let share = Int128(total) * Int128(millionths) / 100_000_000
      return max(1, min(Int(clamping: share), total))
    }
  }
}

/// The settings of a bundle's rollout.
///
/// - Source: Rancher Fleet v0.16, `rolloutStrategy` of `fleet.yaml`, `Bundle` and `HelmOp`.
public struct RancherFleetPolicy: Codable, Hashable, Sendable {
  /// One of the partitions that a document lists.
  public struct Partition: Codable, Hashable, Sendable {
    /// Its name, which is only shown.
    public var name: String
    /// How many of its clusters may be unavailable; nil: as many as of the bundle.
    public var maxUnavailable: FleetLimit?
    /// Which clusters it takes.
    public var clusters: BundleMatch

    /// States a partition.
    public init(name: String, maxUnavailable: FleetLimit? = nil, clusters: BundleMatch) {
      self.name = name
      self.maxUnavailable = maxUnavailable
      self.clusters = clusters
    }
  }

  /// How many clusters of the bundle may be unavailable; nil: all.
  public var maxUnavailable: FleetLimit?
  /// How many partitions may be unavailable before the walk stops; nil: none.
  public var maxUnavailablePartitions: FleetLimit?
  /// The size of partitions where none are listed; nil: a quarter.
  public var autoPartitionSize: FleetLimit?
  /// The number of clusters from which on partitions are made.
  public var autoPartitionThreshold: Int
  /// How many clusters without a deployment get one in a pass.
  public var maxNew: Int
  /// The partitions listed; with any, none are made.
  public var partitions: [Partition]

  /// States the settings, with the system's own standards.
  public init(
    maxUnavailable: FleetLimit? = nil, maxUnavailablePartitions: FleetLimit? = nil,
    autoPartitionSize: FleetLimit? = nil, autoPartitionThreshold: Int = 200, maxNew: Int = 50,
    partitions: [Partition] = []
  ) {
    self.maxUnavailable = maxUnavailable
    self.maxUnavailablePartitions = maxUnavailablePartitions
    self.autoPartitionSize = autoPartitionSize
    self.autoPartitionThreshold = autoPartitionThreshold
    self.maxNew = maxNew
    self.partitions = partitions
  }

  /// How many of a bundle's clusters may be unavailable.
  public func unavailable(of targets: Int) -> Int { (maxUnavailable ?? .all).of(targets) }

  /// How many of a partition's clusters may be unavailable; `partition` is nil for one that was
  /// made.
  public func unavailable(of members: Int, in partition: Partition?) -> Int {
    (partition?.maxUnavailable ?? maxUnavailable ?? .all).of(members)
  }
}
