public import Determinism

/// A bundle of Rancher Fleet on its way to its clusters.
///
/// It knows no failures, soaks or deadlines: a cluster that fails, or never answers, is unavailable
/// and uses up what may be, for as long as it lasts.
///
/// - Source: Rancher Fleet v0.16, `internal/cmd/controller/target`. Differences: every cluster has
///   a deployment from the beginning, also one that joins later, so that `maxNew` limits nothing;
///   the deployment of a cluster that leaves is not deleted, for nothing can be asked of it here.
public struct FleetBundleRollout: RolloutStrategy {
  /// What holds until something changes.
  private struct Standing: Codable, Equatable {
    var verdict: Verdict
    var stage: Int
  }

  /// The versions there are, as deployments name them.
  private static let previous = 1
  private static let target = 2
  private static let noRank = UInt32.max

  private let policy: FleetBundlePolicy
  /// The clusters the bundle is for, by name.
  private let clusters: [ClusterID]
  /// The position of each cluster of the fleet in `clusters`, or `noRank`.
  private let rankOf: Column<ClusterID, UInt32>
  /// What each of them is for a pass.
  private var tally: BundleTally
  /// What the last pass came to; nil: something has changed since.
  private var standing: Standing?

  /// Begins a rollout, or takes one over; the controller keeps nothing but what is seen.
  public init(
    policy: FleetBundlePolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    self.policy = policy
    let grouped = policy.grouped(fleet.fleet)
    let isTarget = policy.isTarget(in: grouped, count: fleet.fleet.count)
    clusters = fleet.fleet.byName(
      fleet.fleet.clusters.filter {
        isTarget[$0.offset] && members.chooses($0, of: fleet.fleet)
      })
    var rankOf = Column<ClusterID, UInt32>(repeating: Self.noRank, count: fleet.fleet.count)
    for (rank, cluster) in clusters.enumerated() { rankOf[cluster] = UInt32(rank) }
    self.rankOf = rankOf
    let listed = policy.rollout.partitions.map { partition in
      grouped.members(of: partition.clusters).map { rankOf[ClusterID(offset: $0)] }
        .filter { $0 != Self.noRank }.sorted()
    }
    tally = BundleTally(clusters: clusters.count, listed: listed)
    for cluster in clusters { see(cluster, fleet: fleet) }
  }

  /// One step of the strategy.
  ///
  /// The controller looks at every cluster each time; here that costs what has changed.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { see(cluster, fleet: fleet) }
    var decision = Decision()
    let standing = standing ?? pass(decision: &decision)
    self.standing = standing
    decision.verdict = standing.verdict
    decision.stage = standing.stage
    return decision
  }

  private mutating func see(_ cluster: ClusterID, fleet: FleetStatus) {
    let rank = rankOf[cluster]
    guard rank != Self.noRank else { return }
    let target = fleet[cluster].isMember ? target(of: fleet[cluster]) : nil
    let known = BundleTally.Standing(target)
    guard tally[Int(rank)] != known else { return }
    tally[Int(rank)] = known
    standing = nil
  }

  private func target(of status: ClusterStatus) -> BundleTarget {
    BundleTarget(
      desired: Self.target, deployment: Self.deployment(of: status), isPaused: policy.isPaused)
  }

  /// The deployment that a cluster's status amounts to.
  ///
  /// The agent has applied what it took; ready is what lacks no resource. Users' health is no part
  /// of it while the target is rolled out; of a cluster that was never asked, bad health is all
  /// that says that it does not serve.
  private static func deployment(of status: ClusterStatus) -> BundleDeployment {
    let observed = status.observed
    guard status.asked.generation > 0 else {
      let version = observed.isAvailableAtTarget ? target : previous
      let isReady =
        (observed.phase == .idle || observed.phase == .available)
        && (version == target || observed.health != .bad)
      return BundleDeployment(
        staged: version, released: version, applied: version, isReady: isReady)
    }
    let isApplied =
      observed.generation == status.asked.generation && observed.revision == .target
    return BundleDeployment(
      staged: target, released: target, applied: isApplied ? target : previous,
      isReady: observed.phase == .available || observed.phase == .idle)
  }

  /// One pass; what it releases leads to another, in which nothing more can be released.
  private mutating func pass(decision: inout Decision) -> Standing {
    let walk = tally.walk(policy.rollout)
    decision.directives += walk.released.map { (clusters[$0], .target) }
    let isComplete = tally.count(.unfinished) == 0
    return Standing(verdict: isComplete ? .complete : .rolling, stage: walk.reached)
  }
}
