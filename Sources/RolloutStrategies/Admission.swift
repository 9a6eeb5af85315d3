import Determinism

/// Where guards and triggers meet strategies: each start is asked for here, and granted or parked.
///
/// A refused cluster is parked under the guard or trigger that refused it. When that changes, the cluster is among the
/// changed ones again; until then nobody looks at it, and it holds no slot.
public struct Admission: Codable, Equatable, Sendable {
  private let fleet: Fleet
  private var calendars: [CalendarGuard]
  private var limits: [DomainLimitGuard]
  private var sources: [TriggerSource]
  private let combination: TriggerPolicy.Combination
  private var now = Instant.distantPast
  /// Starts that were refused so far.
  public private(set) var refusalCount = 0

  /// The guards and triggers of one rollout.
  ///
  /// - Parameter position: the place in the planner of each rollout that a trigger names, with its clusters.
  init(
    _ policy: RolloutPolicy, fleet: Fleet, position: (String) -> (Int, ClusterTest)
  ) {
    self.fleet = fleet
    calendars = []
    limits = []
    for rule in policy.guards {
      let test = fleet.resolve(rule.clusters)
      switch rule.rule {
      case .window(let window):
        calendars.append(
          CalendarGuard(
            name: rule.name, rule: rule.rule, zone: window.timeZone, test: test, fleet: fleet))
      case .freeze(let freeze):
        calendars.append(
          CalendarGuard(
            name: rule.name, rule: rule.rule, zone: freeze.timeZone, test: test, fleet: fleet))
      case .domainLimit(let limit):
        limits.append(DomainLimitGuard(name: rule.name, rule: limit, test: test, fleet: fleet))
      }
    }
    combination = policy.trigger?.require ?? .all
    sources = (policy.trigger?.sources ?? []).map { source in
      let (rollout, members) = position(source.rollout)
      return TriggerSource(source, rollout: rollout, members: members, fleet: fleet)
    }
  }

  /// Reserves a start for a cluster, or parks the cluster.
  ///
  /// - Returns: whether it may start.
  public mutating func start(_ cluster: ClusterID) -> Bool {
    guard isAllowed(cluster) else {
      refusalCount += 1
      return false
    }
    for index in calendars.indices { calendars[index].note(cluster, fleet: fleet) }
    for index in limits.indices { limits[index].note(cluster, fleet: fleet) }
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
      calendars[index].advance(
        to: now, release: { advance.released.append($0) }, pause: { advance.paused.append($0) },
        resume: { advance.resumed.append($0) })
    }
    for index in sources.indices {
      sources[index].advance(to: now) { advance.released.append($0) }
    }
    return advance
  }

  /// Takes in what became known of a cluster in a rollout that this one waits for.
  ///
  /// - Returns: clusters to look at again.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    var released: [ClusterID] = []
    for index in sources.indices where sources[index].rollout == rollout {
      sources[index].see(cluster, status: status, at: now) { released.append($0) }
    }
    return released
  }

  /// Whether this rollout waits for another.
  func waits(for rollout: Int) -> Bool { sources.contains { $0.rollout == rollout } }

  /// Notes that a cluster is no longer in flight.
  mutating func finished(_ cluster: ClusterID) {
    for index in limits.indices { limits[index].finished(cluster, fleet: fleet) }
  }

  /// Notes that a cluster was found in flight when the rollout was taken over.
  mutating func found(_ cluster: ClusterID) {
    for index in limits.indices { limits[index].note(cluster, fleet: fleet) }
  }

  /// Clusters for which a limit has room again.
  mutating func releaseNext() -> [ClusterID] {
    var released: [ClusterID] = []
    for index in limits.indices { released += limits[index].releaseNext() }
    return released
  }

  /// When time next changes something.
  mutating func nextChange() -> Instant? {
    var next = Instant.never
    for index in calendars.indices {
      next = min(next, calendars[index].nextChange(after: now) ?? .never)
    }
    for source in sources { next = min(next, source.nextChange ?? .never) }
    return next == .never ? nil : next
  }
}
