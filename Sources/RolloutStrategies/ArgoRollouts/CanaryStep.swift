public import Determinism

/// How many pods a canary is to have, apart from its weight.
public struct CanaryScale: Codable, Hashable, Sendable {
  /// So many pods.
  public var replicas: Int?
  /// So many percent of the pods.
  public var weight: Int?
  /// Whether the number follows the weight again.
  public var matchesTrafficWeight: Bool

  /// States a scale.
  public init(replicas: Int? = nil, weight: Int? = nil, matchesTrafficWeight: Bool = false) {
    self.replicas = replicas
    self.weight = weight
    self.matchesTrafficWeight = matchesTrafficWeight
  }
}

/// One step of a canary.
///
/// - Source: Argo Rollouts v1.10, `spec.strategy.canary.steps`.
public enum CanaryStep: Codable, Hashable, Sendable {
  /// The share of the new version becomes so many of the greatest weight.
  case setWeight(Int)
  /// It waits so long.
  case pause(Microseconds)
  /// It waits until somebody lets it go on: until a hook of the policy passes.
  case gate(hook: Int)
  /// The canary's pods are counted apart from its weight.
  case setScale(CanaryScale)
  /// An analysis must succeed.
  case analysis(ArgoAnalysis)
  /// An experiment must succeed, for which a hook of the policy stands.
  case experiment(hook: Int)
  /// A plugin must be done, for which a hook of the policy stands.
  case plugin(hook: Int)
  /// A route is set, which is done at once.
  case route

  /// Whether it may last as long as it likes: the deadline for progress does not run.
  public var isIndefinite: Bool {
    switch self {
    case .pause, .gate, .analysis, .experiment: true
    case .setWeight, .setScale, .plugin, .route: false
    }
  }
}

/// Where a canary stands, as far as its weight depends on it.
public struct CanaryPosition: Codable, Hashable, Sendable {
  /// Its steps.
  public var steps: [CanaryStep]
  /// The step it is at; their number: past the last.
  public var index: Int
  /// Whether it was given up.
  public var isAborted: Bool
  /// Whether everything is to be promoted at once.
  public var isPromotedFully: Bool
  /// Whether what is wanted is what is stable, or nothing is stable yet.
  public var isStable: Bool
  /// Whether a router shifts traffic; without one, pods stand for weights.
  public var isRouted: Bool
  /// Whether an aborted canary keeps its pods for ever.
  public var keepsAborted: Bool
  /// The greatest weight.
  public var maxWeight: Int

  /// States a position.
  public init(
    steps: [CanaryStep], index: Int, isAborted: Bool = false, isPromotedFully: Bool = false,
    isStable: Bool = false, isRouted: Bool = false, keepsAborted: Bool = false,
    maxWeight: Int = 100
  ) {
    self.steps = steps
    self.index = index
    self.isAborted = isAborted
    self.isPromotedFully = isPromotedFully
    self.isStable = isStable
    self.isRouted = isRouted
    self.keepsAborted = keepsAborted
    self.maxWeight = maxWeight
  }

  /// What the canary is to have: a number of pods, or a weight.
  public var target: (replicas: Int?, weight: Int) {
    if isPromotedFully || isStable { return (nil, maxWeight) }
    if let scale = scaleInForce {
      if let replicas = scale.replicas { return (replicas, 0) }
      if let weight = scale.weight { return (nil, weight) }
    }
    return (nil, weight)
  }

  /// The weight of the steps so far: none when aborted, all of it past the last.
  public var weight: Int {
    if isAborted { return 0 }
    guard steps.indices.contains(index) else { return maxWeight }
    for step in steps[...index].reversed() {
      if case .setWeight(let weight) = step { return weight }
    }
    return 0
  }

  /// The scale that overrides the weight; only a router can tell the two apart.
  private var scaleInForce: CanaryScale? {
    guard isRouted, !isAborted || keepsAborted, steps.indices.contains(index) else { return nil }
    for step in steps[...index].reversed() {
      guard case .setScale(let scale) = step else { continue }
      return scale.matchesTrafficWeight ? nil : scale
    }
    return nil
  }
}
