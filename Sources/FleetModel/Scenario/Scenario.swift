public import Determinism
public import RolloutStrategies

/// A fully resolved study: a world, what is rolled out in it, what may go wrong, and the strategies
/// compared.
///
/// Nothing is left to parse and nothing to default; two equal scenarios give equal runs. Instants
/// that the document states relative to its start stay relative here, so that shifting the start
/// shifts everything.
public struct Scenario: Codable, Equatable, Sendable {
  /// Its name.
  public var name: String
  /// When the simulation begins.
  public var startAt: Instant
  /// How long it goes on; the end itself is outside.
  public var horizon: Microseconds
  /// The clusters.
  public var fleet: FleetPlan
  /// The services that run on every cluster.
  public var services: [ServicePlan]
  /// The planners; every cluster belongs to at most one.
  public var planners: [PlannerPlan]
  /// What is rolled out; every planner does so on its own clusters.
  public var rollouts: [RolloutPlan]
  /// What happens to the fleet whatever is rolled out.
  public var environment: EnvironmentPlan
  /// How trouble is noticed.
  public var signals: SignalPlan
  /// The ways the change may turn out, with weights.
  public var cases: [CasePlan]
  /// What is compared; the first is the baseline.
  public var arms: [ArmPlan]
  /// Where rollouts stand at the beginning; nil: none has begun.
  public var takeover: TakeoverPlan?

  /// States a scenario.
  public init(
    name: String, startAt: Instant, horizon: Microseconds, fleet: FleetPlan,
    services: [ServicePlan], planners: [PlannerPlan], rollouts: [RolloutPlan],
    environment: EnvironmentPlan = EnvironmentPlan(), signals: SignalPlan = SignalPlan(),
    cases: [CasePlan], arms: [ArmPlan], takeover: TakeoverPlan? = nil
  ) {
    self.name = name
    self.startAt = startAt
    self.horizon = horizon
    self.fleet = fleet
    self.services = services
    self.planners = planners
    self.rollouts = rollouts
    self.environment = environment
    self.signals = signals
    self.cases = cases
    self.arms = arms
    self.takeover = takeover
  }
}

/// A service that every cluster runs.
public struct ServicePlan: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The version it runs before any rollout.
  public var version: String
  /// Pods a cluster, unless its class says otherwise.
  ///
  /// Range: 1 to 150,000.
  public var replicas: Int
  /// Time to pull the image, once an update of a cluster.
  public var imagePull: Distribution
  /// Time from creating a pod to its readiness; a round of pods takes as long as its slowest pod.
  public var podStart: Distribution
  /// How long a pod must be ready before it counts as available.
  public var minReady: Microseconds
  /// When a rolling update that makes no progress is reported as failed.
  public var progressDeadline: Microseconds
  /// The share of clusters that start unhealthy, whatever their version.
  public var initiallyUnhealthy: Ratio
  /// Other versions that some clusters start with; the shares' rest starts with `version`.
  public var initial: [InitialVersion]
  /// How its replicas are placed over clusters; nil: every cluster has its own.
  public var placement: PlacementPlan?
  /// What its users ask; nil: as users do unless told otherwise.
  public var requests: RequestPlan?

  /// A version that a share of the clusters starts with.
  public struct InitialVersion: Codable, Hashable, Sendable {
    /// The version.
    public var version: String
    /// The share of clusters.
    public var share: Ratio

    /// States an initial version.
    public init(version: String, share: Ratio) {
      self.version = version
      self.share = share
    }
  }

  /// States a service; the defaults are those of a Deployment whose image is on the node and whose
  /// pods start in 10 s.
  public init(
    name: String, version: String, replicas: Int,
    imagePull: Distribution = .constant(.zero),
    podStart: Distribution = .constant(.seconds(10)), minReady: Microseconds = .zero,
    progressDeadline: Microseconds = .seconds(600), initiallyUnhealthy: Ratio = .zero,
    initial: [InitialVersion] = [], placement: PlacementPlan? = nil,
    requests: RequestPlan? = nil
  ) {
    self.name = name
    self.version = version
    self.replicas = replicas
    self.imagePull = imagePull
    self.podStart = podStart
    self.minReady = minReady
    self.progressDeadline = progressDeadline
    self.initiallyUnhealthy = initiallyUnhealthy
    self.initial = initial
    self.placement = placement
    self.requests = requests
  }
}

