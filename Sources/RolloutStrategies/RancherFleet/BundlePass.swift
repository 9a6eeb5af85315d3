/// One pass of the controller over a bundle's clusters.
///
/// - Source: Rancher Fleet v0.16, `internal/cmd/controller/target/rollout.go`,
///   `UpdatePartitions`.
public struct BundlePass: Hashable, Sendable {
  /// A part of the clusters that is walked through as one.
  public struct Partition: Hashable, Sendable {
    /// Positions of its clusters among the targets, ascending.
    public var members: [Int]
    /// How many of them may be unavailable.
    public var maxUnavailable: Int
    /// How many are: before the pass, any that does not serve; after it was walked, any that is
    /// not finished.
    public var unavailable: Int

    /// States a partition.
    public init(members: [Int], maxUnavailable: Int, unavailable: Int = 0) {
      self.members = members
      self.maxUnavailable = maxUnavailable
      self.unavailable = unavailable
    }

    /// Whether more are unavailable than may be.
    public var isUnavailable: Bool { unavailable > maxUnavailable }
  }

  /// The clusters, in ascending order of name.
  public private(set) var targets: [BundleTarget]
  /// The partitions, in the order in which they are walked.
  public private(set) var partitions: [Partition]
  private let walk: BundleWalk

  /// Walks the partitions as far as the limits allow.
  ///
  /// A rollout walks in the same way and keeps what that needs; this lists what it comes to.
  /// `listed` are the members of the partitions that the document lists, which may overlap.
  public init(_ policy: RancherFleetPolicy, targets: [BundleTarget], listed: [[Int]]) {
    self.targets = targets
    partitions =
      policy.partitions.isEmpty
      ? Self.sliced(policy, count: targets.count)
      : zip(policy.partitions, listed).map { partition, members in
        Partition(
          members: members,
          maxUnavailable: policy.unavailable(of: members.count, in: partition))
      }
    var tally = BundleTally(
      clusters: targets.count, listed: listed.map { $0.map { UInt32($0) } })
    for (rank, target) in targets.enumerated() { tally[rank] = BundleTally.Standing(target) }
    for index in partitions.indices {
      partitions[index].unavailable =
        partitions[index].members.count { targets[$0].isUnavailable }
    }
    walk = tally.walk(policy) { rank, was in
      var target = targets[rank]
      var deployment =
        target.deployment ?? BundleDeployment(staged: 0, released: 0, applied: 0, isReady: false)
      if was != .missing { deployment.released = target.desired }
      target.deployment = deployment
      return BundleTally.Standing(target)
    }
    let end = partitions.isEmpty ? 0 : walk.reached + 1
    for index in partitions[..<end].indices { partitions[index].unavailable = 0 }
    for part in walk.parts { partitions[part.index].unavailable = part.unfinished }
    for member in partitions[..<end].lazy.flatMap(\.members) { stage(member) }
    for target in walk.created {
      self.targets[target].deployment = BundleDeployment(
        staged: targets[target].desired, released: 0, applied: 0, isReady: false)
    }
    for target in walk.released {
      self.targets[target].deployment?.released = targets[target].desired
    }
  }

  /// Clusters that were given a deployment, in order.
  public var created: [Int] { walk.created }
  /// Clusters to which a version was released, in order.
  public var released: [Int] { walk.released }
  /// How many clusters of the bundle are unavailable.
  public var unavailable: Int { walk.unavailable }
  /// How many partitions are.
  public var unavailablePartitions: Int { walk.unavailablePartitions }
  /// How many clusters of the bundle may be unavailable.
  public var maxUnavailable: Int { walk.maxUnavailable }
  /// How many partitions may be before the walk stops.
  public var maxUnavailablePartitions: Int { walk.maxUnavailablePartitions }

  /// Partitions by size, where the document lists none; the last may be smaller.
  public static func sliced(_ policy: RancherFleetPolicy, count: Int) -> [Partition] {
    let step = policy.sliceSize(of: count)
    return stride(from: 0, to: count, by: step).map { start in
      let members = Array(start..<min(count, start + step))
      return Partition(
        members: members, maxUnavailable: policy.unavailable(of: members.count, in: nil))
    }
  }

  /// Makes the wanted version ready, where there is a deployment.
  private mutating func stage(_ target: Int) {
    let desired = targets[target].desired
    targets[target].deployment?.staged = desired
  }
}

extension RancherFleetPolicy {
  /// The size of the partitions that are made of so many clusters; nil: all form one.
  func madePartitionSize(of count: Int) -> FleetLimit? {
    guard autoPartitionThreshold > 0, count >= autoPartitionThreshold else { return nil }
    let size = autoPartitionSize ?? .percent(millionths: 25_000_000)
    if case .count(let number) = size, number <= 0 { return nil }
    return size
  }

  /// How many clusters a partition has where the document lists none.
  func sliceSize(of count: Int) -> Int {
    madePartitionSize(of: count)?.of(count) ?? max(1, count)
  }
}
