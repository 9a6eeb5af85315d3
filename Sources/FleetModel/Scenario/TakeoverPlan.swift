public import Determinism
public import RolloutStrategies

/// Where rollouts stand when a scenario begins, as somebody has observed them.
///
/// What the fleet runs and is about to do follows from it; what is hidden, such as defects, is the
/// scenario's own.
public struct TakeoverPlan: Codable, Equatable, Sendable {
  /// What was asked of a cluster and what it reported.
  public struct Known: Codable, Equatable, Sendable {
    /// Its name.
    public var cluster: String
    /// What it was asked; nil: nothing.
    public var asked: Asked?
    /// What it reported; nil: it runs what it ran.
    public var observed: Observed?

    /// States what is known.
    public init(cluster: String, asked: Asked?, observed: Observed?) {
      self.cluster = cluster
      self.asked = asked
      self.observed = observed
    }
  }

  /// One rollout as it stands.
  public struct Progress: Codable, Equatable, Sendable {
    /// Its name.
    public var rollout: String
    /// What is recorded of it; nil: it has not begun.
    public var status: RolloutStatus?
    /// Clusters of which anything is known, in the order of the fleet they were observed in.
    public var clusters: [Known]

    /// States how far it is.
    public init(rollout: String, status: RolloutStatus?, clusters: [Known]) {
      self.rollout = rollout
      self.status = status
      self.clusters = clusters
    }
  }

  /// A cluster that is not heard of.
  public struct Silence: Codable, Equatable, Sendable {
    /// Its name.
    public var cluster: String
    /// Since when.
    public var since: Instant

    /// States a silence.
    public init(cluster: String, since: Instant) {
      self.cluster = cluster
      self.since = since
    }
  }

  /// The rollouts that are under way.
  public var rollouts: [Progress]
  /// Clusters that are silent; they stay so.
  public var silent: [Silence]
  /// Clusters that do not belong to the fleet.
  public var absent: [String]

  /// States where rollouts stand.
  public init(rollouts: [Progress], silent: [Silence] = [], absent: [String] = []) {
    self.rollouts = rollouts
    self.silent = silent
    self.absent = absent
  }
}

extension TakeoverPlan {
  /// Adds all that a planner knows.
  ///
  /// - Parameters:
  ///   - planner: the planner.
  ///   - name: the scenario's name for one of its rollouts.
  /// - Throws: what `name` throws.
  public mutating func add<Failure: Error>(
    _ planner: Planner, name: (String) throws(Failure) -> String
  ) throws(Failure) {
    for (index, policy) in planner.policies.enumerated() {
      let rollout = try name(policy.name)
      let place = rollouts.firstIndex { $0.rollout == rollout } ?? rollouts.count
      if place == rollouts.count {
        rollouts.append(Progress(rollout: rollout, status: nil, clusters: []))
      }
      var recorded = planner.status(of: index).handedOn
      if recorded.startedAt != .never {
        recorded.addNames(of: rollouts[place].status)
        rollouts[place].status = recorded
      }
      for cluster in planner.fleet.clusters {
        let status = planner.status(of: index)[cluster]
        if let known = Known(status, named: planner.fleet.names[cluster.offset]) {
          rollouts[place].clusters.append(known)
        }
      }
    }
    if !planner.policies.isEmpty { addReach(planner) }
  }

  /// Adds which clusters are silent or no members; all rollouts of a planner know the same of that.
  private mutating func addReach(_ planner: Planner) {
    let status = planner.status(of: 0)
    for cluster in planner.fleet.clusters {
      let name = planner.fleet.names[cluster.offset]
      if !status[cluster].isMember { absent.append(name) }
      if status.isSilent(cluster) {
        silent.append(Silence(cluster: name, since: status.silentSince(cluster)))
      }
    }
  }
}

extension RolloutStatus {
  /// Adds the clusters that joined and left as another planner of the same rollout knows them.
  fileprivate mutating func addNames(of other: RolloutStatus?) {
    guard let other else { return }
    if let names = other.newcomers { newcomers = names + (newcomers ?? []) }
    if let names = other.leavers { leavers = names + (leavers ?? []) }
  }
}

extension TakeoverPlan.Known {
  /// What is known of a cluster; nil: it runs what it ran and was asked nothing.
  fileprivate init?(_ status: ClusterStatus, named name: String) {
    let observed = status.observed
    let isNews =
      observed.generation > 0 || observed.revision == .target || observed.phase != .idle
      || observed.health != .good
    guard status.asked.generation > 0 || isNews else { return nil }
    self.init(
      cluster: name, asked: status.asked.generation > 0 ? status.asked : nil,
      observed: isNews ? observed : nil)
  }
}
