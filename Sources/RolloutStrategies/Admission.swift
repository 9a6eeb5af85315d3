import Determinism

/// Where guards and triggers meet strategies: each start is asked for here, and granted or parked.
///
/// A refused cluster is parked under the guard or trigger that refused it. When that changes, the
/// cluster is among the changed ones again; until then it is refused without another look, and it
/// holds no slot.
///
/// A strategy that knows no guards need not ask: its starts are granted, and the planner asks for
/// it and holds the directives back that are refused.
public struct Admission: Codable, Equatable, Sendable {
  let fleet: Fleet
  let guards: [GuardPolicy]
  let deadline: DeadlinePolicy?
  /// Whether the strategy asks for its starts.
  private let isAsked: Bool
  var calendars: [CalendarGuard] = []
  var gates: [GateGuard] = []
  var skews: [SkewGuard] = []
  var limits: [DomainLimitGuard] = []
  var places: [PlaceGuard] = []
  var headrooms: [HeadroomGuard] = []
  var budgets: [BudgetGuard] = []
  var sources: [TriggerSource]
  private let combination: TriggerPolicy.Combination
  /// The clusters that are in flight, and those that wait for a guard or a trigger.
  var guarded: GuardedClusters
  var now = Instant.distantPast
  /// Whether the guards that the deadline overrides are out of force.
  var isLifted = false
  /// Starts that were refused so far.
  public private(set) var refusalCount = 0

  /// The guards and triggers of one rollout.
  ///
  /// `find` gives the place in the planner of each rollout that a rule names, with its clusters.
  init(_ policy: RolloutPolicy, fleet: Fleet, find: (String) -> (Int, ClusterTest)) {
    self.fleet = fleet
    guards = policy.guards
    deadline = policy.deadline
    isAsked = policy.strategy.asksForAdmission
    combination = policy.trigger?.require ?? .all
    sources = (policy.trigger?.sources ?? []).map { source in
      let (rollout, members) = find(source.rollout)
      return TriggerSource(source, rollout: rollout, members: members, fleet: fleet)
    }
    let rules = guards.count + (sources.isEmpty ? 0 : 1)
    guarded = GuardedClusters(rules: rules, clusterCount: fleet.count)
    for position in guards.indices { addRule(at: position, startAt: policy.startAt, find: find) }
    // Whoever needs several leases takes them in one order, in whatever order they are listed.
    budgets.sort { policy.guards[$0.position].name < policy.guards[$1.position].name }
  }

  private mutating func addRule(
    at position: Int, startAt: Instant, find: (String) -> (Int, ClusterTest)
  ) {
    let policy = guards[position]
    switch policy.rule {
    case .window, .freeze:
      calendars.append(CalendarGuard(policy, at: position, fleet: fleet))
    case .residency(let rule):
      gates.append(
        GateGuard(policy, at: position, residency: rule, startAt: startAt, fleet: fleet))
    case .approval(let rule):
      gates.append(GateGuard(policy, at: position, approval: rule, fleet: fleet))
    case .versionSkew(let rule):
      skews.append(SkewGuard(policy, at: position, skew: rule, fleet: fleet) { find($0).0 })
    case .domainLimit(let rule):
      limits.append(DomainLimitGuard(policy, at: position, limit: rule, fleet: fleet))
    case .domainShare(let rule):
      places.append(PlaceGuard(policy, at: position, share: rule, fleet: fleet))
    case .neighbours(let rule):
      places.append(PlaceGuard(policy, at: position, neighbours: rule, fleet: fleet))
    case .headroom(let rule):
      headrooms.append(HeadroomGuard(policy, at: position, headroom: rule, fleet: fleet))
    case .budget(let rule):
      budgets.append(BudgetGuard(policy, at: position, budget: rule, fleet: fleet))
    }
  }

