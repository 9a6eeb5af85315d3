import Determinism

/// Puts clusters first that together show everything there is to see: every value of every label.
enum Coverage {
  /// Clusters in an order in which each next one adds as many values as any could that are carried
  /// by none before it; the earlier one of several alike, and in the end as they were given.
  ///
  /// O(clusters × labels²).
  /// - Source: the greedy choice for set cover; it takes at most ln(labels) + 1 times as many
  ///   clusters as the fewest that would do.
  static func first(_ clusters: [ClusterID], in fleet: Fleet) -> [ClusterID] {
    first(clusters, in: fleet) { $0 }
  }

  /// The same for whatever stands for a cluster.
  static func first<Item>(
    _ items: [Item], in fleet: Fleet, cluster: (Item) -> ClusterID
  ) -> [Item] {
    var covered = fleet.dimensions.map { Array(repeating: false, count: $0.values.count) }
    var isTaken = Array(repeating: false, count: items.count)
    var taken: [Item] = []
    // What a cluster adds only ever falls, so that one pass finds all that still add so many.
    for wanted in stride(from: fleet.dimensions.count, to: 0, by: -1) {
      for (position, item) in items.enumerated() where !isTaken[position] {
        let cluster = cluster(item)
        let isNew = fleet.dimensions.indices.filter { dimension in
          let value = fleet.dimensions[dimension].valueOf[cluster]
          return value != Fleet.Dimension.none && !covered[dimension][Int(value)]
        }
        guard isNew.count == wanted else { continue }
        for dimension in isNew {
          covered[dimension][Int(fleet.dimensions[dimension].valueOf[cluster])] = true
        }
        isTaken[position] = true
        taken.append(item)
      }
    }
    return taken + items.indices.filter { !isTaken[$0] }.map { items[$0] }
  }
}
