public import Determinism

/// Keeps a window of clusters in flight or soaking.
///
/// - Source: OCM "Progressive", except that a failed cluster frees its slot at once.
public struct Progressive: RolloutStrategy {
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: ProgressivePolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    let window = policy.maxConcurrency.atLeastOne(of: clusters.count)
    course = StageCourse(
      acceptance: policy.acceptance,
      lineup: .single(clusters, in: fleet.fleet, order: policy.order),
      rules: [StageRule(maxConcurrency: window)], takingOver: fleet, at: now)
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
