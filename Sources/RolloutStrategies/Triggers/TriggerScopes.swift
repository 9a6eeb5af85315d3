import Determinism

/// Which clusters belong together for a rollout that waits for another: by cluster, by domain, or
/// all.
struct TriggerScopes: Codable, Equatable, Sendable {
  /// The number of scopes; of domains, the last is for clusters without the label.
  let count: Int
  /// Whether each cluster is a scope of its own.
  let isSameCluster: Bool
  private let dimension: Int?

  init(_ scope: TriggerPolicy.Scope, fleet: Fleet) {
    isSameCluster = scope == .sameCluster
    switch scope {
    case .sameCluster:
      dimension = nil
      count = fleet.count
    case .domain(let level):
      dimension = fleet.dimensions.firstIndex { $0.name == level }
      count = (dimension.map { fleet.dimensions[$0].values.count } ?? 0) + 1
    case .fleet:
      dimension = nil
      count = 1
    }
  }

  /// The scope of a cluster, from 0.
  func scope(of cluster: ClusterID, fleet: Fleet) -> Int {
    guard !isSameCluster else { return cluster.offset }
    guard let dimension else { return 0 }
    let value = fleet.dimensions[dimension].valueOf[cluster]
    return value == Fleet.Dimension.none ? count - 1 : Int(value)
  }
}
