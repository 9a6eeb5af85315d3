import Determinism

/// How far a service's version may be from those of other services around it.
///
/// A service that is being changed runs both of its versions, as far as one can know, so both must
/// be near enough.
struct SkewGuard: Codable, Equatable, Sendable {
  /// The versions that a cluster may run, of one of the other services.
  private struct Versions: OptionSet, Codable, Equatable {
    let rawValue: UInt8
    static let from = Versions(rawValue: 1)
    static let to = Versions(rawValue: 2)
  }

  /// One of the other services.
  private struct Other: Codable, Equatable {
    let rollout: Int
    /// Whether its versions are too far from the one that is rolled out.
    let isFromFar: Bool
    let isToFar: Bool
    var runs: Column<ClusterID, Versions>
    /// Clusters that may run a version that is too far, by scope.
    var far: [Int32]
  }

  let position: Int
  private let scopes: TriggerScopes
  private let test: ClusterTest
  private var others: [Other]
  private var parked: ParkedClusters

  /// `find` gives the place in the planner of a rollout.
  init(
    _ policy: GuardPolicy, at position: Int, skew rule: VersionSkewRule, fleet: Fleet,
    position find: (String) -> Int
  ) {
    self.position = position
    test = fleet.resolve(policy.clusters)
    let scopes = TriggerScopes(rule.scope, fleet: fleet)
    self.scopes = scopes
    others = rule.others.map { other in
      Other(
        rollout: find(other.rollout), isFromFar: abs(rule.to - other.from) > rule.atMost,
        isToFar: abs(rule.to - other.to) > rule.atMost,
        runs: Column(repeating: [], count: fleet.count),
        far: Array(repeating: 0, count: scopes.count))
    }
    parked = ParkedClusters(keys: scopes.count)
    for index in others.indices {
      for cluster in fleet.clusters { _ = set(cluster, .from, of: index, fleet: fleet) }
    }
  }

  /// Whether it looks at a rollout.
  func concerns(_ rollout: Int) -> Bool { others.contains { $0.rollout == rollout } }

  /// Whether a cluster may start now.
  func allows(_ cluster: ClusterID, fleet: Fleet) -> Bool {
    guard test.chooses(cluster, of: fleet) else { return true }
    let scope = scope(of: cluster, fleet: fleet)
    return others.allSatisfy { $0.far[scope] == 0 }
  }

  /// Puts a refused cluster aside until the versions around it are near enough.
  mutating func park(_ cluster: ClusterID, fleet: Fleet) {
    parked.park(cluster, under: scope(of: cluster, fleet: fleet))
  }

  /// Takes in what became known of a cluster in another rollout.
  ///
  /// - Returns: clusters that may have become free to start.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status: FleetStatus
  ) -> [ClusterID] {
    var released: [ClusterID] = []
    for index in others.indices where others[index].rollout == rollout {
      let scope = set(
        cluster, Self.versions(status[cluster]), of: index, fleet: status.fleet)
      if let scope { released += parked.release(scope) }
    }
    return released
  }

  private static func versions(_ known: ClusterStatus) -> Versions {
    guard known.isMember else { return [] }
    guard known.asked.generation > 0 else {
      return known.observed.isAvailableAtTarget ? .to : .from
    }
    guard known.observed.generation == known.asked.generation else { return [.from, .to] }
    switch known.observed.phase {
    case .available: return known.observed.revision == .target ? .to : .from
    case .idle: return known.observed.revision == .target ? [.from, .to] : .from
    case .waiting, .progressing, .failed: return [.from, .to]
    }
  }

  /// Notes which versions a cluster may run.
  ///
  /// - Returns: its scope, if no version in it is too far any more.
  private mutating func set(
    _ cluster: ClusterID, _ versions: Versions, of index: Int, fleet: Fleet
  ) -> Int? {
    let wasFar = isFar(others[index].runs[cluster], of: index)
    let isFar = isFar(versions, of: index)
    others[index].runs[cluster] = versions
    guard wasFar != isFar else { return nil }
    let scope = scope(of: cluster, fleet: fleet)
    others[index].far[scope] += isFar ? 1 : -1
    return others[index].far[scope] == 0 ? scope : nil
  }

  private func isFar(_ versions: Versions, of index: Int) -> Bool {
    versions.contains(.from) && others[index].isFromFar
      || versions.contains(.to) && others[index].isToFar
  }

  private func scope(of cluster: ClusterID, fleet: Fleet) -> Int {
    scopes.scope(of: cluster, fleet: fleet)
  }
}
