public import Determinism

/// Shows a version to one share of demand after the other, and each for a while.
///
/// A rung is climbed in three steps, each of which follows from what is recorded and seen: demand
/// leaves a cluster that is switched as a whole; clusters are asked for their parts; when all have
/// answered, demand is divided as the rung wants it. A share that cannot be shown is passed over.
///
/// On a breach demand is kept away from clusters that can be left without it until they are back.
public struct ExposureRollout: RolloutStrategy {
  private let rungs: [Rung]
  private let soak: Microseconds
  private let drain: Microseconds
  private let acceptance: Acceptance
  private let budget: Int
  private let demandBudget: Int64?
  private let lineup: Lineup
  /// Parts into which each cluster's demand is divided.
  private let partsOf: [Int32]
  private var ledger: RolloutLedger
  private var stage: Int
  private var verdict: Verdict
  /// Clusters of the rung that were not asked for their parts yet, and those that are to be tried.
  private var isUnasked: [Bool]
  private var unasked = 0
  private var waiting: [ClusterID] = []

  /// What is wanted at one share.
  private struct Rung: Codable, Equatable {
    /// Its position among the shares.
    var number: Int
    /// By cluster: the parts that show the target.
    var parts: [Int32]
    /// How demand is divided when all of them do.
    var routing: DemandRouting
    /// How it is divided until then; nil: as on the rung before.
    var drained: DemandRouting?
  }

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: ExposurePolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    partsOf = policy.partials(in: fleet.fleet).map { Int32(clamping: $0.parts) }
    let clusters = Lineup.candidates(
      members, order: policy.order, in: fleet.fleet, random: random)
    lineup = .single(clusters, in: fleet.fleet, order: policy.order)
    let shown = policy.rungs(of: fleet.fleet, lineup: lineup.order)
    rungs = shown.enumerated().compactMap { number, rung in
      rung.exposure.map { exposure in
        Rung(
          number: number, parts: exposure.updatedParts.map { Int32(clamping: $0) },
          routing: exposure.weights.map { .weights($0) } ?? .own,
          drained: exposure.drained.map { .weights($0) })
      }
    }
    soak = policy.soak
    drain = policy.drain
    acceptance = policy.acceptance
    budget = acceptance.failureBudget.of(clusters.count, rounded: .down)
    demandBudget = acceptance.demandBudget.map { share in
      let demand = clusters.reduce(into: Int64(0)) { $0 &+= fleet.fleet.demand(of: $1) }
      return Int64(share.of(Int(demand), rounded: .down))
    }
    ledger = RolloutLedger(
      acceptance: acceptance, partOf: lineup.partOf, parts: lineup.parts, fleet: fleet, at: now)
    stage =
      rungs.firstIndex { $0.number >= fleet.rollout.stage } ?? max(0, rungs.count - 1)
    verdict = fleet.rollout.verdict
    isUnasked = Array(repeating: false, count: fleet.fleet.count)
    for cluster in lineup.order { reconsider(cluster, fleet: fleet) }
  }

  /// The share of a cluster's demand that meets the target on a rung; nil: all of it.
  public func share(of cluster: ClusterID, at rung: Int) -> Ratio? {
    guard let rung = rungs.first(where: { $0.number == rung }) else { return nil }
    let parts = rung.parts[cluster.offset]
    guard parts < partsOf[cluster.offset] else { return nil }
    return Ratio(partsPerBillion: Int64(parts) * 1_000_000_000 / Int64(partsOf[cluster.offset]))
  }

  // MARK: Steps

  /// One step of the strategy; costs what changed, and a look at the shares of all clusters on a
  /// new rung.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    ledger.update(changed: changed, fleet: fleet, at: now) { _ in }
    for cluster in changed { reconsider(cluster, fleet: fleet) }
    var decision = Decision()
    switch verdict {
    case _ where admit.followed != nil && verdict.evidence?.followed == nil:
      follow(fleet: fleet, at: now, admit: &admit, decision: &decision)
    case .halted(let evidence) where fleet.rollout.isToReturn:
      takeBack(
        lineup.order, because: evidence.recalled, fleet: fleet, at: now, admit: &admit,
        decision: &decision)
    case .halted where fleet.rollout.isToThaw:
      let failures = ToleratedFailures(
        failed: ledger.count(.failed), demand: ledger.failedDemand, stage: 0,
        failedInStage: ledger.count(.failed, in: 0))
      decision.thaw = ledger.thaw(lineup, tolerating: failures, fleet: fleet)
      verdict = .rolling
    case .halted: break
    case .rollingBack(let evidence), .rolledBack(let evidence):
      let late = changed.sorted { lineup.rankOf[$0] < lineup.rankOf[$1] }
      takeBack(late, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
    case .waiting, .rolling, .paused, .complete:
      let isOver = verdict == .complete
      verdict = .rolling
      let drift = ledger.driftEvidence(fleet: fleet, at: now)
      if let drift, !isOver || !isAtRest {
        verdict = .halted(drift)
      } else if let evidence = breach(fleet) {
        stop(because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
      } else {
        climb(fleet: fleet, at: now, admit: &admit, decision: &decision)
        // What changed while all was over matters once something is to do again.
        if let drift, verdict == .rolling {
          verdict = .halted(drift)
          decision = Decision()
        }
      }
    }
    decision.verdict = verdict
    decision.stage = rungs.isEmpty ? 0 : rungs[stage].number
    if case .rolling = verdict { wake(&decision, at: ledger.nextDue()) }
    return decision
  }

  /// Its rank in the lineup.
  public func rank(of cluster: ClusterID) -> Int { Int(lineup.rankOf[cluster]) }

  /// Whether it is to show more than it was asked for, or to be started again.
  public func wantsToStart(_ cluster: ClusterID) -> Bool {
    isUnasked[cluster.offset] || ledger[cluster] == .retriable
  }

  private mutating func climb(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    while !rungs.isEmpty {
      let isEntered = fleet.rollout.stage == rungs[stage].number
      let enteredAt = isEntered ? fleet.rollout.stageEnteredAt : now
      if let drained = rungs[stage].drained {
        if !isAtRest { decision.routing = drained }
        guard now >= enteredAt + drain || isAtRest else {
          return wake(&decision, at: enteredAt + drain)
        }
      }
      let asked = decision.directives.count
      ledger.retry(
        lineup, room: .max, fleet: fleet, at: now, admit: &admit, decision: &decision)
      ask(fleet: fleet, at: now, admit: &admit, decision: &decision)
      if decision.directives.count > asked {
        decision.rung = UInt8(clamping: rungs[stage].number)
      }
      guard isAtRest else { return }
      decision.routing = rungs[stage].routing
      let restedAt = ledger.restedAt(0, of: lineup, fleet: fleet)
      let opensAt = max(restedAt, enteredAt) + soak
      guard now >= opensAt else { return wake(&decision, at: opensAt) }
      guard stage + 1 < rungs.count else {
        verdict = .complete
        return
      }
      climbOn(fleet: fleet)
    }
    verdict = .complete
  }

  // MARK: Asking

  /// Enters the next rung from one on which nobody is left to be asked: only clusters that are to
  /// show more on it are looked at.
  private mutating func climbOn(fleet: FleetStatus) {
    let (old, new) = (rungs[stage].parts, rungs[stage + 1].parts)
    stage += 1
    for offset in new.indices where new[offset] > old[offset] {
      reconsider(ClusterID(offset: offset), fleet: fleet)
    }
  }

  /// Looks again whether a cluster is to be asked for more than it was.
  private mutating func reconsider(_ cluster: ClusterID, fleet: FleetStatus) {
    guard !rungs.isEmpty else { return }
    let isWanted = needsAsking(cluster, fleet: fleet)
    if isWanted != isUnasked[cluster.offset] {
      isUnasked[cluster.offset] = isWanted
      unasked += isWanted ? 1 : -1
    }
    if isWanted { waiting.append(cluster) }
  }

  private func needsAsking(_ cluster: ClusterID, fleet: FleetStatus) -> Bool {
    let parts = rungs[stage].parts[cluster.offset]
    guard parts > 0 else { return false }
    switch ledger[cluster] {
    case .outside, .failed, .retrying, .retriable: return false
    case .pending, .inFlight, .soaking, .done, .returning, .lost, .returned: break
    }
    let asked = fleet[cluster].asked
    guard asked.generation > 0 else { return ledger[cluster] == .pending }
    guard asked.revision == .target, let rung = asked.rung else { return false }
    return rungs.first { $0.number == Int(rung) }.map { $0.parts[cluster.offset] < parts } ?? false
  }

  private mutating func ask(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    guard !waiting.isEmpty else { return }
    waiting.sort { lineup.rankOf[$0] < lineup.rankOf[$1] }
    for cluster in waiting where isUnasked[cluster.offset] {
      guard admit.start(cluster) else { continue }
      isUnasked[cluster.offset] = false
      unasked -= 1
      ledger.note(cluster, asked: .target, isSilent: false, fleet: fleet, at: now)
      decision.directives.append((cluster, .target))
    }
    waiting = []
  }

  private var isAtRest: Bool {
    unasked == 0 && ledger.busyCount == 0 && ledger.count(.retriable) == 0
  }

  // MARK: Stopping

  private func breach(_ fleet: FleetStatus) -> Evidence? {
    let failed = ledger.count(.failed)
    let tolerated = fleet.rollout.tolerated
    let budget = max(self.budget, tolerated?.failed ?? 0)
    if failed > budget {
      return ledger.evidence(failed, budget, among: lineup.order, fleet: fleet)
    }
    guard let demandBudget = self.demandBudget.map({ max($0, tolerated?.demand ?? 0) }),
      ledger.failedDemand > demandBudget
    else { return nil }
    var evidence = ledger.evidence(failed, budget, among: lineup.order, fleet: fleet)
    evidence.demand = .init(failed: ledger.failedDemand, budget: demandBudget)
    return evidence
  }

  /// Goes back with a rollout that this one waited for.
  private mutating func follow(
    fleet: FleetStatus, at now: Instant, admit: inout Admission, decision: inout Decision
  ) {
    if !rungs.isEmpty, let drained = rungs[stage].drained { decision.routing = drained }
    var evidence = ledger.evidence(
      ledger.count(.failed), budget, among: lineup.order, fleet: fleet)
    evidence.followed = admit.followed
    takeBack(
      lineup.order, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
  }

  private mutating func stop(
    because evidence: Evidence, fleet: FleetStatus, at now: Instant, admit: inout Admission,
    decision: inout Decision
  ) {
    verdict = .halted(evidence)
    if let drained = rungs[stage].drained { decision.routing = drained }
    switch acceptance.onBreach {
    case .halt: return
    case .freeze:
      verdict = .halted(evidence.frozen)
      decision.freeze = ledger.underWay(lineup, fleet: fleet)
      return
    case .rollBackStage, .rollBackAll: break
    }
    takeBack(
      lineup.order, because: evidence, fleet: fleet, at: now, admit: &admit, decision: &decision)
  }

  private mutating func takeBack(
    _ clusters: [ClusterID], because evidence: Evidence, fleet: FleetStatus, at now: Instant,
    admit: inout Admission, decision: inout Decision
  ) {
    for cluster in clusters where evidence.followed == nil || admit.follows(cluster) {
      switch ledger[cluster] {
      case .inFlight, .soaking, .done, .failed, .retrying, .retriable:
        let isSilent = fleet.isSilent(cluster)
        ledger.note(cluster, asked: .previous, isSilent: isSilent, fleet: fleet, at: now)
        decision.directives.append((cluster, .previous))
      case .outside, .pending, .returning, .lost, .returned: break
      }
    }
    let isOver = ledger.count(.returning) == 0
    verdict = isOver ? .rolledBack(evidence) : .rollingBack(evidence)
    if isOver { decision.routing = .own }
  }

  private func wake(_ decision: inout Decision, at instant: Instant?) {
    guard let instant else { return }
    decision.wakeUp = min(decision.wakeUp ?? .never, instant)
  }
}
