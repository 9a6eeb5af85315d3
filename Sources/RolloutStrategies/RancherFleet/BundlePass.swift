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
  /// Clusters that were given a deployment, in order.
  public private(set) var created: [Int] = []
  /// Clusters to which a version was released, in order.
  public private(set) var released: [Int] = []
  /// How many clusters of the bundle are unavailable.
  public private(set) var unavailable: Int
  /// How many partitions are.
  public private(set) var unavailablePartitions = 0
  /// The partition the walk came to, from 0.
  public private(set) var reached = 0
  /// How many clusters of the bundle may be unavailable.
  public let maxUnavailable: Int
  /// How many partitions may be before the walk stops.
  public let maxUnavailablePartitions: Int
  private let maxNew: Int

  /// Walks the partitions as far as the limits allow.
  ///
  /// `listed` are the members of the partitions that the document lists, which may overlap.
  public init(_ policy: RancherFleetPolicy, targets: [BundleTarget], listed: [[Int]]) {
    self.targets = targets
    maxNew = policy.maxNew
    maxUnavailable = policy.unavailable(of: targets.count)
    partitions =
      policy.partitions.isEmpty
      ? Self.sliced(policy, count: targets.count)
      : zip(policy.partitions, listed).map { partition, members in
        Partition(
          members: members,
          maxUnavailable: policy.unavailable(of: members.count, in: partition))
      }
    maxUnavailablePartitions = (policy.maxUnavailablePartitions ?? .count(0)).of(partitions.count)
    unavailable = targets.count(where: \.isUnavailable)
    for index in partitions.indices {
      partitions[index].unavailable =
        partitions[index].members.count { targets[$0].isUnavailable }
    }
    walk()
  }

  /// Partitions by size, where the document lists none; the last may be smaller.
  public static func sliced(_ policy: RancherFleetPolicy, count: Int) -> [Partition] {
    let size = policy.autoPartitionSize ?? .percent(millionths: 25_000_000)
    var isOff = policy.autoPartitionThreshold <= 0 || count < policy.autoPartitionThreshold
    if case .count(let number) = size, number <= 0 { isOff = true }
    let step = isOff ? max(1, count) : size.of(count)
    return stride(from: 0, to: count, by: step).map { start in
      let members = Array(start..<min(count, start + step))
      return Partition(
        members: members, maxUnavailable: policy.unavailable(of: members.count, in: nil))
    }
  }

  private mutating func walk() {
    for index in partitions.indices {
      reached = index
      for member in partitions[index].members { stage(member) }
      for member in partitions[index].members { release(member, in: index) }
      partitions[index].unavailable =
        partitions[index].members.count { targets[$0].isUnfinished }
      unavailablePartitions += partitions[index].isUnavailable ? 1 : 0
      guard unavailablePartitions <= maxUnavailablePartitions else { return }
    }
  }

  /// Makes the wanted version ready, or creates what is missing as long as a pass may.
  private mutating func stage(_ target: Int) {
    let desired = targets[target].desired
    if targets[target].deployment != nil {
      targets[target].deployment?.staged = desired
    } else if created.count < maxNew {
      created.append(target)
      targets[target].deployment = BundleDeployment(
        staged: desired, released: 0, applied: 0, isReady: false)
    }
  }

  /// Releases what is ready, free of charge where nothing serves anyway.
  private mutating func release(_ target: Int, in partition: Int) {
    guard let deployment = targets[target].deployment, !targets[target].isPaused,
      deployment.staged != 0, deployment.released != deployment.staged
    else { return }
    if !deployment.isUnavailable {
      guard unavailable < maxUnavailable,
        partitions[partition].unavailable < partitions[partition].maxUnavailable
      else { return }
      unavailable += 1
      partitions[partition].unavailable += 1
    }
    targets[target].deployment?.released = deployment.staged
    released.append(target)
  }
}
