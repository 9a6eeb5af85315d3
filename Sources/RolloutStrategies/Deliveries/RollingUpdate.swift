import Determinism

/// A rolling update of one service in one cluster: how many pods to replace next.
///
/// Run by the simulated cluster and by a real agent alike.
///
/// - Source: Kubernetes Deployment, in rounds: a round ends when its pods are available.
public struct RollingUpdate: Equatable, Sendable {
  /// What to do next.
  public struct Step: Equatable, Sendable {
    /// Pods of the new version to create.
    public var create: Int
    /// How many of them come on top of the pods the service is to have.
    public var surge: Int
    /// Pods that are missing while they start.
    public var missing: Int { create - surge }
  }

  /// Pods the service is to have.
  public let replicas: Int
  /// Most pods on top of that.
  public let surge: Int
  /// Most pods missing from it.
  public let unavailable: Int

  /// Works out the shares for a number of pods.
  public init(_ policy: DeliveryPolicy, replicas: Int) {
    let (maxSurge, maxUnavailable) = policy.rollingLimits
    let limits = Fenceposts(
      maxSurge: maxSurge, maxUnavailable: maxUnavailable, replicas: replicas)
    self.replicas = replicas
    surge = limits.surge
    unavailable = limits.unavailable
  }

  /// The next pods to replace.
  ///
  /// - Parameters:
  ///   - updated: pods of the new version that are available.
  ///   - room: pods that still fit into the cluster.
  /// - Returns: how many pods to create; none when nothing is left or nothing fits.
  public func next(updated: Int, room: Int) -> Step {
    let left = replicas - updated
    let extra = min(surge, max(0, room))
    let create = min(left, extra + unavailable)
    return Step(create: create, surge: min(create, extra))
  }

  /// Rounds that a whole update takes when everything fits.
  public var rounds: Int { (replicas + surge + unavailable - 1) / (surge + unavailable) }
}
