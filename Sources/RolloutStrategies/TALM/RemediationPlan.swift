import Determinism

/// The batches of a ClusterGroupUpgrade, fixed when it begins.
package struct RemediationPlan: Codable, Equatable, Sendable {
  /// A cluster that is named and not there, or a canary that is not among the clusters.
  package struct UnknownCluster: Error {
    /// Its name.
    package var name: String
  }

  /// The clusters, batch by batch.
  package private(set) var order: [ClusterID] = []
  /// Where each batch begins in `order`; the last entry is the end.
  package private(set) var bounds: [Int] = [0]
  /// The number of batches that are a canary.
  package private(set) var canaryCount = 0

  /// A plan without batches.
  init() {}

  /// Makes the batches: canaries one by one, then the others in their order.
  ///
  /// Clusters that are compliant already are in no batch.
  ///
  /// - Parameters:
  ///   - policy: the settings.
  ///   - fleet: the clusters.
  ///   - isThere: whether a cluster is managed and may be chosen.
  ///   - isCompliant: whether a cluster has nothing to be done to it.
  /// - Throws: the name of a cluster that is not there.
  package init(
    _ policy: TALMPolicy, in fleet: Fleet, isThere: (ClusterID) -> Bool,
    isCompliant: (ClusterID) -> Bool
  ) throws(UnknownCluster) {
    let clusters = try Self.clusters(policy, in: fleet, isThere: isThere)
    var isListed = Column<ClusterID, Bool>(repeating: false, count: fleet.count)
    for cluster in clusters { isListed[cluster] = true }
    for name in policy.canaries {
      guard let canary = fleet.cluster(named: name), isListed[canary] else {
        throw UnknownCluster(name: name)
      }
      isListed[canary] = false
      guard !isCompliant(canary) else { continue }
      append([canary])
      canaryCount += 1
    }
    let rest = clusters.filter { isListed[$0] && !isCompliant($0) }
    for start in stride(from: 0, to: rest.count, by: max(1, policy.maxConcurrency)) {
      append(rest[start...].prefix(max(1, policy.maxConcurrency)))
    }
  }

  /// The clusters of an upgrade: the named ones as they are named, then those that selectors match,
  /// by name; each once.
  private static func clusters(
    _ policy: TALMPolicy, in fleet: Fleet, isThere: (ClusterID) -> Bool
  ) throws(UnknownCluster) -> [ClusterID] {
    var isTaken = Column<ClusterID, Bool>(repeating: false, count: fleet.count)
    var clusters: [ClusterID] = []
    for name in policy.clusters {
      guard let cluster = fleet.cluster(named: name), isThere(cluster) else {
        throw UnknownCluster(name: name)
      }
      guard !isTaken[cluster] else { continue }
      isTaken[cluster] = true
      clusters.append(cluster)
    }
    let tests = policy.selectors.map { fleet.resolve($0) }
    let matches = Array(fleet.clusters).filter { cluster in
      !isTaken[cluster] && isThere(cluster)
        && tests.contains { $0.chooses(cluster, of: fleet) }
    }
    return clusters + fleet.byName(matches)
  }

  private mutating func append(_ batch: some Sequence<ClusterID>) {
    order += batch
    bounds.append(order.count)
  }

  /// The number of batches.
  package var count: Int { bounds.count - 1 }
  /// The clusters of a batch, in order.
  package func clusters(of batch: Int) -> ArraySlice<ClusterID> {
    order[bounds[batch]..<bounds[batch + 1]]
  }
}

extension Fleet {
  /// The cluster with a name; nil: there is none.
  fileprivate func cluster(named name: String) -> ClusterID? {
    names.index(of: name).map { ClusterID(offset: $0) }
  }
}
