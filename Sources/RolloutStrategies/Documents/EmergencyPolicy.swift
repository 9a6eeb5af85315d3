public import Determinism

/// The limits of a rollout in an emergency: wider than its own, and still limits.
///
/// It begins when an operator says so, at a stated moment, or when the deadline overrides guards,
/// and never ends. From then on the rollout goes through two stages of its own: a few clusters that
/// together carry every value of every label, none of which may fail, and then all the others. What
/// has stopped by then stays so; what was updated before counts.
public struct EmergencyPolicy: Codable, Hashable, Sendable {
  /// When it begins if nobody declares it earlier; nil: when somebody does.
  public var from: Instant?
  /// How many clusters are tried first; a share is of the rollout's clusters, rounded up.
  public var canary: Amount
  /// How long they rest after the last of them came to rest.
  public var canarySoak: Microseconds
  /// How many clusters may be in flight at once; a share is of the stage, rounded down but at least
  /// one.
  public var maxConcurrency: Amount
  /// How long a cluster must be well before it counts as done.
  public var soak: Microseconds
  /// Failed clusters tolerated beside the canary; a share is of the rollout's clusters, rounded
  /// down.
  ///
  /// Those that had failed before it began are tolerated in any case.
  public var failureBudget: Amount
  /// The names of the guards that are out of force: windows, freezes and approvals.
  public var overrides: [String]

  /// States the limits.
  public init(
    from: Instant? = nil, canary: Amount = .count(10), canarySoak: Microseconds = .minutes(2),
    maxConcurrency: Amount = .share(.one), soak: Microseconds = .zero,
    failureBudget: Amount = .count(0), overrides: [String] = []
  ) {
    self.from = from
    self.canary = canary
    self.canarySoak = canarySoak
    self.maxConcurrency = maxConcurrency
    self.soak = soak
    self.failureBudget = failureBudget
    self.overrides = overrides
  }

  /// What decides in an emergency; nil: the strategy knows no other limits than its own.
  ///
  /// - Parameters:
  ///   - policy: the strategy that decided before.
  ///   - firstStage: the number of the canary's stage.
  /// - Returns: two stages, in which silent clusters are passed over.
  func strategy(insteadOf policy: StrategyPolicy, firstStage: Int) -> StrategyPolicy? {
    guard let order = policy.hurriedOrder else { return nil }
    var acceptance = policy.acceptance
    acceptance.soak = soak
    acceptance.failureBudget = failureBudget
    acceptance.demandBudget = nil
    acceptance.offline = .skip
    var first = Stage(
      name: "emergency canary", size: canary, maxConcurrency: maxConcurrency, soak: canarySoak,
      failureBudget: .count(0))
    first.isStratified = true
    var staged = StagedPolicy(
      stages: [first, Stage(name: "emergency", maxConcurrency: maxConcurrency)], order: order,
      acceptance: acceptance)
    staged.firstStage = firstStage
    return .staged(staged)
  }
}

/// What is recorded of an emergency that has begun.
public struct EmergencyStatus: Codable, Equatable, Sendable {
  /// When.
  public var since: Instant
  /// The number of its first stage: the one after the stage that the rollout was in.
  public var stage: Int

  /// States it.
  public init(since: Instant, stage: Int) {
    self.since = since
    self.stage = stage
  }
}

extension RolloutPolicy {
  /// When its emergency begins by itself; nil: when an operator declares it.
  @inline(__always)
  var emergencyFrom: Instant? {
    guard let emergency else { return nil }
    let moments = [emergency.from, deadline?.overridesFrom].compactMap { $0 }
    return moments.min()
  }

  /// What decides where a rollout stands: its strategy, or the limits of its emergency.
  public func strategy(in status: RolloutStatus) -> StrategyPolicy {
    guard let begun = status.emergency else { return strategy }
    return emergency?.strategy(insteadOf: strategy, firstStage: begun.stage) ?? strategy
  }
}

extension RolloutPolicy {
  /// The name of a stage, if it has one, of the strategy or of an emergency that has begun.
  public func stageName(_ stage: Int, after begun: EmergencyStatus?) -> String? {
    guard let begun, stage >= begun.stage else { return strategy.stageName(stage) }
    return emergency?.strategy(insteadOf: strategy, firstStage: begun.stage)?.stageName(stage)
  }
}

extension StrategyPolicy {
  /// Whether a rollout with it can have other limits in an emergency.
  ///
  /// Strategies of other systems cannot, nor can those that divide demand, and stages only if one
  /// of them takes all clusters that are left.
  public var canHurry: Bool { hurriedOrder != nil }

  /// The order in which clusters are taken in an emergency; nil: there is none.
  fileprivate var hurriedOrder: TakeOrder? {
    switch self {
    case .allAtOnce(let policy): policy.order
    case .progressive(let policy): policy.order
    case .perGroup(let policy): policy.order
    case .staged(let policy):
      // The emergency is for all clusters: so the stages must be, too.
      policy.stages.contains { $0.clusters == .all && $0.size == nil } ? policy.order : nil
    case .timedBatches(let policy): policy.order
    case .riskRamp(let policy): policy.order
    case .cohortCanary(let policy): policy.order
    case .exposure, .blueGreen, .kubeFleetStaged, .kubeFleetRolling, .talm, .ocm, .fleetBundle,
      .clusterProfile, .applicationSet:
      nil
    }
  }
}
