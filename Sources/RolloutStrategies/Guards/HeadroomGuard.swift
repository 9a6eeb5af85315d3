import Determinism

/// What a domain can spare: the demand of clusters that are in flight or down must fit on those
/// that serve.
///
/// A cluster in flight counts as serving nothing, however its pods are replaced: the guard errs on
/// the side of its users. A cluster that is down already may be updated, since that takes nothing
/// away. Clusters outside the fleet have neither demand nor capacity.
struct HeadroomGuard: Codable, Equatable, Sendable {
  /// What a cluster adds to its domain.
  private enum Part: UInt8, Codable {
    /// Nothing: it is not in the fleet, or the guard does not apply to it.
    case outside
    /// Its capacity and its demand.
    case serving
    /// Its demand alone.
    case out
  }

  let position: Int
  private let rule: HeadroomRule
  private let dimension: Int?
  private let test: ClusterTest
  private var partOf: Column<ClusterID, Part>
  /// Capacity that can be spared, by domain; the last is that of clusters outside all of them.
  private var places: KeyedPlaces
  /// Clusters that went down while they may have waited: their update takes nothing away any more.
  private var wentDown: [ClusterID] = []

  init(_ policy: GuardPolicy, at position: Int, headroom rule: HeadroomRule, fleet: Fleet) {
    self.position = position
    self.rule = rule
    test = fleet.resolve(policy.clusters)
    dimension = rule.level.flatMap { level in
      fleet.dimensions.firstIndex { $0.name == level }
    }
    let domains = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    places = KeyedPlaces(Array(repeating: 0, count: domains), clusterCount: fleet.count)
    partOf = Column(repeating: .outside, count: fleet.count)
    for cluster in fleet.clusters { set(cluster, .serving, fleet: fleet) }
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    guard partOf[cluster] == .serving else { return true }
    return fleet.capacity(of: cluster) <= places.left[domain(of: cluster, fleet: fleet)]
  }

  /// Puts a refused cluster aside until its domain can spare it.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    places.park(
      cluster, needing: fleet.capacity(of: cluster), under: domain(of: cluster, fleet: fleet))
  }

  /// Notes that a cluster was allowed to start.
  mutating func reserve(_ cluster: ClusterID, fleet: Fleet) {
    if partOf[cluster] == .serving { set(cluster, .out, fleet: fleet) }
  }

  /// Takes in what is known of a cluster.
  mutating func see(_ cluster: ClusterID, status: FleetStatus) {
    let known = status[cluster]
    let isOut =
      known.isUnderWay || status.isSilent(cluster) || known.observed.health == .bad
      || known.observed.phase == .failed
    let part: Part = known.isMember ? (isOut ? .out : .serving) : .outside
    if isOut, partOf[cluster] == .serving { wentDown.append(cluster) }
    set(cluster, part, fleet: status.fleet)
  }

  /// Notes that a cluster was asked for again, or cannot be any more.
  mutating func settleOffer(to cluster: ClusterID, fleet: Fleet) {
    places.settleOffer(to: cluster, needing: fleet.capacity(of: cluster))
  }

  /// Clusters that can be spared again, or need not be spared any more.
  mutating func release(_ guarded: GuardedClusters) -> [ClusterID] {
    var released = places.release(guarded, for: position)
    guard !wentDown.isEmpty else { return released }
    for cluster in wentDown
    where guarded.isWaiting(cluster, for: position) && !released.contains(cluster)
      && partOf[cluster] != .serving
    {
      released.append(cluster)
    }
    wentDown.removeAll()
    return released
  }

  private mutating func set(_ cluster: ClusterID, _ part: Part, fleet: Fleet) {
    guard partOf[cluster] != part, test.chooses(cluster, of: fleet) else { return }
    let spared = spared(cluster, part, fleet) - spared(cluster, partOf[cluster], fleet)
    partOf[cluster] = part
    places.take(-spared, under: domain(of: cluster, fleet: fleet))
  }

  /// What a cluster adds to what its domain can spare; below 0 when it needs others.
  private func spared(_ cluster: ClusterID, _ part: Part, _ fleet: Fleet) -> Int64 {
    let demand = fleet.demand(of: cluster)
    let wanted = demand + Int64(rule.reserve.of(Int(demand), rounded: .up))
    switch part {
    case .outside: return 0
    case .serving: return fleet.capacity(of: cluster) - wanted
    case .out: return -wanted
    }
  }

  private func domain(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard let dimension else { return places.left.count - 1 }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? places.left.count - 1 : Int(value)
  }
}
