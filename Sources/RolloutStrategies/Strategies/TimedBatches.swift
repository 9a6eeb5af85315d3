public import Determinism

/// Starts a batch every so often, whatever has become of the last one, until too many have failed.
public struct TimedBatches: RolloutStrategy {
  private let batch: Int
  private let interval: Microseconds
  private let jitter: Microseconds
  private let startedAt: Instant
  private let random: RandomStream
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
    let late = policy.jitter.map { $0.of(Int(policy.interval.count), rounded: .down) }
    jitter = Microseconds(Int64(late ?? 0))
    self.random = random
    startedAt = fleet.rollout.startedAt == .never ? now : fleet.rollout.startedAt
    course = StageCourse(
      acceptance: policy.acceptance,
      lineup: .single(clusters, in: fleet.fleet, order: policy.order),
      rules: [StageRule(maxConcurrency: .max)], takingOver: fleet, at: now)
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    let last = Int((now - startedAt).count / interval.count)
    let begun = last + (now >= start(ofBatch: last) ? 1 : 0)
    let (product, overflow) = batch.multipliedReportingOverflow(by: begun)
    let allowance = overflow ? Int.max : product
    var decision = course.step(
      at: now, changed: changed, fleet: fleet, admit: &admit, allowance: allowance)
    // With allowance left, the others wait for a guard or a trigger, and not for the next batch.
    let waitsForBatch = course.startedCount >= allowance && !course.isAllStarted
    if case .rolling = decision.verdict, waitsForBatch {
      decision.wakeUp = min(decision.wakeUp ?? .never, start(ofBatch: begun))
    }
    return decision
  }

  /// Its rank in the lineup.
  public func rank(of cluster: ClusterID) -> Int { course.rank(of: cluster) }

  /// Whether it was not started yet, or is to be started again.
  public func wantsToStart(_ cluster: ClusterID) -> Bool { course.wantsToStart(cluster) }

  /// Those whose standing becomes another.
  public func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] { course.whoseReachMatters(among: clusters, in: fleet, at: now) }

  /// When a batch starts: each so long after the last one's time, and late by a draw of its own.
  private func start(ofBatch number: Int) -> Instant {
    let time = startedAt + interval * Int64(number)
    guard number > 0, jitter > .zero else { return time }
    let words = random.words(entity: 0, .batchDelay, UInt32(truncatingIfNeeded: number))
    return time + Microseconds(Int64(words.below(UInt64(jitter.count))))
  }
}
