import Determinism

/// Clusters that wait, by the key of what they wait for.
struct ParkedClusters: Codable, Equatable, Sendable {
  private var clusters: [[ClusterID]]

  /// The number of keys.
  var keys: Int { clusters.count }

  init(keys: Int) { clusters = Array(repeating: [], count: keys) }

  /// Whether none waits.
  var isEmpty: Bool { clusters.allSatisfy(\.isEmpty) }

  /// Whether none waits under a key.
  func isEmpty(_ key: Int) -> Bool { clusters[key].isEmpty }

  /// Puts a cluster aside under a key.
  mutating func park(_ cluster: ClusterID, under key: Int) {
    clusters[key].append(cluster)
  }

  /// Takes out the clusters under a key, in the order in which they were parked.
  mutating func release(_ key: Int) -> [ClusterID] {
    var released: [ClusterID] = []
    swap(&released, &clusters[key])
    return released
  }
}
