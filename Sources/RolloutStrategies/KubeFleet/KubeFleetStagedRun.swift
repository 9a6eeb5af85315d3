public import Determinism

/// KubeFleet's staged update run: stages in order, each with its clusters, slots and tasks.
///
/// It knows no failures: one cluster that never becomes available holds its slot for ever. It ends
/// for good when a cluster joins or leaves the placement anywhere, which it notices when it looks
/// next.
///
/// - Source: kubefleet v0.3.1-83, `pkg/controllers/updaterun`. Differences: nothing is deleted,
///   because a rollout here takes no service away from a cluster; the deletion stage is empty.
public struct KubeFleetStagedRun: RolloutStrategy {
  /// How often it looks at clusters that are being updated.
  static let clusterPoll = Microseconds.seconds(15)
  /// How often it looks whether an approval was given.
  static let stagePoll = Microseconds.seconds(60)
  /// How long a cluster may take before the run is reported stuck, which changes nothing.
  static let stuckAfter = Microseconds.minutes(5)

  /// What the stage under way is about.
  private enum Phase: Codable, Equatable {
    /// The task before it.
    case before
    /// Its clusters.
    case updating
    /// The tasks after it, since its last cluster was seen to be updated.
    case after(since: Instant)
  }

  private let policy: KubeFleetStagedPolicy
  let stages: UpdateRunStages
  private(set) var clusters: UpdateRunClusters
  private(set) var records: [StageRecord]
  private(set) var deletion = StageRecord(clusterCount: 0, slots: 1)
  private var clock: PollClock
  private var phase = Phase.before
  /// The clusters started in the stage under way; a stage starts its clusters in order.
  private(set) var startedCount = 0
  /// What it waits an approval for.
  private var wantsApproval: Int?
  private var verdict = Verdict.rolling

  /// Begins a run, or takes one over from what is recorded and seen.
  ///
  /// The real one keeps in its own object which clusters were selected and have succeeded. Who
  /// takes it over without that object sees only what is so now.
  public init(
    policy: KubeFleetStagedPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    self.policy = policy
    clock = PollClock(firstLookAt: now)
    clusters = UpdateRunClusters(members: members, fleet: fleet)
    do throws(InitializationFailure) {
      stages = try UpdateRunStages(policy.stages, of: clusters.selected, in: fleet.fleet)
    } catch {
      stages = UpdateRunStages()
      verdict = .halted(Self.evidence(error, fleet: fleet, at: now))
    }
    records = Self.records(of: policy, stages)
    if stages.count == 0 { deletion.progressing = .isTrue }
    takeOver(fleet)
  }

  private static func records(
    of policy: KubeFleetStagedPolicy, _ stages: UpdateRunStages
  ) -> [StageRecord] {
    (0..<stages.count).map { stage in
      let count = stages.size(of: stage)
      return StageRecord(clusterCount: count, slots: policy.stages[stage].slots(ofStageWith: count))
    }
  }

