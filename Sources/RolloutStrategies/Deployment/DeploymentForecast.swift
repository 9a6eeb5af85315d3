public import Determinism

/// What a Deployment does with a new template if all goes well, pass by pass.
///
/// Pods are ready as soon as they are asked for, and gone as soon as they are not.
///
/// - Source: the passes of ``ReplicaSetSizes``; nothing is decided here.
public struct DeploymentForecast: Codable, Hashable, Sendable {
  /// How the passes of one instant leave the Deployment.
  public struct Look: Codable, Hashable, Sendable {
    /// How long after the first pass.
    public var at: Microseconds
    /// Pods of the new set.
    public var new: Int
    /// Pods of the old set.
    public var old: Int
    /// Pods that are available.
    public var available: Int
  }

  /// The passes that change something, in their order.
  public private(set) var looks: [Look] = []
  /// Whether the last leaves it complete; otherwise it goes on after it.
  public private(set) var isComplete = false

  /// Passes that are worked out, and how far ahead they are: a thousand years.
  private static let looksMax = 10_000
  private static let horizon = Microseconds.hours(8_766_000)

  /// Plays an update.
  ///
  /// - Parameters:
  ///   - strategy: how pods are replaced.
  ///   - replicas: pods of the Deployment.
  ///   - minReady: how long pods must have been ready to be available.
  public init(_ strategy: DeploymentStrategy, replicas: Int, minReady: Microseconds) {
    var sizes = ReplicaSetSizes(
      replicas: replicas, strategy: strategy, new: nil,
      old: [ReplicaSetSize(wanted: replicas, available: replicas)])
    var at = Microseconds.zero
    while looks.count < Self.looksMax, at <= Self.horizon {
      while sizes.sync(oldPods: sizes.old[0].wanted) != .nothing {
        sizes.old[0].available = min(sizes.old[0].available, sizes.old[0].wanted)
      }
      let new = sizes.new ?? ReplicaSetSize(wanted: 0)
      looks.append(
        Look(at: at, new: new.wanted, old: sizes.old[0].wanted, available: sizes.available))
      guard new.available < new.wanted else {
        isComplete = true
        return
      }
      at = at + minReady
      sizes.new?.available = new.wanted
    }
  }
}
