import Determinism

@testable import RolloutStrategies

/// Works out anew, from the documents and the status alone, whether the starts of a step were
/// allowed.
struct LimitOracle {
  let policy: RolloutPolicy
  let status: FleetStatus
  private let members: ClusterTest
  let started: [ClusterID]

  /// What was observed so far about operators.
  let opened: [Observation]
  let planner: Planner
  let rollout: Int

  init(
    _ lawCase: LawCase, _ planner: Planner, _ decision: RolloutDecision, opened: [Observation]
  ) {
    self.planner = planner
    self.opened = opened
    rollout = decision.rollout
    policy = lawCase.policies[decision.rollout]
    status = planner.status(of: decision.rollout)
    members = planner.members(of: decision.rollout)
    let status = status
    started = decision.directives.filter {
      $0.revision == .target && $0.generation == 1 && !status[$0.cluster].asked.isPaused
    }.map(\.cluster)
  }

  var fleet: Fleet { status.fleet }

  func check(at now: Instant) throws {
    guard !started.isEmpty else { return }
    for cluster in started {
      try LawRun.require(
        members.chooses(cluster, of: fleet) && status[cluster].isMember,
        "started \(cluster), which is not of the rollout")
    }
    // What a guard had held back until now was asked when there was room for it.
    if started.contains(where: { status[$0].asked.since == now }) { try checkStrategy(at: now) }
    for (position, rule) in policy.guards.enumerated() where !isOverridden(rule, at: now) {
      try check(rule.rule, position, at: now)
    }
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
    case .kubeFleetStaged(let policy):
      let stage = policy.stages[status.rollout.stage]
      let size = chosen.filter { isSelected($0, by: stage.clusters) }.count
      try require(inFlight(at: now), atMost: stage.slots(ofStageWith: size), "in flight")
    case .kubeFleetRolling(let policy):
      let present = chosen.filter { status[$0].isMember }
      let ready = present.filter {
        BindingConditions(status[$0]).readiness(cutoff: now).isReady
      }
      var budget = RollingBudget()
      budget.scheduled = present.count
      let target = budget.target(policy.placement)
      let wanted = target - policy.maxUnavailable.of(target, rounded: .up)
      try LawRun.require(ready.count >= wanted, "\(ready.count) ready, \(wanted) must be")
    case .talm(let policy):
      let asked = started.filter { status[$0].asked.since == now }
      try require(asked.count, atMost: policy.maxConcurrency, "started in a batch")
    case .ocm(let policy): try check(policy)
    }
  }

  var chosen: [ClusterID] {
    fleet.clusters.filter { members.chooses($0, of: fleet) }
  }

  private func isSelected(_ cluster: ClusterID, by selector: Selector?) -> Bool {
    selector.map { fleet.resolve($0).chooses(cluster, of: fleet) } ?? false
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

  func require(_ count: Int, atMost limit: Int, _ what: String) throws {
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
