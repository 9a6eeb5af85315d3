import Determinism
import DiscreteEvents
import RolloutStrategies

/// Deliveries that are driven as state machines inside a cluster: what they see, and what becomes
/// of what they want.
extension ClusterLane where List: ~Copyable {
  /// Where the states of a service's delivery are; nil: pods are only replaced.
  @inline(__always)
  func drivenPosition(_ service: Int) -> Int? {
    model.hasDriven ? model.services[service].drivenPosition : nil
  }

  // MARK: Course

  /// Asks the delivery of a cluster for a version.
  mutating func steer(_ cluster: ClusterID, _ service: Int, _ position: Int, to version: UInt8) {
    let share = driven[cluster, position].desiredShare
    if driven[cluster, position].askedShare != share {
      driven[cluster, position].askedShare = share
      // However little there is to do: it shows another share from now on.
      enter(.pulling, cluster, service)
    }
    if driven[cluster, position].asked != version {
      var state = instances[cluster, service]
      state.from = state.version
      state.version = version
      state.rounds = 0
      if version == model.services[service].target { state.attempts = min(254, state.attempts) + 1 }
      instances[cluster, service] = state
      driven[cluster, position].asked = version
      driven[cluster, position].askedAt = now
    }
    lookAtDelivery(cluster, service, position, isAsked: true)
  }

  /// The time has come at which a delivery wanted to look again.
  mutating func deliveryLooks(_ cluster: ClusterID, _ service: Int, look: UInt16) {
    guard let position = drivenPosition(service),
      look == driven[cluster, position].look & 0xFFF
    else { return }
    driven[cluster, position].looksAt = .never
    lookAtDelivery(cluster, service, position)
  }

  /// Lets a delivery look at its cluster, carries out what it wants, and reports what is new.
  ///
  /// `isAsked` tells that a directive is to be answered in any case.
  mutating func lookAtDelivery(
    _ cluster: ClusterID, _ service: Int, _ position: Int, isAsked: Bool = false
  ) {
    let before = instances[cluster, service].phase
    let pods = serving[cluster].pods
    instances[cluster, service].isBlocked = !clusters[cluster].canChange
    if clusters[cluster].canChange {
      let view = deliveryView(cluster, service, position)
      let wish = driven[cluster, position].delivery.look(model.services[service].delivery, view)
      carryOut(wish, cluster, service, position)
    }
    if isAsked || instances[cluster, service].phase != before { report(cluster, service) }
    if serving[cluster].pods < pods { retryWaiting(cluster) }
  }

  private mutating func carryOut(
    _ wish: DeliveryWish, _ cluster: ClusterID, _ service: Int, _ position: Int
  ) {
    var state = driven[cluster, position]
    if wish.promotion == .swap { swap(&state.stable, &state.canary) }
    let version = wish.promotion == .replace ? state.asked : state.stable.version
    _ = state.stable.ask(version: version, pods: Int32(wish.stable), at: now)
    _ = state.canary.ask(version: state.asked, pods: Int32(wish.canary), at: now)
    state.weight = wish.weight
    state.isMirrored = wish.isMirrored
    driven[cluster, position] = state
    for role in DrivenState.Role.allCases { startPods(role, cluster, service, position) }
    settle(cluster, service, position)
    enterPhase(of: wish, cluster, service)
    let hasMore = wish.phase == .progressing || wish.phase == .waiting
    let next = min(wish.looksAt, hasMore ? nextAnswer(cluster, service, position) : .never)
    planLook(next, cluster, service, position)
  }

  /// When a hook that does not pass yet will.
  private func nextAnswer(_ cluster: ClusterID, _ service: Int, _ position: Int) -> Instant {
    model.services[service].answers.hooks.reduce(.never) { next, hook in
      guard case .passesAfter(let delay) = hook else { return next }
      let passesAt = driven[cluster, position].askedAt + delay
      return passesAt > now ? min(next, passesAt) : next
    }
  }

