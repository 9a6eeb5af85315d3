import Determinism
import RolloutStrategies

/// The windows that rollouts must keep to: when they close, and which updates overran them.
///
/// An observer: it causes nothing and draws nothing.
struct WindowWatch {
  /// A window guard of a rollout in one zone.
  struct Closing {
    var rollout: Int
    var name: String
    var rule: WindowRule
    var test: ClusterTest
    var zone: TimeZoneID
    /// The zone's position among the clusters' own zones; nil: the zone holds for all.
    var value: UInt32?
    var at: Instant
  }

  private(set) var closings: [Closing] = []
  /// When a window closes next; `never`: none does before the end.
  private(set) var nextAt = Instant.never
  /// Updates that overran a window, each once.
  private(set) var overrunCount = 0
  /// Whether the update of a rollout in a cluster overran.
  ///
  /// Shape: rollout-major, none without windows.
  private var hasOverrun: [Bool] = []
  private let zoneDimension: Fleet.Dimension?
  private let endAt: Instant

  init(_ world: World, _ policies: [RolloutPolicy]) {
    zoneDimension = world.fleet.dimension("timeZone")
    endAt = world.endAt
    for (rollout, policy) in policies.enumerated() {
      for rule in policy.guards {
        guard case .window(let window) = rule.rule else { continue }
        add(rollout, rule, window, world)
      }
    }
    guard !closings.isEmpty else { return }
    hasOverrun = Array(
      repeating: false, count: world.fleet.count * world.scenario.rollouts.count)
    nextAt = closings.lazy.map(\.at).min() ?? .never
  }

  private mutating func add(
    _ rollout: Int, _ policy: GuardPolicy, _ rule: WindowRule, _ world: World
  ) {
    var zones: [(TimeZoneID, UInt32?)] = []
    if let name = rule.timeZone {
      zones.append((Self.zone(name), nil))
    } else {
      for (value, name) in (zoneDimension?.values ?? []).enumerated() {
        zones.append((Self.zone(name), UInt32(value)))
      }
      zones.append((.utc, Fleet.Dimension.none))
    }
    for (zone, value) in zones {
      var closing = Closing(
        rollout: rollout, name: policy.name, rule: rule,
        test: world.fleet.resolve(policy.clusters), zone: zone, value: value, at: world.startAt)
      advance(&closing)
      closings.append(closing)
    }
  }

  private static func zone(_ name: String) -> TimeZoneID {
    guard let zone = TimeZones.find(name) else { preconditionFailure("unknown time zone \(name)") }
    return zone
  }

  /// Moves on to the next moment at which the window is open no longer.
  private func advance(_ closing: inout Closing) {
    var (isOpen, until) = closing.rule.state(at: closing.at, in: closing.zone)
    while until < endAt {
      let (opensAgain, next) = closing.rule.state(at: until, in: closing.zone)
      if isOpen, !opensAgain {
        closing.at = until
        return
      }
      (isOpen, until) = (opensAgain, next)
    }
    closing.at = .never
  }

  /// Whether a cluster is in the zone of a closing.
  @inline(__always)
  func isInZone(of closing: Closing, _ cluster: ClusterID) -> Bool {
    guard let value = closing.value else { return true }
    return (zoneDimension?.valueOf[cluster] ?? Fleet.Dimension.none) == value
  }

  /// Notes that the update of a rollout in a cluster overran.
  ///
  /// - Parameters:
  ///   - rollout: the rollout.
  ///   - cluster: the cluster.
  ///   - fleet: the fleet of the world.
  mutating func note(_ rollout: Int, _ cluster: ClusterID, of fleet: Fleet) {
    let place = rollout * fleet.count + cluster.offset
    guard !hasOverrun[place] else { return }
    hasOverrun[place] = true
    overrunCount += 1
  }

  /// Moves on from windows that have closed.
  mutating func moveOn() {
    for index in closings.indices where closings[index].at == nextAt {
      advance(&closings[index])
    }
    nextAt = closings.lazy.map(\.at).min() ?? .never
  }
}

extension Simulation where List: ~Copyable {
  /// Looks at the updates that overran windows which closed before an instant.
  mutating func noteOverruns(before instant: Instant) {
    while windows.nextAt < instant {
      for closing in windows.closings where closing.at == windows.nextAt { look(at: closing) }
      windows.moveOn()
    }
  }

  private mutating func look(at closing: WindowWatch.Closing) {
    guard let service = model.services.firstIndex(where: { $0.rollout == closing.rollout }) else {
      return
    }
    let target = model.services[service].target
    var late = 0
    for planner in desks.indices {
      let status = desks[planner].planner.status(of: closing.rollout)
      // Most clusters are in other zones; to know that takes less than to look at one.
      for (local, cluster) in zip(status.fleet.clusters, world.clustersOf[planner])
      where windows.isInZone(of: closing, cluster) {
        let row = self.service(service, of: cluster)
        guard row.version != target || row.isUpdating else { continue }
        let asked = status[local].asked
        guard asked.generation > 0, asked.revision == .target, status[local].isMember,
          closing.test.chooses(cluster, of: world.fleet)
        else { continue }
        late += 1
        windows.note(closing.rollout, cluster, of: world.fleet)
      }
    }
    guard late > 0 else { return }
    observers.journal.add(
      .windowOverrun, at: closing.at, rollout: closing.rollout, subject: closing.name,
      clusters: late)
  }
}
