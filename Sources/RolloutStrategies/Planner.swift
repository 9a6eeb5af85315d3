public import Determinism

/// A planner: several rollouts over one fleet, with their guards and triggers.
///
/// It is the value that a shell drives. The simulator and the real planner build what it sees with
/// the same `apply` and step it with the same `step`; there is no other way in. A shell saves the
/// planner and its decision before it acts on the decision.
public struct Planner: Codable, Equatable, Sendable {
  /// Its name.
  public let name: String
  /// The clusters it plans for.
  public let fleet: Fleet
  private var rollouts: [PlannedRollout]
  /// The rollouts' positions, each after those it waits for.
  private let order: [Int]

  /// Takes on rollouts; traps when a trigger names one that is not there, or they wait for each
  /// other in a circle.
  ///
  /// - Parameters:
  ///   - name: what it is called.
  ///   - fleet: the clusters it plans for.
  ///   - policies: the settings of its rollouts.
  ///   - seed: identifies the draws of strategies that take clusters in a drawn order.
  ///   - seen: what is known of clusters at the beginning, where it is not that they run what they
  ///     ran.
  ///   - now: when it begins.
  public init(
    name: String, fleet: Fleet, rollouts policies: [RolloutPolicy], seed: RandomStream,
    seen: [Observation] = [], at now: Instant
  ) {
    self.name = name
    self.fleet = fleet
    // A report counts even if it was sent before the planner began.
    let knownFrom = seen.lazy.compactMap(\.reportedAt).reduce(now, min)
    let tests = policies.map { fleet.resolve($0.clusters) }
    let position = { (name: String) -> Int in
      guard let index = policies.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("a trigger names rollout \(name), which the planner does not have")
      }
      return index
    }
    rollouts = policies.indices.map { index in
      let admission = Admission(policies[index], fleet: fleet) { name in
        (position(name), tests[position(name)])
      }
      return PlannedRollout(
        policies[index], index: index, fleet: fleet, members: tests[index],
        admission: admission, random: seed, at: knownFrom)
    }
    for (index, policy) in policies.enumerated() {
      for source in policy.trigger?.sources ?? [] where source.onRollback == .rollBack {
        rollouts[position(source.rollout)].wait(for: index, in: source.scope)
      }
    }
    order = Self.sorted(policies.map { ($0.trigger?.sources ?? []).map { position($0.rollout) } })
    for observation in seen { apply(observation, at: now) }
  }

  /// The rollouts' documents, in order.
  public var policies: [RolloutPolicy] { rollouts.map(\.policy) }

  /// The document of one rollout.
  public func policy(of rollout: Int) -> RolloutPolicy { rollouts[rollout].policy }

  /// What decides one rollout where it stands: its strategy, or the limits of its emergency.
  public func strategyInForce(of rollout: Int) -> StrategyPolicy {
    rollouts[rollout].policy.strategy(in: rollouts[rollout].status.rollout)
  }

  /// What is known about the clusters of one rollout.
  ///
  /// - Important: whoever keeps it over a step makes that step copy every column. Read from it and
  ///   let it go.
  public func status(of rollout: Int) -> FleetStatus { rollouts[rollout].status }

  /// What decides one rollout, as it stands; nil: the rollout's time has not come.
  package func strategy(of rollout: Int) -> (any RolloutStrategy)? {
    rollouts[rollout].strategy?.strategy
  }

  /// The clusters one rollout is for.
  public func members(of rollout: Int) -> ClusterTest { rollouts[rollout].members }

  /// Starts that guards and triggers have refused, over all rollouts.
  public var refusalCount: Int {
    rollouts.indices.reduce(0) { $0 + rollouts[$1].admission.refusalCount }
  }

  /// Clusters that wait for guards and triggers of a rollout, by their names.
  public func holds(of rollout: Int) -> [(name: String, clusters: Int)] {
    rollouts[rollout].admission.holds
  }

  /// What keeps clusters of a rollout from starting: which guard, how many, and until when.
  public func blocks(of rollout: Int) -> [Block] {
    var planned = rollouts[rollout]
    return planned.blocks()
  }

  /// What operators and coordinators were asked for about a rollout and have not answered.
  func openRequests(of rollout: Int) -> RolloutDecision { rollouts[rollout].openRequests }

  /// What identifies the draws of its strategies; nil: it has no rollout.
  var randomStream: RandomStream? { rollouts.first?.random }

  /// Whether a guard or trigger of a rollout keeps a cluster waiting.
  func isWaiting(_ cluster: ClusterID, in rollout: Int) -> Bool {
    rollouts[rollout].admission.hasRules
      && rollouts[rollout].admission.guarded.isWaiting(cluster)
  }

  /// Whether one of a rollout's guards keeps a cluster waiting, by the guard's position.
  package func isWaiting(_ cluster: ClusterID, for guardPosition: Int, in rollout: Int) -> Bool {
    rollouts[rollout].admission.guarded.isWaiting(cluster, for: guardPosition)
  }

  /// Traps when something that is about to change is known to be later than now, or when guards
  /// that will look at it take it to be where the status does not.
  ///
  /// In loops of their own before anything is changed: they read what will change, and memory
  /// answers many such reads in the time of one, which it does not do for writes.
  private func check(_ observations: [Observation], at now: Instant) {
    var late = 0
    var strange = 0
    for index in rollouts.indices {
      late += rollouts[index].status.lateCount(among: observations.span, at: now)
      guard rollouts[index].admission.hasRules else { continue }
      let looksAtReach = rollouts[index].admission.looksAtReach
      for observation in observations where looksAtReach || !observation.isAboutReach {
        guard let cluster = observation.cluster else { continue }
        // Field by field: to call a method of the element would copy all of it.
        let isInFlight = rollouts[index].status[cluster].isUnderWay
        if rollouts[index].admission.guarded.isInFlight(cluster) != isInFlight { strange += 1 }
      }
    }
    precondition(late == 0, "\(late) clusters were asked or fell silent after \(now.sinceEpoch) µs")
    precondition(
      strange == 0, "\(strange) clusters are in flight for the status or the guards alone")
  }

  /// Takes in what was observed and decides.
  ///
  /// - Parameters:
  ///   - now: the time; never earlier than at the last step.
  ///   - observations: what was seen since the last step, in the order in which it was sent; about
  ///     one cluster and rollout the later ones win.
  /// - Returns: what to do, by rollouts; those with nothing to do are left out.
  public mutating func step(
    at now: Instant, observing observations: [Observation]
  ) -> PlannerDecision {
    check(observations, at: now)
    let seen = observations.span
    for index in seen.indices { apply(seen[index], at: now) }
    var decision = PlannerDecision()
    // One by one: what a rollout decides may be for the next to look at.
    for index in order where rollouts[index].isToDecide(at: now) {
      let made = rollouts[index].decide(at: now)
      for cluster in rollouts[index].takeNewlyHeldBack() {
        tell(of: index, about: cluster, at: now)
      }
      guard !made.isEmpty else { continue }
      for directive in made.directives { tell(of: index, about: directive.cluster, at: now) }
      if made.verdict != nil { tellVerdict(of: index, at: now) }
      decision.rollouts.append(made)
    }
    decision.rollouts.sort { $0.rollout < $1.rollout }
    for index in rollouts.indices {
      guard let wakeUp = rollouts[index].wakeUp else { continue }
      decision.wakeUp = min(decision.wakeUp ?? .never, wakeUp)
    }
    return decision
  }

  /// Makes every strategy anew from what is recorded and seen, as another process would that takes
  /// over.
  mutating func takeOver(at now: Instant) {
    for index in rollouts.indices { rollouts[index].takeOver(at: now) }
  }

  private mutating func apply(_ observation: Observation, at now: Instant) {
    if let rollout = observation.rollout {
      precondition(
        rollouts.indices.contains(rollout), "rollout \(rollout) of \(rollouts.count) observed")
      apply(observation, to: rollout, at: now)
    } else {
      for rollout in rollouts.indices { apply(observation, to: rollout, at: now) }
    }
  }

  private mutating func apply(_ observation: Observation, to index: Int, at now: Instant) {
    rollouts[index].apply(observation, at: now)
    if case .underWay = observation { tellVerdict(of: index, at: now) }
    guard let cluster = observation.cluster else { return }
    tell(of: index, about: cluster, at: now)
  }

  /// Tells rollouts that wait for another, to start or to go back, what has become of a cluster.
  private mutating func tell(of index: Int, about cluster: ClusterID, at now: Instant) {
    // Alone, a rollout waits for nobody, and to ask would copy its guards.
    guard rollouts.count > 1 else { return }
    for other in rollouts.indices {
      if rollouts[other].admission.looks(at: index) {
        rollouts[other].see(cluster, of: index, status: rollouts[index].status, at: now)
      }
      if rollouts[other].waitsForReturn(of: index) {
        rollouts[other].seeReturn(of: cluster, in: index, status: rollouts[index].status)
      }
    }
  }

  /// Tells rollouts that wait for another whether it goes back.
  private mutating func tellVerdict(of index: Int, at now: Instant) {
    let isGoingBack = rollouts[index].status.rollout.verdict.isGoingBack
    for other in rollouts.indices where rollouts[other].admission.looks(at: index) {
      rollouts[other].see(isGoingBack: isGoingBack, of: index, at: now)
    }
  }

  /// Sorts positions so that each comes after those it waits for.
  private static func sorted(_ waitsFor: [[Int]]) -> [Int] {
    var order: [Int] = []
    var left = Array(waitsFor.indices)
    while !left.isEmpty {
      let ready = left.filter { index in waitsFor[index].allSatisfy(order.contains) }
      precondition(!ready.isEmpty, "rollouts \(left) wait for each other in a circle")
      order += ready
      left.removeAll(where: ready.contains)
    }
    return order
  }
}
