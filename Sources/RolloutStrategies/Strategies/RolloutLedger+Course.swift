import Determinism

/// What strategies that walk a lineup have in common when they go on, freeze and stop.
extension RolloutLedger {
  /// Asks clusters again whose wait for another try is over, as many as there is room for, where
  /// guards let them.
  mutating func retry(
    _ lineup: Lineup, room: Int, fleet: FleetStatus, at now: Instant, admit: inout Admission,
    decision: inout Decision
  ) {
    var room = room
    while room > 0, let cluster = nextRetry(of: lineup) {
      guard admit.startAgain(cluster) else { continue }
      note(cluster, asked: .target, isSilent: false, fleet: fleet, at: now)
      decision.directives.append((cluster, .target))
      room -= 1
    }
  }

  /// Clusters that hold a slot.
  var busyCount: Int { count(.inFlight) + count(.soaking) + count(.retrying) }

  /// Whether nothing is under way in a part, or waits to be.
  func isAtRest(_ part: Int) -> Bool {
    Standing.unrested.allSatisfy { count($0, in: part) == 0 }
  }

  /// Whether nothing is under way, or waits to be.
  var isAtRest: Bool { Standing.unrested.allSatisfy { count($0) == 0 } }

  /// The evidence that clusters joined or left though none should; nil: none did.
  func driftEvidence(fleet: FleetStatus, at now: Instant) -> Evidence? {
    guard !drifted.isEmpty else { return nil }
    let names = drifted.map { fleet.fleet.names[$0.offset] }.sorted()
    return Evidence(
      failed: names.count, budget: 0, stage: nil,
      causes: names.prefix(5).map { .init(cluster: $0, cause: .membershipChanged, since: now) })
  }

  /// Clusters of a lineup that are under way to the target, in its order.
  func underWay(_ lineup: Lineup, fleet: FleetStatus) -> [ClusterID] {
    lineup.order.filter { fleet.isInFlight($0) && fleet[$0].asked.revision == .target }
  }

  /// How a frozen rollout goes on.
  mutating func thaw(
    _ lineup: Lineup, tolerating failures: ToleratedFailures, fleet: FleetStatus
  ) -> Decision.Thaw {
    relistRetries(of: lineup)
    return Decision.Thaw(
      clusters: lineup.order.filter {
        fleet[$0].asked.isPaused && fleet[$0].asked.revision == .target
      },
      tolerated: failures)
  }
}

extension Standing {
  /// What is under way, or waits to be.
  fileprivate static let unrested: [Standing] = [
    .pending, .inFlight, .soaking, .retrying, .retriable,
  ]
}

extension RolloutStatus {
  /// Whether an operator has resumed a rollout that froze, and it is yet to go on.
  var isToThaw: Bool { isFrozen == true && !isPaused && isRecalled != true }

  /// Whether an operator has taken back a rollout that froze, and it is yet to go back.
  var isToReturn: Bool { isFrozen == true && isRecalled == true }
}
