public import Determinism

/// A ClusterProfile of Sveltos on its way to its clusters: so many at once, in the order in which
/// they are listed.
///
/// It knows no failures: a cluster whose features cannot be deployed, or whose health checks do not
/// pass, keeps its slot for ever. Without health checks a cluster is updated as soon as its agent
/// has taken the change, whatever becomes of it. One that was updated is never looked at again.
///
/// - Source: Sveltos addon-controller v1.14.0, `ClusterProfile` controller. Differences: the
///   content does not change during a rollout; nothing is withdrawn from a cluster that leaves.
///   A health check here is that all pods run the target and are available.
public struct ClusterProfileRollout: RolloutStrategy {
  /// How far a matching cluster is.
  private enum Progress: UInt8, Codable {
    case waiting
    case updating
    case updated
  }

  /// What is kept of one cluster.
  ///
  /// Shape: 3 bytes.
  private struct Row: Codable, Equatable {
    var progress = Progress.waiting
    var isMember = false
    /// Whether it is there and heard of, so that it can be configured.
    var isReady = false

    var holdsSlot: Bool { isReady && progress == .updating }
    var isOpen: Bool { isMember && progress != .updated }
  }

  private static let noPosition = UInt32.max

  private let policy: ClusterProfilePolicy
  /// The clusters it matches, in their order.
  private let clusters: [ClusterID]
  /// The position of each cluster of the fleet in `clusters`, or `noPosition`.
  private let positionOf: Column<ClusterID, UInt32>
  private var rows: [Row]
  /// Positions of clusters that wait; some may do so no more.
  private var queue = Heap<UInt32>()
  private var memberCount = 0
  private var slotsTaken = 0
  /// Clusters that are there and not updated.
  private var openCount = 0

  /// Begins a rollout, or takes one over from what is seen.
  ///
  /// The real one keeps in its own object which clusters were updated. Who takes over without that
  /// object takes those that are as they should be now.
  public init(
    policy: ClusterProfilePolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    self.policy = policy
    clusters = Self.matching(policy, members: members, in: fleet.fleet)
    var positionOf = Column<ClusterID, UInt32>(repeating: Self.noPosition, count: fleet.fleet.count)
    for (position, cluster) in clusters.enumerated() { positionOf[cluster] = UInt32(position) }
    self.positionOf = positionOf
    rows = Array(repeating: Row(), count: clusters.count)
    for cluster in clusters { see(cluster, fleet: fleet) }
  }

  /// Those that the labels match in the fleet's order, then those that are named; each once.
  private static func matching(
    _ policy: ClusterProfilePolicy, members: ClusterTest, in fleet: Fleet
  ) -> [ClusterID] {
    var isTaken = Column<ClusterID, Bool>(repeating: false, count: fleet.count)
    let test = policy.clusterSelector.map { fleet.resolve($0) }
    let named = policy.clusterNames.compactMap { name in
      fleet.names.index(of: name).map { ClusterID(offset: $0) }
    }
    let selected = fleet.clusters.filter { test?.chooses($0, of: fleet) ?? false }
    return (selected + named).filter { cluster in
      guard !isTaken[cluster], members.chooses(cluster, of: fleet) else { return false }
      isTaken[cluster] = true
      return true
    }
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { see(cluster, fleet: fleet) }
    var decision = Decision()
    if policy.syncMode.updates {
      let slots = policy.slots(of: memberCount)
      while slotsTaken < slots, let position = takeWaiting() {
        var row = rows[position]
        row.progress = .updating
        replace(position, row)
        decision.directives.append((clusters[position], .target))
      }
    }
    decision.verdict = openCount == 0 ? .complete : .rolling
    return decision
  }

  /// The next cluster that waits and can be configured; it is taken out.
  private mutating func takeWaiting() -> Int? {
    while let position = queue.popMin() {
      let row = rows[Int(position)]
      if row.isReady, row.progress == .waiting { return Int(position) }
    }
    return nil
  }

  /// Takes in what is known of a cluster now.
  private mutating func see(_ cluster: ClusterID, fleet: FleetStatus) {
    guard positionOf[cluster] != Self.noPosition else { return }
    let position = Int(positionOf[cluster])
    let status = fleet[cluster]
    var row = rows[position]
    row.isMember = status.isMember
    row.isReady = status.isMember && !fleet.isSilent(cluster)
    if !status.isMember {
      row.progress = .waiting
    } else if row.progress != .updated {
      row.progress = progress(of: status)
    }
    replace(position, row)
  }

  /// How far a cluster is, as far as its status tells.
  private func progress(of status: ClusterStatus) -> Progress {
    let observed = status.observed
    guard status.asked.generation > 0, status.asked.revision == .target else {
      return observed.isAvailableAtTarget ? .updated : .waiting
    }
    guard observed.generation == status.asked.generation, observed.revision == .target else {
      return .updating
    }
    let isDeployed = observed.phase == .progressing && !policy.validatesHealth
    return isDeployed || observed.phase == .available ? .updated : .updating
  }

  private mutating func replace(_ position: Int, _ row: Row) {
    let old = rows[position]
    guard old != row else { return }
    memberCount += (row.isMember ? 1 : 0) - (old.isMember ? 1 : 0)
    slotsTaken += (row.holdsSlot ? 1 : 0) - (old.holdsSlot ? 1 : 0)
    openCount += (row.isOpen ? 1 : 0) - (old.isOpen ? 1 : 0)
    rows[position] = row
    if row.isReady, row.progress == .waiting { queue.push(UInt32(position)) }
  }
}
