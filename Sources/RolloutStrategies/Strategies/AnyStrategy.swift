public import Determinism

/// A strategy that is at work, of whatever kind: the one place that turns settings into one.
///
/// It is stepped where it lies: nothing of it is copied.
public struct AnyStrategy: Equatable, Sendable {
  /// The strategy itself.
  private(set) var strategy: any RolloutStrategy

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: StrategyPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    func begin<Strategy: RolloutStrategy>(
      _: Strategy.Type, _ policy: Strategy.Policy
    ) -> Strategy {
      Strategy(policy: policy, members: members, takingOver: fleet, at: now, random: random)
    }
    strategy =
      switch policy {
      case .allAtOnce(let policy): begin(AllAtOnce.self, policy)
      case .progressive(let policy): begin(Progressive.self, policy)
      case .perGroup(let policy): begin(PerGroup.self, policy)
      case .staged(let policy): begin(Staged.self, policy)
      case .timedBatches(let policy): begin(TimedBatches.self, policy)
      case .exposure(let policy): begin(ExposureRollout.self, policy)
      case .blueGreen(let policy): begin(BlueGreenRollout.self, policy)
      case .riskRamp(let policy): begin(RiskRamp.self, policy)
      case .cohortCanary(let policy): begin(CohortCanary.self, policy)
      case .kubeFleetStaged(let policy): begin(KubeFleetStagedRun.self, policy)
      case .kubeFleetRolling(let policy): begin(KubeFleetRollingUpdate.self, policy)
      case .talm(let policy): begin(TALMUpgrade.self, policy)
      case .ocm(let policy): begin(OCMRollout.self, policy)
      case .fleetBundle(let policy): begin(FleetBundleRollout.self, policy)
      case .clusterProfile(let policy): begin(ClusterProfileRollout.self, policy)
      case .applicationSet(let policy): begin(ApplicationSetRollout.self, policy)
      }
  }

  /// One step of the strategy.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    strategy.step(at: now, changed: changed, fleet: fleet, admit: &admit)
  }

  /// The share of a cluster's demand that meets the target on a rung; nil: all of it.
  func share(of cluster: ClusterID, at rung: Int) -> Ratio? {
    strategy.share(of: cluster, at: rung)
  }

  /// Where a cluster stands in the order in which the strategy takes clusters.
  func rank(of cluster: ClusterID) -> Int { strategy.rank(of: cluster) }

  /// Whether a cluster is to be started as soon as there is room for it and guards let it.
  func wantsToStart(_ cluster: ClusterID) -> Bool { strategy.wantsToStart(cluster) }

  /// Those of some clusters for which it matters that they have fallen silent or are heard again.
  func whoseReachMatters(
    among clusters: [ClusterID], in fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    strategy.whoseReachMatters(among: clusters, in: fleet, at: now)
  }

  /// Whether two are of one kind and in one state.
  public static func == (a: AnyStrategy, b: AnyStrategy) -> Bool {
    func equals<Strategy: RolloutStrategy>(_ strategy: Strategy) -> Bool {
      strategy == b.strategy as? Strategy
    }
    return equals(a.strategy)
  }
}

extension AnyStrategy: Codable {
  /// The strategies there are, by the names under which they are saved.
  private static var kinds: [(name: String, type: any RolloutStrategy.Type)] {
    [
      ("allAtOnce", AllAtOnce.self), ("progressive", Progressive.self),
      ("perGroup", PerGroup.self), ("staged", Staged.self), ("timedBatches", TimedBatches.self),
      ("exposure", ExposureRollout.self), ("blueGreen", BlueGreenRollout.self),
      ("riskRamp", RiskRamp.self), ("cohortCanary", CohortCanary.self),
      ("kubeFleetStaged", KubeFleetStagedRun.self),
      ("kubeFleetRolling", KubeFleetRollingUpdate.self), ("talm", TALMUpgrade.self),
      ("ocm", OCMRollout.self), ("fleetBundle", FleetBundleRollout.self),
      ("clusterProfile", ClusterProfileRollout.self),
      ("applicationSet", ApplicationSetRollout.self),
    ]
  }

