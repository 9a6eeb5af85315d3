public import Determinism

/// Goes through stages, each with its clusters, its concurrency, its soak and its gate.
public struct Staged: RolloutStrategy {
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: StagedPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    precondition(!policy.stages.isEmpty, "a staged rollout without stages")
    let lineup = Lineup.stages(
      policy.stages, of: clusters, in: fleet.fleet, order: policy.order)
    let rules = policy.stages.enumerated().map { part, stage in
      StageRule(
        name: stage.name,
        maxConcurrency: stage.maxConcurrency.atLeastOne(of: lineup.size(of: part)),
        soak: stage.soak,
        failureBudget: stage.failureBudget?.of(lineup.size(of: part), rounded: .down),
        gate: stage.gate)
    }
    course = StageCourse(
      acceptance: policy.acceptance, lineup: lineup, rules: rules,
      firstStage: policy.firstStage ?? 0, takingOver: fleet, at: now)
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }

  /// The failures there are, to be tolerated from now on.
  var failures: ToleratedFailures { course.failures }

  /// Its rank in the lineup.
  public func rank(of cluster: ClusterID) -> Int { course.rank(of: cluster) }

  /// Whether it was not started yet, or is to be started again.
  public func wantsToStart(_ cluster: ClusterID) -> Bool { course.wantsToStart(cluster) }

  /// Those whose standing becomes another.
  public func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] { course.whoseReachMatters(among: clusters, in: fleet, at: now) }
}
