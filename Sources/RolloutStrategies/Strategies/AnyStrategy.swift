public import Determinism

/// The strategies there are: the one place that turns settings into a running strategy.
public enum AnyStrategy: Codable, Equatable, Sendable {
  /// Stands in while a strategy is being stepped, so that its arrays are not copied.
  case vacant
  /// Every cluster at once.
  case allAtOnce(AllAtOnce)
  /// A window of clusters.
  case progressive(Progressive)
  /// Group after group.
  case perGroup(PerGroup)
  /// Stage after stage.
  case staged(Staged)
  /// A batch every so often.
  case timedBatches(TimedBatches)
  /// One share of demand after the other.
  case exposure(ExposureRollout)
  /// Batches that grow with the evidence.
  case riskRamp(RiskRamp)
  /// KubeFleet's staged update run.
  case kubeFleetStaged(KubeFleetStagedRun)
  /// The RollingUpdate of a KubeFleet placement.
  case kubeFleetRolling(KubeFleetRollingUpdate)
  /// TALM's ClusterGroupUpgrade.
  case talm(TALMUpgrade)
  /// A rollout of Open Cluster Management over a Placement.
  case ocm(OCMRollout)
  /// A bundle of Rancher Fleet.
  case fleetBundle(FleetBundleRollout)
  /// A ClusterProfile of Sveltos.
  case clusterProfile(ClusterProfileRollout)
  /// An Argo CD ApplicationSet.
  case applicationSet(ApplicationSetRollout)

