public import Determinism

/// Grows step by step, and only as long as what is counted where the target runs looks well.
///
/// It is the loop that Flagger goes through inside one cluster, with clusters behind the steps: a
/// look at every interval, so many that pass for each step, and a stop after so many that fail over
/// the whole rollout. Unlike there, the look at which the last tolerated failure is exceeded stops
/// it, not the one after.
///
/// - Source: Flagger's canary loop (interval, iterations, threshold); a control that is counted at
///   the same time as the canary is the Site Reliability Workbook's, chapter 16.
public struct CohortCanary: RolloutStrategy {
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: CohortCanaryPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    var clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    if policy.order == .stratified { clusters = Coverage.first(clusters, in: fleet.fleet) }
    let sizes = clusters.isEmpty ? [0] : policy.stageSizes(of: clusters.count)
    let lineup = Lineup.batches(sizes, of: clusters, in: fleet.fleet)
    course = StageCourse(
      acceptance: policy.acceptance, lineup: lineup,
      rules: sizes.enumerated().map { stage, size in
        StageRule(
          name: policy.stageName(stage), maxConcurrency: policy.maxConcurrency.atLeastOne(of: size),
          soak: policy.stepSoak)
      },
      looks: CohortLooks(policy, lineup, in: fleet.fleet), takingOver: fleet, at: now)
  }

  /// One step of the strategy; costs what changed, and where a look is asked for its clusters.
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
