public import Determinism

/// What must have happened to other rollouts before a cluster of this one may start.
public struct TriggerPolicy: Codable, Hashable, Sendable {
  /// Whether every source must be satisfied or one is enough.
  public enum Combination: String, Codable, Sendable, CaseIterable {
    /// Every source.
    case all
    /// One of them.
    case any
  }

  /// What a cluster of the source rollout must have reached.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It has been available at its target once; later trouble does not take that back.
    case launched
    /// It is available and not bad at the moment the dependent cluster starts.
    case available
  }

  /// Which clusters of the source count.
  public enum Scope: Codable, Hashable, Sendable {
    /// The same cluster.
    case sameCluster
    /// The clusters of the same domain at a level.
    case domain(String)
    /// The whole fleet of the planner.
    case fleet
  }

  /// What a rollout does when one that it waited for goes back.
  public enum SourceRollback: String, Codable, Sendable, CaseIterable {
    /// It goes on as if nothing had happened.
    case ignore
    /// It stops and goes back first, wherever clusters of the other one around are to go back; each
    /// of those waits for it.
    case rollBack
  }

  /// One rollout that is waited for.
  public struct Source: Codable, Hashable, Sendable {
    /// Its name.
    public var rollout: String
    /// What its clusters must have reached.
    public var state: State
    /// Which clusters count.
    public var scope: Scope
    /// Which share of them must have reached it; rounded up.
    public var share: Ratio
    /// How long that must have been so.
    public var soak: Microseconds
    /// What happens when it goes back; nil: nothing does.
    public var onRollback: SourceRollback?

    /// States a source.
    public init(
      rollout: String, state: State = .launched, scope: Scope = .sameCluster,
      share: Ratio = .one, soak: Microseconds = .zero, onRollback: SourceRollback? = nil
    ) {
      self.rollout = rollout
      self.state = state
      self.scope = scope
      self.share = share
      self.soak = soak
      self.onRollback = onRollback
    }
  }

  /// The rollouts that are waited for.
  ///
  /// Range: at least one.
  public var sources: [Source]
  /// How they combine.
  public var require: Combination

  /// States a trigger.
  public init(sources: [Source], require: Combination = .all) {
    self.sources = sources
    self.require = require
  }
}

/// How a new version is brought into one cluster.
public enum DeliveryPolicy: Codable, Hashable, Sendable {
  /// Pods are replaced a few at a time; surge rounds up and unavailable rounds down, and if both
  /// are 0 unavailable is 1.
  /// - Source: Kubernetes Deployment, rolling update.
  case rollingUpdate(maxSurge: Amount, maxUnavailable: Amount)
  /// A canary is tried beside the pods that serve, and promoted or dropped.
  /// - Source: Flagger.
  case flagger(FlaggerDeliveryPolicy)
  /// Steps, or a switch from one copy to another.
  /// - Source: Argo Rollouts.
  case argoRollout(ArgoRolloutPolicy)
  /// As much of it as a ladder of exposure asks for.
  case partial(PartialDeliveryPolicy)

  /// A quarter of the pods more, a quarter fewer: what Kubernetes does when nothing is said.
  public static let standard = DeliveryPolicy.rollingUpdate(
    maxSurge: .share(.percent(25)), maxUnavailable: .share(.percent(25)))
}

/// A moment by which a rollout must be done, even against rules that say when not.
///
/// Only what concerns time and people can be overridden: windows, freezes and approvals. What
/// protects users stays in force: limits, neighbours, headroom, residency, version skew, budgets.
public struct DeadlinePolicy: Codable, Hashable, Sendable {
  /// The moment.
  public var at: Instant
  /// From when on the guards are out of force.
  public var overridesFrom: Instant
  /// The names of those guards.
  public var overrides: [String]

  /// States a deadline.
  public init(at: Instant, overridesFrom: Instant, overrides: [String]) {
    self.at = at
    self.overridesFrom = overridesFrom
    self.overrides = overrides
  }
}

/// A rollout as a planner is given it: a target, a strategy, a delivery, guards and triggers.
public struct RolloutPolicy: Codable, Hashable, Sendable {
  /// The name it is reported by; unique in its planner.
  public var name: String
  /// The service that changes; no two rollouts of a planner change the same one.
  public var service: String
  /// The version it changes to.
  public var target: String
  /// The clusters it is for.
  public var clusters: Selector
  /// When it begins.
  public var startAt: Instant
  /// Which clusters when, and when to stop.
  public var strategy: StrategyPolicy
  /// How inside one cluster.
  public var delivery: DeliveryPolicy
  /// When not.
  public var guards: [GuardPolicy]
  /// What must have happened first.
  public var trigger: TriggerPolicy?
  /// By when it must be done; nil: whenever its guards let it.
  public var deadline: DeadlinePolicy?
  /// Its limits in an emergency; nil: they are always the same.
  public var emergency: EmergencyPolicy?

  /// States a rollout.
  public init(
    name: String, service: String, target: String, clusters: Selector = .all, startAt: Instant,
    strategy: StrategyPolicy, delivery: DeliveryPolicy = .standard, guards: [GuardPolicy] = [],
    trigger: TriggerPolicy? = nil, deadline: DeadlinePolicy? = nil,
    emergency: EmergencyPolicy? = nil
  ) {
    self.name = name
    self.service = service
    self.target = target
    self.clusters = clusters
    self.startAt = startAt
    self.strategy = strategy
    self.delivery = delivery
    self.guards = guards
    self.trigger = trigger
    self.deadline = deadline
    self.emergency = emergency
  }
}
