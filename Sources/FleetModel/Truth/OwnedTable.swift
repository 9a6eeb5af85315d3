import Determinism
import RolloutStrategies

/// Rows of state of which, while an event is handled, only those of one cluster may be touched.
///
/// Effects between clusters take time and travel as messages; touching another cluster's rows traps.
struct OwnedTable<Row> {
  /// The cluster whose rows may be touched.
  var owner = ClusterID(rawValue: .max)
  private var rows: [Row]
  private let width: Int

  /// - Parameter width: rows a cluster.
  init(_ rows: [Row], width: Int) {
    self.rows = rows
    self.width = width
  }

  /// A row of the owner; traps for any other cluster.
  subscript(cluster: ClusterID, position: Int = 0) -> Row {
    _read {
      check(cluster)
      yield rows[cluster.offset * width + position]
    }
    _modify {
      check(cluster)
      yield &rows[cluster.offset * width + position]
    }
  }

  /// All rows, for observers between events.
  var all: [Row] { rows }

  private func check(_ cluster: ClusterID) {
    precondition(
      cluster == owner,
      "an event of cluster \(owner.rawValue) touches cluster \(cluster.rawValue)")
  }
}
