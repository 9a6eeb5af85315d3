package import Determinism

/// A rule that was found broken.
package struct BrokenRule: Error, Equatable, CustomStringConvertible {
  /// What was seen.
  package var description: String
}

/// Works out anew, from the documents and the status alone, whether the starts of a step were
/// allowed.
///
/// It looks at everything and remembers nothing, so that it shares no reasoning with the strategies
/// and guards that it checks.
package struct LimitOracle {
  let policy: RolloutPolicy
  let status: FleetStatus
  private let members: ClusterTest
  let started: [ClusterID]
  private let sentBack: [ClusterID]

  /// What was observed so far about operators, and of clusters that joined.
  let seen: [Observation]
  let planner: Planner
  let rollout: Int

  /// Looks at a decision that a planner has just made.
  ///
  /// - Parameters:
  ///   - policy: what the rollout's document says.
  ///   - planner: the planner after the step.
  ///   - decision: what it decided about the rollout.
  ///   - seen: what was observed so far about gates, and of clusters that joined.
  package init(
    _ policy: RolloutPolicy, _ planner: Planner, _ decision: RolloutDecision,
    seen: [Observation]
  ) {
    self.policy = policy
    self.planner = planner
    self.seen = seen
    rollout = decision.rollout
    status = planner.status(of: decision.rollout)
    members = planner.members(of: decision.rollout)
    let status = status
    started = decision.directives.filter {
      $0.revision == .target && $0.generation == 1 && !status[$0.cluster].asked.isPaused
    }.map(\.cluster)
    sentBack = decision.directives.filter { $0.revision == .previous }.map(\.cluster)
  }

  /// Looks at what would be if one cluster more were asked for the target.
  ///
  /// - Parameters:
  ///   - policy: what the rollout's document says.
  ///   - planner: the planner as it is.
  ///   - cluster: the cluster.
  ///   - rollout: the rollout's position.
  ///   - now: when it would be asked.
  package init(
    _ policy: RolloutPolicy, _ planner: Planner, starting cluster: ClusterID, in rollout: Int,
    at now: Instant
  ) {
    self.policy = policy
    self.planner = planner
    self.rollout = rollout
    seen = []
    members = planner.members(of: rollout)
    started = [cluster]
    sentBack = []
    var status = planner.status(of: rollout)
    let generation = status[cluster].asked.generation + 1
    status.apply(
      .asked(
        rollout: rollout, cluster: cluster,
        Asked(since: now, generation: generation, revision: .target)))
    self.status = status
  }

  /// Whether a guard lets the starts be, by its position.
  package func allows(_ position: Int, at now: Instant) -> Bool {
    do {
      try check(policy.guards[position].rule, position, at: now)
      return true
    } catch {
      return false
    }
  }

  var fleet: Fleet { status.fleet }

  /// Throws a `BrokenRule` when one of the decision's starts, or of its ways back, was not allowed.
  package func check(at now: Instant) throws {
    try checkReturn(of: sentBack)
    guard !started.isEmpty else { return }
    for cluster in started {
      try Self.require(
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
    try checkEmergency()
    switch policy.strategy(in: status.rollout) {
    case .allAtOnce: break
    case .progressive(let policy):
      try require(
        inFlight(at: now), atMost: share(policy.maxConcurrency, of: chosen.count), "in flight")
    case .perGroup(let policy):
      let size = chosen.filter { region($0) == groupInTurn(policy) }.count
      try require(
        inFlight(at: now), atMost: share(policy.maxConcurrency, of: size), "in flight")
    case .staged(let policy):
      guard case .count(let limit) = policy.stage(status.rollout.stage)?.maxConcurrency else {
        return
      }
      try require(inFlight(at: now), atMost: limit, "in flight in stage \(status.rollout.stage)")
    case .timedBatches(let policy):
      let batch = max(1, policy.batchSize.of(chosen.count, rounded: .up))
      let begun = Int((now - status.rollout.startedAt).count / policy.interval.count) + 1
      let asked = chosen.filter { status[$0].isMember && status[$0].asked.generation > 0 }
      try require(asked.count, atMost: batch * begun, "started")
    case .exposure:
      let ahead = chosen.filter { cluster in
        let asked = status[cluster].asked
        guard asked.generation > 0, asked.revision == .target else { return false }
        return asked.rung.map(Int.init) ?? .max > status.rollout.stage
      }
      try require(ahead.count, atMost: 0, "asked for a rung that was not entered")
    case .blueGreen(let policy): try check(policy, at: now)
    case .riskRamp(let policy):
      let total = chosen.count
      let asked = chosen.filter { status[$0].isMember && status[$0].asked.generation > 0 }
      let batches = policy.schedule(for: total).batches.prefix(status.rollout.stage + 1)
      try require(asked.count, atMost: batches.reduce(0, +), "started")
    case .cohortCanary(let policy): try check(policy)
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
      try Self.require(ready.count >= wanted, "\(ready.count) ready, \(wanted) must be")
    case .talm(let policy):
      let asked = started.filter { status[$0].asked.since == now }
      try require(asked.count, atMost: policy.maxConcurrency, "started in a batch")
    case .ocm(let policy): try check(policy)
    case .fleetBundle(let policy): try check(policy, at: now)
    case .clusterProfile(let policy): try check(policy)
    case .applicationSet(let policy): try check(policy, at: now)
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

  static func require(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    if !condition { throw BrokenRule(description: description()) }
  }

  func require(_ count: Int, atMost limit: Int, _ what: String) throws {
    try Self.require(count <= limit, "\(count) \(what), at most \(limit) are allowed")
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

  /// Works without mandatory groups that were not yet confirmed hold a place each.
  func check(_ policy: OCMPolicy) throws {
    guard policy.caller == .work, policy.predicates.isEmpty, policy.rollout.kind == .progressive,
      policy.rollout.mandatoryGroups.isEmpty
    else { return }
    let members = chosen.filter { status[$0].isMember }
    let unconfirmed = members.filter {
      let asked = status[$0].asked
      return asked.generation > 0 && status[$0].observed.generation != asked.generation
    }
    let slots = try policy.rollout.maxConcurrency.size(of: members.count, else: members.count)
    try require(unconfirmed.count, atMost: slots, "not confirmed")
  }
}
