public import Determinism

/// Settings of the RollingUpdate of a KubeFleet placement.
///
/// - Source: kubefleet v0.3.1-83, `ClusterResourcePlacement` (`ResourcePlacement` where it is
///   namespaced) with `strategy.type: RollingUpdate`.
public struct KubeFleetRollingPolicy: Codable, Hashable, Sendable {
  /// How a placement says which clusters it wants.
  public enum Placement: Codable, Hashable, Sendable {
    /// Every cluster that fits.
    case pickAll
    /// A number of those that fit.
    ///
    /// The scheduler's scores are not known here: the first by name are taken of those that the
    /// rollout is for.
    case pickNumber(Int)
    /// The named ones.
    case pickFixed([String])
  }

  /// Which clusters it wants.
  public var placement: Placement
  /// How many of them may be unavailable; a share is rounded up.
  public var maxUnavailable: Amount
  /// How many more than wanted may run it; a share is rounded up.
  public var maxSurge: Amount
  /// How long after being applied something counts as unavailable whose availability cannot be
  /// told.
  public var unavailablePeriod: Microseconds

  /// States the settings; the standard ones are KubeFleet's.
  public init(
    placement: Placement = .pickAll, maxUnavailable: Amount = .share(.percent(25)),
    maxSurge: Amount = .share(.percent(25)), unavailablePeriod: Microseconds = .seconds(60)
  ) {
    self.placement = placement
    self.maxUnavailable = maxUnavailable
    self.maxSurge = maxSurge
    self.unavailablePeriod = unavailablePeriod
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    let range = 0...20_000_000
    guard maxUnavailable.isWithin(range), maxSurge.isWithin(range) else {
      return "impossible limits"
    }
    if case .pickNumber(let count) = placement, !range.contains(count) {
      return "an impossible number of clusters"
    }
    return nil
  }
}

extension Amount {
  /// Whether a count lies in a range and a share is at most all.
  func isWithin(_ counts: ClosedRange<Int>) -> Bool {
    switch self {
    case .count(let count): counts.contains(count)
    case .share(let share): share <= .one
    }
  }
}
