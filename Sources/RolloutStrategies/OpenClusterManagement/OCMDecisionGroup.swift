public import Determinism

/// How a Placement cuts its clusters into decision groups.
///
/// - Source: OCM API `cluster.open-cluster-management.io/v1beta1` `Placement`,
///   `spec.decisionStrategy.groupStrategy`.
public struct OCMGroupStrategy: Codable, Hashable, Sendable {
  /// A rule that makes groups of a name.
  public struct Rule: Codable, Hashable, Sendable {
    /// The groups' name.
    public var name: String
    /// The clusters that are in them, of those that no earlier rule took.
    public var clusters: Selector

    /// States a rule.
    public init(name: String, clusters: Selector) {
      self.name = name
      self.clusters = clusters
    }
  }

  /// The most clusters of a group; a percentage is of all selected clusters.
  public var clustersPerGroup: OCMLimit
  /// The rules, in order.
  public var rules: [Rule]

  /// States how; all clusters form one group unless told otherwise.
  public init(clustersPerGroup: OCMLimit = .share(.one), rules: [Rule] = []) {
    self.clustersPerGroup = clustersPerGroup
    self.rules = rules
  }
}

/// Clusters that a Placement has put together.
package struct OCMDecisionGroup: Codable, Equatable, Sendable {
  package var key: OCMGroupKey
  /// Its clusters, by name.
  package var clusters: [OCMRank]

  /// States a group; its clusters are put in order.
  package init(_ key: OCMGroupKey, _ clusters: [OCMRank]) {
    self.key = key
    self.clusters = clusters.sorted()
  }

  /// The groups of some clusters.
  ///
  /// Positions number them, so that a cluster that comes or goes may shift others to another group.
  ///
  /// - Parameters:
  ///   - strategy: how the clusters are cut.
  ///   - clusters: the selected clusters, by name, each with the first rule that takes it, or with
  ///     the number of rules.
  /// - Returns: the groups by index; one without clusters when there are none.
  /// - Throws: when the size of groups is refused.
  /// - Source: OCM placement controller, decision groups.
  package static func groups(
    _ strategy: OCMGroupStrategy, of clusters: [(cluster: OCMRank, rule: Int)]
  ) throws(OCMUnreadable) -> [OCMDecisionGroup] {
    let size = max(
      1, try strategy.clustersPerGroup.size(of: clusters.count, else: clusters.count))
    var taken = Array(repeating: [OCMRank](), count: strategy.rules.count + 1)
    for (cluster, rule) in clusters { taken[rule].append(cluster) }
    var groups: [OCMDecisionGroup] = []
    for (rule, clusters) in taken.enumerated() {
      let name = rule < strategy.rules.count ? strategy.rules[rule].name : ""
      for start in stride(from: 0, to: clusters.count, by: size) {
        let key = OCMGroupKey(name: name, index: groups.count)
        groups.append(OCMDecisionGroup(key, Array(clusters[start...].prefix(size))))
      }
    }
    return groups.isEmpty ? [OCMDecisionGroup(OCMGroupKey(), [])] : groups
  }
}
