public import Determinism

/// How far the copies of a canary may go above and below the pods of the service.
///
/// As in a Deployment, but neither is more than the service has.
/// - Source: Argo Rollouts v1.10, `utils/replicaset`, `MaxSurge` and `MaxUnavailable`.
public struct CanaryLimits: Hashable, Sendable {
  private let strategy: DeploymentStrategy

  /// Neither above nor below, as where there is no canary.
  public static let none = CanaryLimits(.recreate)

  /// States limits.
  public init(maxSurge: Amount, maxUnavailable: Amount) {
    self.init(.rollingUpdate(maxSurge: maxSurge, maxUnavailable: maxUnavailable))
  }

  private init(_ strategy: DeploymentStrategy) { self.strategy = strategy }

  /// Most pods on top of those of the service.
  public func surge(of replicas: Int) -> Int { min(strategy.surge(of: replicas), replicas) }

  /// Most pods missing from those of the service.
  public func unavailable(of replicas: Int) -> Int { strategy.unavailable(of: replicas) }
}