  /// One step of the strategy; costs what changed since the run last looked, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { clusters.see(cluster, fleet: fleet) }
    var decision = Decision()
    if policy.isRunning, case .rolling = verdict {
      if clock.looks(at: now) { reconcile(fleet: fleet, at: now, decision: &decision) }
      if case .rolling = verdict { decision.wakeUp = nextLook(after: now, fleet: fleet) }
    }
    decision.verdict = policy.isRunning ? verdict : .paused
    decision.stage = currentStage
    decision.wantsApproval = verdict == .rolling ? wantsApproval : nil
    return decision
  }

  /// The stage under way, or the last one.
  var currentStage: Int {
    records.firstIndex { $0.succeeded != .isTrue } ?? max(0, records.count - 1)
  }

  /// The number by which operators approve a task: after a stage its position, before it that plus
  /// the number of stages.
  private func approval(before stage: Int) -> Int { stages.count + stage }

  // MARK: Looking

  /// Looks as often as it has something to do at once.
  private mutating func reconcile(
    fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) {
    if clusters.driftCount > 0 {
      verdict = .halted(clusters.driftEvidence(fleet, at: now))
      return
    }
    do throws(InconsistentRecord) {
      while let stage = try stageToExecute(), stage < stages.count {
        guard execute(stage, fleet: fleet, at: now, decision: &decision) else { return }
      }
    } catch {
      preconditionFailure("a staged update run contradicts itself: \(error)")
    }
    deletion.succeeded = .isTrue
    verdict = .complete
  }

  private func stageToExecute() throws(InconsistentRecord) -> Int? {
    var walk = RecordWalk()
    for (stage, record) in records.enumerated() { try walk.visit(stage, record) }
    return try walk.stageToExecute(of: stages.count, deletion: deletion, coversDeletions: true)
  }

  /// Does what a stage allows at present.
  ///
  /// - Returns: whether it has ended, so that the next can begin.
  private mutating func execute(
    _ stage: Int, fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) -> Bool {
    if records[stage].clusterCount > 0 {
      records[stage].progressing = .isFalse
      guard isOpen(stage, fleet: fleet, at: now) else { return false }
      records[stage].progressing = .isTrue
      update(stage, fleet: fleet, at: now, decision: &decision)
      guard records[stage].succeededCount == records[stage].clusterCount else {
        clock.look(at: now, again: Self.clusterPoll)
        return false
      }
      guard isDone(stage, fleet: fleet, at: now) else { return false }
    }
    end(stage)
    return true
  }

  private mutating func end(_ stage: Int) {
    records[stage].progressing = .isFalse
    records[stage].succeeded = .isTrue
    startedCount = 0
    phase = .before
    if stage == stages.count - 1 { deletion.progressing = .isTrue }
  }

  /// Whether what comes before a stage is done.
  private mutating func isOpen(_ stage: Int, fleet: FleetStatus, at now: Instant) -> Bool {
    guard phase == .before else { return true }
    let needsApproval = !policy.stages[stage].beforeTasks.isEmpty
    guard !needsApproval || isApproved(approval(before: stage), fleet: fleet, at: now) else {
      return false
    }
    phase = .updating
    return true
  }

  /// Whether what comes after a stage is done; the wait counts from when its last cluster was seen
  /// to be updated.
  private mutating func isDone(_ stage: Int, fleet: FleetStatus, at now: Instant) -> Bool {
    if phase == .updating { phase = .after(since: now) }
    records[stage].progressing = .isFalse
    let needsApproval = policy.stages[stage].afterTasks.contains { $0.kind == .approval }
    let isApproved = !needsApproval || isApproved(stage, fleet: fleet, at: now)
    let endsAt = waitEnd ?? now
    if now < endsAt { clock.look(at: now, again: endsAt - now) }
    return isApproved && now >= endsAt
  }

  private mutating func isApproved(
    _ approval: Int, fleet: FleetStatus, at now: Instant
  ) -> Bool {
    let isApproved = fleet.rollout.approved.contains(approval)
    wantsApproval = isApproved ? nil : approval
    clock.look(at: now, again: Self.stagePoll)
    return isApproved
  }

  /// Notes which clusters were updated, and starts as many as have room.
  ///
  /// A cluster that was updated frees its slot at once.
  private mutating func update(
    _ stage: Int, fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) {
    let finished = clusters.takeFinished()
    records[stage].succeededCount += finished
    records[stage].updatingCount -= finished
    let members = stages.clusters(of: stage)
    while startedCount < members.count, records[stage].updatingCount < records[stage].slots {
      let cluster = members[members.startIndex + startedCount]
      startedCount += 1
      records[stage].updatingCount += 1
      // One that has it already is bound all the same, and seen to be available at the next look.
      if fleet.isPending(cluster) { decision.directives.append((cluster, .target)) }
      clusters.start(cluster, fleet: fleet)
    }
  }

  /// When the wait after the stage under way ends; nil: none has begun.
  private var waitEnd: Instant? {
    guard case .after(let since) = phase else { return nil }
    return since + (policy.stages[currentStage].afterTasks.compactMap(\.waitTime).first ?? .zero)
  }

  /// When it next looks with anything to find.
  private mutating func nextLook(after now: Instant, fleet: FleetStatus) -> Instant? {
    let isAnswered = wantsApproval.map { fleet.rollout.approved.contains($0) } ?? false
    let waits = waitEnd.map { now < $0 } ?? false
    let hasNews = clusters.driftCount > 0 || clusters.hasFinished || isAnswered || waits
    return clock.plan(after: now, worthwhileFrom: hasNews ? now : nil)
  }

  // MARK: Taking over

  /// Rebuilds the records of a run under way from what was asked and is seen.
  private mutating func takeOver(_ fleet: FleetStatus) {
    guard verdict == .rolling, fleet.rollout.verdict != .waiting else { return }
    switch fleet.rollout.verdict {
    case .halted, .complete: verdict = fleet.rollout.verdict
    case .waiting, .rolling, .paused, .rollingBack, .rolledBack: break
    }
    for stage in 0..<min(fleet.rollout.stage, stages.count) {
      records[stage].succeededCount = records[stage].clusterCount
      end(stage)
    }
    guard fleet.rollout.stage < stages.count else { return }
    takeOver(stage: fleet.rollout.stage, fleet)
  }

  /// Takes over the stage under way: clusters were started in order and never more than there are
  /// slots, so that of those not available only the last ones can still be updating.
  private mutating func takeOver(stage: Int, _ fleet: FleetStatus) {
    let started = stages.clusters(of: stage).prefix { !fleet.isPending($0) }
    guard !started.isEmpty else { return }
    let updating = started.filter { !UpdateRunClusters.hasSucceeded(fleet[$0]) }
      .suffix(records[stage].slots)
    for cluster in updating { clusters.start(cluster, fleet: fleet) }
    startedCount = started.count
    phase = .updating
    records[stage].progressing = .isTrue
    records[stage].updatingCount = updating.count
    records[stage].succeededCount = started.count - updating.count
  }

  private static func evidence(
    _ failure: InitializationFailure, fleet: FleetStatus, at now: Instant
  ) -> Evidence {
    let causes = failure.cluster.map { cluster in
      [
        Evidence.Cause(
          cluster: fleet.fleet.names[cluster.offset], cause: .notPlannable, since: now)
      ]
    }
    return Evidence(failed: causes?.count ?? 0, budget: 0, stage: nil, causes: causes ?? [])
  }
}
