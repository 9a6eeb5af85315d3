import Determinism

/// What holds in one part of a rollout, with every share worked out.
struct StageRule: Codable, Equatable, Sendable {
  /// The name; nil: the rollout has no named parts.
  var name: String?
  /// Most clusters in flight or soaking at once.
  var maxConcurrency: Int
  /// How long the part rests after its last cluster came to rest.
  var soak = Microseconds.zero
  /// Failed clusters of the part that are tolerated; nil: only the rollout's budget counts.
  var failureBudget: Int?
  /// What is needed to leave it.
  var gate = Gate.open
}

/// A walk through the parts of a lineup: what every strategy that goes part after part has in
/// common.
///
/// - Source: KubeFleet's staged update run (stages, concurrency, after-stage waits and approvals)
///   and OCM's progressive rollout (success time, progress deadline, failures), except that a
///   failed cluster holds no slot and that soaks count from when clusters became available, not
///   from when the planner looked.
struct StageCourse: Codable, Equatable, Sendable {
  private let acceptance: Acceptance
  let rules: [StageRule]
  let budget: Int
  /// The most that failed clusters may carry; nil: any.
  private let demandBudget: Int64?
  let lineup: Lineup
  var ledger: RolloutLedger
  private var queue: CandidateQueue
  /// The number of the first stage.
  private let firstStage: Int
  /// The stage it is in, from 0.
  var stage: Int
  private var verdict: Verdict
  /// How stages are looked at; nil: none is.
  let looks: Boxed<CohortLooks>?
  /// What is recorded of the looks; nil: none was asked for.
  var analysis: Boxed<AnalysisStatus>?

  init(
    acceptance: Acceptance, lineup: Lineup, rules: [StageRule], firstStage: Int = 0,
    looks: CohortLooks? = nil, takingOver fleet: FleetStatus, at now: Instant
  ) {
    self.acceptance = acceptance
    self.looks = looks.map(Boxed.init)
    self.rules = rules
    self.lineup = lineup
    budget = acceptance.failureBudget.of(lineup.count, rounded: .down)
    demandBudget = acceptance.demandBudget.map { share in
      let demand = lineup.order.reduce(into: Int64(0)) { $0 &+= fleet.fleet.demand(of: $1) }
      return Int64(share.of(Int(demand), rounded: .down))
    }
    ledger = RolloutLedger(
      acceptance: acceptance, partOf: lineup.partOf, parts: lineup.parts, fleet: fleet, at: now)
    queue = CandidateQueue(clusterCount: fleet.fleet.count)
    self.firstStage = firstStage
    stage = min(max(0, fleet.rollout.stage - firstStage), max(0, rules.count - 1))
    verdict = fleet.rollout.verdict
  }

  /// Clusters that were started and not taken out of the rollout.
  var startedCount: Int { lineup.count - ledger.count(.pending) - ledger.count(.outside) }
  /// The number of the stage it is in.
  var number: Int { firstStage + stage }
  /// The failures there are, to be tolerated from now on.
  var failures: ToleratedFailures {
    ToleratedFailures(
      failed: ledger.count(.failed), demand: ledger.failedDemand, stage: number,
      failedInStage: ledger.count(.failed, in: stage), failedLooks: analysis?.failed)
  }
  /// Whether every cluster that can be started was.
  var isAllStarted: Bool { ledger.count(.pending) == 0 }

