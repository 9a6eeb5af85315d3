import Determinism

@testable import RolloutStrategies

/// A bundle that looks at every cluster whenever anything has changed, as the controller does: what
/// the rollout that keeps a tally has to decide as well.
struct PlainFleetBundleRollout: RolloutStrategy {
  /// What is kept of one cluster.
  private struct Row: Codable, Equatable {
    var isMember = false
    var deployment: BundleDeployment?
  }

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
  /// The clusters of each partition that is listed, by rank, ascending.
  private let listed: [[UInt32]]
  private var rows: [Row]
  /// What the last pass came to; nil: something has changed since.
  private var standing: Standing?

  /// Begins a rollout, or takes one over; the controller keeps nothing but what is seen.
  init(
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
    listed = policy.rollout.partitions.map { partition in
      grouped.members(of: partition.clusters).map { rankOf[ClusterID(offset: $0)] }
        .filter { $0 != Self.noRank }.sorted()
    }
    rows = Array(repeating: Row(), count: clusters.count)
    for cluster in clusters { see(cluster, fleet: fleet) }
  }

  /// One step of the strategy.
  ///
  /// Costs the whole fleet, as in the system, but only when something that counts has changed.
  mutating func step(
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
    let row = Row(
      isMember: fleet[cluster].isMember, deployment: Self.deployment(of: fleet[cluster]))
    guard rows[Int(rank)] != row else { return }
    rows[Int(rank)] = row
    standing = nil
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
    let present = rows.indices.filter { rows[$0].isMember }
    let targets = present.map { rank in
      BundleTarget(
        desired: Self.target, deployment: rows[rank].deployment, isPaused: policy.isPaused)
    }
    let pass = PlainBundlePass(policy.rollout, targets: targets, listed: positions(of: present))
    for position in pass.released {
      let rank = present[position]
      rows[rank].deployment = pass.targets[position].deployment
      decision.directives.append((clusters[rank], .target))
    }
    let isComplete = pass.targets.allSatisfy { !$0.isUnfinished }
    return Standing(verdict: isComplete ? .complete : .rolling, stage: pass.reached)
  }

  /// The clusters of the partitions that are listed, by position among those that are there.
  private func positions(of present: [Int]) -> [[Int]] {
    guard !listed.isEmpty else { return [] }
    var positionOf: [Int?] = Array(repeating: nil, count: rows.count)
    for (position, rank) in present.enumerated() { positionOf[rank] = position }
    return listed.map { partition in partition.compactMap { positionOf[Int($0)] } }
  }
}
