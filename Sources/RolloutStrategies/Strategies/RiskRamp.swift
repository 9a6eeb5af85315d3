public import Determinism

/// Starts batches that grow as fast as keeps it improbable that more clusters fail than a budget.
///
/// The next batch starts when every cluster of the last is done or failed.
public struct RiskRamp: RolloutStrategy {
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: RiskRampPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    let batches = clusters.isEmpty ? [0] : policy.schedule(for: clusters.count).batches
    var acceptance = policy.acceptance
    acceptance.failureBudget = .count(policy.tolerated(of: clusters.count))
    acceptance.offline = nil
    course = StageCourse(
      acceptance: acceptance,
      lineup: .batches(batches, of: clusters, in: fleet.fleet),
      rules: batches.map { StageRule(maxConcurrency: $0, soak: policy.batchSoak) },
      takingOver: fleet, at: now)
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }

  /// Its rank in the lineup.
  public func rank(of cluster: ClusterID) -> Int { course.rank(of: cluster) }

  /// Whether it was not started yet, or is to be started again.
  public func wantsToStart(_ cluster: ClusterID) -> Bool { course.wantsToStart(cluster) }

  /// Those whose standing becomes another.
  public func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] { course.whoseReachMatters(among: clusters, in: fleet, at: now) }
}
