import Determinism
import DiscreteEvents
import RolloutStrategies

/// Rows of state of which, while an event is handled, only those of one cluster may be touched.
///
/// Effects between clusters take time and travel as messages; touching another cluster's rows
/// traps.
struct OwnedTable<Row>: ~Copyable {
  /// The cluster whose rows may be touched.
  private(set) var owner = ClusterID(rawValue: .max)
  /// Whether a row may have been changed since the owner's turn began; what clusters add to the
  /// totals is worked out anew only where it was.
  private(set) var isChanged = false
  private var rows: StateRows<Row>
  let width: Int
  /// The clusters that the table is of.
  let share: LaneShare

  /// Makes a table of rows: `width` of them for each of a lane's clusters, by the cluster and the
  /// position among its rows.
  init(
    width: Int, of share: LaneShare, in fleet: Fleet, _ make: (ClusterID, Int) -> Row
  ) {
    rows = StateRows(count: share.count(of: fleet) * width) { row in
      make(share.cluster(inRow: row / width), row % width)
    }
    self.width = width
    self.share = share
  }

  /// Lets an event touch the rows of one cluster; nil: of none.
  mutating func open(for cluster: ClusterID?) {
    owner = cluster ?? ClusterID(rawValue: .max)
    isChanged = false
  }

  /// A row of the owner; traps for any other cluster.
  subscript(cluster: ClusterID, position: Int = 0) -> Row {
    _read {
      check(cluster)
      yield rows[share.row(of: cluster) * width + position]
    }
    _modify {
      check(cluster)
      isChanged = true
      yield &rows[share.row(of: cluster) * width + position]
    }
  }

  /// Reads something of a row of any cluster, only to have it at hand; the value must not decide
  /// anything.
  @inline(__always)
  func touch(_ cluster: ClusterID, _ read: (Row) -> UInt64) -> UInt64 {
    read(rows[share.row(of: cluster) * width])
  }

  /// Changes a row of any of the lane's clusters before there are events.
  mutating func change(
    _ cluster: ClusterID, _ position: Int = 0, _ change: (inout Row) -> Void
  ) {
    precondition(owner.rawValue == .max, "cluster \(owner.rawValue) has had events")
    change(&rows[share.row(of: cluster) * width + position])
  }

  /// A row of any of the lane's clusters, for observers between events.
  func row(of cluster: ClusterID, _ position: Int = 0) -> Row {
    rows[share.row(of: cluster) * width + position]
  }

  private func check(_ cluster: ClusterID) {
    precondition(
      cluster == owner,
      "an event of cluster \(owner.rawValue) touches cluster \(cluster.rawValue)")
  }
}
