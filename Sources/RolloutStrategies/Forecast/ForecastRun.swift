public import Determinism

extension Forecast {
  /// Lets a planner go on from what it knows, with a world in which all goes well.
  ///
  /// O(steps of the planner + clusters).
  ///
  /// - Parameters:
  ///   - planner: the planner; what it has seen so far is where the forecast begins.
  ///   - now: when that is; never earlier than its last step.
  ///   - assumptions: what is taken for granted.
  public init(of planner: Planner, at now: Instant, assumptions: Assumptions = .init()) {
    var run = ForecastRun(planner, at: now, assumptions)
    run.run()
    self = run.forecast
  }
}

/// A forecast while it is made, with the planner as far as it has come.
package struct ForecastRun {
  /// Something on its way to the planner.
  private struct Arrival: Comparable {
    var at: Instant
    /// Counts arrivals, so that those of one instant keep their order.
    var number: Int
    var observation: Observation

    static func < (a: Arrival, b: Arrival) -> Bool {
      a.at != b.at ? a.at < b.at : a.number < b.number
    }

    static func == (a: Arrival, b: Arrival) -> Bool { a.at == b.at && a.number == b.number }
  }

  private(set) var forecast: Forecast
  /// The planner.
  package private(set) var planner: Planner
  /// When it was stepped last.
  package private(set) var now: Instant
  private var wakeUp: Instant?
  private var arrivals = Heap<Arrival>()
  private var arrivalCount = 0
  private var budgets: [(policy: GuardPolicy, budget: CoordinationBudget)] = []
  /// The wave of each cluster, by rollout; -1: none.
  private var waveOf: [Column<ClusterID, Int32>]
  /// The holds that are in force, by rollout: positions among the holds.
  private var open: [[Int]]

  /// Begins with what the planner knows.
  package init(_ planner: Planner, at now: Instant, _ assumptions: Forecast.Assumptions) {
    self.planner = planner
    self.now = now
    let rollouts = planner.policies.indices
    forecast = Forecast(
      startsAt: now, assumptions: assumptions,
      courses: rollouts.map { rollout in
        Forecast.Course(
          rollout: rollout, numbers: planner.numbers(of: rollout),
          standing: .init(planner, rollout: rollout))
      }, isCutOff: false)
    waveOf = rollouts.map { _ in Column(repeating: -1, count: planner.fleet.count) }
    open = rollouts.map { _ in [] }
    for rollout in rollouts {
      expectAnswers(of: rollout)
      expectCounts(of: rollout)
    }
    for rollout in rollouts { answerRequests(planner.openRequests(of: rollout)) }
  }

  /// What was asked before the forecast is answered as if it were asked now.
  private mutating func expectAnswers(of rollout: Int) {
    for cluster in planner.fleet.clusters where planner.status(of: rollout).isInFlight(cluster) {
      let asked = planner.status(of: rollout)[cluster].asked
      guard !asked.isHeld else { continue }
      expectAnswer(
        Directive(
          cluster: cluster, generation: asked.generation, revision: asked.revision,
          isPaused: asked.isPaused), of: rollout)
    }
  }

  /// What was to be counted before the forecast is counted as it should be.
  private mutating func expectCounts(of rollout: Int) {
    guard let analysis = planner.status(of: rollout).rollout.analysis, analysis.isAwaited,
      analysis.counted == nil
    else { return }
    count(look: analysis.looks, at: max(now, analysis.lookEndsAt), of: rollout)
  }

  // MARK: Going on

  /// Goes on until nothing more follows.
  package mutating func run() {
    let end = now + forecast.assumptions.horizon
    var steps = 0
    step([])
    while let next = nextInstant() {
      guard next <= end, steps < forecast.assumptions.stepsMax else {
        forecast.isCutOff = true
        break
      }
      now = next
      steps += 1
      step(takeArrivals())
      if isOver { break }
    }
    for rollout in forecast.courses.indices { finish(rollout) }
  }

  private var isOver: Bool {
    arrivals.isEmpty
      && planner.policies.indices.allSatisfy { rollout in
        let verdict = planner.status(of: rollout).rollout.verdict
        return verdict == .complete || verdict.isStopped
      }
  }

  private func nextInstant() -> Instant? {
    let next = min(wakeUp ?? .never, arrivals.min?.at ?? .never)
    return next == .never ? nil : max(next, now)
  }

  private mutating func takeArrivals() -> [Observation] {
    var taken: [Observation] = []
    while let arrival = arrivals.min, arrival.at <= now {
      _ = arrivals.popMin()
      guard isCurrent(arrival.observation) else { continue }
      taken.append(arrival.observation)
      noteLanding(arrival.observation)
    }
    return taken
  }

  /// Whether a report answers what its cluster was asked last.
  private func isCurrent(_ observation: Observation) -> Bool {
    guard case .report(let rollout, let cluster, let observed) = observation else { return true }
    let asked = planner.status(of: rollout)[cluster].asked
    return asked.generation == observed.generation && !asked.isPaused
  }

  private mutating func noteLanding(_ observation: Observation) {
    guard case .report(let rollout, let cluster, _) = observation else { return }
    let wave = Int(waveOf[rollout][cluster])
    if wave >= 0 { forecast.courses[rollout].waves[wave].landsAt = now }
  }

  private mutating func step(_ observations: [Observation]) {
    let decision = planner.step(at: now, observing: observations)
    // One that is due at the very instant would be asked for without end.
    wakeUp = decision.wakeUp.map { max($0, now + Microseconds(1)) }
    for made in decision.rollouts { take(made) }
    for rollout in planner.policies.indices { watchHolds(of: rollout) }
  }

  private mutating func take(_ made: RolloutDecision) {
    let started = made.directives.filter { $0.revision == .target && !$0.isPaused }
    let fresh = started.filter { waveOf[made.rollout][$0.cluster] < 0 }
    if !fresh.isEmpty {
      let wave = forecast.courses[made.rollout].waves.count
      for directive in fresh { waveOf[made.rollout][directive.cluster] = Int32(wave) }
      let stage = planner.status(of: made.rollout).rollout.stage
      forecast.courses[made.rollout].waves.append(
        Forecast.Wave(at: now, stage: stage, clusters: fresh.map(\.cluster), landsAt: nil))
    }
    for directive in made.directives { expectAnswer(directive, of: made.rollout) }
    if made.verdict == .complete { forecast.courses[made.rollout].completesAt = now }
    if let request = made.lookRequest {
      count(look: request.look, at: request.to, of: made.rollout)
    }
    answerRequests(made)
  }

  private mutating func expectAnswer(_ directive: Directive, of rollout: Int) {
    let known = planner.status(of: rollout)[directive.cluster]
    let isSilent = planner.status(of: rollout).isSilent(directive.cluster)
    guard !directive.isPaused, !isSilent, known.isMember else { return }
    let at = now + forecast.assumptions.updateTakes
    let total = max(1, known.observed.total)
    let isTarget = directive.revision == .target
    let report = Observed(
      since: at, reportedAt: at, ready: total, total: total, generation: directive.generation,
      revision: directive.revision, phase: isTarget ? .available : .idle, health: .good)
    post(.report(rollout: rollout, cluster: directive.cluster, report), at: at)
  }

  /// Counts enough requests for every look to pass, none of which fails.
  private mutating func count(look: Int, at instant: Instant, of rollout: Int) {
    let counts = RequestCounts(requests: RequestCounts.limit, errors: 0)
    post(.measured(rollout: rollout, look: look, cohort: counts, control: counts), at: instant)
  }

  private mutating func post(_ observation: Observation, at instant: Instant) {
    arrivalCount += 1
    arrivals.push(Arrival(at: instant, number: arrivalCount, observation: observation))
  }

  // MARK: People and coordinators

  private mutating func answerRequests(_ made: RolloutDecision) {
    let policy = planner.policy(of: made.rollout)
    let answersAt = now + forecast.assumptions.approvalTakes
    if let stage = made.wantsApproval {
      let begun = planner.status(of: made.rollout).rollout.emergency
      let name = policy.stageName(stage, after: begun) ?? "stage \(stage + 1)"
      note(Forecast.Request(at: now, subject: name), of: made.rollout)
      post(.approved(rollout: made.rollout, stage: stage), at: answersAt)
    }
    for request in made.gateRequests ?? [] {
      let rule = policy.guards[request.rule]
      note(
        Forecast.Request(
          at: now, subject: "\(rule.name) of \(planner.fleet.groupName(request.gate, of: rule))"),
        of: made.rollout)
      post(
        .gateOpened(rollout: made.rollout, rule: request.rule, gate: request.gate), at: answersAt)
    }
    for claim in made.claims ?? [] { grant(claim, to: made.rollout) }
  }

  private mutating func note(_ request: Forecast.Request, of rollout: Int) {
    forecast.courses[rollout].requests.append(request)
  }

  /// Grants leases as a coordinator does that nobody else asks.
  private mutating func grant(_ claim: BudgetClaim, to rollout: Int) {
    let policy = planner.policy(of: rollout).guards[claim.rule]
    guard case .budget(let rule) = policy.rule else { return }
    if !budgets.contains(where: { $0.policy == policy }) {
      let domains = rule.level.flatMap { planner.fleet.dimension($0)?.values.count } ?? 0
      budgets.append((policy, CoordinationBudget(atMost: rule.atMost, domains: domains + 1)))
    }
    for index in budgets.indices where budgets[index].policy == policy {
      for grant in budgets[index].budget.take(claim, from: rollout) {
        guard
          let place = planner.policy(of: grant.claimant).guards.firstIndex(of: policy)
        else { continue }
        post(
          .granted(
            rollout: grant.claimant, rule: place, domain: grant.domain, total: grant.total),
          at: now + rule.latency * 2)
      }
    }
  }

  // MARK: Guards that bind

  private mutating func watchHolds(of rollout: Int) {
    let holds = planner.holds(of: rollout)
    guard holds.contains(where: { $0.clusters > 0 }) || !open[rollout].isEmpty else { return }
    var blocks: [Block]?
    for (name, clusters) in holds {
      let known = open[rollout].first { forecast.courses[rollout].holds[$0].block.name == name }
      if let known {
        let most = forecast.courses[rollout].holds[known].clustersMax
        forecast.courses[rollout].holds[known].clustersMax = max(most, clusters)
        if clusters == 0 { close(known, of: rollout) }
      } else if clusters > 0 {
        let all = blocks ?? planner.blocks(of: rollout)
        blocks = all
        guard let block = all.first(where: { $0.name == name }) else { continue }
        open[rollout].append(forecast.courses[rollout].holds.count)
        forecast.courses[rollout].holds.append(
          Forecast.Hold(block: block, from: now, to: nil, clustersMax: clusters))
      }
    }
  }

  private mutating func close(_ hold: Int, of rollout: Int) {
    forecast.courses[rollout].holds[hold].to = now
    open[rollout].removeAll { $0 == hold }
  }

  private mutating func finish(_ rollout: Int) {
    let verdict = planner.status(of: rollout).rollout.verdict
    forecast.courses[rollout].verdict = verdict
    forecast.courses[rollout].emergency = planner.status(of: rollout).rollout.emergency
    if verdict == .complete, forecast.courses[rollout].completesAt == nil {
      forecast.courses[rollout].completesAt = forecast.startsAt
    }
    if verdict != .complete { forecast.courses[rollout].completesAt = nil }
    forecast.courses[rollout].remainders = planner.remainders(of: rollout)
  }
}
