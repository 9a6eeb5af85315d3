package import Determinism

/// What one look at the statuses of all clusters comes to.
package struct OCMRolloutResult: Equatable, Sendable {
  /// Clusters that hold a place; those to be applied are applied now.
  package var toRollOut: [OCMClusterRollout] = []
  /// Clusters that have passed their deadline; they are left alone.
  package var timedOut: [OCMClusterRollout] = []
  /// Statuses of clusters that are in no group any more; their workload is deleted.
  package var removed: [OCMClusterRollout] = []
  /// Whether more have failed than is tolerated, so that nothing new begins.
  package var isBreached = false

  /// Nothing.
  package init() {}

  /// The first instant after now at which time alone changes the result; nil: there is none.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `minRecheckAfter`. The controller of ManifestWorkReplicaSets
  ///   looks every 30 minutes besides, which changes nothing.
  package func recheckAt(after now: Instant) -> Instant? {
    toRollOut.lazy.compactMap(\.recheckAt).filter { $0 > now }.min()
  }
}
