import Determinism
import LocatedYAML

/// How large things may be.
enum Limits {
  /// Clusters of a fleet.
  static let clustersMax = WrittenNumber.countMax
  /// Pods of a service or in a cluster.
  ///
  /// - Source: Kubernetes, considerations for large clusters.
  static let podsMax = 150_000
  /// Replicas of a service that is placed over clusters.
  static let replicasMax = 1_000_000
  /// Users that one replica can serve.
  static let usersPerReplicaMax = 1_000_000_000
  /// Nodes of a cluster.
  ///
  /// - Source: Kubernetes, considerations for large clusters.
  static let nodesMax = 5_000
  /// Users of all clusters together: such that users × ten years in microseconds fit into 128 bits
  /// with ease.
  static let usersMax = 1_000_000_000_000
  /// The longest simulation: ten years.
  static let horizonMax = Microseconds.hours(87_600)
}
