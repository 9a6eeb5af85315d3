import Determinism

/// One rollout of a planner with all that belongs to it: what is known, what guards it, what
/// decides.
struct PlannedRollout: Codable, Equatable, Sendable {
  let policy: RolloutPolicy
  /// The clusters it is for.
  let members: ClusterTest
  var status: FleetStatus
  var admission: Admission
  private(set) var wakeUp: Instant?
  private let index: Int
  let random: RandomStream
  /// What decides; nil: its time has not come.
  private(set) var strategy: AnyStrategy?
  private var changed = ChangedClusters()
  private var approvalAsked: Int?
  var held: HoldOrder
  /// How demand was last told to be divided.
  private var routingTold = DemandRouting.own
  /// What blocked the rollout at the last step.
  private var blocksTold: [Block] = []
  /// The rollouts that go back before this one does.
  var dependents: [DependentRollback] = []
  /// Clusters that are to go back and wait for those, and the ones of this step.
  var heldBackCount = 0
  var newlyHeldBack: [ClusterID] = []

  init(
    _ policy: RolloutPolicy, index: Int, fleet: Fleet, members: ClusterTest,
    admission: Admission, random: RandomStream, at now: Instant
  ) {
    self.policy = policy
    self.index = index
    self.members = members
    self.admission = admission
    self.random = random
    status = FleetStatus(fleet: fleet, at: now)
    held = HoldOrder(clusterCount: policy.strategy.asksForAdmission ? 0 : fleet.count)
    wakeUp = policy.startAt
  }

  // MARK: Seeing

  /// Takes in an observation that concerns this rollout.
  mutating func apply(_ observation: Observation, at now: Instant) {
    status.apply(observation)
    guard let cluster = observation.cluster else {
      switch observation {
      case .gateOpened(_, let rule, let gate): admission.approve(rule: rule, gate: gate, at: now)
      case .granted(_, let rule, let domain, let total):
        admission.grant(rule: rule, domain: domain, total: total)
      case .underWay: takeOver(at: now)
      default: break
      }
      wakeUp = now
      return
    }
    if observation.isAboutReach {
      admission.seeReach(of: cluster, status: status)
      if status.rollout.hasBegun { changed.reach.append(cluster) }
    } else {
      admission.see(cluster, status: status)
      look(at: cluster)
    }
  }

