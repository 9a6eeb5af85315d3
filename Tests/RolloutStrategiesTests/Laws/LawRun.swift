import Determinism

@testable import RolloutStrategies

/// What one planner saw and decided in the adversarial world of a drawn case.
struct LawRun {
  static let maxSteps = 5_000

  /// A law that was found broken.
  private struct Breach: Error {
    var description: String
  }

  let lawCase: LawCase
  let steps: [PlannerStep]
  /// The planner at the end.
  let planner: Planner

  init(_ lawCase: LawCase) {
    var planner = lawCase.makePlanner()
    var world = AdversarialWorld(lawCase)
    steps = world.run(&planner, maxSteps: Self.maxSteps)
    self.planner = planner
    self.lawCase = lawCase
  }

  init(_ entry: CatalogueEntry, seed: UInt64) {
    self.init(LawCase(entry, seed: seed))
  }

  static func require(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    if !condition { throw Breach(description: description()) }
  }

  /// Why a law is broken; nil: it holds.
  static func breach(_ law: () throws -> Void) throws -> String? {
    do {
      try law()
      return nil
    } catch let breach as Breach {
      return breach.description
    }
  }

  /// Feeds what was seen to a fresh planner and compares what it decides.
  ///
  /// - Parameters:
  ///   - before: changes the planner before each step, or has it told more.
  ///   - after: looks at the planner after each step.
  /// - Returns: the first difference; nil: there is none.
  /// - Throws: what the two closures throw, except a broken law.
  func replay(
    before: (inout Planner, PlannerStep) throws -> [Observation] = { _, _ in [] },
    after: (Planner, PlannerStep) throws -> Void = { _, _ in }
  ) throws -> String? {
    var planner = lawCase.makePlanner()
    return try Self.breach {
      for step in steps {
        let more = try before(&planner, step)
        let decision = planner.step(at: step.at, observing: more + step.observations)
        try Self.require(
          decision == step.decision,
          "at \(step.at.sinceEpoch) decided \(decision) instead of \(step.decision)")
        try after(planner, step)
      }
    }
  }

  /// The same, with a change of the planner alone.
  func replay(_ before: (inout Planner, PlannerStep) throws -> Void) throws -> String? {
    try replay(before: { planner, step in
      try before(&planner, step)
      return []
    })
  }

  /// What a planner knows, as observations about drawn clusters.
  static func known(
    to planner: Planner, percent: Int64, from draws: inout Draws
  ) -> [Observation] {
    var known: [Observation] = []
    for rollout in planner.policies.indices {
      let status = planner.status(of: rollout)
      for cluster in planner.fleet.clusters where draws.chance(percent) {
        known.append(
          .report(rollout: rollout, cluster: cluster, status[cluster].observed))
        let since = status[cluster].silentSince
        known.append(
          since == .never ? .heard(cluster: cluster) : .silent(cluster: cluster, since: since))
        known.append(
          status[cluster].isMember ? .joined(cluster: cluster) : .left(cluster: cluster))
      }
    }
    return known
  }
}

/// Works out anew, from the documents and the status alone, whether the starts of a step were
/// allowed.
struct LimitOracle {
  private let policy: RolloutPolicy
  private let status: FleetStatus
  private let members: ClusterTest
  private let started: [ClusterID]

  init(_ lawCase: LawCase, _ planner: Planner, _ decision: RolloutDecision) {
    policy = lawCase.policies[decision.rollout]
    status = planner.status(of: decision.rollout)
    members = planner.members(of: decision.rollout)
    let status = status
    started = decision.directives.filter {
      $0.revision == .target && $0.generation == 1 && !status[$0.cluster].asked.isPaused
    }.map(\.cluster)
  }

  private var fleet: Fleet { status.fleet }

  func check(at now: Instant) throws {
    guard !started.isEmpty else { return }
    for cluster in started {
      try LawRun.require(
        members.chooses(cluster, of: fleet) && status[cluster].isMember,
        "started \(cluster), which is not of the rollout")
    }
    // What a guard had held back until now was asked when there was room for it.
    if started.contains(where: { status[$0].asked.since == now }) { try checkStrategy(at: now) }
    for rule in policy.guards { try check(rule.rule, at: now) }
  }

