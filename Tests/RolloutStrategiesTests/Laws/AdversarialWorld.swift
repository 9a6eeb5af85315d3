import Determinism
import RolloutStrategies

/// One step of a planner: what it saw and what it decided.
struct PlannerStep: Equatable {
  var at: Instant
  var observations: [Observation]
  var decision: PlannerDecision
}

/// Clusters that do what clusters should not: fall silent, answer late and out of turn, or not at
/// all.
///
/// Everything is drawn from one seed. Its faults heal in the end, so that laws about the end can be
/// asked for.
struct AdversarialWorld {
  private enum Event {
    case directive(rollout: Int, Directive)
    case finished(rollout: Int, ClusterID, generation: UInt16, isGood: Bool)
    case health(rollout: Int, ClusterID, Health)
    case silence(ClusterID, until: Instant)
    case observation(Observation)
    case claim(rollout: Int, BudgetClaim)
    case healed
  }

  private struct Scheduled: Comparable {
    var at: Instant
    var order: Int
    var event: Event

    static func < (a: Self, b: Self) -> Bool { a.at != b.at ? a.at < b.at : a.order < b.order }
    static func == (a: Self, b: Self) -> Bool { a.at == b.at && a.order == b.order }
  }

  /// When all faults are over.
  private let healsAt = LawCase.epoch + .hours(8)
  private var draws: Draws
  private var events = Heap<Scheduled>()
  private var scheduled = 0
  /// By rollout and cluster: what is true.
  private var truth: [[Observed]]
  private var silentUntil: [Instant]
  private var failurePercent: Int64
  private var now = LawCase.epoch
  private var seen: [Observation] = []
  /// The budgets that rollouts share; rules that are alike share one.
  private var budgets: [(rule: BudgetRule, budget: CoordinationBudget)] = []
  private let guards: [[GuardPolicy]]
  /// Whether each rollout freezes on a breach.
  private let freezes: [Bool]

  init(_ lawCase: LawCase) {
    draws = Draws(seed: lawCase.seed, purpose: 1)
    guards = lawCase.policies.map(\.guards)
    freezes = lawCase.policies.map { $0.strategy.acceptance.onBreach == .freeze }
    for case .budget(let rule) in guards.joined().map(\.rule)
    where !budgets.contains(where: { $0.rule == rule }) {
      let domains = rule.level.flatMap { lawCase.fleet.dimension($0)?.values.count } ?? 0
      budgets.append((rule, CoordinationBudget(atMost: rule.atMost, domains: domains + 1)))
    }
    let idle = Observed(
      since: now, reportedAt: now, ready: 0, total: 3, generation: 0, revision: .previous,
      phase: .idle, health: .good)
    let count = lawCase.fleet.count
    truth = lawCase.policies.map { _ in Array(repeating: idle, count: count) }
    silentUntil = Array(repeating: .distantPast, count: count)
    failurePercent = draws.pick([0, 0, 5, 20])
    for observation in lawCase.seen {
      if case .report(let rollout, let cluster, let report) = observation {
        truth[rollout][cluster.offset] = report
      }
      if case .left(let cluster) = observation, draws.chance(70) {
        schedule(.observation(.joined(cluster: cluster)), in: 0...20_000)
      }
    }
    for cluster in lawCase.fleet.clusters { scheduleFaults(of: cluster) }
    if draws.chance(25) {
      schedule(.observation(.paused(rollout: 0)), in: 0...10_000)
      schedule(.observation(.resumed(rollout: 0)), in: 10_000...28_000)
    }
    for rollout in lawCase.policies.indices
    where lawCase.policies[rollout].emergency != nil && draws.chance(60) {
      schedule(.observation(.emergency(rollout: rollout)), in: 0...15_000)
    }
    events.push(Scheduled(at: healsAt, order: -1, event: .healed))
  }

