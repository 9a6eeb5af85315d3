public import Determinism

/// Shows a new version to stated shares of a fleet's demand, however many clusters it has.
///
/// With two clusters, one of them is half of all demand. A smaller share takes what the app and its
/// clusters can do: new pods beside old ones, traffic weights in a cluster, or weights of the
/// routing between clusters. The clusters with the finest parts go first, one after the other;
/// routing is used only for shares that they do not reach by themselves.
public struct ExposureLadder: Sendable {
  private let path: ExposurePath
  private let routing: ExposureRouting?
  private let tolerance: Ratio

  /// Prepares a ladder; traps when weights are out of range, or nobody demands anything.
  ///
  /// O(clusters · log clusters).
  /// - Parameters:
  ///   - clusters: the fleet, whose demand adds up to 1 to 10¹².
  ///   - routingWeights: what weights between clusters add up to, 1 to 10⁶; nil: there are none.
  ///   - tolerance: how far from a share counts as reached.
  public init(
    of clusters: [ExposedCluster], routingWeights: Int?,
    tolerance: Ratio = Ratio(partsPerBillion: 1_000_000)
  ) {
    path = ExposurePath(clusters)
    precondition(
      (1...ExposedCluster.most.load).contains(path.demand), "demand of \(path.demand) in all")
    routing = routingWeights.map { [path] whole in
      precondition((1...ExposedCluster.most.parts).contains(whole), "weights out of \(whole)")
      return ExposureRouting(path, outOf: whole)
    }
    self.tolerance = tolerance
  }

  /// What becomes of a share that is asked for; traps unless it is above 0 and at most 1.
  ///
  /// All of the demand is all of the fleet, also of clusters without any. O(clusters).
  public func rung(at share: Ratio) -> ExposureRung {
    precondition(share > .zero && share <= .one, "a share of \(share.partsPerBillion) ppb")
    if share == .one {
      let all = path.clusters.map(\.partial.parts)
      return .reached(Exposure(share: .one, updatedParts: all, weights: nil))
    }
    let points = path.points(around: share)
    let alone = Exposure(
      share: path.share(at: points.nearest),
      updatedParts: path.updatedParts(at: points.nearest), weights: nil)
    if isReached(share, alone) { return .reached(alone) }
    switch routed(share, points.below, points.above) {
    case .success(let exposure): return .reached(exposure)
    case .failure(let failure):
      let isWhole = path.clusters[path.order[points.above.place]].partial.parts == 1
      return isWhole
        ? .refused(nearest: alone.share, failure.obstacle) : .nearest(alone, failure.obstacle)
    }
  }

  private func routed(
    _ share: Ratio, _ below: ExposurePath.Point, _ above: ExposurePath.Point
  ) -> Result<Exposure, RoutingFailure> {
    guard let routing else { return .failure(RoutingFailure(obstacle: .noRouting)) }
    return routing.exposure(of: share, between: below, and: above).flatMap { exposure in
      isReached(share, exposure)
        ? .success(exposure) : .failure(RoutingFailure(obstacle: .tooCoarse))
    }
  }

  private func isReached(_ share: Ratio, _ exposure: Exposure) -> Bool {
    let difference = exposure.share.partsPerBillion - share.partsPerBillion
    return difference.magnitude <= tolerance.partsPerBillion.magnitude
  }
}

extension ExposureLadder {
  /// Prepares a ladder over a planner's fleet, with the demand and capacity it knows of.
  ///
  /// - Parameters:
  ///   - fleet: the clusters.
  ///   - partial: what the app can do in each of them.
  ///   - routingWeights: what weights between clusters add up to; nil: there are none.
  public init(
    of fleet: Fleet, partial: (ClusterID) -> PartialRollout, routingWeights: Int?
  ) {
    let clusters = Array(fleet.clusters).map { cluster in
      ExposedCluster(
        demand: fleet.demand(of: cluster), capacity: fleet.capacity(of: cluster),
        partial: partial(cluster))
    }
    self.init(of: clusters, routingWeights: routingWeights)
  }
}
