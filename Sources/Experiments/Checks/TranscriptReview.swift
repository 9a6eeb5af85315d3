import Determinism
import FleetModel
import RolloutStrategies

/// Reads what planners saw and decided, decides it again, and looks at every decision.
struct TranscriptReview {
  /// Parts of a run, at whose ends it is looked at what would become of rollouts.
  private static let parts = 5

  /// Turns of a run that are looked at in this way, too.
  private static let turnsMax = 10

  private let world: World
  private let claims: [RolloutPolicy]
  private var planners: [Planner]
  /// By planner: gates that were seen to open.
  private var arrived: [[Observation]]
  private var lastAt: [Instant]
  private var turns = 0
  /// The first check that was not passed.
  private(set) var finding: RunFinding?
  /// What blocked clusters, in the order in which it first did.
  private(set) var blockCauses: [Block.Cause] = []
  /// What slots and places have come to, by the names of `Situation`.
  private(set) var slots: [Situation.Slots] = []

  init(_ world: World, claims: [RolloutPolicy], random: RandomStream) {
    self.world = world
    self.claims = claims
    planners = world.planners(arm: world.scenario.arms[0], random: random)
    arrived = planners.map { _ in [] }
    lastAt = planners.map { _ in .distantPast }
  }

  /// Reads what planners saw and decided from the beginning to the end.
  ///
  /// What would become of rollouts is looked at in the end and at some moments before, since what
  /// goes wrong later may get a rollout out of a stand in which it would have stayed.
  mutating func read(_ steps: [PlannerStep]) {
    let moments = (1..<Self.parts).map { steps.count * $0 / Self.parts }
    for (number, step) in steps.enumerated() {
      if finding == nil { finding = misplaced(step) }
      let decision = planners[step.planner].step(at: step.at, observing: step.observations)
      if finding == nil, decision != step.decision {
        finding = RunFinding(
          .parity, "\(name(step.planner)) decides otherwise at \(clock(step.at))")
      }
      note(step)
      for made in step.decision.rollouts { look(at: made, of: step) }
      if finding == nil, moments.contains(number) || isTurn(step) {
        finding = stalled(step.planner)
      }
    }
    for planner in planners.indices where finding == nil { finding = stalled(planner) }
  }

  /// Whether clusters of which some may be meant to start drop out while others wait for places.
  private mutating func isTurn(_ step: PlannerStep) -> Bool {
    let isOut = step.observations.contains { observation in
      switch observation {
      case .silent: true
      case .report(_, _, let report): report.phase == .failed || report.health == .bad
      default: false
      }
    }
    guard isOut, turns < Self.turnsMax else { return false }
    let isWaited = planners[step.planner].policies.indices.contains { rollout in
      planners[step.planner].blocks(of: rollout).contains { $0.cause.isOfPlaces }
    }
    turns += isWaited ? 1 : 0
    return isWaited
  }

  /// What is wrong with the times in a step.
  private mutating func misplaced(_ step: PlannerStep) -> RunFinding? {
    defer { lastAt[step.planner] = step.at }
    guard step.at >= lastAt[step.planner] else {
      return RunFinding(.time, "\(name(step.planner)) goes back to \(clock(step.at))")
    }
    if let wakeUp = step.decision.wakeUp, wakeUp <= step.at {
      return RunFinding(
        .time, "\(name(step.planner)) wants to wake at \(clock(wakeUp)), before now")
    }
    for case .report(_, let cluster, let report) in step.observations
    where report.reportedAt > step.at || report.since > report.reportedAt {
      return RunFinding(
        .time, "\(name(step.planner)) sees cluster \(cluster.rawValue) before it has happened")
    }
    return nil
  }

  private mutating func note(_ step: PlannerStep) {
    arrived[step.planner] += step.observations.filter { observation in
      switch observation {
      case .gateOpened, .joined: true
      default: false
      }
    }
  }

  /// Notes where slots and places depend on each other.
  private mutating func noteSlots(_ planner: Int, _ rollout: Int, _ blocks: [Block]) {
    let status = planners[planner].status(of: rollout)
    let clusters = status.fleet.clusters
    if blocks.contains(where: { $0.cause.isOfPlaces }),
      !clusters.contains(where: { status[$0].isUnderWay })
    {
      note(.placeKept)
    }
    let asked = clusters.filter { status[$0].asked.generation > 0 }
    for position in claims[rollout].guards.indices {
      let isKept = asked.contains { [planner = planners[planner]] cluster in
        planner.isWaiting(cluster, for: position, in: rollout)
      }
      if isKept { note(.retryKept) }
    }
  }

  private mutating func note(_ situation: Situation.Slots) {
    if !slots.contains(situation) { slots.append(situation) }
  }

  private mutating func look(at made: RolloutDecision, of step: PlannerStep) {
    let blocks = planners[step.planner].blocks(of: made.rollout)
    for block in blocks where !blockCauses.contains(block.cause) {
      blockCauses.append(block.cause)
    }
    if !blocks.isEmpty { noteSlots(step.planner, made.rollout, blocks) }
    guard finding == nil else { return }
    let oracle = LimitOracle(
      claims[made.rollout], planners[step.planner], made, seen: arrived[step.planner])
    do {
      try oracle.check(at: step.at)
    } catch {
      finding = RunFinding(
        .limits,
        "\(name(step.planner)), \(claims[made.rollout].name) at \(clock(step.at)): \(error)")
    }
  }

  /// A rollout that would come to a stand for no lasting reason if nothing more went wrong.
  private func stalled(_ planner: Int) -> RunFinding? {
    let now = max(lastAt[planner], world.startTime)
    guard
      let flaw = LivenessReview.flaw(of: planners[planner], at: now, claims: claims)
    else { return nil }
    return RunFinding(
      .liveness,
      "\(name(planner)), \(claims[flaw.rollout].name) from \(clock(now)) on: \(flaw.text)")
  }

  private func name(_ planner: Int) -> String { "planner \(planners[planner].name)" }

  private func clock(_ instant: Instant) -> String {
    "\((instant - world.startTime).count) µs"
  }
}

extension Block.Cause {
  /// Whether what is under way takes the places that clusters wait for.
  fileprivate var isOfPlaces: Bool {
    switch self {
    case .domainLimit, .domainShare, .neighbours: true
    case .window, .freeze, .headroom, .residency, .approval, .versionSkew, .budget, .trigger,
      .dependents:
      false
    }
  }
}