  /// Reserves a start for a cluster, or parks the cluster.
  ///
  /// - Returns: whether it may start.
  public mutating func start(_ cluster: ClusterID) -> Bool {
    guard guarded.hasRules, isAsked else { return true }
    return reserve(cluster)
  }

  /// The same, whoever is to ask.
  mutating func reserve(_ cluster: ClusterID) -> Bool {
    guard guarded.hasRules else { return true }
    guard !guarded.isWaiting(cluster) else { return false }
    let refusing = park(cluster)
    settleOffers(to: cluster)
    if let refusing {
      if !budgets.contains(where: { $0.position == refusing }) { stopKeepingLeases(for: cluster) }
      guarded.park(cluster, for: refusing)
      refusalCount += 1
      return false
    }
    for index in headrooms.indices { headrooms[index].reserve(cluster, fleet: fleet) }
    for index in budgets.indices { budgets[index].take(cluster, fleet: fleet) }
    setInFlight(cluster, true, isStart: true)
    return true
  }

  /// Reserves another try for a cluster whose update failed, or parks the cluster; one that guards
  /// take to be under way still keeps its place.
  ///
  /// - Returns: whether it may be asked again.
  mutating func startAgain(_ cluster: ClusterID) -> Bool {
    guard guarded.hasRules, isAsked else { return true }
    return guarded.isInFlight(cluster) || reserve(cluster)
  }

  /// Puts a cluster aside under the first rule that refuses it.
  ///
  /// What only time or people change comes first, and what costs others something last: no lease is
  /// asked for a cluster that could not start with it.
  ///
  /// - Returns: the rule's position; nil: the cluster may start.
  private mutating func park(_ cluster: ClusterID) -> Int? {
    for index in calendars.indices where !calendars[index].allows(cluster, fleet: fleet, at: now) {
      calendars[index].park(cluster, fleet: fleet)
      return calendars[index].position
    }
    guard isTriggered(cluster) else { return triggerPosition }
    for index in gates.indices where !gates[index].allows(cluster, fleet: fleet, at: now) {
      gates[index].park(cluster, fleet: fleet, at: now)
      return gates[index].position
    }
    for index in skews.indices where !skews[index].allows(cluster, fleet: fleet) {
      skews[index].park(cluster, fleet: fleet)
      return skews[index].position
    }
    return parkUnderLimits(cluster)
  }

  private mutating func parkUnderLimits(_ cluster: ClusterID) -> Int? {
    for index in limits.indices where !limits[index].allows(cluster, fleet: fleet) {
      limits[index].park(cluster, fleet: fleet)
      return limits[index].position
    }
    for index in places.indices where !places[index].allows(cluster, fleet: fleet) {
      places[index].park(cluster, fleet: fleet)
      return places[index].position
    }
    for index in headrooms.indices where !headrooms[index].allows(cluster, fleet: fleet) {
      headrooms[index].park(cluster, fleet: fleet)
      return headrooms[index].position
    }
    for index in budgets.indices where !budgets[index].allows(cluster, fleet: fleet) {
      budgets[index].park(cluster, fleet: fleet)
      for former in budgets[..<index].indices { budgets[former].keep(for: cluster, fleet: fleet) }
      return budgets[index].position
    }
    return nil
  }

  private mutating func isTriggered(_ cluster: ClusterID) -> Bool {
    let closed = sources.indices.filter { !sources[$0].allows(cluster, fleet: fleet, at: now) }
    switch combination {
    case .all:
      guard let first = closed.first else { return true }
      sources[first].park(cluster, fleet: fleet)
      return false
    case .any:
      guard !sources.isEmpty, closed.count == sources.count else { return true }
      for index in closed { sources[index].park(cluster, fleet: fleet) }
      return false
    }
  }

  /// Notes that a cluster will not ask again: no guard keeps a place for it any more.
  mutating func withdrawOffers(to cluster: ClusterID) {
    settleOffers(to: cluster)
    stopKeepingLeases(for: cluster)
  }

