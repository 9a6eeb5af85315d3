public import Determinism

/// The RollingUpdate of a KubeFleet placement: as many clusters at once as availability allows, in
/// the order in which they are listed.
///
/// It knows no failures either: clusters that do not become available use up what may be
/// unavailable until nothing moves. Those that have failed before are updated at once, outside any
/// limit.
///
/// - Source: kubefleet v0.3.1-83, `pkg/controllers/rollout`. Differences: clusters are bound from
///   the beginning to what they ran, also those that join later; nothing is deleted; availability
///   is always known, so that the unavailable period has no effect.
public struct KubeFleetRollingUpdate: RolloutStrategy {
  private let members: [ClusterID]
  /// The position of each cluster among the members, or `noPosition`.
  private var positionOf: Column<ClusterID, UInt32>
  private var ledger: BindingLedger

  private static let noPosition = UInt32.max

  /// Begins a rollout, or takes one over from what is seen; that is all the controller knows too.
  public init(
    policy: KubeFleetRollingPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    let chosen = fleet.fleet.clusters.filter { members.chooses($0, of: fleet.fleet) }
    self.members = Self.placed(policy.placement, among: Array(chosen), in: fleet.fleet)
    positionOf = Column(repeating: Self.noPosition, count: fleet.fleet.count)
    ledger = BindingLedger(policy, count: self.members.count)
    for (position, cluster) in self.members.enumerated() {
      positionOf[cluster] = UInt32(position)
      see(cluster, fleet: fleet, at: now)
    }
  }

  private static func placed(
    _ placement: KubeFleetRollingPolicy.Placement, among chosen: [ClusterID], in fleet: Fleet
  ) -> [ClusterID] {
    switch placement {
    case .pickAll: return chosen
    case .pickNumber(let count):
      guard count < chosen.count else { return chosen }
      return fleet.byName(chosen).prefix(max(0, count)).sorted()
    case .pickFixed(let names):
      return chosen.filter { names.contains(fleet.names[$0.offset]) }
    }
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { see(cluster, fleet: fleet, at: now) }
    var decision = Decision()
    for position in ledger.pick() {
      let cluster = members[position]
      decision.directives.append((cluster, .target))
      ledger.see(position, Self.justBound)
    }
    decision.verdict = ledger.isComplete ? .complete : .rolling
    return decision
  }

  private mutating func see(_ cluster: ClusterID, fleet: FleetStatus, at now: Instant) {
    let position = positionOf[cluster]
    guard position != Self.noPosition else { return }
    ledger.see(Int(position), Self.binding(of: fleet[cluster], at: now))
  }

  /// The binding of a cluster; nil: it is no member, and has none.
  private static func binding(of status: ClusterStatus, at now: Instant) -> ClusterBinding? {
    guard status.isMember else { return nil }
    let runsTarget = status.observed.revision == .target
    let isCurrent = status.asked.generation > 0 ? status.asked.revision == .target : runsTarget
    return ClusterBinding(
      .bound, isCurrent: isCurrent, conditions: BindingConditions(status), cutoff: now)
  }

  /// A binding that was just given the latest snapshot: nothing is said of it yet.
  private static let justBound = ClusterBinding(
    .bound, isCurrent: true, conditions: BindingConditions(generation: 1), cutoff: .distantPast)
}
