public import Determinism

/// A state of a fleet in which some share of demand meets a new version.
public struct Exposure: Codable, Hashable, Sendable {
  /// The share of the fleet's demand that meets the new version, to the nearest part per billion.
  public var share: Ratio
  /// For each cluster, how many of the parts its rollout knows are of the new version.
  public var updatedParts: [Int]
  /// For each cluster, its weight in the routing between clusters; nil: demand stays where it is.
  public var weights: [Int]?
  /// The weights while the cluster that is switched next is free of demand; nil: none is, or demand
  /// stays where it is.
  public var drained: [Int]?
}

/// Why routing between clusters does not bring a share about.
public enum RoutingObstacle: Codable, Hashable, Sendable {
  /// There are no routing weights between clusters.
  case noRouting
  /// Clusters that would take demand over cannot serve so much; short by so many users.
  case noHeadroom(shortBy: Int64)
  /// The share lies between two weights.
  case tooCoarse
}

/// What a ladder makes of one share that is asked for.
public enum ExposureRung: Codable, Hashable, Sendable {
  /// The share is brought about, within the tolerance.
  case reached(Exposure)
  /// It is not, and this is the nearest share that clusters can show without routing.
  case nearest(Exposure, RoutingObstacle)
  /// It is not, as the next cluster can only be switched as a whole; nothing is done.
  ///
  /// The share is the nearest that could be had without routing.
  case refused(nearest: Ratio, RoutingObstacle)

  /// The state to bring about; nil: none.
  public var exposure: Exposure? {
    switch self {
    case .reached(let exposure), .nearest(let exposure, _): exposure
    case .refused: nil
    }
  }
}
