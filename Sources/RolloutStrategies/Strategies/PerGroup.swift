public import Determinism

/// Takes group after group; each must come to rest, and rest a while, before the next.
public struct PerGroup: RolloutStrategy {
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: PerGroupPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    let (lineup, names) = Lineup.groups(
      by: policy.groupBy, first: policy.first, of: clusters, in: fleet.fleet,
      order: policy.order)
    let rules = names.indices.map { part in
      StageRule(
        name: names[part],
        maxConcurrency: policy.maxConcurrency.atLeastOne(of: lineup.size(of: part)),
        soak: policy.groupSoak)
    }
    course = StageCourse(
      acceptance: policy.acceptance, lineup: lineup, rules: rules, takingOver: fleet, at: now)
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
