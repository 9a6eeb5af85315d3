public import Determinism

/// Starts every cluster at once: the baseline that every other strategy is measured against.
public struct AllAtOnce: RolloutStrategy {
  private var course: StageCourse

  public init(
    policy: AllAtOncePolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: .listed, in: fleet.fleet, random: random)
    course = StageCourse(
      acceptance: policy.acceptance, lineup: .single(clusters, in: fleet.fleet),
      rules: [StageRule(maxConcurrency: .max)], takingOver: fleet, at: now)
  }

  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }
}

/// Keeps a window of clusters in flight or soaking.
///
/// - Source: OCM "Progressive", except that a failed cluster frees its slot at once.
public struct Progressive: RolloutStrategy {
  private var course: StageCourse

  public init(
    policy: ProgressivePolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    let window = policy.maxConcurrency.atLeastOne(of: clusters.count)
    course = StageCourse(
      acceptance: policy.acceptance, lineup: .single(clusters, in: fleet.fleet),
      rules: [StageRule(maxConcurrency: window)], takingOver: fleet, at: now)
  }

  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }
}

/// Takes group after group; each must come to rest, and rest a while, before the next.
public struct PerGroup: RolloutStrategy {
  private var course: StageCourse

  public init(
    policy: PerGroupPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    let (lineup, names) = Lineup.groups(
      by: policy.groupBy, first: policy.first, of: clusters, in: fleet.fleet)
    let rules = names.indices.map { part in
      StageRule(
        name: names[part],
        maxConcurrency: policy.maxConcurrency.atLeastOne(of: lineup.size(of: part)),
        soak: policy.groupSoak)
    }
    course = StageCourse(
      acceptance: policy.acceptance, lineup: lineup, rules: rules, takingOver: fleet, at: now)
  }

  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }
}

/// Goes through stages, each with its clusters, its concurrency, its soak and its gate.
public struct Staged: RolloutStrategy {
  private var course: StageCourse

  public init(
    policy: StagedPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    precondition(!policy.stages.isEmpty, "a staged rollout without stages")
    let lineup = Lineup.stages(policy.stages, of: clusters, in: fleet.fleet)
    let rules = policy.stages.enumerated().map { part, stage in
      StageRule(
        name: stage.name,
        maxConcurrency: stage.maxConcurrency.atLeastOne(of: lineup.size(of: part)),
        soak: stage.soak,
        failureBudget: stage.failureBudget?.of(lineup.size(of: part), rounded: .down),
        gate: stage.gate)
    }
    course = StageCourse(
      acceptance: policy.acceptance, lineup: lineup, rules: rules, takingOver: fleet, at: now)
  }

  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    course.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }
}

/// Starts a batch every so often, whatever has become of the last one, until too many have failed.
public struct TimedBatches: RolloutStrategy {
  private let batch: Int
  private let interval: Microseconds
  private let startedAt: Instant
  private var course: StageCourse

  public init(
    policy: TimedBatchesPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    precondition(
      policy.interval > .zero, "batches every \(policy.interval.count) microseconds")
    batch = max(1, policy.batchSize.of(clusters.count, rounded: .up))
    interval = policy.interval
    startedAt = fleet.rollout.startedAt == .never ? now : fleet.rollout.startedAt
    course = StageCourse(
      acceptance: policy.acceptance, lineup: .single(clusters, in: fleet.fleet),
      rules: [StageRule(maxConcurrency: .max)], takingOver: fleet, at: now)
  }

  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    let begun = Int((now - startedAt).count / interval.count) + 1
    let (product, overflow) = batch.multipliedReportingOverflow(by: begun)
    let allowance = overflow ? Int.max : product
    var decision = course.step(
      at: now, changed: changed, fleet: fleet, admit: &admit, allowance: allowance)
    // With allowance left, the others wait for a guard or a trigger, and not for the next batch.
    let waitsForBatch = course.startedCount >= allowance && !course.isAllStarted
    if case .rolling = decision.verdict, waitsForBatch {
      let next = startedAt + interval * Int64(begun)
      decision.wakeUp = min(decision.wakeUp ?? .never, next)
    }
    return decision
  }
}

extension Amount {
  /// The number of things this is out of `total`, a share rounded down, but at least one.
  func atLeastOne(of total: Int) -> Int { max(1, of(total, rounded: .down)) }
}