  private func checkStrategy(at now: Instant) throws {
    switch policy.strategy {
    case .allAtOnce: break
    case .progressive(let policy):
      try require(
        inFlight(at: now), atMost: share(policy.maxConcurrency, of: chosen.count), "in flight")
    case .perGroup(let policy):
      let size = chosen.filter { region($0) == groupInTurn(policy) }.count
      try require(
        inFlight(at: now), atMost: share(policy.maxConcurrency, of: size), "in flight")
    case .staged(let policy):
      guard case .count(let limit) = policy.stages[status.rollout.stage].maxConcurrency else {
        return
      }
      try require(inFlight(at: now), atMost: limit, "in flight in stage \(status.rollout.stage)")
    case .timedBatches(let policy):
      let batch = max(1, policy.batchSize.of(chosen.count, rounded: .up))
      let begun = Int((now - status.rollout.startedAt).count / policy.interval.count) + 1
      let asked = chosen.filter { status[$0].isMember && status[$0].asked.generation > 0 }
      try require(asked.count, atMost: batch * begun, "started")
    }
  }

  private func check(_ rule: GuardPolicy.Rule, at now: Instant) throws {
    switch rule {
    case .domainLimit(let limit):
      guard let dimension = fleet.dimension(limit.level) else { return }
      let before = fleet.clusters.filter { status[$0].isUnderWay && !started.contains($0) }
        .map { dimension.valueOf[$0] }
      let opened = started.map { dimension.valueOf[$0] }.filter { !before.contains($0) }
      guard !opened.isEmpty else { return }
      let open = (before + opened).sorted()
      let count = open.indices.filter { $0 == 0 || open[$0] != open[$0 - 1] }.count
      try require(count, atMost: limit.atMost, "domains of \(limit.level) in flight")
    case .domainShare(let rule):
      guard let dimension = fleet.dimension(rule.level) else { return }
      for value in started.map({ dimension.valueOf[$0] }) {
        let domain = fleet.clusters.filter { dimension.valueOf[$0] == value }
        try require(
          domain.filter { status[$0].isUnderWay }.count, atMost: rule.places(of: domain.count),
          "of domain \(value) in flight")
      }
    case .neighbours(let rule):
      let labels = rule.labels.compactMap { fleet.dimension($0) }
      for cluster in started {
        let name = fleet.names[cluster.offset]
        var groups = rule.groups.filter { $0.contains(name) }.map { group in
          fleet.clusters.filter { group.contains(fleet.names[$0.offset]) }
        }
        groups += labels.map { label in
          fleet.clusters.filter { label.valueOf[$0] == label.valueOf[cluster] }
        }
        for group in groups {
          try require(
            group.filter { status[$0].isUnderWay }.count, atMost: rule.atMost, "neighbours")
        }
      }
    case .window(let window):
      let day = Microseconds.hours(24).count
      let time = Microseconds(now.sinceEpoch % day)
      let left = window.from == window.to ? nil : timeLeft(of: window, at: time, day: day)
      try LawRun.require(left != .zero, "started outside the window")
      try LawRun.require(
        left.map { $0 >= window.reserve } ?? true, "started within the reserve")
    case .freeze(let freeze):
      let local = Microseconds(now.sinceEpoch)
      try LawRun.require(local < freeze.from || local >= freeze.to, "started in a freeze")
    }
  }

  private func timeLeft(of window: WindowRule, at time: Microseconds, day: Int64) -> Microseconds {
    let sinceOpening = Microseconds(((time - window.from).count + day) % day)
    let length = Microseconds(((window.to - window.from).count + day) % day)
    return sinceOpening < length ? length - sinceOpening : .zero
  }

  private var chosen: [ClusterID] {
    fleet.clusters.filter { members.chooses($0, of: fleet) }
  }

  /// The region that is taken at present; nil: that of clusters without one.
  private func groupInTurn(_ policy: PerGroupPolicy) -> UInt32? {
    let values = fleet.dimension("region")?.values ?? []
    let order = policy.first.filter(values.contains) + values.filter { !policy.first.contains($0) }
    guard status.rollout.stage < order.count else { return Fleet.Dimension.none }
    return values.firstIndex(of: order[status.rollout.stage]).map { UInt32($0) }
  }

  private func region(_ cluster: ClusterID) -> UInt32? {
    fleet.dimension("region")?.valueOf[cluster]
  }

  private func share(_ amount: Amount, of total: Int) -> Int {
    max(1, amount.of(total, rounded: .down))
  }

  private func require(_ count: Int, atMost limit: Int, _ what: String) throws {
    try LawRun.require(count <= limit, "\(count) \(what), at most \(limit) are allowed")
  }

  /// Clusters asked for the target and not known to have ended, except those given up at their
  /// deadline.
  private func inFlight(at now: Instant) -> Int {
    let deadline = policy.strategy.acceptance.progressDeadline
    return chosen.filter { cluster in
      let asked = status[cluster].asked
      guard status.isInFlight(cluster), asked.revision == .target else { return false }
      guard let deadline, !asked.isPaused else { return true }
      return now < asked.since + deadline
    }.count
  }
}
