public import Determinism
public import RolloutStrategies

/// How a service is placed over clusters in a scenario, and how fast that takes effect.
public struct PlacementPlan: Codable, Hashable, Sendable {
  /// Where replicas are to be.
  public var policy: PlacementPolicy
  /// Users that one ready replica can serve at most.
  ///
  /// Range: from 1.
  public var usersPerReplica: Int
  /// How long clusters' heartbeats take to the placement, and what it asks of them takes back.
  public var latency: Microseconds
  /// How long users take to follow: from a change of what serves to another division of users.
  public var routing: Microseconds

  /// States a placement.
  public init(
    policy: PlacementPolicy, usersPerReplica: Int, latency: Microseconds = .seconds(1),
    routing: Microseconds = .seconds(10)
  ) {
    self.policy = policy
    self.usersPerReplica = usersPerReplica
    self.latency = latency
    self.routing = routing
  }
}

extension ArmPlan {
  /// How a service is placed in an arm.
  public struct Placed: Codable, Hashable, Sendable {
    /// The service.
    public var service: String
    /// Its placement.
    public var plan: PlacementPlan

    /// States how a service is placed.
    public init(service: String, plan: PlacementPlan) {
      self.service = service
      self.plan = plan
    }
  }
}

extension Scenario {
  /// Whether some service is placed, in some arm at least.
  public var hasPlacement: Bool {
    services.contains { $0.placement != nil } || arms.contains { $0.placements != nil }
  }
}
