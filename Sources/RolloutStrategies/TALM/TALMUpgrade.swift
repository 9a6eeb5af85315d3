public import Determinism

/// TALM's ClusterGroupUpgrade: canaries one by one, then batches, each with its share of the time
/// that is left.
///
/// A batch that is not compliant in time is left as it is, and by default the next one begins; only
/// a canary ends the upgrade. Nothing is taken back.
///
/// - Source: cluster-group-upgrades-operator, README and pull requests 22 and 291. Precaching and
///   backup come before the rollout begins. A look is taken to come a moment after its time, so
///   that a deadline at the very instant of a look has passed.
public struct TALMUpgrade: RolloutStrategy {
  /// How often the controller looks.
  static let poll = Microseconds.minutes(5)

  private let policy: TALMPolicy
  private let plan: RemediationPlan
  private let startedAt: Instant
  private var progress: BatchProgress
  private var clock: PollClock
  private var batch = 0
  private var batchStartedAt = Instant.never
  private var verdict = Verdict.rolling

  /// Begins an upgrade, or takes one over from what is recorded and seen.
  ///
  /// The real one keeps its plan in its own object. Who takes it over without that object makes the
  /// plan anew of the clusters that are there now and were asked or are not compliant.
  public init(
    policy: TALMPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    self.policy = policy
    clock = PollClock(firstLookAt: now)
    startedAt = fleet.rollout.startedAt == .never ? now : fleet.rollout.startedAt
    do throws(RemediationPlan.UnknownCluster) {
      plan = try RemediationPlan(
        policy, in: fleet.fleet,
        isThere: { fleet[$0].isMember && members.chooses($0, of: fleet.fleet) },
        isCompliant: { !fleet.isPending($0) && fleet[$0].asked.generation == 0 })
    } catch {
      plan = RemediationPlan()
      let cause = Evidence.Cause(cluster: error.name, cause: .notPlannable, since: now)
      verdict = .halted(Evidence(failed: 1, budget: 0, stage: nil, causes: [cause]))
    }
    progress = BatchProgress(plan, fleet: fleet)
    takeOver(fleet)
  }

  private mutating func takeOver(_ fleet: FleetStatus) {
    guard case .rolling = verdict, plan.count > 0 else { return }
    switch fleet.rollout.verdict {
    case .waiting: return
    case .halted, .complete: verdict = fleet.rollout.verdict
    case .rolling, .paused, .rollingBack, .rolledBack: break
    }
    guard plan.order.contains(where: { fleet[$0].asked.generation > 0 }) else { return }
    batch = min(fleet.rollout.stage, plan.count - 1)
    batchStartedAt = fleet.rollout.stageEnteredAt
  }

  /// One step of the strategy; costs what changed since the controller last looked.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { progress.see(cluster, fleet: fleet) }
    var decision = Decision()
    if policy.isEnabled, case .rolling = verdict {
      if clock.looks(at: now) {
        clock.look(at: now, again: Self.poll)
        look(fleet: fleet, at: now, decision: &decision)
      }
      if case .rolling = verdict {
        decision.wakeUp = clock.plan(after: now, worthwhileFrom: newsAt(now))
      }
    }
    decision.verdict = policy.isEnabled ? verdict : .paused
    decision.stage = batch
    return decision
  }

  private var isLastBatch: Bool { batch == plan.count - 1 }

  /// When the batch, or with the last one the upgrade, has had its time.
  private var deadline: Instant {
    let timeout = policy.batchTimeout(
      of: batch, of: plan.count, after: batchStartedAt - startedAt)
    return min(batchStartedAt + timeout, startedAt + policy.timeout)
  }

  /// Whether all that is waited for is compliant: the batch, and with the last one all of them.
  private var isCompliant: Bool {
    isLastBatch ? progress.pendingCount == 0 : progress.pendingCount(in: batch) == 0
  }

  private func newsAt(_ now: Instant) -> Instant { isCompliant ? now : deadline }

  private mutating func look(fleet: FleetStatus, at now: Instant, decision: inout Decision) {
    guard plan.count > 0 else {
      verdict = .complete
      return
    }
    guard batchStartedAt != .never else { return start(0, fleet: fleet, at: now, &decision) }
    if isCompliant {
      guard !isLastBatch else {
        verdict = .complete
        return
      }
      return start(batch + 1, fleet: fleet, at: now, &decision)
    }
    guard now >= deadline else { return }
    let isOver = now >= startedAt + policy.timeout
    guard !isOver, batch >= plan.canaryCount, policy.onBatchTimeout == .goOn, !isLastBatch else {
      verdict = .halted(evidence(fleet))
      return
    }
    start(batch + 1, fleet: fleet, at: now, &decision)
  }

  private mutating func start(
    _ batch: Int, fleet: FleetStatus, at now: Instant, _ decision: inout Decision
  ) {
    self.batch = batch
    batchStartedAt = now
    for cluster in plan.clusters(of: batch) where fleet.isPending(cluster) {
      decision.directives.append((cluster, .target))
    }
  }

  /// The clusters of the batches so far that are not compliant.
  private func evidence(_ fleet: FleetStatus) -> Evidence {
    let late = fleet.fleet.byName(
      plan.order[..<plan.bounds[batch + 1]].filter { progress.isPending($0) })
    return Evidence(
      failed: late.count, budget: 0, stage: nil,
      causes: late.prefix(5).map { cluster in
        .init(
          cluster: fleet.fleet.names[cluster.offset], cause: .deadlinePassed, since: deadline)
      })
  }
}

/// Which clusters of a plan are not compliant, kept up to date at the cost of what changes.
private struct BatchProgress: Codable, Equatable, Sendable {
  private static let noBatch = UInt32.max

  private var batchOf: Column<ClusterID, UInt32>
  private var isWaiting: Column<ClusterID, Bool>
  /// By batch: its clusters that are not compliant.
  private var pending: [Int]
  /// Those of all batches.
  private(set) var pendingCount = 0

  init(_ plan: RemediationPlan, fleet: FleetStatus) {
    batchOf = Column(repeating: Self.noBatch, count: fleet.fleet.count)
    isWaiting = Column(repeating: false, count: fleet.fleet.count)
    pending = Array(repeating: 0, count: plan.count)
    for batch in 0..<plan.count {
      for cluster in plan.clusters(of: batch) {
        batchOf[cluster] = UInt32(batch)
        see(cluster, fleet: fleet)
      }
    }
  }

  /// The clusters of a batch that are not compliant.
  func pendingCount(in batch: Int) -> Int { pending[batch] }

  /// Whether a cluster of the plan is not compliant.
  func isPending(_ cluster: ClusterID) -> Bool { isWaiting[cluster] }

  /// Takes in what is known of a cluster now.
  mutating func see(_ cluster: ClusterID, fleet: FleetStatus) {
    guard batchOf[cluster] != Self.noBatch else { return }
    let status = fleet[cluster]
    let isCompliant =
      status.isMember && status.observed.generation == status.asked.generation
      && status.observed.isAvailableAtTarget
    guard isWaiting[cluster] == isCompliant else { return }
    isWaiting[cluster] = !isCompliant
    pending[Int(batchOf[cluster])] += isCompliant ? -1 : 1
    pendingCount += isCompliant ? -1 : 1
  }
}
