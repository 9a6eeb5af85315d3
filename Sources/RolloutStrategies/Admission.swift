import Determinism

/// Where guards and triggers meet strategies: each start is asked for here, and granted or parked.
///
/// A refused cluster is parked under the guard or trigger that refused it. When that changes, the
/// cluster is among the changed ones again; until then it is refused without another look, and it
/// holds no slot.
public struct Admission: Codable, Equatable, Sendable {
  private let fleet: Fleet
  /// The names of the guards, in the order of the document.
  private let names: [String]
  /// Whether the strategy asks for its starts; if not, they are granted here, and the planner asks
  /// for it and holds back the directives that are refused.
  private let isAsked: Bool
  private var calendars: [CalendarGuard] = []
  private var limits: [DomainLimitGuard] = []
  private var places: [PlaceGuard] = []
  private var sources: [TriggerSource]
  private let combination: TriggerPolicy.Combination
  /// The clusters that wait for a guard or a trigger.
  private var waiting: WaitingClusters
  /// Whether each cluster is in flight, reservations included.
  ///
  /// Shape: one per cluster, none without rules.
  private(set) var isInFlight: Column<ClusterID, Bool>
  private var now = Instant.distantPast
  /// Starts that were refused so far.
  public private(set) var refusalCount = 0

  /// The guards and triggers of one rollout.
  ///
  /// `position` finds the place in the planner of each rollout that a trigger names, with its
  /// clusters.
  init(
    _ policy: RolloutPolicy, fleet: Fleet, position: (String) -> (Int, ClusterTest)
  ) {
    self.fleet = fleet
    names = policy.guards.map(\.name)
    isAsked = policy.strategy.asksForAdmission
    combination = policy.trigger?.require ?? .all
    sources = (policy.trigger?.sources ?? []).map { source in
      let (rollout, members) = position(source.rollout)
      return TriggerSource(source, rollout: rollout, members: members, fleet: fleet)
    }
    let rules = names.count + (sources.isEmpty ? 0 : 1)
    waiting = WaitingClusters(rules: rules, clusterCount: fleet.count)
    isInFlight = Column(repeating: false, count: rules == 0 ? 0 : fleet.count)
    for (position, rule) in policy.guards.enumerated() { add(rule, at: position) }
  }

  private mutating func add(_ policy: GuardPolicy, at position: Int) {
    switch policy.rule {
    case .window, .freeze:
      calendars.append(CalendarGuard(policy, at: position, fleet: fleet))
    case .domainLimit(let rule):
      limits.append(DomainLimitGuard(policy, at: position, limit: rule, fleet: fleet))
    case .domainShare(let rule):
      places.append(PlaceGuard(policy, at: position, share: rule, fleet: fleet))
    case .neighbours(let rule):
      places.append(PlaceGuard(policy, at: position, neighbours: rule, fleet: fleet))
    }
  }

  /// The position of the trigger among the rules: after the guards.
  private var triggerPosition: Int { names.count }

  /// Reserves a start for a cluster, or parks the cluster.
  ///
  /// - Returns: whether it may start.
  public mutating func start(_ cluster: ClusterID) -> Bool {
    guard waiting.hasRules, isAsked else { return true }
    return reserve(cluster)
  }

  /// The same, whoever is to ask.
  mutating func reserve(_ cluster: ClusterID) -> Bool {
    guard waiting.hasRules else { return true }
    guard !waiting[cluster] else { return false }
    let refusing = park(cluster)
    settleOffers(to: cluster)
    if let refusing {
      waiting.insert(cluster, for: refusing)
      refusalCount += 1
      return false
    }
    setInFlight(cluster, true)
    return true
  }

  /// Clusters that wait for a guard or a trigger, by its name.
  public var holds: [(name: String, clusters: Int)] {
    let trigger = sources.isEmpty ? [] : [("after", waiting.count(triggerPosition))]
    return names.indices.map { (names[$0], waiting.count($0)) } + trigger
  }

