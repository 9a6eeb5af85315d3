public import Determinism

/// Starts a batch every so often, whatever has become of the last one, until too many have failed.
public struct TimedBatches: RolloutStrategy {
  private let batch: Int
  private let interval: Microseconds
  private let startedAt: Instant
  private var course: StageCourse

  /// Begins a rollout, or takes one over from what is recorded and seen.
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

  /// One step of the strategy; costs what changed, not the fleet.
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
