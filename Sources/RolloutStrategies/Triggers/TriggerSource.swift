import Determinism

/// One rollout that another waits for: which of its clusters count, and which scopes are satisfied.
struct TriggerSource: Codable, Equatable, Sendable {
  private struct Timer: Codable, Equatable, Comparable {
    var at: Instant
    var scope: Int

    static func < (a: Timer, b: Timer) -> Bool { a.at != b.at ? a.at < b.at : a.scope < b.scope }
  }

  /// The position of the source rollout in the planner.
  let rollout: Int
  private let policy: TriggerPolicy.Source
  private let dimension: Int?
  private var counts: Column<ClusterID, Bool>
  /// By scope: clusters that count, and how many must.
  private var have: [Int32]
  private var need: [Int32]
  /// By scope: the latest moment at which one of its clusters came to count.
  private var since: [Instant]
  private var parked: [[ClusterID]]
  private var timers = Heap<Timer>()

  init(
    _ policy: TriggerPolicy.Source, rollout: Int, members: ClusterTest, fleet: Fleet
  ) {
    self.policy = policy
    self.rollout = rollout
    let scopes: Int
    switch policy.scope {
    case .sameCluster:
      dimension = nil
      scopes = fleet.count
    case .domain(let level):
      dimension = fleet.dimensions.firstIndex { $0.name == level }
      scopes = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    case .fleet:
      dimension = nil
      scopes = 1
    }
    counts = Column(repeating: false, count: fleet.count)
    have = Array(repeating: 0, count: scopes)
    since = Array(repeating: .distantPast, count: scopes)
    parked = Array(repeating: [], count: scopes)
    need = have
    for cluster in fleet.clusters where members.chooses(cluster, of: fleet) {
      need[scope(of: cluster, fleet: fleet)] += 1
    }
    need = need.map { Int32(policy.share.of(Int($0), rounded: .up)) }
  }

  /// Takes in the source rollout's status of one cluster.
  ///
  /// - Parameter release: called with each cluster that may have become free to start.
  mutating func see(
    _ cluster: ClusterID, status: FleetStatus, at now: Instant, release: (ClusterID) -> Void
  ) {
    let observed = status.observed[cluster]
    let isAvailable = observed.revision == .target && observed.phase == .available
    let isCounted =
      policy.state == .launched
      ? isAvailable || counts[cluster]
      : isAvailable && observed.health != .bad && status.silentSince[cluster] == .never
    guard counts[cluster] != isCounted else { return }
    counts[cluster] = isCounted
    let scope = scope(of: cluster, fleet: status.fleet)
    have[scope] += isCounted ? 1 : -1
    guard isCounted else { return }
    since[scope] = max(since[scope], observed.since)
    guard have[scope] == need[scope] else { return }
    let satisfiedAt = since[scope] + policy.soak
    if satisfiedAt <= now {
      open(scope, release: release)
    } else {
      timers.push(Timer(at: satisfiedAt, scope: scope))
    }
  }

  /// Lets go of the clusters whose wait is over by now.
  mutating func advance(to now: Instant, release: (ClusterID) -> Void) {
    while let timer = timers.min, timer.at <= now {
      _ = timers.popMin()
      if have[timer.scope] >= need[timer.scope] { open(timer.scope, release: release) }
    }
  }

  /// When time next lets a cluster go.
  var nextChange: Instant? { timers.min?.at }

  /// Whether a cluster of the waiting rollout may start as far as this source is concerned.
  func allows(_ cluster: ClusterID, fleet: Fleet, at now: Instant) -> Bool {
    let scope = scope(of: cluster, fleet: fleet)
    return have[scope] >= need[scope] && (need[scope] == 0 || since[scope] + policy.soak <= now)
  }

  /// Puts a refused cluster aside until its scope is satisfied.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked[scope(of: cluster, fleet: fleet)].append(cluster)
  }

  /// Clusters that wait.
  var parkedCount: Int { parked.reduce(0) { $0 + $1.count } }

  private mutating func open(_ scope: Int, release: (ClusterID) -> Void) {
    parked[scope].forEach(release)
    parked[scope].removeAll()
  }

  private func scope(of cluster: ClusterID, fleet: Fleet) -> Int {
    switch policy.scope {
    case .sameCluster: return cluster.offset
    case .fleet: return 0
    case .domain:
      guard let dimension else { return 0 }
      let value = fleet.dimensions[dimension].valueOf[cluster]
      return value == Fleet.Dimension.none ? need.count - 1 : Int(value)
    }
  }
}
