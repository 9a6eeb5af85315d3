@testable import RolloutStrategies

/// One pass of the controller over a bundle's clusters, which looks at all of them.
///
/// A pass that keeps a tally has to come to the same.
///
/// - Source: Rancher Fleet v0.16, `internal/cmd/controller/target/rollout.go`,
///   `UpdatePartitions`.
struct PlainBundlePass {
  typealias Partition = BundlePass.Partition

  /// The clusters, in ascending order of name.
  private(set) var targets: [BundleTarget]
  /// The partitions, in the order in which they are walked.
  private(set) var partitions: [Partition]
  /// Clusters that were given a deployment, in order.
  private(set) var created: [Int] = []
  /// Clusters to which a version was released, in order.
  private(set) var released: [Int] = []
  /// How many clusters of the bundle are unavailable.
  private(set) var unavailable: Int
  /// How many partitions are.
  private(set) var unavailablePartitions = 0
  /// The partition the walk came to, from 0.
  private(set) var reached = 0
  /// How many clusters of the bundle may be unavailable.
  let maxUnavailable: Int
  /// How many partitions may be before the walk stops.
  let maxUnavailablePartitions: Int
  private let maxNew: Int

  /// Walks the partitions as far as the limits allow.
  ///
  /// `listed` are the members of the partitions that the document lists, which may overlap.
  init(_ policy: RancherFleetPolicy, targets: [BundleTarget], listed: [[Int]]) {
    self.targets = targets
    maxNew = policy.maxNew
    maxUnavailable = policy.unavailable(of: targets.count)
    partitions =
      policy.partitions.isEmpty
      ? BundlePass.sliced(policy, count: targets.count)
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