  private mutating func enterPhase(
    of wish: DeliveryWish, _ cluster: ClusterID, _ service: Int
  ) {
    let phase: ServiceState.Phase =
      switch wish.phase {
      case .available: instances[cluster, service].reportsTarget ? .available : .idle
      case .progressing: .pulling
      case .waiting: .waiting
      case .failed: .failed
      }
    guard phase != instances[cluster, service].phase else { return }
    switch phase {
    case .available: coverage.deliveriesDone += 1
    case .failed: coverage.deliveriesFailed += 1
    case .waiting: coverage.deliveriesWaiting += 1
    case .idle, .pulling, .replacing: break
    }
    enter(phase, cluster, service)
  }

  private mutating func planLook(
    _ instant: Instant, _ cluster: ClusterID, _ service: Int, _ position: Int
  ) {
    // At a moment that is past it has just looked: what it waits for is something else, such as
    // that a pause ends, and that will let it look.
    let instant = instant > now ? instant : .never
    guard instant != driven[cluster, position].looksAt else { return }
    driven[cluster, position].looksAt = instant
    driven[cluster, position].look &+= 1
    guard instant != .never else { return }
    schedule(
      .deliveryLooks, of: cluster, at: instant, source: service,
      attempt: driven[cluster, position].look)
  }

  // MARK: Pods

  /// Starts the next pods of a copy, or leaves it waiting for room.
  private mutating func startPods(
    _ role: DrivenState.Role, _ cluster: ClusterID, _ service: Int, _ position: Int
  ) {
    settle(cluster, service, position)
    let missing = driven[cluster, position][role].wanted - driven[cluster, position][role].total
    let room = room(in: cluster)
    if Int(missing) > room { askForNode(cluster) }
    let pods = driven[cluster, position][role].start(model.services[service].delivery, room: room)
    guard pods > 0 else {
      let copy = driven[cluster, position][role]
      if !copy.isSettled, copy.starting == 0 { noteWait(cluster, service) }
      return
    }
    settle(cluster, service, position)
    totals.noteRoom(room - pods)
    guard
      driven[cluster, position][role].version != instances[cluster, service].version
        || stall(cluster, service) == nil
    else { return }
    schedule(
      .podsReady, of: cluster, after: startTime(cluster, service, pods: pods),
      source: service << 1 | role.rawValue, attempt: driven[cluster, position][role].course)
  }

  private mutating func noteWait(_ cluster: ClusterID, _ service: Int) {
    totals.surgeWaits += 1
    note(.waited, of: cluster)
    instances[cluster, service].isBlocked = true
  }

  /// How long pods take to become ready, the image being pulled once an update.
  private mutating func startTime(
    _ cluster: ClusterID, _ service: Int, pods: Int
  ) -> Microseconds {
    let round = instances[cluster, service].rounds
    instances[cluster, service].rounds = min(254, round) + 1
    let isForward = instances[cluster, service].version == model.services[service].target
    let pull = round == 0 && isForward ? pullTime(cluster, service) : .zero
    return pull + podStart(cluster, service, round: round, pods: pods)
  }

  mutating func podsReady(_ cluster: ClusterID, source: Int, course: UInt16) {
    let service = source >> 1
    guard let position = drivenPosition(service),
      let role = DrivenState.Role(rawValue: source & 1),
      course == driven[cluster, position][role].course & 0xFFF
    else { return }
    guard clusters[cluster].canChange else {
      driven[cluster, position][role].forgetStarting()
      instances[cluster, service].isBlocked = true
      return settle(cluster, service, position)
    }
    let version = instances[cluster, service].version
    let hadSome = driven[cluster, position].ready(of: version) > 0
    driven[cluster, position][role].becomeReady(at: now)
    if !hadSome, driven[cluster, position].ready(of: version) > 0 {
      awaitDefects(cluster, service)
    }
    startPods(role, cluster, service, position)
    settle(cluster, service, position)
    lookAtDelivery(cluster, service, position)
  }

