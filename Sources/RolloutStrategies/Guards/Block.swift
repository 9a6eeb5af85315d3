public import Determinism

/// What keeps clusters of a rollout from starting, or from going back: which rule, how many, and
/// until when.
public struct Block: Codable, Hashable, Sendable {
  /// The kinds of rules there are.
  public enum Cause: String, Codable, Sendable, CaseIterable {
    /// No window is open, or too little of it is left.
    case window
    /// A freeze is in force.
    case freeze
    /// As many domains are in flight as may be.
    case domainLimit
    /// As much of their domains is in flight as may be.
    case domainShare
    /// Neighbours are in flight.
    case neighbours
    /// What is left could not carry the load.
    case headroom
    /// The version is not released where they are.
    case residency
    /// Nobody of their group has approved.
    case approval
    /// Versions around them are too far away.
    case versionSkew
    /// All planners together have as much in flight as they may.
    case budget
    /// Other rollouts are not as far as they must be.
    case trigger
    /// Rollouts that depend on this one have to go back first.
    case dependents
  }

  /// The name of the guard; `after` for the trigger, `dependents` for what goes back first.
  public var name: String
  /// What kind of rule it is.
  public var cause: Cause
  /// Clusters that wait for it.
  public var clusters: Int
  /// The earliest moment at which time alone may change that; nil: other clusters, planners or
  /// people must act first.
  public var until: Instant?

  /// States a block.
  public init(name: String, cause: Cause, clusters: Int, until: Instant?) {
    self.name = name
    self.cause = cause
    self.clusters = clusters
    self.until = until
  }
}

extension Block {
  /// Whether another one says the same, but for the number of clusters, and for when a trigger is
  /// fulfilled: other rollouts change that from one moment to the next.
  func isLike(_ other: Block) -> Bool {
    name == other.name && (until == other.until || cause == .trigger)
  }
}

extension GuardPolicy {
  /// What it means to be blocked by it.
  var cause: Block.Cause {
    switch rule {
    case .window: .window
    case .freeze: .freeze
    case .domainLimit: .domainLimit
    case .domainShare: .domainShare
    case .neighbours: .neighbours
    case .headroom: .headroom
    case .residency: .residency
    case .approval: .approval
    case .versionSkew: .versionSkew
    case .budget: .budget
    }
  }
}
