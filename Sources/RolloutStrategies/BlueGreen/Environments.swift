import Determinism

/// The groups of a rollout between two environments, kept up to date as their clusters change:
/// which of them can be switched, and how demand is divided among all clusters.
///
/// All of it follows from standings and observations, so that it can be made again at any moment.
struct Environments: Codable, Equatable, Sendable {
  /// What a cluster counts as in its group.
  private enum Mark: UInt8, Codable {
    /// Nothing of the below.
    case none
    /// A backup on which the target is available.
    case available
    /// A live cluster that is yet to be asked for the target.
    case pending
    /// A live cluster that was asked for the target and is not known to be as it was.
    case away
  }

  private struct Group: Codable, Equatable {
    let environments: EnvironmentGroup
    /// What its live clusters serve.
    let demand: Int64
    /// What available backups can serve beside their own demand.
    var spare: Int64 = 0
    /// Live clusters that are pending, and that are away.
    var pending = 0
    var away = 0
    /// Whether demand is divided anew, and whether the division changed since it was last worked
    /// out.
    var isSwitched = false
    var isStale = false

    /// Whether backups can serve all of its demand, or must.
    var isReady: Bool { away > 0 || spare >= demand }
  }

  private var groups: [Group]
  private let groupOf: Column<ClusterID, UInt32>
  private let isBackup: Column<ClusterID, Bool>
  /// Which of two clusters comes first where demand does not divide evenly.
  private let rankOf: Column<ClusterID, UInt32>
  private var marks: Column<ClusterID, Mark>
  private var stale: [Int] = []
  private var switched = 0
  private var share = Ratio.zero
  private var isGoingBack = false
  /// By cluster: the demand that it is to serve.
  private var weights: [Int]
  /// Live clusters that are pending, of groups that are ready.
  private(set) var pendingOfReady = 0

  /// Begins with every cluster as if it were outside the rollout.
  init(_ groups: [EnvironmentGroup], rankOf: Column<ClusterID, UInt32>, in fleet: Fleet) {
    self.rankOf = rankOf
    var groupOf = Column<ClusterID, UInt32>(repeating: RolloutLedger.noPart, count: fleet.count)
    var isBackup = Column<ClusterID, Bool>(repeating: false, count: fleet.count)
    for (index, group) in groups.enumerated() {
      for cluster in group.live + group.backup { groupOf[cluster] = UInt32(index) }
      for cluster in group.backup { isBackup[cluster] = true }
    }
    self.groupOf = groupOf
    self.isBackup = isBackup
    self.groups = groups.map { group in
      Group(
        environments: group, demand: group.live.reduce(0) { $0 + fleet.demand(of: $1) })
    }
    marks = Column(repeating: .none, count: fleet.count)
    weights = fleet.clusters.map { Int(fleet.demand(of: $0)) }
  }

  /// Whether a cluster stands by.
  func isBackup(_ cluster: ClusterID) -> Bool { isBackup[cluster] }

  /// Whether the backups of a cluster's group can serve all of its demand, or must.
  func isReady(groupOf cluster: ClusterID) -> Bool { groups[Int(groupOf[cluster])].isReady }

  /// Takes in what a cluster counts as.
  ///
  /// O(1).
  /// - Parameters:
  ///   - cluster: one of a group.
  ///   - standing: what the ledger says of it.
  ///   - fleet: what is known of it.
  /// - Returns: live clusters that may have to be asked, because their group became ready.
  mutating func refresh(
    _ cluster: ClusterID, _ standing: Standing, fleet: FleetStatus
  ) -> [ClusterID] {
    let old = marks[cluster]
    let new = mark(cluster, standing, fleet[cluster])
    guard new != old else { return [] }
    marks[cluster] = new
    let index = Int(groupOf[cluster])
    let wasReady = groups[index].isReady
    if wasReady { pendingOfReady -= groups[index].pending }
    count(old, -1, of: cluster, in: index, fleet: fleet.fleet)
    count(new, 1, of: cluster, in: index, fleet: fleet.fleet)
    if groups[index].isReady { pendingOfReady += groups[index].pending }
    setStale(index)
    return groups[index].isReady && !wasReady ? groups[index].environments.live : []
  }

  private mutating func count(
    _ mark: Mark, _ change: Int, of cluster: ClusterID, in index: Int, fleet: Fleet
  ) {
    switch mark {
    case .none: break
    case .available: groups[index].spare += Int64(change) * fleet.spare(of: cluster)
    case .pending: groups[index].pending += change
    case .away: groups[index].away += change
    }
  }

  private func mark(
    _ cluster: ClusterID, _ standing: Standing, _ status: ClusterStatus
  ) -> Mark {
    guard !isBackup[cluster] else {
      let isThere = standing == .soaking || standing == .done || standing == .failed
      return isThere && status.observed.isAvailableAtTarget ? .available : .none
    }
    switch standing {
    case .pending: return .pending
    case .inFlight, .retrying, .retriable, .returning, .lost: return .away
    case .soaking, .done, .failed: return status.asked.generation > 0 ? .away : .none
    case .outside, .returned: return .none
    }
  }

  private mutating func setStale(_ index: Int) {
    guard !groups[index].isStale else { return }
    groups[index].isStale = true
    stale.append(index)
  }

  // MARK: Demand

  /// How demand is to be divided.
  ///
  /// Costs the groups that changed, and all of them for another share.
  ///
  /// - Parameters:
  ///   - share: what backups take over of the demand of groups that are ready.
  ///   - isGoingBack: whether demand goes back to live clusters that are as they were.
  ///   - fleet: the clusters.
  /// - Returns: the demand of every cluster; its own: nothing is moved.
  mutating func divide(share: Ratio, isGoingBack: Bool, in fleet: Fleet) -> DemandRouting {
    if share != self.share || isGoingBack != self.isGoingBack {
      self.share = share
      self.isGoingBack = isGoingBack
      for index in groups.indices { setStale(index) }
    }
    for index in stale {
      groups[index].isStale = false
      divide(index, in: fleet)
    }
    stale = []
    return switched == 0 ? .own : .weights(weights)
  }

  private mutating func divide(_ index: Int, in fleet: Fleet) {
    let group = groups[index]
    let isSwitched = share > .zero && (isGoingBack ? group.away > 0 : group.isReady)
    guard isSwitched || group.isSwitched else { return }
    groups[index].isSwitched = isSwitched
    switched += (isSwitched ? 1 : 0) - (group.isSwitched ? 1 : 0)
    let (live, backup) = (group.environments.live, group.environments.backup)
    for cluster in live + backup { weights[cluster.offset] = Int(fleet.demand(of: cluster)) }
    guard isSwitched else { return }
    let moved = Int64(share.of(Int(group.demand), rounded: .down))
    let available = backup.filter { marks[$0] == .available }
    let takers = available.isEmpty ? backup : available
    move(moved, -1, among: live, by: live.map { fleet.demand(of: $0) })
    move(moved, 1, among: takers, by: takers.map { fleet.spare(of: $0) })
  }

  private mutating func move(
    _ amount: Int64, _ sign: Int, among clusters: [ClusterID], by weight: [Int64]
  ) {
    let parts = Apportionment.parts(
      of: amount, by: weight, ties: clusters.map { UInt64(rankOf[$0]) })
    for (cluster, part) in zip(clusters, parts) { weights[cluster.offset] += sign * Int(part) }
  }
}