  /// Lets a planner act on the world until both are at rest, or for as many steps.
  mutating func run(_ planner: inout Planner, maxSteps: Int) -> [PlannerStep] {
    var steps: [PlannerStep] = []
    var wakeUp: Instant? = now
    while steps.count < maxSteps, let next = [events.min?.at, wakeUp].compactMap({ $0 }).min() {
      now = next
      while let first = events.min, first.at == now {
        _ = events.popMin()
        handle(first.event)
      }
      guard !seen.isEmpty || wakeUp == now else { continue }
      let decision = planner.step(at: now, observing: seen)
      steps.append(PlannerStep(at: now, observations: seen, decision: decision))
      seen.removeAll()
      decision.rollouts.forEach { act(on: $0) }
      wakeUp = decision.wakeUp
    }
    return steps
  }

  // MARK: Faults

  private mutating func scheduleFaults(of cluster: ClusterID) {
    if draws.chance(15) {
      let from = draws.seconds(0...20_000)
      let until = LawCase.epoch + from + draws.seconds(60...8_000)
      schedule(.silence(cluster, until: until), at: LawCase.epoch + from)
    }
    if draws.chance(8) {
      schedule(.observation(.left(cluster: cluster)), in: 0...14_000)
      if draws.chance(60) { schedule(.observation(.joined(cluster: cluster)), in: 14_000...28_000) }
    }
    for rollout in truth.indices where draws.chance(15) {
      schedule(.health(rollout: rollout, cluster, .unknown), in: 0...14_000)
      schedule(.health(rollout: rollout, cluster, draws.pick([.good, .bad])), in: 14_000...28_000)
    }
    // Answers to nothing until everything is healed.
    if draws.chance(4) { silentUntil[cluster.offset] = healsAt }
  }

  private mutating func schedule(_ event: Event, at instant: Instant) {
    scheduled += 1
    events.push(Scheduled(at: instant, order: scheduled, event: event))
  }

  private mutating func schedule(_ event: Event, in seconds: ClosedRange<Int>) {
    let delay = draws.seconds(seconds)
    schedule(event, at: now + delay)
  }

  // MARK: What happens

  private mutating func act(on decision: RolloutDecision) {
    for directive in decision.directives {
      let arrival = max(now + draws.seconds(1...900), silentUntil[directive.cluster.offset])
      schedule(.directive(rollout: decision.rollout, directive), at: arrival)
    }
    if case .halted? = decision.verdict, freezes[decision.rollout], draws.chance(60) {
      let rollout = decision.rollout
      let answer: Observation =
        draws.chance(25) ? .recalled(rollout: rollout) : .resumed(rollout: rollout)
      schedule(.observation(answer), in: 1...7_200)
    }
    if let request = decision.lookRequest { count(for: request, of: decision.rollout) }
    if let stage = decision.wantsApproval {
      schedule(.observation(.approved(rollout: decision.rollout, stage: stage)), in: 1...7_200)
    }
    for request in decision.gateRequests ?? [] {
      schedule(
        .observation(
          .gateOpened(rollout: decision.rollout, rule: request.rule, gate: request.gate)),
        in: 1...7_200)
    }
    for claim in decision.claims ?? [] {
      schedule(.claim(rollout: decision.rollout, claim), in: 1...600)
      // A message that comes twice changes nothing.
      if draws.chance(10) { schedule(.claim(rollout: decision.rollout, claim), in: 1...600) }
    }
  }

  /// Counts something, late or never, and once more in another way.
  private mutating func count(for request: LookRequest, of rollout: Int) {
    let isLost = now < healsAt && draws.chance(15)
    guard !isLost else { return }
    for _ in 0..<(draws.chance(10) ? 2 : 1) {
      let counts = (0..<2).map { _ in
        let requests = Int64(request.cohort.count * draws.int(0...400))
        let isBad = now < healsAt && draws.chance(failurePercent)
        return RequestCounts(requests: requests, errors: isBad ? requests / 3 : requests / 1_000)
      }
      let measured = Observation.measured(
        rollout: rollout, look: request.look, cohort: counts[0],
        control: request.control.isEmpty ? nil : counts[1])
      let latency = draws.seconds(1...(now >= healsAt ? 10 : 900))
      schedule(.observation(measured), at: max(now, request.to) + latency)
    }
  }

