import Determinism

/// At most so many domains of a level in flight: who is, and who waits.
///
/// A domain is in flight from the start of its first cluster until each of its clusters has
/// reported its update finished, well or badly. A domain whose waiting clusters were released holds
/// its place until each of them was asked for again: otherwise a strategy that has no slot left
/// would be handed one domain after the other.
struct DomainLimitGuard: Codable, Equatable, Sendable {
  let position: Int
  private let atMost: Int
  private let dimension: Int?
  private let test: ClusterTest
  /// Clusters in flight, by domain; the last entry is for clusters outside all domains.
  private var inFlight: [Int]
  /// Clusters that were released and not asked for since, by domain.
  private var offered: [Int]
  /// The domain of each cluster that was released and not asked for since, or `noOffer`.
  private var offerOf: Column<ClusterID, UInt32>
  /// Domains with clusters in flight or on offer.
  private var takenDomains = 0
  private var parked: ParkedClusters
  private var waiting = Heap<Int>()

  private static let noOffer = UInt32.max

  init(_ policy: GuardPolicy, at position: Int, limit: DomainLimitRule, fleet: Fleet) {
    self.position = position
    test = fleet.resolve(policy.clusters)
    atMost = limit.atMost
    dimension = fleet.dimensions.firstIndex { $0.name == limit.level }
    let domains = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    inFlight = Array(repeating: 0, count: domains)
    offered = inFlight
    offerOf = Column(repeating: Self.noOffer, count: fleet.count)
    parked = ParkedClusters(keys: domains)
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    guard let domain = domain(of: cluster, fleet: fleet) else { return true }
    return isTaken(domain) || takenDomains < atMost
  }

  /// Notes that a cluster is in flight, by adding one, or is no longer, by taking one away.
  mutating func count(_ cluster: ClusterID, _ change: Int, fleet: Fleet) {
    guard let domain = domain(of: cluster, fleet: fleet) else { return }
    let wasTaken = isTaken(domain)
    inFlight[domain] += change
    recount(domain, wasTaken: wasTaken)
  }

  /// Notes that a cluster was asked for again, or cannot be any more.
  mutating func settleOffer(to cluster: ClusterID) {
    guard offerOf[cluster] != Self.noOffer else { return }
    let domain = Int(offerOf[cluster])
    offerOf[cluster] = Self.noOffer
    offered[domain] -= 1
    recount(domain, wasTaken: true)
  }

  /// Puts a refused cluster aside until its domain may be started.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    guard let domain = domain(of: cluster, fleet: fleet) else { return }
    if parked.isEmpty(domain) { waiting.push(domain) }
    parked.park(cluster, under: domain)
  }

  /// The clusters of the next waiting domain, if there is room for one more domain.
  ///
  /// `guarded` tells whether each cluster waits still.
  mutating func releaseNext(of guarded: GuardedClusters) -> [ClusterID] {
    while takenDomains < atMost, let domain = waiting.popMin() {
      let released = parked.release(domain).filter { guarded.isWaiting($0, for: position) }
      guard !released.isEmpty else { continue }
      let wasTaken = isTaken(domain)
      for cluster in released where offerOf[cluster] == Self.noOffer {
        offerOf[cluster] = UInt32(domain)
        offered[domain] += 1
      }
      recount(domain, wasTaken: wasTaken)
      return released
    }
    return []
  }

  private func isTaken(_ domain: Int) -> Bool { inFlight[domain] > 0 || offered[domain] > 0 }

  private mutating func recount(_ domain: Int, wasTaken: Bool) {
    takenDomains += (isTaken(domain) ? 1 : 0) - (wasTaken ? 1 : 0)
  }

  private func domain(of cluster: ClusterID, fleet: Fleet) -> Int? {
    guard let dimension, test.chooses(cluster, of: fleet) else { return nil }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? inFlight.count - 1 : Int(value)
  }
}