  private mutating func stopKeepingLeases(for cluster: ClusterID) {
    for index in budgets.indices { budgets[index].stopKeeping(for: cluster, fleet: fleet) }
  }

  /// Notes that a cluster has asked again: it holds a place, or waits for one anew.
  private mutating func settleOffers(to cluster: ClusterID) {
    for index in limits.indices { limits[index].settleOffer(to: cluster) }
    for index in places.indices { places[index].settleOffer(to: cluster) }
    for index in headrooms.indices { headrooms[index].settleOffer(to: cluster, fleet: fleet) }
    for index in budgets.indices { budgets[index].settleOffer(to: cluster) }
  }

  // MARK: Clusters of this rollout

  /// Takes in what has become of a cluster in this rollout.
  mutating func see(_ cluster: ClusterID, status: FleetStatus) {
    guard guarded.hasRules else { return }
    let isUnderWay = status[cluster].isUnderWay
    let isStart = isUnderWay && status[cluster].asked.revision == .target
    setInFlight(cluster, isUnderWay, isStart: isStart)
    if isStart {
      for index in budgets.indices { budgets[index].take(cluster, fleet: fleet) }
    }
    for index in headrooms.indices { headrooms[index].see(cluster, status: status) }
    guard !status.isPending(cluster), !status[cluster].canBeSent, !status[cluster].mayShowMore,
      !status[cluster].mayTryAgain
    else { return }
    guarded.unpark(cluster)
    withdrawOffers(to: cluster)
  }

  /// Takes in that a cluster has fallen silent or is heard again.
  ///
  /// Only headroom hangs on that; one that waits is looked at with whatever is seen of it, for it
  /// may have no more to wait for.
  mutating func seeReach(of cluster: ClusterID, status: FleetStatus) {
    guard looksAtReach, !headrooms.isEmpty || guarded.isWaiting(cluster) else { return }
    see(cluster, status: status)
  }

  /// Whether it matters to guards which clusters are silent.
  @inline(__always)
  var looksAtReach: Bool { !headrooms.isEmpty || guarded.waitingCount > 0 }

  /// Counts a cluster as in flight or no longer so.
  ///
  /// One that goes back is not for a calendar to pause. If it was noted, a look while it is under
  /// way would plan for the next window, and one afterwards would not.
  private mutating func setInFlight(_ cluster: ClusterID, _ isInFlight: Bool, isStart: Bool) {
    guard guarded.setInFlight(cluster, isInFlight) else { return }
    let change = isInFlight ? 1 : -1
    for index in limits.indices { limits[index].count(cluster, change, fleet: fleet) }
    for index in places.indices { places[index].count(cluster, Int64(change), fleet: fleet) }
    if isStart {
      for index in calendars.indices { calendars[index].note(cluster, fleet: fleet) }
    }
    if !isInFlight {
      for index in budgets.indices { budgets[index].finish(cluster, fleet: fleet) }
    }
  }

  /// Has no cluster wait any more: who decides from now on asks for others.
  ///
  /// O(n) in the clusters.
  mutating func forgetWaiting() {
    guard guarded.hasRules else { return }
    for cluster in fleet.clusters {
      guarded.unpark(cluster)
      withdrawOffers(to: cluster)
    }
  }

  /// Clusters for which a limit has room again.
  mutating func releaseNext() -> [ClusterID] {
    var released: [ClusterID] = []
    for index in limits.indices { released += limits[index].releaseNext(of: guarded) }
    for index in places.indices { released += places[index].release(guarded) }
    for index in headrooms.indices { released += headrooms[index].release(guarded) }
    for index in budgets.indices { released += budgets[index].release(guarded) }
    return released.isEmpty ? released : unpark(released)
  }

  /// Those of some clusters that still wait; from now on they do not.
  mutating func unpark(_ clusters: [ClusterID]) -> [ClusterID] {
    clusters.filter { cluster in
      defer { guarded.unpark(cluster) }
      return guarded.isWaiting(cluster)
    }
  }
}
