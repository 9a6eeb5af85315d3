public import Determinism

/// What an Argo `Rollout` asks for, as far as it decides anything.
///
/// - Source: Argo Rollouts v1.10, `argoproj.io/v1alpha1`.
public struct ArgoRolloutPolicy: DrivenDeliveryPolicy {
  /// How a revision takes over.
  public enum Strategy: Codable, Hashable, Sendable {
    /// Step by step.
    case canary(ArgoCanaryPolicy)
    /// At once, from a copy beside the one that serves.
    case blueGreen(ArgoBlueGreenPolicy)
  }

  /// How a revision takes over.
  public var strategy: Strategy
  /// Whether nothing goes on.
  public var isPaused: Bool
  /// How long there may be no progress.
  public var progressDeadline: Microseconds
  /// Whether a rollout without progress is given up; otherwise it is only reported.
  public var abortsPastDeadline: Bool
  /// So many revisions back all steps are skipped; 0: none.
  public var rollbackWindow: Int
  /// The metrics of its analyses.
  public var metricBindings: [Binding<MetricSignal>]
  /// What only somebody else can answer: gates, experiments, plugins, jobs, conditions that are not
  /// known.
  public var hookBindings: [Binding<HookSignal>]

  /// States a policy, with the controller's own standards.
  public init(
    strategy: Strategy, isPaused: Bool = false, progressDeadline: Microseconds = .seconds(600),
    abortsPastDeadline: Bool = false, rollbackWindow: Int = 0,
    metricBindings: [Binding<MetricSignal>] = [], hookBindings: [Binding<HookSignal>] = []
  ) {
    self.strategy = strategy
    self.isPaused = isPaused
    self.progressDeadline = progressDeadline
    self.abortsPastDeadline = abortsPastDeadline
    self.rollbackWindow = rollbackWindow
    self.metricBindings = metricBindings
    self.hookBindings = hookBindings
  }

  /// It looks when something has changed.
  public var lookInterval: Microseconds { .zero }
}

/// What an Argo `Rollout` asks for that goes step by step.
public struct ArgoCanaryPolicy: Codable, Hashable, Sendable {
  /// A router that shifts traffic, and what depends on there being one.
  public struct Routing: Codable, Hashable, Sendable {
    /// The weight that is all of the traffic.
    public var maxWeight: Int
    /// Whether the stable copy shrinks as the canary grows.
    public var isStableScaled: Bool
    /// The fewest pods of a copy that has any.
    public var minPods: Int
    /// How long an aborted canary keeps its pods once the stable copy has all of its own; zero: for
    /// ever; nil: not stated, which is 30 s, or with a stable copy that shrinks as long as the
    /// canary has traffic.
    public var abortDelay: Microseconds?

    /// States a router.
    public init(
      maxWeight: Int = 100, isStableScaled: Bool = false, minPods: Int = 1,
      abortDelay: Microseconds? = nil
    ) {
      self.maxWeight = maxWeight
      self.isStableScaled = isStableScaled
      self.minPods = minPods
      self.abortDelay = abortDelay
    }
  }

  /// Its steps; none: as in a Deployment.
  public var steps: [CanaryStep]
  /// Most pods on top of those of the service.
  public var maxSurge: Amount
  /// Most pods missing from them.
  public var maxUnavailable: Amount
  /// The router; nil: pods stand for weights.
  public var routing: Routing?
  /// From when on the canary's pods are enough.
  public var progressThreshold: ReplicaProgressThreshold
  /// How long the old copy stays after the end; nil: not stated, which is 30 s with a router and
  /// nothing without.
  public var scaleDownDelay: Microseconds?
  /// What is analysed beside the steps; nil: nothing.
  public var background: ArgoAnalysis?
  /// The step from which on that is so.
  public var backgroundStart: Int

  /// States a canary, with the controller's own standards.
  public init(
    steps: [CanaryStep] = [], maxSurge: Amount = .share(.percent(25)),
    maxUnavailable: Amount = .share(.percent(25)), routing: Routing? = nil,
    progressThreshold: ReplicaProgressThreshold = .all, scaleDownDelay: Microseconds? = nil,
    background: ArgoAnalysis? = nil, backgroundStart: Int = 0
  ) {
    self.steps = steps
    self.maxSurge = maxSurge
    self.maxUnavailable = maxUnavailable
    self.routing = routing
    self.progressThreshold = progressThreshold
    self.scaleDownDelay = scaleDownDelay
    self.background = background
    self.backgroundStart = backgroundStart
  }

  /// How far its copies may go above and below the pods of the service.
  public var limits: CanaryLimits {
    CanaryLimits(maxSurge: maxSurge, maxUnavailable: maxUnavailable)
  }
}

/// What an Argo `Rollout` asks for that switches from one copy to another.
public struct ArgoBlueGreenPolicy: Codable, Hashable, Sendable {
  /// A hook by which somebody lets the switch happen; nil: it happens by itself.
  public var gate: Int?
  /// How long it waits before it switches by itself.
  public var autoPromotionDelay: Microseconds
  /// Pods of the new copy before the switch; nil: all.
  public var previewReplicas: Int?
  /// How long the old copy stays after the end.
  public var scaleDownDelay: Microseconds
  /// How long an aborted copy keeps its pods; zero: for ever.
  public var abortDelay: Microseconds
  /// What must succeed before the switch; nil: nothing.
  public var before: ArgoAnalysis?
  /// What must succeed after the switch; nil: nothing.
  public var after: ArgoAnalysis?

  /// States a switch, with the controller's own standards.
  public init(
    gate: Int? = nil, autoPromotionDelay: Microseconds = .zero, previewReplicas: Int? = nil,
    scaleDownDelay: Microseconds = .seconds(30), abortDelay: Microseconds = .seconds(30),
    before: ArgoAnalysis? = nil, after: ArgoAnalysis? = nil
  ) {
    self.gate = gate
    self.autoPromotionDelay = autoPromotionDelay
    self.previewReplicas = previewReplicas
    self.scaleDownDelay = scaleDownDelay
    self.abortDelay = abortDelay
    self.before = before
    self.after = after
  }
}
