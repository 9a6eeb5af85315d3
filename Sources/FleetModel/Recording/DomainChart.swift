import Determinism
import RolloutStrategies

/// How the domains of one level fared in each of a limited number of time buckets.
///
/// What passes is kept at its peak in the bucket, so that what is over soon is not lost.
struct DomainChart {
  /// Counts of clusters that pass.
  private struct Passing: Equatable {
    var updating: Int32 = 0
    var impaired: Int32 = 0
    var unreachable: Int32 = 0

    /// The larger of each count.
    mutating func formPeak(with other: Passing) {
      updating = max(updating, other.updating)
      impaired = max(impaired, other.impaired)
      unreachable = max(unreachable, other.unreachable)
    }
  }

  /// Counts of one domain.
  private struct Row {
    var now = Passing()
    var peak = Passing()
    var updated: Int32 = 0
  }

  /// The mark of a cluster that no row shows.
  static let noRow = Fleet.Dimension.none

  /// Most points that a run keeps, so that it stays small.
  private static let pointLimit = 1_200

  private let fleet: Fleet
  private let startAt: Instant
  /// The dimension shown; nil: each cluster has a row.
  private let dimension: Int?
  /// The domain of each cluster in that dimension.
  private let domainOf: NarrowArray?
  private let isOn: Bool
  private var rows: [Row]
  private var sizes: [Int]
  private var isDirty: [Bool]
  private var dirty: [Int] = []
  private var bucket = 0
  /// When the present bucket ends.
  private var bucketEnd: Instant
  let bucketLength: Microseconds
  private(set) var points: [RunRecord.DomainPoint] = []

  /// Shows each cluster of a small fleet, else the outermost level that has a few domains.
  init(_ world: World, isOn: Bool) {
    fleet = world.fleet
    startAt = world.startAt
    self.isOn = isOn
    let shown = world.domainDimensions.first { dimension in
      (2...64).contains(world.fleet.dimensions[dimension].values.count)
    }
    dimension = world.fleet.count <= 24 ? nil : (shown ?? world.domainDimensions.first)
    domainOf = dimension.map { world.fleet.dimensions[$0].valueOf }
    let count =
      dimension.map { world.fleet.dimensions[$0].values.count } ?? min(24, world.fleet.count)
    rows = Array(repeating: Row(), count: count)
    sizes = Array(repeating: dimension == nil ? 1 : 0, count: count)
    isDirty = Array(repeating: false, count: count)
    if let domainOf {
      for value in domainOf
      where value != Fleet.Dimension.none { sizes[Int(value)] += 1 }
    }
    let buckets = Int64(min(240, max(24, Self.pointLimit / max(1, count))))
    let horizon = world.scenario.horizon.count
    bucketLength = Microseconds((horizon + buckets - 1) / buckets)
    bucketEnd = startAt + bucketLength
  }

  /// Replaces what a cluster adds to its domain's counts.
  mutating func change(
    row: UInt32, from old: Impact.Conditions, to new: Impact.Conditions, at now: Instant
  ) {
    guard isOn, old != new, row != Self.noRow else { return }
    let row = Int(row)
    close(before: now)
    rows[row].now.updating += step(.updating, old, new)
    rows[row].now.impaired += step(.impaired, old, new)
    rows[row].now.unreachable += step(.unreachable, old, new)
    rows[row].peak.formPeak(with: rows[row].now)
    rows[row].updated += step(.updated, old, new)
    guard !isDirty[row] else { return }
    isDirty[row] = true
    dirty.append(row)
  }

  /// Writes down what holds at the end, which is in no bucket itself.
  mutating func finish(at end: Instant) {
    close(before: end - Microseconds(1))
    write()
  }

  /// The row that shows a cluster, or `noRow`.
  func row(of cluster: ClusterID) -> UInt32 {
    if let domainOf { return domainOf[cluster] }
    return cluster.offset < rows.count ? cluster.rawValue : Self.noRow
  }

  private func step(
    _ condition: Impact.Conditions, _ old: Impact.Conditions, _ new: Impact.Conditions
  ) -> Int32 {
    (new.contains(condition) ? 1 : 0) - (old.contains(condition) ? 1 : 0)
  }

  private mutating func close(before now: Instant) {
    guard now >= bucketEnd else { return }
    let current = Int((now - startAt).count / bucketLength.count)
    write()
    if !dirty.isEmpty, bucket + 1 < current {
      bucket += 1
      write()
    }
    bucket = current
    bucketEnd = startAt + Microseconds(Int64(current + 1) * bucketLength.count)
  }

  /// Writes the points of this bucket; rows that are below their peaks at its end have one in the
  /// next bucket too.
  private mutating func write() {
    let written = dirty.sorted()
    dirty.removeAll(keepingCapacity: true)
    for row in written {
      points.append(point(of: row))
      isDirty[row] = rows[row].peak != rows[row].now
      rows[row].peak = rows[row].now
      if isDirty[row] { dirty.append(row) }
    }
  }

  private func point(of row: Int) -> RunRecord.DomainPoint {
    let peak = rows[row].peak
    return .init(
      level: dimension.map { fleet.dimensions[$0].name } ?? "cluster",
      domain: dimension.map { fleet.dimensions[$0].values[row] } ?? fleet.names[row],
      clusters: sizes[row], bucket: bucket, updating: Int(peak.updating),
      updated: Int(rows[row].updated), impaired: Int(peak.impaired),
      unreachable: Int(peak.unreachable))
  }
}
