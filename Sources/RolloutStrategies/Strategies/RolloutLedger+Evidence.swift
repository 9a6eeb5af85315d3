import Determinism

extension RolloutLedger {
  /// The numbers and first causes behind a stop.
  ///
  /// - Parameters:
  ///   - failed: clusters that count as failed.
  ///   - budget: how many were tolerated.
  ///   - clusters: those of which the first causes are named.
  ///   - fleet: what is known of them.
  /// - Returns: the evidence, of the whole rollout.
  func evidence(
    _ failed: Int, _ budget: Int, among clusters: some Sequence<ClusterID>, fleet: FleetStatus
  ) -> Evidence {
    let causes = clusters.lazy.filter { self[$0] == .failed }.map { cluster in
      (cluster, self.cause(of: cluster, fleet: fleet))
    }
    let first = causes.sorted { a, b in
      a.1.1 != b.1.1
        ? a.1.1 < b.1.1
        : fleet.fleet.names[a.0.offset] < fleet.fleet.names[b.0.offset]
    }
    return Evidence(
      failed: failed, budget: budget, stage: nil,
      causes: first.prefix(5).map { cluster, reason in
        .init(cluster: fleet.fleet.names[cluster.offset], cause: reason.0, since: reason.1)
      })
  }
}