/// A planner: a hub or an administrative group with clusters of its own.
public struct PlannerPlan: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The clusters it plans for.
  public var clusters: Selector
  /// From a cluster's sending of a report to the planner's seeing it.
  public var reportLatency: Microseconds
  /// From the planner's decision to its being there for the cluster's agent.
  public var deliveryLatency: Microseconds
  /// How often it looks at what has arrived; zero: at once.
  public var lookInterval: Microseconds
  /// How long a cluster may be silent before it counts as unreachable.
  public var staleAfter: Microseconds
  /// How long an operator takes to answer a request for approval.
  public var approval: Distribution
  /// The operators of groups; nil: there are none, and a request for a group's approval is answered
  /// as any other.
  public var operators: [OperatorPlan]?
  /// Who lets rollouts go on that froze; nil: nobody does.
  public var resume: ResumePlan?
  /// When the planner itself is down: it sees nothing and decides nothing until the end.
  public var outages: [Span]

  /// States a planner; effects take a second each way and silence of five minutes is noticed,
  /// unless told otherwise.
  public init(
    name: String, clusters: Selector = .all, reportLatency: Microseconds = .seconds(1),
    deliveryLatency: Microseconds = .seconds(1), lookInterval: Microseconds = .zero,
    staleAfter: Microseconds = .minutes(5), approval: Distribution = .constant(.minutes(30)),
    operators: [OperatorPlan]? = nil, resume: ResumePlan? = nil, outages: [Span] = []
  ) {
    self.name = name
    self.clusters = clusters
    self.reportLatency = reportLatency
    self.deliveryLatency = deliveryLatency
    self.lookInterval = lookInterval
    self.staleAfter = staleAfter
    self.approval = approval
    self.operators = operators
    self.resume = resume
    self.outages = outages
  }
}

/// Who answers for a group, and when.
public struct OperatorPlan: Codable, Hashable, Sendable {
  /// The group, by the value of the label that its approvals name.
  public var group: String
  /// When they work: in the rule's zone, or UTC without one.
  public var hours: WindowRule
  /// How much of their working time passes from a request to its answer.
  public var response: Distribution

  /// States who answers for a group.
  public init(group: String, hours: WindowRule, response: Distribution) {
    self.group = group
    self.hours = hours
    self.response = response
  }
}

/// Who lets rollouts go on that froze, and when.
public struct ResumePlan: Codable, Hashable, Sendable {
  /// What an operator does who has let a rollout go on often enough.
  public enum End: String, Codable, Sendable, CaseIterable {
    /// What freezes once more stays so.
    case leave
    /// It goes back.
    case rollBack
  }

  /// How much of their working time passes from a freeze to their answer.
  public var response: Distribution
  /// When they work, in the rule's zone, or UTC without one; nil: at any time.
  public var hours: WindowRule?
  /// How often they let one rollout go on.
  public var times: Int
  /// What they do when it freezes once more.
  public var then: End

  /// States who lets rollouts go on; once, and at any time, unless told otherwise.
  public init(
    response: Distribution, hours: WindowRule? = nil, times: Int = 1, then: End = .leave
  ) {
    self.response = response
    self.hours = hours
    self.times = times
    self.then = then
  }
}

/// A span of time, stated from the scenario's start.
public struct Span: Codable, Hashable, Sendable {
  /// From the scenario's start to its beginning.
  public var after: Microseconds
  /// Its length.
  public var duration: Microseconds

  /// States a span.
  public init(after: Microseconds, duration: Microseconds) {
    self.after = after
    self.duration = duration
  }
}

