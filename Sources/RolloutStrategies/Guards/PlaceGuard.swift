import Determinism

/// A limit on how many clusters are in flight under each of the keys that a cluster has: its
/// domain, or the groups of neighbours that it belongs to.
struct PlaceGuard: Codable, Equatable, Sendable {
  /// The keys of each cluster.
  private enum Keys: Codable, Equatable {
    /// The value of a label; the last key is for clusters without it.
    case label(Int, values: Int)
    /// Listed, cluster by cluster: where each cluster's keys begin, and the keys.
    case lists(starts: [UInt32], keys: [UInt32])
  }

  let position: Int
  private let keys: Keys
  private let test: ClusterTest
  private var places: KeyedPlaces

  /// A limit to a share of each domain.
  ///
  /// The share is of the clusters of the domain that the guard applies to, rounded down; at least
  /// one, unless the share is none.
  init(_ policy: GuardPolicy, at position: Int, share rule: DomainShareRule, fleet: Fleet) {
    self.position = position
    let test = fleet.resolve(policy.clusters)
    self.test = test
    let dimension = fleet.dimensions.firstIndex { $0.name == rule.level }
    let values = dimension.map { fleet.dimensions[$0].values.count } ?? 0
    keys = .label(dimension ?? 0, values: dimension == nil ? 0 : values)
    var sizes = Array(repeating: 0, count: values + 1)
    for cluster in fleet.clusters where test.chooses(cluster, of: fleet) {
      let value = dimension.map { fleet.dimensions[$0].valueOf[cluster] } ?? Fleet.Dimension.none
      sizes[value == Fleet.Dimension.none ? values : Int(value)] += 1
    }
    places = KeyedPlaces(
      sizes.map { Int64(rule.places(of: $0)) }, clusterCount: fleet.count)
  }

  /// A limit to so many of each group of neighbours.
  init(_ policy: GuardPolicy, at position: Int, neighbours rule: NeighbourRule, fleet: Fleet) {
    self.position = position
    test = fleet.resolve(policy.clusters)
    let groups = NeighbourGroups(rule, fleet: fleet)
    keys = .lists(starts: groups.starts, keys: groups.keys)
    places = KeyedPlaces(
      Array(repeating: Int64(rule.atMost), count: groups.count), clusterCount: fleet.count)
  }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    fullKey(of: cluster, fleet: fleet) == nil
  }

  /// Puts a refused cluster aside until there is a place under the key that has none.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    guard let key = fullKey(of: cluster, fleet: fleet) else { return }
    places.park(cluster, needing: 1, under: key)
  }

  /// Notes that a cluster is in flight, by adding one, or is no longer, by taking one away.
  mutating func count(_ cluster: ClusterID, _ change: Int64, fleet: Fleet) {
    guard test.chooses(cluster, of: fleet) else { return }
    for place in keyRange(of: cluster) {
      places.take(change, under: key(place, of: cluster, fleet: fleet))
    }
  }

  /// Notes that a cluster was asked for again, or cannot be any more.
  mutating func settleOffer(to cluster: ClusterID) {
    places.settleOffer(to: cluster, needing: 1)
  }

  /// Clusters for which there is a place again.
  mutating func release(_ guarded: GuardedClusters) -> [ClusterID] {
    places.release(guarded, for: position)
  }

  private func fullKey(of cluster: ClusterID, fleet: Fleet) -> Int? {
    guard test.chooses(cluster, of: fleet) else { return nil }
    for place in keyRange(of: cluster) {
      let key = key(place, of: cluster, fleet: fleet)
      if places.left[key] < 1 { return key }
    }
    return nil
  }

  private func keyRange(of cluster: ClusterID) -> Range<Int> {
    switch keys {
    case .label: 0..<1
    case .lists(let starts, _): Int(starts[cluster.offset])..<Int(starts[cluster.offset + 1])
    }
  }

  private func key(_ place: Int, of cluster: ClusterID, fleet: Fleet) -> Int {
    switch keys {
    case .label(let dimension, let values):
      guard values > 0 else { return 0 }
      let value = fleet.dimensions[dimension].valueOf[cluster]
      return value == Fleet.Dimension.none ? values : Int(value)
    case .lists(_, let keys): return Int(keys[place])
    }
  }
}
