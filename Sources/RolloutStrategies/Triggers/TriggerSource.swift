import Determinism

/// One rollout that another waits for: which of its clusters count, and which scopes are satisfied.
struct TriggerSource: Codable, Equatable, Sendable {
  private struct Timer: Codable, Equatable, Comparable {
    var at: Instant
    var scope: Int

    static func < (a: Timer, b: Timer) -> Bool { a.at != b.at ? a.at < b.at : a.scope < b.scope }
  }

  /// Whether and how a cluster of the source counts.
  private enum Part: UInt8, Codable {
    /// It is not in the source rollout, or not a member of the fleet.
    case outside
    /// It has yet to reach the state.
    case missing
    /// It has reached the state.
    case counted
  }

  /// The position of the source rollout in the planner.
  let rollout: Int
  /// Its name.
  var name: String { policy.rollout }
  private let policy: TriggerPolicy.Source
  private let members: ClusterTest
  private let scopes: TriggerScopes
  /// How the waiting rollout goes back with this one; nil: it does not.
  var rollback: FollowedRollback?
  private var part: Column<ClusterID, Part>
  /// By scope: clusters of the source, those that count, and how many must.
  private var total: [Int32]
  private var have: [Int32]
  private var need: [Int32]
  /// By scope: when the last of the clusters that were needed came to count.
  private var since: [Instant]
  private var parked: ParkedClusters
  private var timers = Heap<Timer>()

  init(
    _ policy: TriggerPolicy.Source, rollout: Int, members: ClusterTest, fleet: Fleet
  ) {
    self.policy = policy
    self.rollout = rollout
    self.members = members
    scopes = TriggerScopes(policy.scope, fleet: fleet)
    rollback = policy.onRollback == .rollBack ? FollowedRollback(scopes, fleet: fleet) : nil
    part = Column(repeating: .outside, count: fleet.count)
    total = Array(repeating: 0, count: scopes.count)
    have = total
    need = total
    since = Array(repeating: .distantPast, count: scopes.count)
    parked = ParkedClusters(keys: scopes.count)
    for cluster in fleet.clusters where members.chooses(cluster, of: fleet) {
      part[cluster] = .missing
      total[scope(of: cluster, fleet: fleet)] += 1
    }
    for scope in need.indices { updateNeed(scope) }
  }

  /// Takes in the source rollout's status of one cluster.
  ///
  /// - Returns: clusters that may have become free to start.
  mutating func see(_ cluster: ClusterID, status: FleetStatus, at now: Instant) -> [ClusterID] {
    let old = part[cluster]
    let new = judge(cluster, status: status)
    guard old != new else { return [] }
    part[cluster] = new
    let scope = scope(of: cluster, fleet: status.fleet)
    let wasFulfilled = have[scope] >= need[scope]
    have[scope] += (new == .counted ? 1 : 0) - (old == .counted ? 1 : 0)
    total[scope] += (new == .outside ? 0 : 1) - (old == .outside ? 0 : 1)
    if new == .outside || old == .outside { updateNeed(scope) }
    guard !wasFulfilled else { return [] }
    if new == .counted { since[scope] = max(since[scope], status[cluster].observed.since) }
    guard have[scope] >= need[scope] else { return [] }
    guard !isOpen(scope, at: now) else { return parked.release(scope) }
    timers.push(Timer(at: since[scope] + policy.soak, scope: scope))
    return []
  }

  private func judge(_ cluster: ClusterID, status: FleetStatus) -> Part {
    let isMember = status[cluster].isMember && members.chooses(cluster, of: status.fleet)
    guard isMember else { return .outside }
    let observed = status[cluster].observed
    switch policy.state {
    case .launched:
      return observed.isAvailableAtTarget || part[cluster] == .counted ? .counted : .missing
    case .available:
      let asked = status[cluster].asked
      let isTakenBack = asked.generation > 0 && asked.revision == .previous
      let counts =
        observed.isAvailableAtTarget && observed.health != .bad && !isTakenBack
        && !status.isSilent(cluster)
      return counts ? .counted : .missing
    }
  }

  /// Lets go of the clusters whose wait is over by now.
  mutating func release(at now: Instant) -> [ClusterID] {
    var released: [ClusterID] = []
    while let timer = timers.min, timer.at <= now {
      _ = timers.popMin()
      if isOpen(timer.scope, at: now) { released += parked.release(timer.scope) }
    }
    return released
  }

  /// When time next lets a cluster go.
  var nextChange: Instant? { timers.min?.at }

  /// Whether a cluster of the waiting rollout may start as far as this source is concerned.
  func allows(_ cluster: ClusterID, fleet: Fleet, at now: Instant) -> Bool {
    isOpen(scope(of: cluster, fleet: fleet), at: now)
  }

  /// Puts a refused cluster aside until its scope is satisfied.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked.park(cluster, under: scope(of: cluster, fleet: fleet))
  }

  private func isOpen(_ scope: Int, at now: Instant) -> Bool {
    have[scope] >= need[scope] && (need[scope] == 0 || since[scope] + policy.soak <= now)
  }

  private mutating func updateNeed(_ scope: Int) {
    need[scope] = Int32(policy.share.of(Int(total[scope]), rounded: .up))
  }

  private func scope(of cluster: ClusterID, fleet: Fleet) -> Int {
    scopes.scope(of: cluster, fleet: fleet)
  }
}
