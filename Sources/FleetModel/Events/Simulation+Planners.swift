import Determinism
import DiscreteEvents
import RolloutStrategies

/// The planners: when they look, what they see, and how their decisions get out.
extension Simulation where List: ~Copyable {
  /// Puts planners to work on their rollouts; without rollouts there are none.
  mutating func begin(_ policies: [RolloutPolicy]) {
    if !policies.isEmpty {
      desks = world.scenario.planners.indices.map { index in
        PlannerDesk(
          Self.planner(index, world, policies, seed: model.random), laneCount: lanes.count,
          rolloutCount: policies.count)
      }
    }
    takeOver()
    lanes.changeAll(on: model.options.executor) { $0.beginWeather() }
    receive()
    observers.takeIn()
    for index in desks.indices { plan(index, at: now) }
    noteOutages()
  }

  /// A planner as it is at the beginning of a run; the real planner's shell makes it in the same
  /// way.
  static func planner(
    _ index: Int, _ world: World, _ policies: [RolloutPolicy], seed: RandomStream
  ) -> Planner {
    Planner(
      name: world.scenario.planners[index].name, fleet: world.fleetOf[index], rollouts: policies,
      seed: seed, at: world.startAt)
  }

  private mutating func noteOutages() {
    for (index, planner) in world.scenario.planners.enumerated() where !desks.isEmpty {
      for outage in planner.outages {
        let from = world.startAt + outage.after
        observers.journal.add(.plannerDown, at: from, planner: index, subject: planner.name)
        observers.journal.add(
          .plannerUp, at: from + outage.duration, planner: index, subject: planner.name)
      }
    }
    for timeline in weather.timelines where !timeline.name.isEmpty {
      for span in timeline.spans.prefix(20) {
        observers.journal.add(.outageBegan, at: span.from, subject: timeline.name)
        if span.to < world.endAt {
          observers.journal.add(.outageEnded, at: span.to, subject: timeline.name)
        }
      }
    }
  }

  // MARK: Mail

  /// Puts a message on its way; its arrival is what lets the planner look.
  mutating func post(_ mail: consuming Mail, to index: Int) {
    plan(index, at: mail.at)
    desks[index].mail.receive(mail)
  }

  /// Lets a planner look at an instant, or when it next does and can; an earlier look that is
  /// planned stays.
  mutating func plan(_ index: Int, at instant: Instant) {
    guard instant < desks[index].looksAt else { return }
    let looks = model.planners[index].nextLook(from: max(instant, now))
    guard looks < desks[index].looksAt else { return }
    desks[index].looksAt = looks
    desks[index].look &+= 1
    insert(.plannerLooks, of: index, at: looks, source: 0, attempt: desks[index].look)
  }

  // MARK: Looking

  mutating func plannerLooks(_ index: Int, look: UInt16) {
    guard look == desks[index].look & 0xFFF, desks[index].looksAt <= now else {
      // One that an earlier look took the place of: how many there are depends on the order in
      // which mail of one instant was posted, so they are not counted.
      eventCount -= 1
      return
    }
    if desks[index].made == nil { stepPlanners(with: index) }
    guard let (observations, decision, digest) = desks[index].made.take() else { return }
    desks[index].looksAt = .never
    events.fold(
      index, key: model.planners[index].key, UInt64(bitPattern: now.sinceEpoch), digest)
    if model.options.wantsTranscript {
      transcript.append(
        PlannerStep(planner: index, at: now, observations: observations, decision: decision))
    }
    for made in decision.rollouts { perform(made, of: index) }
    let wakesUp = decision.wakeUp.map { max($0, now + Microseconds(1)) } ?? .never
    plan(index, at: min(wakesUp, desks[index].mail.arrivesAt))
  }

  /// Lets a planner step, and with it all others that look at this instant, on several threads if
  /// there is enough to look at; observers take in meanwhile what has happened.
  ///
  /// Planners share nothing, and none sees before a later class of events what another one does
  /// now, so each decides as it would in its turn.
  private mutating func stepPlanners(with index: Int) {
    guard let executor = model.options.executor, loadNow >= model.options.leastShared else {
      return stepAlone(index)
    }
    let due = desks.indices.filter { isDue($0) }
    if due.count > 1 { coverage.stepsTogether += due.count }
    desks.change(at: due, beside: &observers, on: executor) {
      $0.takeIn()
    } each: {
      [now] in
      $0.step(at: now)
    }
  }

  /// How much there is to look at for observers and the planners that look now.
  @inline(__always)
  private var loadNow: Int {
    desks.indices.reduce(observers.load) { isDue($1) ? $0 + desks[$1].load(at: now) : $0 }
  }

  /// Whether a planner looks at this instant and has not done so yet.
  @inline(__always)
  private func isDue(_ index: Int) -> Bool {
    desks[index].looksAt == now && desks[index].made == nil
  }

  private mutating func stepAlone(_ index: Int) {
    observers.takeIn()
    desks[index].step(at: now)
  }

