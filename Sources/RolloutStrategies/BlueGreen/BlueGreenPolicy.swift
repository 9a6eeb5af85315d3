public import Determinism

/// Settings of the strategy that brings a version to a standing backup and then moves demand there.
public struct BlueGreenPolicy: Codable, Hashable, Sendable {
  /// The clusters that serve users when the rollout begins.
  public var live: Selector
  /// Those that stand by; of a cluster that both choose, it is live.
  public var backup: Selector
  /// The label whose values make the groups in which backups stand by for live clusters; nil: all
  /// are one group.
  public var pairBy: String?
  /// The shares of the live clusters' demand that backups take over, ascending.
  ///
  /// Range: 1 to 250 shares; the last is all of it.
  public var steps: [Ratio]
  /// How long each share but the last is served before the next.
  public var stepSoak: Microseconds
  /// How long the live clusters stay as they were after all demand has left them, so that it can go
  /// back.
  public var hold: Microseconds
  /// Which of several clusters is asked first.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  ///
  /// A breach other than a halt sends demand back. What failed clusters carry does not count.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    live: Selector, backup: Selector, pairBy: String? = nil, steps: [Ratio] = [.one],
    stepSoak: Microseconds = .zero, hold: Microseconds = .zero, order: TakeOrder = .listed,
    acceptance: Acceptance = Acceptance(onBreach: .rollBackAll)
  ) {
    self.live = live
    self.backup = backup
    self.pairBy = pairBy
    self.steps = steps
    self.stepSoak = stepSoak
    self.hold = hold
    self.order = order
    self.acceptance = acceptance
  }

  /// The stage in which the clusters that were live are updated: the last one.
  ///
  /// Before it come one for the backups and one for each step.
  var lastStage: Int { steps.count + 1 }

  /// The name of a stage.
  func stageName(_ stage: Int) -> String? {
    switch stage {
    case 0: "backup"
    case lastStage: "old environment"
    default: steps.indices.contains(stage - 1) ? steps[stage - 1].percentName : nil
    }
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    let isAscending = zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
    guard let first = steps.first, first > .zero, steps.last == .one, isAscending,
      steps.count <= 250
    else { return "the steps are not up to 250 that ascend to all of the demand" }
    return stepSoak >= .zero && hold >= .zero ? nil : "a time is negative"
  }

  /// The groups that a rollout's clusters form, and why some of them cannot be switched.
  ///
  /// O(clusters).
  public func groups(of clusters: [ClusterID], in fleet: Fleet) -> [EnvironmentGroup] {
    let tests = (live: fleet.resolve(live), backup: fleet.resolve(backup))
    let dimension = pairBy.flatMap { fleet.dimension($0) }
    var groups = (dimension?.values ?? [""]).map { EnvironmentGroup(name: $0) }
    for cluster in clusters {
      let isLive = tests.live.chooses(cluster, of: fleet)
      guard isLive || tests.backup.chooses(cluster, of: fleet) else { continue }
      let place = dimension?.valueOf[cluster] ?? (pairBy == nil ? 0 : Fleet.Dimension.none)
      guard place != Fleet.Dimension.none else { continue }
      if isLive {
        groups[Int(place)].live.append(cluster)
      } else {
        groups[Int(place)].backup.append(cluster)
      }
    }
    return groups.filter { !$0.live.isEmpty || !$0.backup.isEmpty }
  }
}

/// Clusters that serve and those that stand by for them.
public struct EnvironmentGroup: Codable, Hashable, Sendable {
  /// Why the backups cannot take the live clusters' place.
  public enum Obstacle: Hashable, Sendable {
    /// There is no live cluster.
    case noLive
    /// There is no backup.
    case noBackup
    /// Backups cannot serve so many users of the live clusters.
    case noHeadroom(shortBy: Int64)
  }

  /// The value of the label that makes the group; empty: there is but one.
  public var name: String
  /// Clusters that serve.
  public var live: [ClusterID] = []
  /// Clusters that stand by.
  public var backup: [ClusterID] = []

  /// Why it cannot be switched; nil: it can.
  public func obstacle(in fleet: Fleet) -> Obstacle? {
    if live.isEmpty { return .noLive }
    if backup.isEmpty { return .noBackup }
    let demand = live.reduce(Int64(0)) { $0 + fleet.demand(of: $1) }
    let spare = backup.reduce(Int64(0)) { $0 + fleet.spare(of: $1) }
    return spare < demand ? .noHeadroom(shortBy: demand - spare) : nil
  }
}

extension Fleet {
  /// What a cluster can serve beside its own demand.
  func spare(of cluster: ClusterID) -> Int64 { max(0, capacity(of: cluster) - demand(of: cluster)) }
}
