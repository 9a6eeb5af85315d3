import Determinism

@testable import RolloutStrategies

/// What one look at the statuses of all clusters comes to, as it is written down plainly.
struct PlainOCMResult: Equatable {
  /// Clusters that hold a place; those to be applied are applied now.
  var toRollOut: [OCMClusterRollout] = []
  /// Clusters that have passed their deadline; they are left alone.
  var timedOut: [OCMClusterRollout] = []
  /// Statuses of clusters that are in no group any more; their workload is deleted.
  var removed: [OCMClusterRollout] = []
  /// Whether more have failed than is tolerated, so that nothing new begins.
  var isBreached = false
  /// Failed clusters that were tolerated where the look ended.
  var tolerated = 0
  /// The group at which it ended.
  var group = 0

  /// Sorts a cluster into its list.
  ///
  /// - Returns: its status as it counts now.
  mutating func take(_ classification: OCMClassification) -> OCMStatus {
    switch classification {
    case .toRollOut(let cluster): toRollOut.append(cluster)
    case .timedOut(let cluster): timedOut.append(cluster)
    case .neither: break
    }
    return classification.cluster.status
  }

  /// The first instant after now at which time alone changes the result; nil: there is none.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `minRecheckAfter`. The controller of ManifestWorkReplicaSets
  ///   looks every 30 minutes besides, which changes nothing.
  func recheckAt(after now: Instant) -> Instant? {
    toRollOut.lazy.compactMap(\.recheckAt).filter { $0 > now }.min()
  }
}

extension OCMRolloutStrategy {
  /// Decides, from the groups and what is known of the clusters, which are rolled out now.
  ///
  /// O(n log n) in the clusters, as in the system.
  ///
  /// - Parameters:
  ///   - groups: the decision groups. Those whose index is not below their number are not seen,
  ///     except as mandatory ones.
  ///   - existing: the statuses that the caller knows, in its order; at most one per cluster.
  ///   - now: the time.
  /// - Returns: which clusters hold a place, have timed out, or have left.
  /// - Throws: when the library refuses a setting, so that nothing rolls out.
  /// - Source: OCM sdk-go v1.3.0-1, `RolloutHandler.GetRolloutCluster`.
  func plainlyDecide(
    _ groups: [OCMDecisionGroup], existing: [OCMClusterRollout], at now: Instant
  ) throws(OCMUnreadable) -> PlainOCMResult {
    let clock = OCMClock(deadline: try progressDeadline.length(), soak: minSuccessTime, now: now)
    let seen = groups.filter { (0..<groups.count).contains($0.key.index) }
    let current = RankTable(seen.lazy.flatMap(\.clusters), mark: true)
    let known = existing.filter { current[$0.cluster] != nil }
    var result = try plainlyDecide(groups, seen: seen, known: known, clock: clock)
    result.removed = existing.filter { current[$0.cluster] == nil }
    return result
  }

  private func plainlyDecide(
    _ groups: [OCMDecisionGroup], seen: [OCMDecisionGroup], known: [OCMClusterRollout],
    clock: OCMClock
  ) throws(OCMUnreadable) -> PlainOCMResult {
    let total = Self.count(seen)
    if kind == .all {
      let clock = OCMClock(deadline: clock.deadline, soak: .zero, now: clock.now)
      return clock.passOverClusters(of: seen, known: known, slots: total, tolerated: total)
    }
    let tolerated = try maxFailures.size(of: total, else: 0)
    let mandatory = groups.filter { isMandatory($0.key) }
    if !mandatory.isEmpty {
      let first = try clock.passOverGroups(mandatory, known: known, maxFailures: .count(0))
      guard first.toRollOut.isEmpty, first.timedOut.isEmpty else { return first }
    }
    let rest = seen.filter { !isMandatory($0.key) }
    guard kind == .progressive else {
      return try clock.passOverGroups(rest, known: known, maxFailures: maxFailures)
    }
    let count = Self.count(rest)
    let slots = try maxConcurrency.size(of: count, else: count)
    return clock.passOverClusters(of: rest, known: known, slots: slots, tolerated: tolerated)
  }

  private static func count(_ groups: [OCMDecisionGroup]) -> Int {
    groups.reduce(0) { $0 + $1.clusters.count }
  }
}

extension OCMClock {
  /// The pass that fills a number of slots, whatever the groups.
  ///
  /// It ends as soon as the slots are full, so that failures further on are not counted yet.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `progressivePerCluster`.
  func passOverClusters(
    of groups: [OCMDecisionGroup], known: [OCMClusterRollout], slots: Int, tolerated: Int
  ) -> PlainOCMResult {
    var result = PlainOCMResult()
    result.tolerated = tolerated
    result.group = groups.map(\.key.index).min() ?? 0
    var failures = 0
    for cluster in known.sorted(by: { $0.cluster < $1.cluster }) {
      let isHeldBack = result.isBreached && cluster.status == .toApply
      let status = isHeldBack ? cluster.status : result.take(classify(cluster))
      if status.isFailure {
        failures += 1
        result.isBreached = failures > tolerated
      }
      if result.toRollOut.count >= slots { return result }
    }
    guard !result.isBreached else { return result }
    let isKnown = RankTable(known.lazy.map(\.cluster), mark: true)
    let waiting = groups.flatMap { group in
      group.clusters.filter { isKnown[$0] == nil }.map { ($0, group.key) }
    }
    for (cluster, group) in waiting.sorted(by: { $0.0 < $1.0 }) {
      result.toRollOut.append(OCMClusterRollout(cluster, group: group, .toApply))
      if result.toRollOut.count >= slots { break }
    }
    return result
  }

  /// The pass that goes from group to group.
  ///
  /// It sorts clusters of all groups into the lists and compares the one of places with all
  /// failures so far, which is why timed-out clusters can hide a following group that is small.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `progressivePerGroup`.
  func passOverGroups(
    _ groups: [OCMDecisionGroup], known: [OCMClusterRollout], maxFailures: OCMLimit
  ) throws(OCMUnreadable) -> PlainOCMResult {
    var result = PlainOCMResult()
    var statuses = RankTable<OCMStatus>()
    for cluster in known where cluster.status != .toApply {
      statuses[cluster.cluster] = result.take(classify(cluster))
    }
    var totalFailures = 0
    for group in groups.sorted(by: { $0.key.index < $1.key.index }) {
      result.group = group.key.index
      result.tolerated = try maxFailures.size(of: group.clusters.count, else: 0)
      var failures = 0
      for cluster in group.clusters {
        guard let status = statuses[cluster] else {
          result.toRollOut.append(OCMClusterRollout(cluster, group: group.key, .toApply))
          continue
        }
        failures += status.isFailure ? 1 : 0
      }
      result.isBreached = failures > result.tolerated
      totalFailures += failures
      guard result.toRollOut.count <= totalFailures, !result.isBreached else { break }
    }
    return result
  }
}

/// Something about some of the clusters, by rank.
private struct RankTable<Element> {
  private var elements: [Element?] = []

  init() {}

  /// The same for each of some clusters.
  init(_ clusters: some Sequence<OCMRank>, mark: Element) {
    for cluster in clusters { self[cluster] = mark }
  }

  subscript(cluster: OCMRank) -> Element? {
    get { Int(cluster) < elements.count ? elements[Int(cluster)] : nil }
    set {
      if Int(cluster) >= elements.count {
        let missing = max(Int(cluster) + 1 - elements.count, elements.count)
        elements.append(contentsOf: repeatElement(nil, count: missing))
      }
      elements[Int(cluster)] = newValue
    }
  }
}