  /// Brings what depends on a service's pods up to date.
  private mutating func settle(_ cluster: ClusterID, _ service: Int, _ position: Int) {
    let state = driven[cluster, position]
    let replicas = replicas(cluster, service)
    let extra = state.total - replicas
    serving[cluster].pods += extra - instances[cluster, service].roundSurge
    instances[cluster, service].roundSurge = extra
    instances[cluster, service].newPods = min(
      replicas, state.ready(of: instances[cluster, service].version))
    for role in DrivenState.Role.allCases {
      let isShort = state[role].available < state[role].wanted
      if isShort != (state[role].shortSince != .never) {
        driven[cluster, position][role].shortSince = isShort ? now : .never
      }
    }
    if instances[cluster, service].activeDefects != 0,
      !state.has(instances[cluster, service].sickVersion)
    {
      clearDefects(cluster, service)
    }
    healthMayHaveChanged(cluster, service)
  }

  // MARK: Interruptions

  /// The cluster goes down: what was starting has to start again.
  mutating func interruptDelivery(_ cluster: ClusterID, _ service: Int, _ position: Int) {
    for role in DrivenState.Role.allCases where driven[cluster, position][role].starting > 0 {
      driven[cluster, position][role].forgetStarting()
    }
    driven[cluster, position].looksAt = .never
    driven[cluster, position].look &+= 1
    instances[cluster, service].isBlocked = true
    settle(cluster, service, position)
  }

  // MARK: What a delivery sees

  private func deliveryView(
    _ cluster: ClusterID, _ service: Int, _ position: Int
  ) -> DeliveryView {
    let state = driven[cluster, position]
    let deadline = model.services[service].plan.progressDeadline
    let answers = model.services[service].answers
    return DeliveryView(
      now: now, revision: Int(state.asked), share: state.askedShare,
      isReturn: state.asked == instances[cluster, service].home,
      isPaused: instances[cluster, service].isPaused, replicas: Int(replicas(cluster, service)),
      stable: state.stable.counts(deadline: deadline, at: now),
      canary: state.canary.counts(deadline: deadline, at: now),
      metrics: answers.metrics.map { answer($0, state, cluster, service) },
      hooks: answers.hooks.map { passes($0, state, cluster, service) })
  }

  /// The share of requests to the canary that fail, whether or not there are any.
  ///
  /// Unit: parts per billion.
  private func canaryErrorRate(
    _ state: DrivenState, _ cluster: ClusterID, _ service: Int
  ) -> Int64 {
    let own = instances[cluster, service]
    guard !clusters[cluster].isUnwell, !own.isIll else { return 1_000_000_000 }
    return Int64(
      DrivenState.errorRate(of: state.canary, sick: own.sickVersion, own.errorRate))
  }

  private func answer(
    _ signal: MetricSignal, _ state: DrivenState, _ cluster: ClusterID, _ service: Int
  ) -> MetricAnswer {
    if case .constant(let measure) = signal { return .value(measure) }
    guard signal != .noData, state.isCanaryTried else { return .noData }
    let failing = canaryErrorRate(state, cluster, service)
    switch signal {
    case .successRate: return .value(Measure(millionths: (1_000_000_000 - failing) / 10))
    case .errorRate: return .value(Measure(millionths: failing / 10))
    case .mean(let good, let bad): return .value(.between(good, bad, partsPerBillion: failing))
    case .constant, .noData: return .noData
    }
  }

  private func passes(
    _ signal: HookSignal, _ state: DrivenState, _ cluster: ClusterID, _ service: Int
  ) -> Bool {
    switch signal {
    case .passes: true
    case .refuses: false
    case .passesAfter(let delay): now - state.askedAt >= delay
    case .passesBelow(let limit):
      canaryErrorRate(state, cluster, service) <= limit.partsPerBillion
    case .passesAbove(let limit):
      state.isCanaryTried && canaryErrorRate(state, cluster, service) > limit.partsPerBillion
    }
  }
}