  /// Takes in what became known of a cluster in a rollout that this one waits for.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status source: FleetStatus, at now: Instant
  ) {
    for released in admission.see(cluster, of: rollout, status: source, at: now) {
      look(at: released)
    }
    for reached in admission.seeRollback(of: cluster, in: rollout, status: source) {
      look(at: reached)
    }
    if !status.rollout.standsFrozen, let change = admission.nextTrigger {
      wakeUp = min(wakeUp ?? .never, change)
    }
  }

  /// Has another rollout go back before this one, where clusters of it are around.
  mutating func wait(for dependent: Int, in scope: TriggerPolicy.Scope) {
    dependents.append(DependentRollback(dependent, scope: scope, fleet: status.fleet))
  }

  /// Whether another rollout goes back before this one.
  func waitsForReturn(of rollout: Int) -> Bool { dependents.contains { $0.rollout == rollout } }

  /// Takes in what became known of a cluster in a rollout that goes back before this one.
  mutating func seeReturn(of cluster: ClusterID, in rollout: Int, status dependent: FleetStatus) {
    for index in dependents.indices where dependents[index].rollout == rollout {
      dependents[index].see(cluster, status: dependent).forEach { look(at: $0) }
    }
  }

  /// Takes in whether a rollout that this one waits for goes back.
  mutating func see(isGoingBack: Bool, of rollout: Int, at now: Instant) {
    if admission.see(isGoingBack: isGoingBack, of: rollout) { wakeUp = now }
  }

  /// Has the next step look at a cluster; before the first there is no need, because that looks at
  /// all of them.
  mutating func look(at cluster: ClusterID) {
    if status.rollout.hasBegun { changed.insert(cluster) }
  }

  // MARK: Deciding

  /// Whether there is anything to look at: its time has come, or something has changed.
  mutating func isToDecide(at now: Instant) -> Bool {
    forgetReach(at: now)
    return !changed.isEmpty || wakeUp.map { $0 <= now } ?? false
  }

  /// Looks at what changed and says what to do.
  mutating func decide(at now: Instant) -> RolloutDecision {
    var made = RolloutDecision(rollout: index)
    guard begin(at: now) else { return made }
    // What froze waits for an operator alone; until then windows may open and close as they like.
    if !status.rollout.standsFrozen { advance(to: now, into: &made) }
    wakeUp = nil
    if status.rollout.isPaused, !status.rollout.verdict.isGoingBack, admission.followed == nil {
      // What has stopped or is over stays so, and does not go on by itself either.
      if !status.rollout.verdict.isStopped, status.rollout.verdict != .complete {
        record(.paused, into: &made)
      }
    } else if !isAborted(into: &made) {
      var goesOn = false
      repeat {
        let wasFrozen = status.rollout.isToThaw
        enterEmergency(at: now, into: &made)
        step(at: now, into: &made)
        for cluster in admission.releaseNext() { look(at: cluster) }
        goesOn = wasFrozen && !status.rollout.isToThaw
      } while goesOn || !changed.isEmpty
    }
    askOthers(into: &made)
    if !status.rollout.standsFrozen, let change = admission.nextChange() {
      wakeUp = min(wakeUp ?? .never, change)
    }
    wakeForEmergency(at: now)
    return made
  }

  /// Forgets clusters that have fallen silent or are heard again where that matters to nobody.
  ///
  /// Most of what is observed of a large fleet is of this kind, and most looks at it need no step.
  private mutating func forgetReach(at now: Instant) {
    guard !changed.reach.isEmpty, admission.headrooms.isEmpty, let strategy else { return }
    changed.reach = strategy.whoseReachMatters(among: changed.reach, in: status, at: now)
  }

  /// Moves guards and triggers to an instant and does what follows from that.
  private mutating func advance(to now: Instant, into made: inout RolloutDecision) {
    let advance = admission.advance(to: now)
    pause(advance.paused, true, at: now, into: &made)
    pause(advance.resumed, false, at: now, into: &made)
    advance.released.forEach { look(at: $0) }
  }

  /// Has the limits of an emergency decide from now on, once it is time for them.
  ///
  /// What has stopped stays so.
  private mutating func enterEmergency(at now: Instant, into made: inout RolloutDecision) {
    guard policy.emergency != nil, status.rollout.mayHurry,
      status.rollout.wantsEmergency == true || policy.emergencyFrom.map({ $0 <= now }) ?? false,
      policy.strategy.canHurry, let emergency = policy.emergency
    else { return }
    let stage = status.rollout.stage + 1
    status.rollout.emergency = EmergencyStatus(since: now, stage: stage)
    status.rollout.stage = stage
    status.rollout.stageEnteredAt = now
    made.stage = stage
    strategy = makeStrategy(at: now)
    status.rollout.tolerated = (strategy?.strategy as? Staged)?.failures
    admission.forgetWaiting()
    admission.override(emergency.overrides)
    advance(to: now, into: &made)
  }

  /// Has the planner look again when an emergency is to begin by itself.
  private mutating func wakeForEmergency(at now: Instant) {
    guard policy.emergency != nil, status.rollout.mayHurry, let from = policy.emergencyFrom,
      from > now
    else { return }
    wakeUp = min(wakeUp ?? .never, from)
  }

  /// Whether nobody has answered a request in time, and the rollout stands still for that.
  private mutating func isAborted(into made: inout RolloutDecision) -> Bool {
    guard let unanswered = admission.unanswered, admission.followed == nil else { return false }
    guard !status.rollout.verdict.isStopped else {
      return status.rollout.verdict.evidence?.unanswered != nil
    }
    record(
      .halted(Evidence(failed: 0, budget: 0, stage: nil, unanswered: unanswered, causes: [])),
      into: &made)
    return true
  }

  /// Asks operators and coordinators for what is waited for, and says what blocks the rollout when
  /// it has come to a stand.
  private mutating func askOthers(into made: inout RolloutDecision) {
    guard admission.hasRules || !dependents.isEmpty else { return }
    let requests = admission.takeGateRequests()
    if !requests.isEmpty { made.gateRequests = requests }
    let claims = admission.takeClaims(mayAsk: status.rollout.verdict.isRolling)
    if !claims.isEmpty { made.claims = claims }
    let isStanding = status.rollout.verdict.isRolling && admission.guarded.inFlightCount == 0
    let blocks = isStanding ? admission.blocks() : blocksOfReturn
    if !blocks.isEmpty, !blocks.elementsEqual(blocksTold, by: { $0.isLike($1) }) {
      made.blocks = blocks
    }
    blocksTold = blocks
  }

  /// What operators and coordinators were asked for and have not answered.
  var openRequests: RolloutDecision {
    var open = RolloutDecision(rollout: index)
    if let stage = approvalAsked, stage == status.rollout.stage,
      !status.rollout.approved.contains(stage)
    {
      open.wantsApproval = stage
    }
    open.gateRequests = admission.openGateRequests
    open.claims = admission.openClaims
    return open
  }

  /// What keeps clusters from starting, and from going back.
  mutating func blocks() -> [Block] { admission.blocks() + blocksOfReturn }

  private var blocksOfReturn: [Block] {
    guard heldBackCount > 0 else { return [] }
    return [Block(name: "dependents", cause: .dependents, clusters: heldBackCount, until: nil)]
  }

  /// Makes the strategy once the rollout's time has come.
  private mutating func begin(at now: Instant) -> Bool {
    guard !status.rollout.hasBegun else { return true }
    guard now >= policy.startAt else {
      wakeUp = policy.startAt
      return false
    }
    status.rollout.startedAt = now
    status.rollout.stageEnteredAt = now
    strategy = makeStrategy(at: now)
    return true
  }

  /// Makes the strategy anew from what is recorded and seen.
  mutating func takeOver(at now: Instant) {
    guard status.rollout.hasBegun else { return }
    strategy = makeStrategy(at: now)
    if status.rollout.emergency != nil { admission.override(policy.emergency?.overrides ?? []) }
    guard !dependents.isEmpty else { return }
    heldBackCount = 0
    for cluster in status.fleet.clusters where status[cluster].isHeldBack {
      heldBackCount += 1
      look(at: cluster)
    }
  }

  private func makeStrategy(at now: Instant) -> AnyStrategy {
    AnyStrategy(
      policy: policy.strategy(in: status.rollout), members: members, takingOver: status, at: now,
      random: random)
  }

  private mutating func step(at now: Instant, into made: inout RolloutDecision) {
    let changed = changed.takeAll()
    sendBack(changed, into: &made)
    guard
      let decision = strategy?.step(
        at: now, changed: changed, fleet: status, admit: &admission)
    else { return }
    if policy.strategy.asksForAdmission {
      withdrawOffers(to: changed)
      askAll(decision, at: now, into: &made)
    } else {
      askHolding(decision, changed: changed, at: now, into: &made)
    }
    freezeOrThaw(decision, at: now, into: &made)
    letGoOn(changed, at: now, into: &made)
    record(decision.verdict, into: &made)
    if status.rollout.stage != decision.stage {
      status.rollout.stage = decision.stage
      status.rollout.stageEnteredAt = now
      made.stage = decision.stage
    }
    if let routing = decision.routing, routing != routingTold {
      routingTold = routing
      made.routing = routing
    }
    if let analysis = decision.analysis { status.rollout.analysis = analysis }
    made.look = decision.look ?? made.look
    made.lookRequest = decision.lookRequest ?? made.lookRequest
    if let stage = decision.wantsApproval, approvalAsked != stage {
      approvalAsked = stage
      made.wantsApproval = stage
    }
    wakeUp = decision.wakeUp
  }

  /// Pauses what is under way until an operator resumes the rollout, or lets it go on.
  ///
  /// Whoever resumes a rollout that froze because nobody approved in time approves.
  private mutating func freezeOrThaw(
    _ decision: Decision, at now: Instant, into made: inout RolloutDecision
  ) {
    if let clusters = decision.freeze {
      status.rollout.isFrozen = true
      status.rollout.isPaused = true
      pause(clusters, true, at: now, into: &made)
    }
    if decision.verdict.isGoingBack, status.rollout.isRecalled == true {
      status.rollout.isFrozen = nil
    }
    guard let thaw = decision.thaw else { return }
    if status.rollout.verdict.evidence?.unanswered != nil {
      status.apply(.approved(rollout: index, stage: thaw.tolerated.stage))
    }
    status.rollout.isFrozen = nil
    status.rollout.tolerated = thaw.tolerated
    let ready = thaw.clusters.filter { !admission.isHeldPaused($0) }
    pause(ready, false, at: now, into: &made)
  }

  private mutating func record(_ verdict: Verdict, into made: inout RolloutDecision) {
    guard status.rollout.verdict != verdict else { return }
    status.rollout.verdict = verdict
    made.verdict = verdict
  }
}

/// Clusters to look at in the next step.
private struct ChangedClusters: Codable, Equatable {
  private var clusters: [ClusterID] = []
  /// Those of which only their being silent or heard may have changed.
  var reach: [ClusterID] = []

  var isEmpty: Bool { clusters.isEmpty && reach.isEmpty }

  mutating func insert(_ cluster: ClusterID) { clusters.append(cluster) }

  /// Empties the lists.
  ///
  /// - Returns: what was in them, in ascending order, each once.
  mutating func takeAll() -> [ClusterID] {
    var taken: [ClusterID] = []
    swap(&taken, &clusters)
    taken += reach
    reach.removeAll(keepingCapacity: true)
    guard taken.count > 1 else { return taken }
    taken.sort()
    var end = 0
    for index in taken.indices where end == 0 || taken[end - 1] != taken[index] {
      taken[end] = taken[index]
      end += 1
    }
    taken.removeSubrange(end...)
    return taken
  }
}
