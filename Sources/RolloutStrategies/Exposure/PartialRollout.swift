/// How a share of one cluster's demand can come to a new version.
public enum PartialRollout: Codable, Hashable, Sendable {
  /// Not at all: the cluster is switched as a whole.
  case none
  /// Through new pods beside old ones, over all of which requests are spread evenly.
  ///
  /// Range: 1 to a million pods.
  case replicas(Int)
  /// Through traffic weights in the cluster's mesh or ingress, out of a whole.
  ///
  /// Range: 1 to a million parts.
  case weights(outOf: Int)

  /// How many equal parts a cluster's demand is divided into.
  public var parts: Int {
    switch self {
    case .none: 1
    case .replicas(let count), .weights(let count): count
    }
  }
}
