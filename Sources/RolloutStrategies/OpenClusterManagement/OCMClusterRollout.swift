package import Determinism

/// A cluster by its position among all names in byte order, which is the order that Open Cluster
/// Management takes clusters in.
package typealias OCMRank = Int32

/// How far a cluster is with what is rolled out.
package enum OCMStatus: Codable, Hashable, Sendable {
  case toApply, progressing, succeeded, failed, timedOut, skipped
  /// A code that the library does not know; it treats it as progressing.
  case unknown(Int)

  /// Whether it counts against the tolerated failures.
  var isFailure: Bool { self == .failed || self == .timedOut }
}

/// The status of a cluster in a rollout, and when it is to be looked at again.
package struct OCMClusterRollout: Equatable, Sendable {
  package var cluster: OCMRank
  /// Its decision group, as the caller states it.
  package var group: OCMGroupKey
  package var status: OCMStatus
  /// When the status became this; nil: not known, which counts as now.
  package var lastTransition: Instant?
  /// When time alone changes what it counts as.
  package var recheckAt: Instant?

  /// States a status.
  package init(
    _ cluster: OCMRank, group: OCMGroupKey = OCMGroupKey(), _ status: OCMStatus,
    lastTransition: Instant? = nil, recheckAt: Instant? = nil
  ) {
    self.cluster = cluster
    self.group = group
    self.status = status
    self.lastTransition = lastTransition
    self.recheckAt = recheckAt
  }
}

/// The list that a cluster falls into.
package enum OCMClassification: Equatable, Sendable {
  /// It holds a place: to be rolled out, under way, failed before its deadline, or soaking.
  case toRollOut(OCMClusterRollout)
  /// It has just passed its deadline.
  case timedOut(OCMClusterRollout)
  /// Neither.
  case neither(OCMClusterRollout)

  /// The cluster as it counts now.
  package var cluster: OCMClusterRollout {
    switch self {
    case .toRollOut(let cluster), .timedOut(let cluster), .neither(let cluster): cluster
    }
  }
}

/// The times by which one look at the statuses goes.
package struct OCMClock: Sendable {
  /// How long a cluster may take; nil: for ever.
  package var deadline: Microseconds?
  /// How long one that has succeeded keeps its place.
  package var soak: Microseconds
  /// The time of the look.
  package var now: Instant

  /// States the times.
  package init(deadline: Microseconds?, soak: Microseconds, now: Instant) {
    self.deadline = deadline
    self.soak = soak
    self.now = now
  }

  /// The list that a cluster falls into now; an end that has just come has passed.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `determineRolloutStatus`.
  package func classify(_ cluster: OCMClusterRollout) -> OCMClassification {
    var cluster = cluster
    let since = cluster.lastTransition ?? now
    switch cluster.status {
    case .toApply: return .toRollOut(cluster)
    case .timedOut, .skipped: return .neither(cluster)
    case .succeeded:
      guard now < since + soak else { return .neither(cluster) }
      cluster.recheckAt = since + soak
      return .toRollOut(cluster)
    case .progressing, .failed, .unknown:
      guard let deadline else { return .toRollOut(cluster) }
      cluster.recheckAt = since + deadline
      guard now >= since + deadline else { return .toRollOut(cluster) }
      cluster.status = .timedOut
      return .timedOut(cluster)
    }
  }
}
