public import Determinism

/// How far a workload may go above and below the pods it is to have while they are replaced.
///
/// - Source: Kubernetes Deployment controller, `ResolveFenceposts`: a share of surge rounds up, one
///   of unavailable rounds down, and if both come to 0, unavailable is 1.
public struct Fenceposts: Hashable, Sendable {
  /// Most pods on top.
  public let surge: Int
  /// Most pods missing.
  public let unavailable: Int

  /// Works out the shares for a number of pods.
  public init(maxSurge: Amount, maxUnavailable: Amount, replicas: Int) {
    surge = maxSurge.of(replicas, rounded: .up)
    let missing = maxUnavailable.of(replicas, rounded: .down)
    unavailable = surge == 0 && missing == 0 ? 1 : missing
  }
}

/// How a Deployment replaces its pods.
public enum DeploymentStrategy: Codable, Hashable, Sendable {
  /// A few at a time.
  case rollingUpdate(maxSurge: Amount, maxUnavailable: Amount)
  /// All old pods go before the first new one comes.
  case recreate

  /// Most pods on top of those it is to have.
  public func surge(of replicas: Int) -> Int { fenceposts(of: replicas)?.surge ?? 0 }

  /// Most pods missing from those it is to have, which are never more than it has.
  public func unavailable(of replicas: Int) -> Int {
    guard let fenceposts = fenceposts(of: replicas), replicas > 0 else { return 0 }
    return min(fenceposts.unavailable, replicas)
  }

  private func fenceposts(of replicas: Int) -> Fenceposts? {
    guard case .rollingUpdate(let surge, let unavailable) = self else { return nil }
    return Fenceposts(maxSurge: surge, maxUnavailable: unavailable, replicas: replicas)
  }
}