  /// The name of a kind, as a key.
  private struct Kind: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Saves the strategy under the name of its kind.
  public func encode(to encoder: any Encoder) throws {
    guard let kind = Self.kinds.first(where: { $0.type == type(of: strategy) }) else {
      preconditionFailure("no name to save a \(type(of: strategy)) under")
    }
    var container = encoder.container(keyedBy: Kind.self)
    try container.encode(strategy, forKey: Kind(stringValue: kind.name))
  }

  /// Reads a strategy that was saved.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Kind.self)
    guard let key = container.allKeys.first,
      let kind = Self.kinds.first(where: { $0.name == key.stringValue })
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no kind of strategy is named"))
    }
    strategy = try container.decode(kind.type, forKey: key)
  }
}

extension StrategyPolicy {
  /// The kind's name, as documents write it.
  public var kind: String { entry.rawValue }

  /// The version of the kind's rules; part of every run's identity.
  public var semanticsVersion: Int { 1 }

  /// Whether it asks for admission before it starts a cluster.
  ///
  /// Strategies of systems that know no guards start clusters as those systems do: what guards
  /// refuse is held back on its way, and the strategy takes it to be under way.
  public var asksForAdmission: Bool {
    switch self {
    case .allAtOnce, .progressive, .perGroup, .staged, .timedBatches, .exposure, .blueGreen,
      .riskRamp, .cohortCanary:
      true
    case .kubeFleetStaged, .kubeFleetRolling, .talm, .ocm, .fleetBundle, .clusterProfile,
      .applicationSet:
      false
    }
  }

  /// Whether it can go back because a rollout that it waited for does.
  ///
  /// Strategies of other systems do not, and between environments demand goes back instead.
  public var canGoBackWithOthers: Bool {
    if case .blueGreen = self { false } else { asksForAdmission }
  }

  /// What is out of range in settings that are used without being looked at; nil: nothing.
  ///
  /// Documents are checked when they are read; this is for settings that come from elsewhere.
  var foreignProblem: String? {
    switch self {
    case .allAtOnce, .progressive, .perGroup, .staged, .timedBatches, .riskRamp, .fleetBundle,
      .applicationSet:
      nil
    case .exposure(let policy): policy.problem
    case .blueGreen(let policy): policy.problem
    case .cohortCanary(let policy): policy.problem
    case .kubeFleetStaged(let policy): policy.problem
    case .kubeFleetRolling(let policy): policy.problem
    case .talm(let policy): policy.problem
    case .ocm(let policy): policy.problem
    case .clusterProfile(let policy): policy.problem
    }
  }

  /// When clusters count as done or failed.
  public var acceptance: Acceptance {
    switch self {
    case .allAtOnce(let policy): policy.acceptance
    case .progressive(let policy): policy.acceptance
    case .perGroup(let policy): policy.acceptance
    case .staged(let policy): policy.acceptance
    case .timedBatches(let policy): policy.acceptance
    case .exposure(let policy): policy.acceptance
    case .blueGreen(let policy): policy.acceptance
    case .riskRamp(let policy): policy.acceptance
    case .cohortCanary(let policy): policy.acceptance
    case .kubeFleetStaged, .kubeFleetRolling, .talm, .ocm, .fleetBundle, .clusterProfile,
      .applicationSet:
      Acceptance()
    }
  }

  /// The name of a stage; nil: the strategy has no named stages.
  public func stageName(_ stage: Int) -> String? {
    switch self {
    case .staged(let policy): policy.stage(stage)?.name
    case .kubeFleetStaged(let policy): policy.stageName(stage)
    case .exposure(let policy): policy.stageName(stage)
    case .blueGreen(let policy): policy.stageName(stage)
    case .cohortCanary(let policy): policy.stageName(stage)
    case .talm, .riskRamp: "batch \(stage + 1)"
    case .fleetBundle(let policy): policy.stageName(stage)
    case .applicationSet: "step \(stage + 1)"
    case .allAtOnce, .progressive, .perGroup, .timedBatches, .kubeFleetRolling, .ocm,
      .clusterProfile:
      nil
    }
  }
}
