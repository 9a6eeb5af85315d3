import Determinism

/// Where guards and triggers meet strategies: each start is asked for here, and granted or parked.
///
/// A refused cluster is parked under the guard or trigger that refused it. When that changes, the
/// cluster is among the changed ones again; until then it is refused without another look, and it
/// holds no slot.
public struct Admission: Codable, Equatable, Sendable {
  private let fleet: Fleet
  private var calendars: [CalendarGuard]
  private var limits: [DomainLimitGuard]
  private var sources: [TriggerSource]
  private let combination: TriggerPolicy.Combination
  /// Whether each cluster waits for a guard or a trigger.
  ///
  /// Shape: one per cluster, none without rules.
  private var isParked: Column<ClusterID, Bool>
  /// Whether each cluster is in flight, reservations included.
  ///
  /// Shape: as above.
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
    calendars = []
    limits = []
    for rule in policy.guards {
      switch rule.rule {
      case .window, .freeze: calendars.append(CalendarGuard(rule, fleet: fleet))
      case .domainLimit(let limit):
        limits.append(DomainLimitGuard(rule, limit: limit, fleet: fleet))
      }
    }
    combination = policy.trigger?.require ?? .all
    sources = (policy.trigger?.sources ?? []).map { source in
      let (rollout, members) = position(source.rollout)
      return TriggerSource(source, rollout: rollout, members: members, fleet: fleet)
    }
    let hasRules = !calendars.isEmpty || !limits.isEmpty || !sources.isEmpty
    isParked = Column(repeating: false, count: hasRules ? fleet.count : 0)
    isInFlight = isParked
  }

  private var hasRules: Bool { isParked.count > 0 }

  /// Reserves a start for a cluster, or parks the cluster.
  ///
  /// - Returns: whether it may start.
  public mutating func start(_ cluster: ClusterID) -> Bool {
    guard hasRules else { return true }
    guard !isParked[cluster] else { return false }
    let isAllowed = isAllowed(cluster)
    for index in limits.indices { limits[index].settleOffer(to: cluster) }
    guard isAllowed else {
      isParked[cluster] = true
      refusalCount += 1
      return false
    }
    setInFlight(cluster, true)
    return true
  }

  /// Clusters that wait for a guard or a trigger, by its name.
  public var holds: [(name: String, clusters: Int)] {
    calendars.map { ($0.name, $0.parkedCount) } + limits.map { ($0.name, $0.parkedCount) }
      + (sources.isEmpty ? [] : [("after", sources.reduce(0) { max($0, $1.parkedCount) })])
  }

  private mutating func isAllowed(_ cluster: ClusterID) -> Bool {
    for index in calendars.indices where !calendars[index].allows(cluster, fleet: fleet, at: now) {
      calendars[index].park(cluster, fleet: fleet)
      return false
    }
    guard isTriggered(cluster) else { return false }
    for index in limits.indices where !limits[index].allows(cluster, fleet: fleet) {
      limits[index].park(cluster, fleet: fleet)
      return false
    }
    return true
  }

  private mutating func isTriggered(_ cluster: ClusterID) -> Bool {
    let waiting = sources.indices.filter { !sources[$0].allows(cluster, fleet: fleet, at: now) }
    switch combination {
    case .all:
      guard let first = waiting.first else { return true }
      sources[first].park(cluster, fleet: fleet)
      return false
    case .any:
      guard !sources.isEmpty, waiting.count == sources.count else { return true }
      for index in waiting { sources[index].park(cluster, fleet: fleet) }
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
    guard hasRules else { return }
    setInFlight(cluster, status.isInFlight(cluster))
    guard !status.isPending(cluster) else { return }
    isParked[cluster] = false
    for index in limits.indices { limits[index].settleOffer(to: cluster) }
  }

  private mutating func setInFlight(_ cluster: ClusterID, _ isInFlight: Bool) {
    guard self.isInFlight[cluster] != isInFlight else { return }
    self.isInFlight[cluster] = isInFlight
    for index in limits.indices {
      limits[index].count(cluster, isInFlight ? 1 : -1, fleet: fleet)
    }
    guard isInFlight else { return }
    for index in calendars.indices { calendars[index].note(cluster, fleet: fleet) }
  }

  /// Clusters for which a limit has room again.
  mutating func releaseNext() -> [ClusterID] {
    var released: [ClusterID] = []
    for index in limits.indices { released += limits[index].releaseNext(of: isParked) }
    return unpark(released)
  }

  /// Those of some clusters that are still parked; from now on they are not.
  private mutating func unpark(_ clusters: [ClusterID]) -> [ClusterID] {
    clusters.filter { cluster in
      defer { isParked[cluster] = false }
      return isParked[cluster]
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

/// Clusters that wait, by the key of what they wait for.
struct ParkedClusters: Codable, Equatable, Sendable {
  private var clusters: [[ClusterID]]
  /// The number of clusters under all keys.
  private(set) var count = 0

  init(keys: Int) { clusters = Array(repeating: [], count: keys) }

  /// Whether none waits under a key.
  func isEmpty(_ key: Int) -> Bool { clusters[key].isEmpty }

  /// Puts a cluster aside under a key.
  mutating func park(_ cluster: ClusterID, under key: Int) {
    clusters[key].append(cluster)
    count += 1
  }

  /// Takes out the clusters under a key, in the order in which they were parked.
  mutating func release(_ key: Int) -> [ClusterID] {
    var released: [ClusterID] = []
    swap(&released, &clusters[key])
    count -= released.count
    return released
  }
}
