import Determinism

/// Why clusters cannot be switched from one environment to the other.
public enum UnfitEnvironment: Hashable, Sendable {
  /// No cluster is live or a backup.
  case noGroup
  /// A group as a whole cannot.
  case group(String, EnvironmentGroup.Obstacle)
  /// A backup that serves users already.
  case busyBackup(String)
  /// A cluster that is chosen as live and as backup.
  case inBoth(String)
  /// A live cluster or backup without the label that makes the groups.
  case ungrouped(String)
}

extension BlueGreenPolicy {
  /// All reasons why some clusters of a rollout cannot be switched, the first ones first.
  ///
  /// O(clusters).
  public func unfit(among clusters: [ClusterID], in fleet: Fleet) -> [UnfitEnvironment] {
    let groups = groups(of: clusters, in: fleet)
    let unfit = groups.compactMap { group in
      group.obstacle(in: fleet).map { UnfitEnvironment.group(group.name, $0) }
    }
    let ungrouped = ungrouped(among: clusters, in: fleet)
    guard !groups.isEmpty || !ungrouped.isEmpty else { return [.noGroup] }
    let backup = fleet.resolve(backup)
    let inBoth = groups.flatMap(\.live).filter { backup.chooses($0, of: fleet) }
    let busy =
      fleet.load == nil
      ? [] : groups.flatMap(\.backup).filter { fleet.demand(of: $0) > 0 }
    func names(_ clusters: [ClusterID]) -> [String] { clusters.map { fleet.names[$0.offset] } }
    return names(inBoth).map { .inBoth($0) } + names(ungrouped).map { .ungrouped($0) }
      + names(busy).map { .busyBackup($0) } + unfit
  }

  private func ungrouped(among clusters: [ClusterID], in fleet: Fleet) -> [ClusterID] {
    guard let pairBy else { return [] }
    let tests = [fleet.resolve(live), fleet.resolve(backup)]
    let dimension = fleet.dimension(pairBy)
    return clusters.filter { cluster in
      guard tests.contains(where: { $0.chooses(cluster, of: fleet) }) else { return false }
      return dimension.map { $0.valueOf[cluster] == Fleet.Dimension.none } ?? true
    }
  }
}
