import Determinism

/// What a staged update run knows about its clusters, kept up to date at the cost of what changes.
struct UpdateRunClusters: Codable, Equatable, Sendable {
  /// What is kept of one cluster.
  ///
  /// Shape: 6 bytes.
  private struct Row: Codable, Equatable {
    var isChosen: Bool
    var isSelected: Bool
    var isPresent: Bool
    /// Whether it was started and not yet seen to be available; that it was, once, stays.
    var isUpdating = false
    /// Whether it is listed among the answered ones.
    var isListed = false
    /// Whether it is being updated and available now.
    var isAvailable = false
  }

  private var rows: Column<ClusterID, Row>
  /// Clusters that became available since the last look; some may not be any more.
  private var answered: [ClusterID] = []
  private var availableCount = 0
  /// Clusters that have joined or left the placement since it was initialized.
  private(set) var driftCount = 0

  /// Selects the clusters that are there and that the rollout is for.
  init(members: ClusterTest, fleet: FleetStatus) {
    rows = Column(
      fleet.fleet.clusters.map { cluster in
        let isChosen = members.chooses(cluster, of: fleet.fleet)
        let isPresent = isChosen && fleet[cluster].isMember
        return Row(isChosen: isChosen, isSelected: isPresent, isPresent: isPresent)
      })
  }

  /// The clusters that were selected, in the fleet's order.
  var selected: [ClusterID] {
    rows.elements.indices.filter { rows.elements[$0].isSelected }
      .map { ClusterID(offset: $0) }
  }

  /// Whether one that is being updated is available.
  var hasFinished: Bool { availableCount > 0 }

  /// Takes in what is known of a cluster now.
  mutating func see(_ cluster: ClusterID, fleet: FleetStatus) {
    let isPresent = rows[cluster].isChosen && fleet[cluster].isMember
    if isPresent != rows[cluster].isPresent {
      rows[cluster].isPresent = isPresent
      driftCount += isPresent == rows[cluster].isSelected ? -1 : 1
    }
    guard rows[cluster].isUpdating else { return }
    let isAvailable = Self.hasSucceeded(fleet[cluster])
    guard isAvailable != rows[cluster].isAvailable else { return }
    rows[cluster].isAvailable = isAvailable
    availableCount += isAvailable ? 1 : -1
    guard isAvailable, !rows[cluster].isListed else { return }
    rows[cluster].isListed = true
    answered.append(cluster)
  }

  /// Whether a cluster was started and not yet seen to be available.
  func isUpdating(_ cluster: ClusterID) -> Bool { rows[cluster].isUpdating }

  /// Whether the run takes a cluster for updated when it looks now.
  static func hasSucceeded(_ status: ClusterStatus) -> Bool {
    status.observed.revision == .target && BindingConditions(status).updateResult.hasSucceeded
  }

  /// Notes that a cluster was bound to the new snapshot; one that has it may be available at once.
  mutating func start(_ cluster: ClusterID, fleet: FleetStatus) {
    rows[cluster].isUpdating = true
    if !fleet.isPending(cluster) { see(cluster, fleet: fleet) }
  }

  /// Notes the success of those being updated that are available.
  ///
  /// - Returns: how many they are.
  mutating func takeFinished() -> Int {
    var finished = 0
    for cluster in answered {
      rows[cluster].isListed = false
      guard rows[cluster].isAvailable else { continue }
      rows[cluster].isAvailable = false
      rows[cluster].isUpdating = false
      finished += 1
    }
    answered.removeAll(keepingCapacity: true)
    availableCount = 0
    return finished
  }

  /// The first clusters by name that have joined or left.
  func driftEvidence(_ fleet: FleetStatus, at now: Instant) -> Evidence {
    let drifted = rows.elements.indices
      .filter { rows.elements[$0].isPresent != rows.elements[$0].isSelected }
      .map { fleet.fleet.names[$0] }.sorted()
    return Evidence(
      failed: drifted.count, budget: 0, stage: nil,
      causes: drifted.prefix(5).map { .init(cluster: $0, cause: .membershipChanged, since: now) })
  }
}
