import Determinism

/// Which rule each cluster waits for, and how many wait for each.
///
/// A rule is known by its position among the rollout's guards; what comes after them is its
/// trigger.
struct WaitingClusters: Codable, Equatable, Sendable {
  /// The rule of each cluster, counted from 1; 0: it waits for none.
  ///
  /// Shape: one per cluster, none without rules.
  private var ruleOf: Column<ClusterID, UInt16>
  private var counts: [Int]

  init(rules: Int, clusterCount: Int) {
    precondition(rules < Int(UInt16.max), "\(rules) guards and triggers of one rollout")
    ruleOf = Column(repeating: 0, count: rules == 0 ? 0 : clusterCount)
    counts = Array(repeating: 0, count: rules)
  }

  /// Whether there is anything to wait for.
  var hasRules: Bool { ruleOf.count > 0 }

  /// Whether a cluster waits.
  subscript(cluster: ClusterID) -> Bool { ruleOf[cluster] != 0 }

  /// Whether a cluster waits for a rule.
  subscript(cluster: ClusterID, for rule: Int) -> Bool { Int(ruleOf[cluster]) == rule + 1 }

  /// Clusters that wait for a rule.
  func count(_ rule: Int) -> Int { counts[rule] }

  /// Notes that a cluster waits for a rule.
  mutating func insert(_ cluster: ClusterID, for rule: Int) {
    remove(cluster)
    ruleOf[cluster] = UInt16(rule + 1)
    counts[rule] += 1
  }

  /// Notes that a cluster waits no longer.
  mutating func remove(_ cluster: ClusterID) {
    guard ruleOf[cluster] != 0 else { return }
    counts[Int(ruleOf[cluster]) - 1] -= 1
    ruleOf[cluster] = 0
  }
}
