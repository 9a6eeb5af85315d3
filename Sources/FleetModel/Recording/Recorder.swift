import Determinism
import RolloutStrategies

/// What is written down while a run goes on: totals over time, by condition and by domain.
///
/// It stands outside the events: it draws nothing, causes nothing, and adds up so that the order
/// inside an instant does not show.
struct Recorder {
  /// How the clusters of one kind of domain fare.
  struct DomainLevel {
    var dimension: Int
    /// The domain of each cluster.
    var sizes: [Int64]
    /// Impaired clusters, by domain.
    var impaired: [DomainGauge]
    /// Domains with more than 1, 10 and 50 % of their clusters impaired.
    var over: [Gauge]

    init(_ dimension: Int, in world: World) {
      self.dimension = dimension
      var sizes = [Int64](repeating: 0, count: world.fleet.dimensions[dimension].values.count)
      for value in world.fleet.dimensions[dimension].valueOf
      where value != Fleet.Dimension.none { sizes[Int(value)] += 1 }
      self.sizes = sizes
      impaired = sizes.map { DomainGauge(size: $0, at: world.startAt) }
      over = Array(repeating: Gauge(at: world.startAt), count: Recorder.thresholds.count)
    }
  }

  private let startAt: Instant
  private let domainsOf: NarrowArray
  /// What touching ahead has read, so that it is not left out.
  private var touched: UInt32 = 0
  private var gauges: [Gauge]
  private(set) var harm: Gauge
  /// Users who meet a version that is rolled out, times a billion.
  private(set) var exposed: Gauge
  /// Users for whom no replica of a placed service has room, its pods, and those that were moved.
  var unserved: Gauge
  var placedPods: Gauge
  var movedReplicas = 0
  /// Clusters that serve nobody.
  private(set) var down: Gauge
  private(set) var levels: [DomainLevel]
  private(set) var chart: DomainChart
  /// Clusters that some rollout is for.
  private let eligible: Int64
  /// When 50, 90 and 100 % of them were updated for the first time.
  private(set) var milestones: [Instant?] = [nil, nil, nil]
  /// Since when no reachable cluster has carried a defect.
  private var carrierFreeSince: Instant?

  static let thresholds: [Int64] = [1, 10, 50]
  private static let shares: [Int64] = [50, 90, 100]

  init(_ world: World, eligible: Int, chart: DomainChart) {
    startAt = world.startAt
    domainsOf = world.domainsOf
    self.eligible = Int64(eligible)
    gauges = Array(repeating: Gauge(at: startAt), count: Impact.Conditions.count)
    harm = Gauge(at: startAt)
    exposed = Gauge(at: startAt)
    down = Gauge(at: startAt)
    unserved = Gauge(at: startAt)
    placedPods = Gauge(at: startAt)
    carrierFreeSince = startAt
    levels = world.domainDimensions.map { DomainLevel($0, in: world) }
    self.chart = chart
  }

  /// Clusters that some rollout is for.
  var eligibleCount: Int { Int(eligible) }

  /// The total of a condition.
  func gauge(_ condition: Impact.Conditions) -> Gauge {
    gauges[condition.rawValue.trailingZeroBitCount]
  }

  /// Reads the domains of the clusters whose users are about to be harmed, or no longer so.
  ///
  /// Memory answers many such reads in the time of one.
  @inline(__always)
  mutating func touch(_ entries: ArraySlice<LaneLog.Entry>) {
    guard !levels.isEmpty else { return }
    var sum: UInt32 = 0
    for entry in entries {
      guard case .impact(_, let change) = entry.note, change.changes(.impaired) else { continue }
      sum &+= domainsOf[entry.cluster.offset * levels.count]
    }
    touched = sum
  }

  /// Replaces what a cluster adds to the totals.
  mutating func change(
    _ cluster: ClusterID, chartRow: UInt32, _ change: ImpactChange, at now: Instant
  ) {
    if change.exposed != 0 { exposed.change(by: change.exposed, at: now) }
    if change.harm != 0 { harm.change(by: change.harm, at: now) }
    var changed = change.from.symmetricDifference(change.to).rawValue
    while changed != 0 {
      let bit = changed.trailingZeroBitCount
      changed &= changed - 1
      let condition = Impact.Conditions(rawValue: 1 << UInt16(bit))
      if condition == .updated || condition == .reachableCarrier { noteMilestones(before: now) }
      let amount: Int64 = change.to.contains(condition) ? 1 : -1
      gauges[bit].change(by: amount, at: now)
      if condition == .plannedDown || condition == .unplannedDown {
        down.change(by: amount, at: now)
      }
      if condition == .impaired { impair(cluster, by: amount, at: now) }
    }
    chart.change(row: chartRow, from: change.from, to: change.to, at: now)
  }

  /// Accounts for the time up to the end.
  mutating func finish(at end: Instant) {
    noteMilestones(before: end)
    for index in gauges.indices { gauges[index].settle(at: end) }
    harm.settle(at: end)
    exposed.settle(at: end)
    down.settle(at: end)
    unserved.settle(at: end)
    placedPods.settle(at: end)
    for level in levels.indices {
      for domain in levels[level].impaired.indices {
        levels[level].impaired[domain].settle(at: end)
      }
      for index in levels[level].over.indices { levels[level].over[index].settle(at: end) }
    }
    chart.finish(at: end)
  }

  /// When the last reachable cluster stopped carrying a defect, not counting times before
  /// `decided`.
  func carrierFree(after decided: Instant) -> Instant? {
    carrierFreeSince.map { max($0, decided) }
  }

  /// Looks at totals that held from their last change until now, which has not been accounted for
  /// yet.
  private mutating func noteMilestones(before now: Instant) {
    let updated = gauge(.updated)
    if updated.changedAt < now, eligible > 0 {
      for (index, share) in Self.shares.enumerated() where milestones[index] == nil {
        if updated.value * 100 >= eligible * share { milestones[index] = updated.changedAt }
      }
    }
    let carriers = gauge(.reachableCarrier)
    guard carriers.changedAt < now else { return }
    if carriers.value > 0 {
      carrierFreeSince = nil
    } else if carrierFreeSince == nil {
      carrierFreeSince = carriers.changedAt
    }
  }

  private mutating func impair(_ cluster: ClusterID, by amount: Int64, at now: Instant) {
    for level in levels.indices {
      let value = domainsOf[cluster.offset * levels.count + level]
      guard value != Fleet.Dimension.none else { continue }
      let domain = Int(value)
      let before = levels[level].impaired[domain].value
      levels[level].impaired[domain].change(by: amount, at: now)
      // A threshold is crossed when the larger of the two counts is the first one above it.
      let larger = amount > 0 ? before + 1 : before
      for index in Self.thresholds.indices
      where larger == levels[level].impaired[domain].firstAbove[index] {
        levels[level].over[index].change(by: amount, at: now)
      }
    }
  }
}
