public import Determinism

/// What a Flagger `Canary` asks for, as far as it decides anything.
///
/// - Source: Flagger v1.44, `flagger.app/v1beta1`; where a number does not make sense, what the
///   controller takes instead.
public struct FlaggerPolicy: Codable, Hashable, Sendable {
  /// What is delivered.
  public enum Target: String, Codable, Sendable, CaseIterable {
    /// A Deployment, of which Flagger keeps a primary copy.
    case deployment = "Deployment"
    /// A DaemonSet, of which Flagger keeps a primary copy.
    case daemonSet = "DaemonSet"
    /// A Service, whose versions somebody else runs.
    case service = "Service"
  }

  /// How a revision is tried.
  public enum Strategy: Hashable, Sendable {
    /// With more and more of the traffic.
    case canary
    /// With all of the traffic that matches.
    case abTesting
    /// Beside the primary, and with all traffic at the end.
    case blueGreen
  }

  /// What is delivered.
  public var target: Target
  /// Whether nothing is done at all.
  public var isSuspended: Bool
  /// Whether a revision is promoted as soon as it is ready.
  public var skipsAnalysis: Bool
  /// Whether there is no router that shifts traffic.
  public var isWithoutRouter: Bool
  /// From one look to the next.
  public var interval: Microseconds
  /// Failed checks that roll back, from 1.
  public var threshold: Int
  /// The weight at which promotion starts, as written: 0 or less is as good as nothing, and
  /// `stepWeights` overrule it.
  ///
  /// Unit: percent.
  public var maxWeight: Int
  /// The weight added at each step; 0: none.
  public var stepWeight: Int
  /// Weights to visit; empty: none.
  public var stepWeights: [Int]
  /// The weight given back at each step of a promotion; 0: all at once.
  public var stepWeightPromotion: Int
  /// Checks that must pass, as written.
  public var iterations: Int
  /// Whether only requests that match go to the canary.
  public var hasMatch: Bool
  /// Whether traffic is copied to the canary first.
  public var mirrors: Bool
  /// Metrics, in listed order.
  public var metrics: [FlaggerMetric]
  /// Hooks, in listed order.
  public var hooks: [FlaggerHook]
  /// How long pods may take to become ready.
  public var progressDeadline: Microseconds
  /// The primary's pods that must be available.
  ///
  /// Unit: percent.
  public var primaryReadyPercent: Int
  /// The canary's pods that must be available.
  ///
  /// Unit: percent.
  public var canaryReadyPercent: Int

  /// States a policy, with the controller's own standards.
  public init(
    target: Target = .deployment, isSuspended: Bool = false, skipsAnalysis: Bool = false,
    isWithoutRouter: Bool = false, interval: Microseconds = .seconds(60), threshold: Int = 1,
    maxWeight: Int = 100, stepWeight: Int = 0, stepWeights: [Int] = [],
    stepWeightPromotion: Int = 0, iterations: Int = 0, hasMatch: Bool = false,
    mirrors: Bool = false, metrics: [FlaggerMetric] = [], hooks: [FlaggerHook] = [],
    progressDeadline: Microseconds = .seconds(600), primaryReadyPercent: Int = 100,
    canaryReadyPercent: Int = 100
  ) {
    self.target = target
    self.isSuspended = isSuspended
    self.skipsAnalysis = skipsAnalysis
    self.isWithoutRouter = isWithoutRouter
    self.interval = max(interval, .seconds(10))
    self.threshold = max(1, threshold)
    self.maxWeight = maxWeight
    self.stepWeight = stepWeight
    self.stepWeights = stepWeights
    self.stepWeightPromotion = stepWeightPromotion
    self.iterations = iterations
    self.hasMatch = hasMatch
    self.mirrors = mirrors
    self.metrics = metrics
    self.hooks = hooks
    self.progressDeadline = progressDeadline
    self.primaryReadyPercent = primaryReadyPercent
    self.canaryReadyPercent = canaryReadyPercent
  }

  /// How a revision is tried.
  public var strategy: Strategy {
    guard checks > 0 else { return .canary }
    return hasMatch && !isWithoutRouter ? .abTesting : .blueGreen
  }

  /// Checks that must pass; without a router it is ten unless more or fewer are asked for.
  public var checks: Int { isWithoutRouter && iterations < 1 ? 10 : iterations }

  /// The weight at which promotion starts.
  ///
  /// Unit: percent.
  public var fullWeight: Int {
    stepWeights.last.map { min(100, $0) } ?? (maxWeight > 0 ? maxWeight : 100)
  }

  /// The weight to be added to a weight; 0 or less: the canary stays where it is, for ever.
  ///
  /// A weight that is not in the list, as when the list was edited, goes to 100 at once.
  public func step(from weight: Int) -> Int {
    guard stepWeight <= 0, let first = stepWeights.first else { return stepWeight }
    if weight == 100 { return 1 }
    if weight == 0 { return min(100, first) }
    guard let index = stepWeights.firstIndex(of: weight), index + 1 < stepWeights.count
    else { return 100 - weight }
    return min(100 - weight, stepWeights[index + 1] - weight)
  }
}

/// A question that Flagger asks of somebody else, by HTTP.
public struct FlaggerHook: Codable, Hashable, Sendable {
  /// When it is asked, and what the answer means.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// At every check of the analysis.
    case rollout
    /// Before traffic is given to the canary.
    case preRollout = "pre-rollout"
    /// After the end; the answer does not matter.
    case postRollout = "post-rollout"
    /// Before anything is done.
    case confirmRollout = "confirm-rollout"
    /// Before every step.
    case confirmTrafficIncrease = "confirm-traffic-increase"
    /// Before the promotion.
    case confirmPromotion = "confirm-promotion"
    /// At every look: passing means to go back.
    case rollback
    /// Told of everything; the answer does not matter.
    case event
  }

  /// Its name.
  public var name: String
  /// When it is asked.
  public var kind: Kind

  /// States a hook.
  public init(name: String, kind: Kind = .rollout) {
    self.name = name
    self.kind = kind
  }

  /// Whether HTTP answers, in the order in which they come, pass a hook that is asked again so many
  /// times.
  ///
  /// Only what is above 202 fails, so that a redirection does and an informational answer does not.
  public static func passes(_ statuses: [Int], retries: Int) -> Bool {
    statuses.prefix(max(0, retries) + 1).contains { $0 <= 202 }
  }
}
