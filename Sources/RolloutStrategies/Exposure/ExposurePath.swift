import Determinism

/// The way from no demand on a new version to all of it, part by part and cluster by cluster.
///
/// Clusters whose parts are finest come first, so that the smallest share that can be shown at all
/// is the first step; among equals the order is the fleet's. A later point never takes a part back
/// from an earlier one. Clusters without demand are not on it.
struct ExposurePath {
  /// A point on the way: all clusters before a place are updated, and one in part.
  struct Point: Equatable {
    /// A position in the order.
    var place: Int
    /// Parts of the cluster there.
    ///
    /// Range: 1 to all of its parts; 0 only at the very beginning.
    var parts: Int
  }

  let clusters: [ExposedCluster]
  /// Positions of clusters.
  let order: [Int]
  /// Demand of clusters before each place; the last is that of all.
  let demandBefore: [Int64]

  /// Lays the way.
  ///
  /// O(clusters · log clusters).
  init(_ clusters: [ExposedCluster]) {
    self.clusters = clusters
    order = clusters.indices.filter { clusters[$0].demand > 0 }.sorted { a, b in
      if clusters[a].isFiner(than: clusters[b]) { return true }
      return !clusters[b].isFiner(than: clusters[a]) && a < b
    }
    var sums: [Int64] = [0]
    for index in order { sums.append(sums[sums.count - 1] + clusters[index].demand) }
    demandBefore = sums
  }

  var demand: Int64 { demandBefore[order.count] }

  /// The last point that does not pass a share, the first that reaches it, and which is nearer.
  ///
  /// The beginning is never the nearer one: a share that is asked for is not none of it.
  /// O(log clusters).
  func points(around share: Ratio) -> (below: Point, above: Point, nearest: Point) {
    let place = place(of: share)
    let cluster = clusters[order[place]]
    let whole = Int128(cluster.demand) * ppb
    let (parts, left) =
      (Int128(demand) * Int128(share.partsPerBillion)
      - Int128(demandBefore[place]) * ppb).multiplied(by: cluster.partial.parts, over: whole)
    let below = point(place, parts)
    let above = left == 0 ? below : point(place, parts + 1)
    let isBelowNearer = 2 * left <= whole && below.parts > 0
    return (below, above, isBelowNearer ? below : above)
  }

  /// The share of demand on the new version at a point, if demand stays where it is.
  func share(at point: Point) -> Ratio {
    let cluster = clusters[order[point.place]]
    let parts = Int128(cluster.partial.parts)
    let shown =
      Int128(demandBefore[point.place]) * parts + Int128(cluster.demand) * Int128(point.parts)
    return .nearest(shown, outOf: Int128(demand) * parts)
  }

  /// The parts of each cluster at a point.
  func updatedParts(at point: Point) -> [Int] {
    var updated = [Int](repeating: 0, count: clusters.count)
    for index in order[..<point.place] { updated[index] = clusters[index].partial.parts }
    updated[order[point.place]] = point.parts
    return updated
  }

  private var ppb: Int128 { Int128(Ratio.one.partsPerBillion) }

  /// The last place before which no more demand lies than a share of it.
  private func place(of share: Ratio) -> Int {
    let wanted = Int128(demand) * Int128(share.partsPerBillion)
    var (low, high) = (0, order.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int128(demandBefore[middle]) * ppb <= wanted { low = middle } else { high = middle }
    }
    return low
  }

  /// A point; none of a cluster is all of the one before it.
  private func point(_ place: Int, _ parts: Int) -> Point {
    guard parts == 0, place > 0 else { return Point(place: place, parts: parts) }
    return Point(place: place - 1, parts: clusters[order[place - 1]].partial.parts)
  }
}

extension Int128 {
  /// How often `whole` goes into so many times this, and what is left.
  fileprivate func multiplied(by count: Int, over whole: Int128) -> (Int, Int128) {
    let (quotient, remainder) = (self * Int128(count)).quotientAndRemainder(dividingBy: whole)
    return (Int(quotient), remainder)
  }
}

extension Ratio {
  /// A fraction to the nearest part per billion.
  static func nearest(_ part: Int128, outOf whole: Int128) -> Ratio {
    let scaled = part * Int128(Ratio.one.partsPerBillion)
    return Ratio(partsPerBillion: Int64((2 * scaled + whole) / (2 * whole)))
  }
}