  private mutating func perform(_ made: RolloutDecision, of index: Int) {
    var policy = desks[index].planner.policy(of: made.rollout)
    policy.strategy = desks[index].planner.strategyInForce(of: made.rollout)
    let isFirst = !desks[index].hasBegun[made.rollout]
    desks[index].hasBegun[made.rollout] = true
    if let stage = made.stage { desks[index].stages[made.rollout] = stage }
    if let verdict = made.verdict {
      desks[index].decidedAt[made.rollout] = verdict.isDecided ? now : nil
    }
    noteDetection(made, of: index)
    noteEmergency(made, policy, of: index)
    observers.journal.note(
      made, by: index, policy: policy, isFirst: isFirst, stage: desks[index].stages[made.rollout],
      at: now)
    for directive in made.directives { give(directive, rollout: made.rollout, of: index) }
    if let routing = made.routing { divideDemand(routing, of: index) }
    if policy.trigger != nil { coverage.triggered += made.directives.count }
    noteRetries(made, policy, of: index)
    if let look = made.look { coverage.note(look.finding.verdict) }
    if let request = made.lookRequest { count(request, rollout: made.rollout, of: index) }
    if let stage = made.wantsApproval { askOperator(index, made.rollout, stage) }
    if made.verdict?.isFrozen == true { callOperator(index, toFrozen: made.rollout) }
    askOthers(made, by: index)
  }

  private mutating func noteDetection(_ made: RolloutDecision, of index: Int) {
    guard made.verdict?.evidence != nil, atDetection == nil else { return }
    if isAtBatch(made.rollout, of: index) { coverage.haltsAtBatches += 1 }
    atDetection = Detection(
      carrying: observers.recorder.gauge(.carrying).value,
      active: observers.recorder.gauge(.active).value,
      harm: observers.recorder.harm.value, exposed: observers.recorder.exposed.value)
  }

  private mutating func noteEmergency(
    _ made: RolloutDecision, _ policy: RolloutPolicy, of index: Int
  ) {
    guard policy.emergency != nil, made.stage != nil,
      desks[index].planner.status(of: made.rollout).rollout.emergency?.since == now
    else { return }
    observers.journal.add(
      .emergencyBegan, at: now, planner: index, rollout: made.rollout, subject: policy.target)
  }

  private mutating func noteRetries(
    _ made: RolloutDecision, _ policy: RolloutPolicy, of index: Int
  ) {
    guard policy.strategy.acceptance.retry != nil else { return }
    let status = desks[index].planner.status(of: made.rollout)
    coverage.retries += made.directives.count { status[$0.cluster].asked.retries != nil }
  }

  /// Whether a rollout has clusters left that its strategy would ask for at this very instant.
  private func isAtBatch(_ rollout: Int, of index: Int) -> Bool {
    let policy = desks[index].planner.policy(of: rollout)
    guard case .timedBatches(let batches) = policy.strategy else { return false }
    let status = desks[index].planner.status(of: rollout)
    let passed = now - status.rollout.startedAt
    guard passed > .zero, passed.count % batches.interval.count == 0 else { return false }
    let members = desks[index].planner.members(of: rollout)
    return status.fleet.clusters.contains { cluster in
      status[cluster].asked.generation == 0 && status[cluster].isMember
        && members.chooses(cluster, of: status.fleet)
    }
  }

  private mutating func give(_ directive: Directive, rollout: Int, of index: Int) {
    desks[index].directives += 1
    let cluster = world.clustersOf[index][directive.cluster.offset]
    let tag = DirectiveTag(
      generation: directive.generation, isTarget: directive.revision == .target,
      isPaused: directive.isPaused)
    schedule(
      .directiveArrives, of: cluster, after: model.planners[index].deliveryLatency,
      source: DirectiveSource(rollout: rollout, share: directive.share).rawValue,
      attempt: tag.rawValue)
  }

  private mutating func askOperator(_ index: Int, _ rollout: Int, _ stage: Int) {
    let plan = world.scenario.planners[index].approval
    let words = draws.draw(
      model.random, model.planners[index].key, .operatorResponse,
      UInt32(rollout) << 12 | UInt32(stage))
    insert(
      .approvalArrives, of: index, at: now + plan.sample(words), source: rollout,
      attempt: UInt16(stage))
  }

  mutating func approvalArrives(_ index: Int, rollout: Int, stage: Int) {
    let name = desks[index].planner.policy(of: rollout).strategy.stageName(stage) ?? "\(stage + 1)"
    observers.journal.add(.approved, at: now, planner: index, rollout: rollout, subject: name)
    post(Mail(at: now, .approved(rollout: rollout, stage: stage)), to: index)
  }
}

extension Verdict {
  /// Whether the rollout has stopped or is done.
  fileprivate var isDecided: Bool {
    switch self {
    case .waiting, .rolling, .paused: false
    case .halted, .rollingBack, .rolledBack, .complete: true
    }
  }
}
