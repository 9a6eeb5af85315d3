/// What the services of one cluster have to do with its impact; changes only when they do.
struct ServiceImpact {
  /// The share of requests that fail in the service that fares worst.
  ///
  /// Unit: parts per billion.
  var errorRate: Int32 = 0
  /// The share of requests that meet a version which is rolled out, in the service where it is
  /// greatest.
  ///
  /// Unit: parts per billion.
  var exposure: Int32 = 0
  /// Those of the conditions that services bring about.
  var conditions: Impact.Conditions = []
}

/// What one cluster adds to the totals at one moment; the totals change by the difference of two.
struct Impact: Equatable {
  /// Conditions that are counted in clusters.
  struct Conditions: OptionSet {
    let rawValue: UInt16

    /// Runs a version with a defect.
    static let carrying = Conditions(rawValue: 1 << 0)
    /// A defect is active in it.
    static let active = Conditions(rawValue: 1 << 1)
    /// Serves nobody because it updates.
    static let plannedDown = Conditions(rawValue: 1 << 2)
    /// Serves nobody for another reason.
    static let unplannedDown = Conditions(rawValue: 1 << 3)
    /// An update is under way in it.
    static let updating = Conditions(rawValue: 1 << 4)
    /// Two versions of a service serve in it.
    static let mixed = Conditions(rawValue: 1 << 5)
    /// Its users are harmed.
    static let impaired = Conditions(rawValue: 1 << 6)
    /// Is at the target of every rollout that is for it.
    static let updated = Conditions(rawValue: 1 << 7)
    /// Cannot be reached.
    static let unreachable = Conditions(rawValue: 1 << 8)
    /// Carries a defect and can be reached.
    static let reachableCarrier = Conditions(rawValue: 1 << 9)
    /// Belongs to the fleet.
    static let member = Conditions(rawValue: 1 << 10)
    /// No user is routed to it.
    static let idle = Conditions(rawValue: 1 << 11)

    /// How many there are.
    static let count = 12

    /// These conditions, with `unreachable` and `reachableCarrier` as a cluster's reach is now.
    @inline(__always)
    func withReach(of state: ClusterState) -> Conditions {
      let others = subtracting([.unreachable, .reachableCarrier])
      guard state.isMember else { return others }
      if !state.isReachable { return others.union(.unreachable) }
      return others.contains(.carrying) ? others.union(.reachableCarrier) : others
    }
  }

  /// Users harmed.
  ///
  /// Unit: users × parts per billion.
  var harm: Int64 = 0
  /// Users who meet a version that is rolled out.
  ///
  /// Unit: users × parts per billion.
  var exposed: Int64 = 0
  var conditions: Conditions = []
}

extension Impact {
  /// What a cluster adds as it and its services are now.
  ///
  /// - Parameters:
  ///   - state: the cluster.
  ///   - services: what its services have to do with it.
  ///   - users: users whom it serves, or should.
  ///   - unserved: those of them whom no replica has room for.
  ///   - isDownWhileUpdating: whether it serves nobody while pods are replaced.
  ///   - marksIdle: whether clusters without users are told apart.
  @inline(__always)
  init(
    of state: ClusterState, _ services: ServiceImpact, users: Int64, unserved: Int64,
    isDownWhileUpdating: Bool, marksIdle: Bool
  ) {
    guard state.standing != .absent else { return }
    conditions = services.conditions
    if marksIdle { conditions.insert(users > 0 ? .member : [.member, .idle]) }
    if state.updating > 0 { conditions.insert(.updating) }
    conditions = conditions.withReach(of: state)
    var worst = Int64(services.errorRate)
    if state.standing == .out {
      conditions.insert(.unplannedDown)
      worst = 1_000_000_000
    } else if worst >= 1_000_000_000 || (state.replacing > 0 && isDownWhileUpdating) {
      conditions.insert(state.replacing > 0 ? .plannedDown : .unplannedDown)
      worst = 1_000_000_000
    }
    harm = worst * (users - unserved) + unserved * 1_000_000_000
    exposed = Int64(services.exposure) * users
    if worst >= 10_000_000 { conditions.insert(.impaired) }
  }
}

/// The difference between what a cluster has added to the totals and what it adds now.
struct ImpactChange {
  var from: Impact.Conditions
  var to: Impact.Conditions
  /// Unit: users × parts per billion.
  var harm: Int64
  /// Unit: users × parts per billion.
  var exposed: Int64

  init(from old: Impact, to new: Impact) {
    from = old.conditions
    to = new.conditions
    harm = new.harm - old.harm
    exposed = new.exposed - old.exposed
  }

  /// A change of conditions alone.
  init(from old: Impact.Conditions, to new: Impact.Conditions) {
    from = old
    to = new
    harm = 0
    exposed = 0
  }

  /// Whether a condition is no longer what it was.
  @inline(__always)
  func changes(_ condition: Impact.Conditions) -> Bool {
    from.contains(condition) != to.contains(condition)
  }
}