  /// Begins a rollout, or takes one over from what is recorded and seen.
  public init(
    policy: StrategyPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    switch policy {
    case .allAtOnce(let policy):
      self = .allAtOnce(
        AllAtOnce(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .progressive(let policy):
      self = .progressive(
        Progressive(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .perGroup(let policy):
      self = .perGroup(
        PerGroup(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .staged(let policy):
      self = .staged(
        Staged(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .timedBatches(let policy):
      self = .timedBatches(
        TimedBatches(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .exposure(let policy):
      self = .exposure(
        ExposureRollout(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .riskRamp(let policy):
      self = .riskRamp(
        RiskRamp(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .kubeFleetStaged(let policy):
      self = .kubeFleetStaged(
        KubeFleetStagedRun(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .kubeFleetRolling(let policy):
      self = .kubeFleetRolling(
        KubeFleetRollingUpdate(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .talm(let policy):
      self = .talm(
        TALMUpgrade(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .ocm(let policy):
      self = .ocm(
        OCMRollout(policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .fleetBundle(let policy):
      self = .fleetBundle(
        FleetBundleRollout(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .clusterProfile(let policy):
      self = .clusterProfile(
        ClusterProfileRollout(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    case .applicationSet(let policy):
      self = .applicationSet(
        ApplicationSetRollout(
          policy: policy, members: members, takingOver: fleet, at: now, random: random))
    }
  }

  /// One step of the strategy.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    let taken = self
    self = .vacant
    switch consume taken {
    case .vacant: preconditionFailure("a strategy was stepped within its own step")
    case .allAtOnce(let strategy):
      return run(strategy, AnyStrategy.allAtOnce, now, changed, fleet, &admit)
    case .progressive(let strategy):
      return run(strategy, AnyStrategy.progressive, now, changed, fleet, &admit)
    case .perGroup(let strategy):
      return run(strategy, AnyStrategy.perGroup, now, changed, fleet, &admit)
    case .staged(let strategy):
      return run(strategy, AnyStrategy.staged, now, changed, fleet, &admit)
    case .timedBatches(let strategy):
      return run(strategy, AnyStrategy.timedBatches, now, changed, fleet, &admit)
    case .exposure(let strategy):
      return run(strategy, AnyStrategy.exposure, now, changed, fleet, &admit)
    case .riskRamp(let strategy):
      return run(strategy, AnyStrategy.riskRamp, now, changed, fleet, &admit)
    case .kubeFleetStaged(let strategy):
      return run(strategy, AnyStrategy.kubeFleetStaged, now, changed, fleet, &admit)
    case .kubeFleetRolling(let strategy):
      return run(strategy, AnyStrategy.kubeFleetRolling, now, changed, fleet, &admit)
    case .talm(let strategy):
      return run(strategy, AnyStrategy.talm, now, changed, fleet, &admit)
    case .ocm(let strategy):
      return run(strategy, AnyStrategy.ocm, now, changed, fleet, &admit)
    case .fleetBundle(let strategy):
      return run(strategy, AnyStrategy.fleetBundle, now, changed, fleet, &admit)
    case .clusterProfile(let strategy):
      return run(strategy, AnyStrategy.clusterProfile, now, changed, fleet, &admit)
    case .applicationSet(let strategy):
      return run(strategy, AnyStrategy.applicationSet, now, changed, fleet, &admit)
    }
  }

  /// The share of a cluster's demand that meets the target on a rung; nil: all of it.
  func share(of cluster: ClusterID, at rung: Int) -> Ratio? {
    guard case .exposure(let strategy) = self else { return nil }
    return strategy.share(of: cluster, at: rung)
  }

  private mutating func run<Strategy: RolloutStrategy>(
    _ strategy: consuming Strategy, _ wrap: (Strategy) -> AnyStrategy, _ now: Instant,
    _ changed: [ClusterID], _ fleet: FleetStatus, _ admit: inout Admission
  ) -> Decision {
    let decision = strategy.step(at: now, changed: changed, fleet: fleet, admit: &admit)
    self = wrap(strategy)
    return decision
  }
}

extension StrategyPolicy {
  /// The kind's name, as documents write it.
  public var kind: String {
    switch self {
    case .allAtOnce: "allAtOnce"
    case .progressive: "progressive"
    case .perGroup: "perGroup"
    case .staged: "staged"
    case .timedBatches: "timedBatches"
    case .exposure: "exposure"
    case .riskRamp: "riskRamp"
    case .kubeFleetStaged: "kubeFleetStagedRun"
    case .kubeFleetRolling: "kubeFleetRollingUpdate"
    case .talm: "clusterGroupUpgrade"
    case .ocm: "placementRollout"
    case .fleetBundle: "fleetBundle"
    case .clusterProfile: "clusterProfile"
    case .applicationSet: "applicationSet"
    }
  }

  /// The version of the kind's rules; part of every run's identity.
  public var semanticsVersion: Int { 1 }

  /// Whether it asks for admission before it starts a cluster.
  ///
  /// Strategies of systems that know no guards start clusters as those systems do: what guards
  /// refuse is held back on its way, and the strategy takes it to be under way.
  public var asksForAdmission: Bool {
    switch self {
    case .allAtOnce, .progressive, .perGroup, .staged, .timedBatches, .exposure, .riskRamp: true
    case .kubeFleetStaged, .kubeFleetRolling, .talm, .ocm, .fleetBundle, .clusterProfile,
      .applicationSet:
      false
    }
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
    case .riskRamp(let policy): policy.acceptance
    case .kubeFleetStaged, .kubeFleetRolling, .talm, .ocm, .fleetBundle, .clusterProfile,
      .applicationSet:
      Acceptance()
    }
  }

  /// The name of a stage; nil: the strategy has no named stages.
  public func stageName(_ stage: Int) -> String? {
    switch self {
    case .staged(let policy):
      policy.stages.indices.contains(stage) ? policy.stages[stage].name : nil
    case .kubeFleetStaged(let policy): policy.stageName(stage)
    case .exposure(let policy): policy.stageName(stage)
    case .talm, .riskRamp: "batch \(stage + 1)"
    case .fleetBundle(let policy): policy.stageName(stage)
    case .applicationSet: "step \(stage + 1)"
    case .allAtOnce, .progressive, .perGroup, .timedBatches, .kubeFleetRolling, .ocm,
      .clusterProfile:
      nil
    }
  }
}