/// Something that is rolled out; which strategy does it is said by the arm.
public struct RolloutPlan: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The service that changes.
  public var service: String
  /// The version it changes to.
  public var to: String
  /// The clusters it is for.
  public var clusters: Selector
  /// From the scenario's start to the rollout's.
  public var startsAfter: Microseconds
  /// How inside one cluster.
  public var delivery: DeliveryPolicy
  /// When not.
  public var guards: [GuardPolicy]
  /// What must have happened first.
  public var trigger: TriggerPolicy?
  /// By when it must be done.
  public var deadline: DeadlinePlan?
  /// Its limits in an emergency.
  public var emergency: EmergencyPlan?

  /// States a rollout.
  public init(
    name: String, service: String, to: String, clusters: Selector = .all,
    startsAfter: Microseconds = .zero, delivery: DeliveryPolicy = .standard,
    guards: [GuardPolicy] = [], trigger: TriggerPolicy? = nil, deadline: DeadlinePlan? = nil,
    emergency: EmergencyPlan? = nil
  ) {
    self.name = name
    self.service = service
    self.to = to
    self.clusters = clusters
    self.startsAfter = startsAfter
    self.delivery = delivery
    self.guards = guards
    self.trigger = trigger
    self.deadline = deadline
    self.emergency = emergency
  }
}

/// Limits of a rollout in an emergency that an operator may declare.
public struct EmergencyPlan: Codable, Hashable, Sendable {
  /// From the scenario's start to when it is declared; nil: it never is.
  public var after: Microseconds?
  /// The limits; they name no moment.
  public var limits: EmergencyPolicy

  /// States the limits.
  public init(after: Microseconds? = nil, limits: EmergencyPolicy = EmergencyPolicy()) {
    self.after = after
    self.limits = limits
  }

  /// The limits as a planner is given them.
  func policy(from startAt: Instant) -> EmergencyPolicy {
    var policy = limits
    policy.from = after.map { startAt + $0 }
    return policy
  }
}

/// A moment by which a rollout must be done, stated from the scenario's start.
public struct DeadlinePlan: Codable, Hashable, Sendable {
  /// From the scenario's start to the moment.
  public var after: Microseconds
  /// From the scenario's start to when guards give way to it.
  public var overridesAfter: Microseconds
  /// The names of those guards.
  public var overrides: [String]

  /// States a deadline.
  public init(after: Microseconds, overridesAfter: Microseconds, overrides: [String]) {
    self.after = after
    self.overridesAfter = overridesAfter
    self.overrides = overrides
  }

  /// The deadline as a planner is given it.
  func policy(from startAt: Instant) -> DeadlinePolicy {
    DeadlinePolicy(
      at: startAt + after, overridesFrom: startAt + overridesAfter, overrides: overrides)
  }
}

/// One of the things compared: a strategy for every rollout.
public struct ArmPlan: Codable, Hashable, Sendable {
  /// A rollout's strategy in this arm.
  public struct Assignment: Codable, Hashable, Sendable {
    /// The rollout.
    public var rollout: String
    /// The strategy's name, as reports show it.
    public var strategy: String
    /// The strategy.
    public var policy: StrategyPolicy
    /// How a version comes into one cluster in this arm; nil: as the rollout says.
    public var delivery: DeliveryPolicy?
    /// When not, in this arm; nil: as the rollout says.
    public var guards: [GuardPolicy]?
    /// By when, in this arm; nil: as the rollout says.
    public var deadline: DeadlinePlan?
    /// Other limits in an emergency than the rollout has; nil: the same.
    public var emergency: EmergencyPlan?

    /// States an assignment.
    public init(
      rollout: String, strategy: String, policy: StrategyPolicy, delivery: DeliveryPolicy? = nil,
      guards: [GuardPolicy]? = nil, deadline: DeadlinePlan? = nil,
      emergency: EmergencyPlan? = nil
    ) {
      self.rollout = rollout
      self.strategy = strategy
      self.policy = policy
      self.delivery = delivery
      self.guards = guards
      self.deadline = deadline
      self.emergency = emergency
    }
  }

  /// Its name.
  public var name: String
  /// One for each rollout, in the order of the rollouts.
  public var strategies: [Assignment]
  /// Services that are placed in another way in this arm; nil: none.
  public var placements: [Placed]?

  /// States an arm.
  public init(name: String, strategies: [Assignment], placements: [Placed]? = nil) {
    self.name = name
    self.strategies = strategies
    self.placements = placements
  }
}

extension Scenario {
  /// Whether some arm keeps clusters standing by.
  public var hasBackups: Bool {
    arms.contains { arm in arm.strategies.contains { $0.policy.hasBackups } }
  }
}
