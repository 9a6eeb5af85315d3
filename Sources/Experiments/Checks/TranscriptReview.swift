import Determinism
import FleetModel
import RolloutStrategies

/// Reads what planners saw and decided, decides it again, and looks at every decision.
struct TranscriptReview {
  private let world: World
  private let claims: [RolloutPolicy]
  private var planners: [Planner]
  /// By planner: gates that were seen to open.
  private var arrived: [[Observation]]
  private var lastAt: [Instant]
  private var lastWakeUp: [Instant?]
  /// By planner and rollout: the approval that was asked for last.
  private var wantedApproval: [[Int?]]
  /// The first check that was not passed.
  private(set) var finding: RunFinding?
  /// What blocked clusters, in the order in which it first did.
  private(set) var blockCauses: [Block.Cause] = []

  init(_ world: World, claims: [RolloutPolicy], random: RandomStream) {
    self.world = world
    self.claims = claims
    planners = world.planners(arm: world.scenario.arms[0], random: random)
    arrived = planners.map { _ in [] }
    lastAt = planners.map { _ in .distantPast }
    lastWakeUp = planners.map { _ in nil }
    wantedApproval = planners.map { Array(repeating: nil, count: $0.policies.count) }
  }

  mutating func read(_ steps: [PlannerStep]) {
    for step in steps {
      if finding == nil { finding = misplaced(step) }
      let decision = planners[step.planner].step(at: step.at, observing: step.observations)
      if finding == nil, decision != step.decision {
        finding = RunFinding(
          .parity, "\(name(step.planner)) decides otherwise at \(clock(step.at))")
      }
      note(step)
      for made in step.decision.rollouts { look(at: made, of: step) }
    }
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
    lastWakeUp[step.planner] = step.decision.wakeUp
    for observation in step.observations {
      switch observation {
      case .gateOpened, .joined: arrived[step.planner].append(observation)
      case .approved(let rollout, let stage)
      where wantedApproval[step.planner][rollout] == stage:
        wantedApproval[step.planner][rollout] = nil
      default: break
      }
    }
  }

  private mutating func look(at made: RolloutDecision, of step: PlannerStep) {
    if let stage = made.wantsApproval { wantedApproval[step.planner][made.rollout] = stage }
    for block in planners[step.planner].blocks(of: made.rollout)
    where !blockCauses.contains(block.cause) {
      blockCauses.append(block.cause)
    }
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

  /// A rollout that is neither over nor says what it waits for.
  func stalled(_ outcomes: [RunRecord.RolloutOutcome]) -> RunFinding? {
    for planner in planners.indices {
      for (rollout, policy) in planners[planner].policies.enumerated()
      where !isOver(planner, rollout) && !waits(planner, rollout) {
        return RunFinding(
          .liveness, "\(policy.name) of \(name(planner)) neither ends nor says what it waits for")
      }
    }
    return nil
  }

  private func isOver(_ planner: Int, _ rollout: Int) -> Bool {
    switch planners[planner].status(of: rollout).rollout.verdict {
    case .halted, .rolledBack, .complete: true
    case .waiting, .rolling, .paused, .rollingBack: false
    }
  }

  /// Whether there is something that a rollout waits for: an instant, an answer, a guard or
  /// trigger, a cluster that is under way or cannot be heard.
  private func waits(_ planner: Int, _ rollout: Int) -> Bool {
    if lastWakeUp[planner] != nil || wantedApproval[planner][rollout] != nil { return true }
    if planners[planner].blocks(of: rollout).contains(where: { !$0.cause.endsWithUpdates }) {
      return true
    }
    let status = planners[planner].status(of: rollout)
    if status.rollout.verdict == .waiting { return true }
    return status.fleet.clusters.contains { cluster in
      status[cluster].isMember
        && (status.isInFlight(cluster) || status[cluster].silentSince != .never
          || status[cluster].observed.health != .good)
    }
  }

  private func name(_ planner: Int) -> String { "planner \(planners[planner].name)" }

  private func clock(_ instant: Instant) -> String {
    "\((instant - world.startTime).count) µs"
  }
}

extension Block.Cause {
  /// Whether a rule of this kind has nothing to hold back once no cluster is under way, so that
  /// whoever still waits for it was forgotten.
  fileprivate var endsWithUpdates: Bool {
    switch self {
    case .domainLimit, .neighbours: true
    case .window, .freeze, .domainShare, .headroom, .residency, .approval, .versionSkew, .budget,
      .trigger, .dependents:
      false
    }
  }
}
