import Determinism

/// At most so many domains of a level in flight: who is, and who waits.
///
/// A domain is in flight from the start of its first cluster until each of its clusters has reported its update
/// finished, well or badly.
struct DomainLimitGuard: Codable, Equatable, Sendable {
  let name: String
  private let atMost: Int
  private let dimension: Int?
  private let test: ClusterTest
  /// Clusters in flight, by domain; the last entry is for clusters outside all domains.
  private var inFlight: [Int]
  private var openDomains = 0
  private var parked: [[ClusterID]]
  private var waiting = Heap<Int>()

  init(name: String, rule: DomainLimitRule, test: ClusterTest, fleet: Fleet) {
    self.name = name
    self.test = test
    atMost = rule.atMost
    dimension = fleet.dimensions.firstIndex { $0.name == rule.level }
    let domains = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    inFlight = Array(repeating: 0, count: domains)
    parked = Array(repeating: [], count: domains)
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    guard let domain = domain(of: cluster, fleet: fleet) else { return true }
    return inFlight[domain] > 0 || openDomains < atMost
  }

  /// Notes that a cluster starts.
  mutating func note(_ cluster: ClusterID, fleet: Fleet) {
    guard let domain = domain(of: cluster, fleet: fleet) else { return }
    if inFlight[domain] == 0 { openDomains += 1 }
    inFlight[domain] += 1
  }

  /// Notes that a cluster that had started is no longer in flight.
  mutating func finished(_ cluster: ClusterID, fleet: Fleet) {
    guard let domain = domain(of: cluster, fleet: fleet), inFlight[domain] > 0 else { return }
    inFlight[domain] -= 1
    if inFlight[domain] == 0 { openDomains -= 1 }
  }

  /// Puts a refused cluster aside until its domain may be started.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    guard let domain = domain(of: cluster, fleet: fleet) else { return }
    if parked[domain].isEmpty { waiting.push(domain) }
    parked[domain].append(cluster)
  }

  /// The clusters of the next waiting domain, if there is room for one more domain.
  mutating func releaseNext() -> [ClusterID] {
    guard openDomains < atMost, let domain = waiting.popMin() else { return [] }
    defer { parked[domain].removeAll() }
    return parked[domain]
  }

  /// Clusters that wait.
  var parkedCount: Int { parked.reduce(0) { $0 + $1.count } }

  private func domain(of cluster: ClusterID, fleet: Fleet) -> Int? {
    guard let dimension, test.chooses(cluster, of: fleet) else { return nil }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? inFlight.count - 1 : Int(value)
  }
}
