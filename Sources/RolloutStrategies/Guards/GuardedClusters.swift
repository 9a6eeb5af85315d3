import Determinism

/// What the guards of a rollout know of each cluster: whether it is in flight, and which rule it
/// waits for.
///
/// A rule is known by its position among the rollout's guards; what comes after them is its
/// trigger.
struct GuardedClusters: Codable, Equatable, Sendable {
  /// The rule that each cluster waits for, counted from 1, with 0 for none; the highest bit says
  /// that it is in flight.
  ///
  /// Shape: one per cluster, 2 bytes, so that one place in memory holds both; none without rules.
  private var rows: Column<ClusterID, UInt16>
  private var waitingCounts: [Int]
  /// The number of clusters that wait, for whatever rule.
  private(set) var waitingCount = 0
  /// The number of clusters in flight; 0 without rules.
  private(set) var inFlightCount = 0

  private static let inFlight: UInt16 = 1 << 15

  init(rules: Int, clusterCount: Int) {
    precondition(rules < Int(Self.inFlight), "\(rules) guards and triggers of one rollout")
    rows = Column(repeating: 0, count: rules == 0 ? 0 : clusterCount)
    waitingCounts = Array(repeating: 0, count: rules)
  }

  /// Whether there is anything to wait for.
  var hasRules: Bool { rows.count > 0 }

  /// Whether a cluster is in flight, reservations included.
  func isInFlight(_ cluster: ClusterID) -> Bool { rows[cluster] & Self.inFlight != 0 }

  /// Counts a cluster as in flight or no longer so.
  ///
  /// - Returns: whether that is news.
  mutating func setInFlight(_ cluster: ClusterID, _ isInFlight: Bool) -> Bool {
    guard self.isInFlight(cluster) != isInFlight else { return false }
    rows[cluster] ^= Self.inFlight
    inFlightCount += isInFlight ? 1 : -1
    return true
  }

  /// Whether a cluster waits.
  func isWaiting(_ cluster: ClusterID) -> Bool { rule(of: cluster) != 0 }

  /// Whether a cluster waits for a rule.
  func isWaiting(_ cluster: ClusterID, for rule: Int) -> Bool {
    self.rule(of: cluster) == rule + 1
  }

  /// The number of clusters that wait for a rule.
  func waitingCount(_ rule: Int) -> Int { waitingCounts[rule] }

  /// Notes that a cluster waits for a rule.
  mutating func park(_ cluster: ClusterID, for rule: Int) {
    unpark(cluster)
    rows[cluster] |= UInt16(rule + 1)
    waitingCounts[rule] += 1
    waitingCount += 1
  }

  /// Notes that a cluster waits no longer.
  mutating func unpark(_ cluster: ClusterID) {
    let rule = rule(of: cluster)
    guard rule != 0 else { return }
    waitingCounts[rule - 1] -= 1
    waitingCount -= 1
    rows[cluster] &= Self.inFlight
  }

  private func rule(of cluster: ClusterID) -> Int { Int(rows[cluster] & ~Self.inFlight) }
}