  private mutating func take(_ claim: BudgetClaim, of rollout: Int) {
    guard case .budget(let rule) = guards[rollout][claim.rule].rule,
      let index = budgets.firstIndex(where: { $0.rule == rule })
    else { return }
    for grant in budgets[index].budget.take(claim, from: rollout) {
      let position = guards[grant.claimant].firstIndex { $0.rule == .budget(rule) } ?? 0
      schedule(
        .observation(
          .granted(
            rollout: grant.claimant, rule: position, domain: grant.domain, total: grant.total)),
        in: 1...600)
    }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .directive(let rollout, let directive): take(directive, of: rollout)
    case .finished(let rollout, let cluster, let generation, let isGood):
      finish(cluster, of: rollout, generation: generation, isGood: isGood)
    case .health(let rollout, let cluster, let health):
      truth[rollout][cluster.offset].health = health
      report(cluster, of: rollout)
    case .silence(let cluster, let until):
      silentUntil[cluster.offset] = max(until, silentUntil[cluster.offset])
      schedule(.observation(.silent(cluster: cluster, since: now)), at: now + .seconds(60))
      schedule(
        .observation(.heard(cluster: cluster)), at: silentUntil[cluster.offset] + .seconds(61))
    case .observation(let observation): seen.append(observation)
    case .claim(let rollout, let claim): take(claim, of: rollout)
    case .healed: heal()
    }
  }

  private mutating func take(_ directive: Directive, of rollout: Int) {
    let cluster = directive.cluster
    var state = truth[rollout][cluster.offset]
    guard directive.generation > state.generation else { return }
    state.generation = directive.generation
    let isThere =
      state.revision == directive.revision
      && (state.phase == .available || state.phase == .idle
        || state.phase == .failed && directive.isPaused)
    if !isThere {
      state.revision = directive.revision
      state.phase = directive.isPaused ? .waiting : .progressing
      state.since = now
      if !directive.isPaused {
        let isGood =
          directive.revision == .previous || now >= healsAt || !draws.chance(failurePercent)
        schedule(
          .finished(rollout: rollout, cluster, generation: directive.generation, isGood: isGood),
          in: 10...2_400)
      }
    }
    truth[rollout][cluster.offset] = state
    report(cluster, of: rollout)
  }

  private mutating func finish(
    _ cluster: ClusterID, of rollout: Int, generation: UInt16, isGood: Bool
  ) {
    var state = truth[rollout][cluster.offset]
    guard state.generation == generation, state.phase == .progressing else { return }
    state.phase = isGood ? .available : .failed
    state.since = now
    truth[rollout][cluster.offset] = state
    report(cluster, of: rollout)
    if now < healsAt, draws.chance(failurePercent) {
      schedule(.health(rollout: rollout, cluster, .bad), in: 1...7_200)
    }
    if now < healsAt, draws.chance(5) {
      truth[rollout][cluster.offset].phase = .progressing
      truth[rollout][cluster.offset].since = now + .seconds(1)
      schedule(
        .finished(rollout: rollout, cluster, generation: generation, isGood: true), in: 1...600)
    }
  }

  /// Sends what is true; it may be overtaken by what is sent later.
  private mutating func report(_ cluster: ClusterID, of rollout: Int) {
    let last = truth[rollout][cluster.offset].reportedAt
    truth[rollout][cluster.offset].reportedAt = max(now, last + Microseconds(1))
    let latency = now >= healsAt ? .seconds(1) : draws.seconds(1...1_200)
    let arrival = max(now + latency, silentUntil[cluster.offset])
    schedule(
      .observation(.report(rollout: rollout, cluster: cluster, truth[rollout][cluster.offset])),
      at: arrival)
  }

  private mutating func heal() {
    for rollout in truth.indices {
      for offset in truth[rollout].indices {
        if truth[rollout][offset].health == .unknown { truth[rollout][offset].health = .good }
        report(ClusterID(offset: offset), of: rollout)
      }
    }
  }
}
