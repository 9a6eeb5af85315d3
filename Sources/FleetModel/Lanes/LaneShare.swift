import Determinism
import RolloutStrategies

/// Which clusters belong to a lane: of two to the power of some number of lanes, each has every
/// so manieth, because neighbours are often updated together.
struct LaneShare {
  /// The lane's position among all.
  let position: Int
  /// There are two to the power of this many lanes.
  let bits: Int

  /// The lane of a cluster among two to the power of `bits`.
  @inline(__always)
  static func lane(of cluster: ClusterID, bits: Int) -> Int {
    cluster.offset & (1 &<< bits &- 1)
  }

  /// Whether a cluster belongs to the lane.
  func owns(_ cluster: ClusterID) -> Bool {
    Self.lane(of: cluster, bits: bits) == position
  }

  /// The place of a cluster among the lane's own.
  @inline(__always)
  func row(of cluster: ClusterID) -> Int { cluster.offset &>> bits }

  /// The cluster in a place among the lane's own.
  func cluster(inRow row: Int) -> ClusterID { ClusterID(offset: row << bits | position) }

  /// How many clusters the lane has.
  func count(of fleet: Fleet) -> Int {
    max(0, fleet.count - position + (1 << bits) - 1) >> bits
  }

  /// The lane's clusters, ascending.
  func clusters(of fleet: Fleet) -> LazyMapSequence<StrideTo<Int>, ClusterID> {
    stride(from: position, to: fleet.count, by: 1 << bits).lazy.map { ClusterID(offset: $0) }
  }
}
