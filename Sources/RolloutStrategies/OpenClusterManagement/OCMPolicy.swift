import Determinism

/// Settings of a rollout over the decisions of a Placement of Open Cluster Management.
public struct OCMPolicy: Codable, Hashable, Sendable {
  /// Whose rollout it is: what a cluster counts as differs.
  public enum Caller: String, Codable, Sendable, CaseIterable {
    /// A ManifestWorkReplicaSet's.
    case work = "ManifestWorkReplicaSet"
    /// A ClusterManagementAddOn's.
    case addOn = "ClusterManagementAddOn"
  }

  /// Whose it is.
  public var caller: Caller
  /// The Placement's selectors, any of which chooses a cluster; none: all are chosen.
  public var predicates: [Selector]
  /// How the Placement cuts its clusters into groups.
  public var grouping: OCMGroupStrategy
  /// How the groups are rolled out to.
  public var rollout: OCMRolloutStrategy

  /// States the settings.
  public init(
    _ caller: Caller, predicates: [Selector] = [], grouping: OCMGroupStrategy = .init(),
    rollout: OCMRolloutStrategy = .init()
  ) {
    self.caller = caller
    self.predicates = predicates
    self.grouping = grouping
    self.rollout = rollout
  }

  /// The rollout strategy as the caller hands it to the library.
  ///
  /// Where a limit on concurrency is not written, add-ons have as many clusters at once as a group
  /// has; works have no limit, though the documentation says the same of them.
  package var handedOver: OCMRolloutStrategy {
    var strategy = rollout
    if caller == .addOn, strategy.maxConcurrency == .unset {
      strategy.maxConcurrency = grouping.clustersPerGroup
    }
    return strategy
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    let longest = Microseconds.hours(876_000)
    if case .after(let length) = rollout.progressDeadline, length > longest {
      return "an impossible progress deadline"
    }
    return rollout.minSuccessTime > longest ? "an impossible success time" : nil
  }
}
