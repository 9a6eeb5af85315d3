import Determinism

/// One planner's side of a coordination budget: leases asked for, granted and given back.
///
/// Each start takes a lease, which goes back when the cluster has answered; a lease that finds no
/// use within the step in which it arrives goes back at once. Whoever waits asks for one lease a
/// cluster. All numbers only grow, so that a message that comes twice or late changes nothing.
///
/// A cluster that needs leases of several budgets keeps the first while it waits for the next: if
/// it gave that back, it would get the one and the other in turn and never both. Every planner
/// takes them in the order of the budgets' names, so that nobody keeps one that another waits for
/// while it waits for that one's.
///
/// A cluster may come in flight without a lease: it left in the midst of its update and came back,
/// or somebody else had started it. Then the next leases that are granted are owed for it, and
/// until then nothing is started.
struct BudgetGuard: Codable, Equatable, Sendable {
  let position: Int
  private let dimension: Int?
  private let test: ClusterTest
  /// By domain: leases ever asked for, granted and given back.
  private var asked: [Int64]
  private var granted: [Int64]
  private var returned: [Int64]
  /// Leases that are free and were not given back yet, by domain.
  private var ended: [Int64]
  /// Leases at hand, by domain, and who waits for one.
  private var places: KeyedPlaces
  /// Whether each cluster has taken a lease.
  private var hasLease: Column<ClusterID, Bool>
  /// Clusters that keep a lease while they wait for one of another budget.
  private var keepers: [ClusterID] = []
  /// Clusters to which a lease was offered in this step.
  private var offers: [ClusterID] = []
  /// Domains that may have something to tell.
  private var touched: [Int] = []

  init(_ policy: GuardPolicy, at position: Int, budget rule: BudgetRule, fleet: Fleet) {
    self.position = position
    test = fleet.resolve(policy.clusters)
    dimension = rule.level.flatMap { level in
      fleet.dimensions.firstIndex { $0.name == level }
    }
    let domains = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    asked = Array(repeating: 0, count: domains)
    granted = asked
    returned = asked
    ended = asked
    places = KeyedPlaces(asked, clusterCount: fleet.count)
    hasLease = Column(repeating: false, count: fleet.count)
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    guard test.chooses(cluster, of: fleet) else { return true }
    return places.left[domain(of: cluster, fleet: fleet)] > 0 || keepers.contains(cluster)
  }

  /// Has a cluster keep a lease while it waits for one of another budget.
  mutating func keep(for cluster: ClusterID, fleet: Fleet) {
    guard test.chooses(cluster, of: fleet), !hasLease[cluster], !keepers.contains(cluster) else {
      return
    }
    keepers.append(cluster)
    places.take(1, under: domain(of: cluster, fleet: fleet))
  }

  /// Frees the lease that a cluster keeps, if it does.
  mutating func stopKeeping(for cluster: ClusterID, fleet: Fleet) {
    guard let index = keepers.firstIndex(of: cluster) else { return }
    keepers.remove(at: index)
    let domain = domain(of: cluster, fleet: fleet)
    places.take(-1, under: domain)
    touched.append(domain)
  }

  /// Puts a refused cluster aside until a lease is granted, and asks for one.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    let domain = domain(of: cluster, fleet: fleet)
    places.park(cluster, needing: 1, under: domain)
    touched.append(domain)
  }

  /// Takes a lease for a cluster that is in flight from now on; where there is none, it is owed.
  mutating func take(_ cluster: ClusterID, fleet: Fleet) {
    guard !hasLease[cluster], test.chooses(cluster, of: fleet) else { return }
    stopKeeping(for: cluster, fleet: fleet)
    hasLease[cluster] = true
    let domain = domain(of: cluster, fleet: fleet)
    places.take(1, under: domain)
    if places.left[domain] < 0 { touched.append(domain) }
  }

  /// Gives the lease of a cluster back that is in flight no longer.
  mutating func finish(_ cluster: ClusterID, fleet: Fleet) {
    guard hasLease[cluster] else { return }
    hasLease[cluster] = false
    let domain = domain(of: cluster, fleet: fleet)
    if places.left[domain] < 0 {
      places.take(-1, under: domain)
    } else {
      ended[domain] += 1
    }
    touched.append(domain)
  }

  /// Takes in how many leases were ever granted.
  mutating func grant(_ total: Int64, in domain: Int) {
    guard granted.indices.contains(domain), total > granted[domain] else { return }
    places.take(granted[domain] - total, under: domain)
    granted[domain] = total
    touched.append(domain)
  }

  /// Notes that a cluster was asked for again, or cannot be any more.
  mutating func settleOffer(to cluster: ClusterID) {
    places.settleOffer(to: cluster, needing: 1)
  }

  /// Clusters for which there is a lease.
  mutating func release(_ guarded: GuardedClusters) -> [ClusterID] {
    let released = places.release(guarded, for: position)
    offers += released
    return released
  }

  /// Gives unused leases back and asks for those that clusters wait for.
  ///
  /// `mayAsk` is false while nothing would be started; what is owed is asked for all the same.
  ///
  /// - Returns: what the coordinator is to be told, by domains.
  mutating func settle(mayAsk: Bool, fleet: Fleet) -> [BudgetClaim] {
    if !mayAsk { for cluster in keepers { stopKeeping(for: cluster, fleet: fleet) } }
    guard !touched.isEmpty else { return [] }
    for cluster in offers { places.settleOffer(to: cluster, needing: 1) }
    offers.removeAll()
    touched.sort()
    let domains = touched.indices.filter { $0 == 0 || touched[$0] != touched[$0 - 1] }
      .map { touched[$0] }
    touched.removeAll()
    return domains.compactMap { settle($0, mayAsk: mayAsk) }
  }

  /// What the coordinator was told last, where it has not granted all that was asked for.
  var openClaims: [BudgetClaim] {
    asked.indices.filter { asked[$0] > granted[$0] }.map { domain in
      BudgetClaim(
        rule: position, domain: domain, asked: asked[domain], returned: returned[domain])
    }
  }

  private mutating func settle(_ domain: Int, mayAsk: Bool) -> BudgetClaim? {
    let before = (asked[domain], returned[domain])
    let unused = max(0, places.left[domain])
    let owed = max(0, -places.left[domain])
    places.take(unused, under: domain)
    returned[domain] += ended[domain] + unused
    ended[domain] = 0
    let waiting = Int64(places.waitingCount(domain))
    asked[domain] = max(asked[domain], granted[domain] + owed + (mayAsk ? waiting : 0))
    if !mayAsk, waiting > 0 { touched.append(domain) }
    guard before != (asked[domain], returned[domain]) else { return nil }
    return BudgetClaim(
      rule: position, domain: domain, asked: asked[domain], returned: returned[domain])
  }

  private func domain(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard let dimension else { return asked.count - 1 }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? asked.count - 1 : Int(value)
  }
}