  /// Puts a cluster aside under the first rule that refuses it.
  ///
  /// - Returns: the rule's position; nil: the cluster may start.
  private mutating func park(_ cluster: ClusterID) -> Int? {
    for index in calendars.indices where !calendars[index].allows(cluster, fleet: fleet, at: now) {
      calendars[index].park(cluster, fleet: fleet)
      return calendars[index].position
    }
    guard isTriggered(cluster) else { return triggerPosition }
    for index in limits.indices where !limits[index].allows(cluster, fleet: fleet) {
      limits[index].park(cluster, fleet: fleet)
      return limits[index].position
    }
    for index in places.indices where !places[index].allows(cluster, fleet: fleet) {
      places[index].park(cluster, fleet: fleet)
      return places[index].position
    }
    return nil
  }

  private mutating func settleOffers(to cluster: ClusterID) {
    for index in limits.indices { limits[index].settleOffer(to: cluster) }
    for index in places.indices { places[index].settleOffer(to: cluster) }
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

  // MARK: What the planner tells it

  /// What the passing of time has changed: clusters to look at again, to pause and to let go on.
  struct Advance {
    var released: [ClusterID] = []
    var paused: [ClusterID] = []
    var resumed: [ClusterID] = []
  }

  /// Moves to an instant.
  mutating func advance(to instant: Instant) -> Advance {
    now = instant
    var advance = Advance()
    for index in calendars.indices {
      advance.released += calendars[index].release(at: now)
      advance.paused += calendars[index].close(at: now, isInFlight: isInFlight)
    }
    for index in calendars.indices {
      for cluster in calendars[index].reopen(at: now) where !isHeldPaused(cluster) {
        advance.resumed.append(cluster)
      }
    }
    for index in sources.indices { advance.released += sources[index].release(at: now) }
    advance.released = unpark(advance.released)
    return advance
  }

  private func isHeldPaused(_ cluster: ClusterID) -> Bool {
    calendars.contains { $0.holdsPaused(cluster, fleet: fleet) }
  }

  /// Takes in what became known of a cluster in a rollout that this one waits for.
  ///
  /// - Returns: clusters to look at again.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    var released: [ClusterID] = []
    for index in sources.indices where sources[index].rollout == rollout {
      released += sources[index].see(cluster, status: status, at: now)
    }
    return unpark(released)
  }

  /// Whether this rollout waits for another.
  func waits(for rollout: Int) -> Bool { sources.contains { $0.rollout == rollout } }

  /// Takes in what has become of a cluster in this rollout.
  mutating func see(_ cluster: ClusterID, status: FleetStatus) {
    guard waiting.hasRules else { return }
    setInFlight(cluster, status[cluster].isUnderWay)
    guard !status.isPending(cluster), !status[cluster].canBeSent else { return }
    waiting.remove(cluster)
    settleOffers(to: cluster)
  }

  private mutating func setInFlight(_ cluster: ClusterID, _ isInFlight: Bool) {
    guard self.isInFlight[cluster] != isInFlight else { return }
    self.isInFlight[cluster] = isInFlight
    for index in limits.indices {
      limits[index].count(cluster, isInFlight ? 1 : -1, fleet: fleet)
    }
    for index in places.indices {
      places[index].count(cluster, isInFlight ? 1 : -1, fleet: fleet)
    }
    guard isInFlight else { return }
    for index in calendars.indices { calendars[index].note(cluster, fleet: fleet) }
  }

  /// Clusters for which a limit has room again.
  mutating func releaseNext() -> [ClusterID] {
    var released: [ClusterID] = []
    for index in limits.indices { released += limits[index].releaseNext(of: waiting) }
    for index in places.indices { released += places[index].release(waiting) }
    return unpark(released)
  }

  /// Those of some clusters that are that still wait; from now on they do not.
  private mutating func unpark(_ clusters: [ClusterID]) -> [ClusterID] {
    clusters.filter { cluster in
      defer { waiting.remove(cluster) }
      return waiting[cluster]
    }
  }

  /// When time next changes something.
  mutating func nextChange() -> Instant? {
    var next = nextTrigger ?? .never
    for index in calendars.indices {
      next = min(next, calendars[index].nextChange(after: now) ?? .never)
    }
    return next == .never ? nil : next
  }

  /// When time next fulfils a trigger.
  var nextTrigger: Instant? { sources.indices.lazy.compactMap { sources[$0].nextChange }.min() }
}