  /// One step of a strategy that may start as many clusters as each stage's concurrency leaves room
  /// for.
  mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    step(at: now, changed: changed, fleet: fleet, admit: &admit, allowance: .max)
  }

  /// The rank of a cluster in the lineup.
  func rank(of cluster: ClusterID) -> Int { Int(lineup.rankOf[cluster]) }

  /// Whether a cluster was not started yet, or is to be started again.
  func wantsToStart(_ cluster: ClusterID) -> Bool {
    ledger[cluster] == .pending || ledger[cluster] == .retriable
  }

  /// Those of some clusters for which it matters that they have fallen silent or are heard again.
  ///
  /// Whoever is to be counted must be heard.
  func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    looks == nil ? ledger.outdated(among: clusters, fleet: fleet, at: now) : clusters
  }

  /// One step of a strategy.
  ///
  /// `allowance` is the most clusters to have been started by now, beside each stage's concurrency.
  mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission,
    allowance: Int
  ) -> Decision {
    see(changed, fleet: fleet, at: now)
    if looks != nil { analysis = fleet.rollout.analysis }
    var decision = Decision()
    switch verdict {
    case _ where mustFollow(admit):
      follow(fleet: fleet, at: now, admit: &admit, decision: &decision)
    case .halted(let evidence) where fleet.rollout.isToReturn:
      takeBack(
        lineup.order, because: evidence.recalled, fleet: fleet, at: now, admit: &admit,
        decision: &decision)
    case .halted where fleet.rollout.isToThaw:
      decision.thaw = ledger.thaw(lineup, tolerating: failures, fleet: fleet)
      verdict = .rolling
    case .halted: break
    case .rollingBack(let evidence), .rolledBack(let evidence):
      // In the order of the lineup, whatever the order in which the fleet lists them.
      let late = changed.filter { lineup.partOf[$0] != RolloutLedger.noPart }
        .sorted { lineup.rankOf[$0] < lineup.rankOf[$1] }
      takeBack(
        late, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
    case .waiting, .rolling, .paused, .complete:
      let isOver = verdict == .complete
      verdict = .rolling
      judgeLook(at: now, decision: &decision)
      let drift = ledger.driftEvidence(fleet: fleet, at: now)
      if let drift, !isOver || !ledger.isAtRest {
        verdict = .halted(drift)
      } else if mayStop, let evidence = reasonToStop(at: now, fleet: fleet, decision) {
        stop(because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
      } else {
        walk(fleet: fleet, at: now, allowance: allowance, admit: &admit, decision: &decision)
        // What changed while all was over matters once something is to do again.
        if let drift, verdict == .rolling {
          verdict = .halted(drift)
          decision = Decision()
        }
      }
    }
    decision.verdict = verdict
    decision.stage = number
    decision.analysis = analysis
    if case .rolling = verdict {
      wake(&decision, at: ledger.nextDue())
      wake(&decision, at: lookTimesOutAt)
    }
    return decision
  }

  private mutating func see(_ changed: [ClusterID], fleet: FleetStatus, at now: Instant) {
    var waiting: [ClusterID] = []
    ledger.update(changed: changed, fleet: fleet, at: now) { waiting.append($0) }
    for cluster in waiting { queue.reconsider(cluster, of: lineup) }
  }

  // MARK: Going on

  private mutating func walk(
    fleet: FleetStatus, at now: Instant, allowance: Int, admit: inout Admission,
    decision: inout Decision
  ) {
    let room = rules[stage].maxConcurrency - ledger.busyCount
    ledger.retry(
      lineup, room: room, fleet: fleet, at: now, admit: &admit, decision: &decision)
    while true {
      start(fleet: fleet, at: now, allowance: allowance, admit: &admit, decision: &decision)
      guard ledger.isAtRest(stage) else { return }
      guard isOpen(at: now, fleet: fleet, decision: &decision) else { return }
      guard stage + 1 < rules.count else {
        if ledger.isAtRest { verdict = .complete }
        return
      }
      stage += 1
    }
  }

  private mutating func start(
    fleet: FleetStatus, at now: Instant, allowance: Int, admit: inout Admission,
    decision: inout Decision
  ) {
    let end = lineup.bounds[stage + 1]
    var room = rules[stage].maxConcurrency - ledger.busyCount
    room = min(room, allowance == .max ? room : allowance - startedCount)
    guard room > 0 else { return }
    decision.directives.reserveCapacity(
      decision.directives.count + queue.pending(among: room, before: end, of: lineup, ledger))
    while room > 0, let cluster = queue.next(before: end, of: lineup, ledger: ledger) {
      guard admit.start(cluster) else { continue }
      ledger.note(cluster, asked: .target, isSilent: false, fleet: fleet, at: now)
      decision.directives.append((cluster, .target))
      room -= 1
    }
  }

  /// Whether the current stage may be left; if not, notes what it waits for.
  private mutating func isOpen(
    at now: Instant, fleet: FleetStatus, decision: inout Decision
  ) -> Bool {
    let rule = rules[stage]
    guard lineup.size(of: stage) > 0 else { return true }
    var opensAt = ledger.restedAt(stage, of: lineup, fleet: fleet) + rule.soak
    if case .timedWait(let wait) = rule.gate { opensAt = opensAt + wait }
    guard now >= opensAt else {
      wake(&decision, at: opensAt)
      return false
    }
    switch rule.gate {
    case .open, .timedWait:
      return hasPassedLooks(since: opensAt, at: now, fleet: fleet, decision: &decision)
    case .approval, .timedApproval:
      guard !fleet.rollout.approved.contains(number) else { return true }
      let closesAt = approvalEnds(fleet: fleet, at: now)
      guard now < closesAt else { return true }
      if closesAt != .never { wake(&decision, at: closesAt) }
      decision.wantsApproval = number
      return false
    }
  }

  /// When the time to approve the current stage is over, counted from when the stage came to rest
  /// and not from before it was entered.
  private mutating func approvalEnds(fleet: FleetStatus, at now: Instant) -> Instant {
    guard case .timedApproval(let timeout, _) = rules[stage].gate else { return .never }
    let enteredAt = fleet.rollout.stage == number ? fleet.rollout.stageEnteredAt : now
    let restedAt = ledger.restedAt(stage, of: lineup, fleet: fleet) + rules[stage].soak
    return max(restedAt, enteredAt) + timeout
  }

  /// The evidence that nobody has approved in time, where that stops the rollout; nil: it does not.
  private mutating func missedApproval(fleet: FleetStatus, at now: Instant) -> Evidence? {
    guard case .timedApproval(_, .breach) = rules[stage].gate, lineup.size(of: stage) > 0,
      ledger.isAtRest(stage), !fleet.rollout.approved.contains(number),
      now >= approvalEnds(fleet: fleet, at: now)
    else { return nil }
    let name = rules[stage].name ?? "\(stage + 1)"
    return Evidence(
      failed: ledger.count(.failed), budget: budget, stage: rules[stage].name,
      unanswered: .init(name: "the approval", group: "stage \(name)"), causes: [])
  }

  // MARK: Stopping

  /// Whether there is anything that could stop the rollout: most steps have no evidence, and need
  /// not look for it.
  @inline(__always)
  private var mayStop: Bool {
    if case .timedApproval(_, .breach) = rules[stage].gate { return true }
    return ledger.count(.failed) > 0 || looks != nil
  }

  /// What stops the rollout; nil: nothing does.
  ///
  /// Not inlined: most steps have no evidence, and should not move room for it about.
  @inline(never)
  private mutating func reasonToStop(
    at now: Instant, fleet: FleetStatus, _ decision: Decision
  ) -> Evidence? {
    if let evidence = breach(fleet) { return evidence }
    if let evidence = missedApproval(fleet: fleet, at: now) { return evidence }
    return looks == nil ? nil : failedLooks(fleet, decision)
  }

  /// The evidence that a budget is exceeded; nil: none is.
  ///
  /// Inlined, because what only reads a large structure is otherwise given a copy of it.
  @inline(__always)
  private func breach(_ fleet: FleetStatus) -> Evidence? {
    let failed = ledger.count(.failed)
    let tolerated = fleet.rollout.tolerated
    let budget = max(self.budget, tolerated?.failed ?? 0)
    if failed > budget { return evidence(failed, budget, part: nil, fleet: fleet) }
    if let demandBudget = self.demandBudget.map({ max($0, tolerated?.demand ?? 0) }),
      ledger.failedDemand > demandBudget
    {
      var evidence = evidence(failed, budget, part: nil, fleet: fleet)
      evidence.demand = .init(failed: ledger.failedDemand, budget: demandBudget)
      return evidence
    }
    guard let own = rules[stage].failureBudget else { return nil }
    let limit = tolerated?.stage == number ? max(own, tolerated?.failedInStage ?? 0) : own
    let failedHere = ledger.count(.failed, in: stage)
    return failedHere > limit ? evidence(failedHere, limit, part: stage, fleet: fleet) : nil
  }

  func evidence(
    _ failed: Int, _ budget: Int, part: Int?, fleet: FleetStatus
  ) -> Evidence {
    var evidence = ledger.evidence(
      failed, budget, among: part.map(lineup.clusters(of:)) ?? lineup.order[...], fleet: fleet)
    evidence.stage = part.flatMap { rules[$0].name }
    return evidence
  }

  /// Whether a rollout that this one waited for goes back, and this one is yet to follow.
  @inline(__always)
  private func mustFollow(_ admit: borrowing Admission) -> Bool {
    admit.followed != nil && verdict.evidence?.followed == nil
  }

  /// Goes back with a rollout that this one waited for.
  private mutating func follow(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    var evidence = evidence(ledger.count(.failed), budget, part: nil, fleet: fleet)
    evidence.followed = admit.followed
    takeBack(
      lineup.order, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
  }

  private mutating func stop(
    because evidence: Evidence, fleet: FleetStatus, at now: Instant, admit: inout Admission,
    decision: inout Decision
  ) {
    verdict = .halted(evidence)
    let clusters: ArraySlice<ClusterID>
    switch acceptance.onBreach {
    case .halt: return
    case .freeze:
      verdict = .halted(evidence.frozen)
      decision.freeze = ledger.underWay(lineup, fleet: fleet)
      return
    case .rollBackStage: clusters = lineup.clusters(of: stage)
    case .rollBackAll: clusters = lineup.order[...]
    }
    takeBack(
      clusters, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
  }

  /// Takes back those of some clusters that belong to the rollback and are still at the target.
  ///
  /// The rollback is over once no cluster that can be reached is on its way back; a cluster that
  /// returns to the fleet afterwards is taken back too.
  private mutating func takeBack(
    _ clusters: some Sequence<ClusterID>, because evidence: Evidence, fleet: FleetStatus,
    at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    for cluster in clusters where isInRollback(cluster, because: evidence, admit) {
      switch ledger[cluster] {
      case .inFlight, .soaking, .done, .failed, .retrying, .retriable:
        let isSilent = fleet.isSilent(cluster)
        ledger.note(cluster, asked: .previous, isSilent: isSilent, fleet: fleet, at: now)
        decision.directives.append((cluster, .previous))
      case .outside, .pending, .returning, .lost, .returned: break
      }
    }
    verdict = ledger.count(.returning) == 0 ? .rolledBack(evidence) : .rollingBack(evidence)
  }

  @inline(__always)
  private func isInRollback(
    _ cluster: ClusterID, because evidence: Evidence, _ admit: borrowing Admission
  ) -> Bool {
    guard evidence.followed == nil else { return admit.follows(cluster) }
    return acceptance.onBreach == .rollBackAll || evidence.isRecalled == true
      ? lineup.partOf[cluster] != RolloutLedger.noPart
      : lineup.partOf[cluster] == UInt32(stage)
  }

  private func wake(_ decision: inout Decision, at instant: Instant?) {
    guard let instant else { return }
    decision.wakeUp = min(decision.wakeUp ?? .never, instant)
  }
}

extension Amount {
  /// The number of things this is out of `total`, a share rounded down, but at least one.
  func atLeastOne(of total: Int) -> Int { max(1, of(total, rounded: .down)) }
}
