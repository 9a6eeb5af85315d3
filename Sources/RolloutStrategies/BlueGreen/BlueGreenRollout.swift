public import Determinism

/// Brings a version to backups that carry no demand, moves demand there step by step, and updates
/// the clusters that were live when nobody needs them any more.
///
/// Stages: backups; one for each share of demand that is moved; the old environment. A group whose
/// available backups cannot serve its live clusters' demand keeps it where it is, and its live
/// clusters are not updated. A breach sends demand back by routing alone; only live clusters that
/// were asked already go back first.
public struct BlueGreenRollout: RolloutStrategy {
  private let policy: BlueGreenPolicy
  private let budget: Int
  /// The backups, then the live clusters.
  private let lineup: Lineup
  private var ledger: RolloutLedger
  private var environments: Environments
  private var stage: Int
  private var verdict: Verdict
  /// Clusters that may have to be asked.
  private var waiting: [ClusterID]

  private static let backups = 0
  private static let live = 1

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: BlueGreenPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    var policy = policy
    // Between environments nothing is tried again, freezes, or minds who joins.
    policy.acceptance.retry = nil
    policy.acceptance.membership = nil
    if policy.acceptance.onBreach == .freeze { policy.acceptance.onBreach = .halt }
    self.policy = policy
    let clusters = Lineup.candidates(members, order: policy.order, in: fleet.fleet, random: random)
    let groups = policy.groups(of: clusters, in: fleet.fleet).filter {
      $0.obstacle(in: fleet.fleet) == nil
    }
    lineup = Self.lineup(of: groups, among: clusters, order: policy.order, in: fleet.fleet)
    budget = policy.acceptance.failureBudget.of(lineup.count, rounded: .down)
    ledger = RolloutLedger(
      acceptance: policy.acceptance, partOf: lineup.partOf, parts: lineup.parts, fleet: fleet,
      at: now)
    environments = Environments(groups, rankOf: lineup.rankOf, in: fleet.fleet)
    stage = min(fleet.rollout.stage, policy.lastStage)
    verdict = fleet.rollout.verdict
    waiting = lineup.order
    for cluster in lineup.order { _ = environments.refresh(cluster, ledger[cluster], fleet: fleet) }
  }

  private static func lineup(
    of groups: [EnvironmentGroup], among clusters: [ClusterID], order: TakeOrder, in fleet: Fleet
  ) -> Lineup {
    var partOf = Column<ClusterID, Int>(repeating: -1, count: fleet.count)
    for group in groups {
      for cluster in group.backup { partOf[cluster] = backups }
      for cluster in group.live { partOf[cluster] = live }
    }
    let parts = [backups, live].map { part in clusters.filter { partOf[$0] == part } }
    return .batches(parts.map(\.count), of: parts.flatMap { $0 }, in: fleet, order: order)
  }

  // MARK: Steps

  /// One step of the strategy; costs what changed, and on a new stage the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    let mine = changed.filter { lineup.partOf[$0] != RolloutLedger.noPart }
    ledger.update(changed: mine, fleet: fleet, at: now) { _ in }
    for cluster in mine { look(at: cluster, fleet: fleet) }
    var decision = Decision()
    switch verdict {
    case .halted: break
    case .rollingBack(let evidence), .rolledBack(let evidence):
      let late = mine.sorted { lineup.rankOf[$0] < lineup.rankOf[$1] }
      sendBack(late, because: evidence, fleet: fleet, at: now, decision: &decision)
    case .waiting, .rolling, .paused, .complete:
      verdict = .rolling
      if let evidence = breach(fleet) {
        stop(because: evidence, fleet: fleet, at: now, decision: &decision)
      } else {
        goOn(fleet: fleet, at: now, admit: &admit, decision: &decision)
        decision.routing = environments.divide(
          share: movedShare, isGoingBack: false, in: fleet.fleet)
      }
    }
    decision.verdict = verdict
    decision.stage = stage
    if case .rolling = verdict { wake(&decision, at: ledger.nextDue()) }
    return decision
  }

  /// Its rank in the lineup.
  public func rank(of cluster: ClusterID) -> Int { Int(lineup.rankOf[cluster]) }

  /// Whether it was not started yet, and its time has come.
  public func wantsToStart(_ cluster: ClusterID) -> Bool {
    ledger[cluster] == .pending && isWanted(cluster)
  }

  private mutating func look(at cluster: ClusterID, fleet: FleetStatus) {
    waiting += environments.refresh(cluster, ledger[cluster], fleet: fleet)
    if ledger[cluster] == .pending { waiting.append(cluster) }
  }

  /// The share of demand that backups serve in the present stage.
  private var movedShare: Ratio {
    stage == 0 ? .zero : policy.steps[min(stage, policy.steps.count) - 1]
  }

  private mutating func goOn(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    while true {
      ask(fleet: fleet, at: now, admit: &admit, decision: &decision)
      guard isAtRest(Self.backups), ledger.count(.pending, in: Self.backups) == 0 else { return }
      guard stage < policy.lastStage else {
        if isAtRest(Self.live), environments.pendingOfReady == 0 { verdict = .complete }
        return
      }
      let enteredAt = fleet.rollout.stage == stage ? fleet.rollout.stageEnteredAt : now
      let opensAt = enteredAt + wait
      guard now >= opensAt else { return wake(&decision, at: opensAt) }
      stage += 1
      if stage == policy.lastStage { waiting += lineup.clusters(of: Self.live) }
    }
  }

  /// How long the present stage lasts at least.
  private var wait: Microseconds {
    switch stage {
    case 0: .zero
    case policy.steps.count: policy.hold
    default: policy.stepSoak
    }
  }

  private func isAtRest(_ part: Int) -> Bool {
    ledger.count(.inFlight, in: part) == 0 && ledger.count(.soaking, in: part) == 0
  }

  private mutating func ask(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    guard !waiting.isEmpty else { return }
    waiting.sort { lineup.rankOf[$0] < lineup.rankOf[$1] }
    for cluster in waiting where wantsToStart(cluster) {
      guard admit.start(cluster) else { continue }
      ledger.note(cluster, asked: .target, isSilent: false, fleet: fleet, at: now)
      _ = environments.refresh(cluster, ledger[cluster], fleet: fleet)
      decision.directives.append((cluster, .target))
    }
    waiting = []
  }

  private func isWanted(_ cluster: ClusterID) -> Bool {
    environments.isBackup(cluster)
      || stage == policy.lastStage && environments.isReady(groupOf: cluster)
  }

  // MARK: Stopping

  private func breach(_ fleet: FleetStatus) -> Evidence? {
    let failed = ledger.count(.failed)
    guard failed > budget else { return nil }
    return ledger.evidence(failed, budget, among: lineup.order, fleet: fleet)
  }

  private mutating func stop(
    because evidence: Evidence, fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) {
    verdict = .halted(evidence)
    guard policy.acceptance.onBreach != .halt else { return }
    sendBack(lineup.order, because: evidence, fleet: fleet, at: now, decision: &decision)
  }

  /// Sends demand back to live clusters that are as they were, and takes those back that are not.
  private mutating func sendBack(
    _ clusters: [ClusterID], because evidence: Evidence, fleet: FleetStatus, at now: Instant,
    decision: inout Decision
  ) {
    for cluster in clusters
    where !environments.isBackup(cluster) && fleet[cluster].asked.generation > 0 {
      switch ledger[cluster] {
      case .inFlight, .soaking, .done, .failed, .retrying, .retriable:
        let isSilent = fleet.isSilent(cluster)
        ledger.note(cluster, asked: .previous, isSilent: isSilent, fleet: fleet, at: now)
        _ = environments.refresh(cluster, ledger[cluster], fleet: fleet)
        decision.directives.append((cluster, .previous))
      case .outside, .pending, .returning, .lost, .returned: break
      }
    }
    decision.routing = environments.divide(share: movedShare, isGoingBack: true, in: fleet.fleet)
    let isOver = ledger.count(.returning) == 0
    verdict = isOver ? .rolledBack(evidence) : .rollingBack(evidence)
  }

  private func wake(_ decision: inout Decision, at instant: Instant?) {
    guard let instant else { return }
    decision.wakeUp = min(decision.wakeUp ?? .never, instant)
  }
}
