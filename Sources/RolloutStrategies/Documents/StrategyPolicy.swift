public import Determinism

/// In which order a strategy takes the clusters it may choose among.
public enum TakeOrder: String, Codable, Sendable, CaseIterable {
  /// As the fleet lists them.
  case listed
  /// By a draw of each cluster's own, the same in every run of a replication.
  case drawn
  /// As listed, but first those that together carry every value of every label, with as few
  /// clusters as a greedy choice needs: in each part of the rollout by itself.
  case stratified
}

/// What opens the way from one stage to the next, after its soak.
public enum Gate: Codable, Hashable, Sendable {
  /// Nothing more is needed.
  case open
  /// So much time must pass after the stage's soak.
  case timedWait(Microseconds)
  /// An operator must approve.
  case approval
  /// An operator must approve in time.
  case timedApproval(timeout: Microseconds, then: TimeoutAction)

  /// What happens when nobody approves in time.
  public enum TimeoutAction: String, Codable, Sendable, CaseIterable {
    /// The rollout goes on as if it had been approved.
    case proceed
    /// The rollout does what it does when too many clusters fail: halts or rolls back.
    case breach
  }
}

/// One stage of a staged rollout.
public struct Stage: Codable, Hashable, Sendable {
  /// The name it is reported and approved by.
  public var name: String
  /// Which clusters it takes, of those that no earlier stage took.
  public var clusters: Selector
  /// How many of them; a share is of all the rollout's clusters that the selector chooses, rounded
  /// up; nil: all.
  public var size: Amount?
  /// How many clusters may be in flight at once; a share is of the stage, rounded down but at least
  /// one.
  public var maxConcurrency: Amount
  /// How long the stage rests after its last cluster came to rest.
  public var soak: Microseconds
  /// Failed clusters tolerated in this stage, beside the rollout's own budget; a share is of the
  /// stage, rounded down.
  public var failureBudget: Amount?
  /// What is needed to leave the stage.
  public var gate: Gate
  /// Whether those that it takes are few that carry every value of every label, whatever the order
  /// of the others; nil: not.
  var isStratified: Bool?

  /// States a stage; it takes all that is left, all at once, unless told otherwise.
  public init(
    name: String, clusters: Selector = .all, size: Amount? = nil,
    maxConcurrency: Amount = .share(.one), soak: Microseconds = .zero,
    failureBudget: Amount? = nil, gate: Gate = .open
  ) {
    self.name = name
    self.clusters = clusters
    self.size = size
    self.maxConcurrency = maxConcurrency
    self.soak = soak
    self.failureBudget = failureBudget
    self.gate = gate
  }
}

/// The strategies one can ask for, with their settings.
public enum StrategyPolicy: Codable, Hashable, Sendable {
  /// Every cluster at once.
  case allAtOnce(AllAtOncePolicy)
  /// A window of clusters in flight.
  case progressive(ProgressivePolicy)
  /// Group after group.
  case perGroup(PerGroupPolicy)
  /// Stage after stage.
  case staged(StagedPolicy)
  /// A batch every so often, whatever happened to the last.
  case timedBatches(TimedBatchesPolicy)
  /// One share of demand after the other.
  case exposure(ExposurePolicy)
  /// A standing backup first, then demand moves there.
  case blueGreen(BlueGreenPolicy)
  /// Batches that grow as fast as a budget of failed clusters allows.
  case riskRamp(RiskRampPolicy)
  /// Steps that grow as long as what is counted looks well.
  case cohortCanary(CohortCanaryPolicy)
  /// KubeFleet's staged update run.
  case kubeFleetStaged(KubeFleetStagedPolicy)
  /// The RollingUpdate of a KubeFleet placement.
  case kubeFleetRolling(KubeFleetRollingPolicy)
  /// TALM's ClusterGroupUpgrade.
  case talm(TALMPolicy)
  /// A rollout of Open Cluster Management over a Placement.
  case ocm(OCMPolicy)
  /// A bundle of Rancher Fleet.
  case fleetBundle(FleetBundlePolicy)
  /// A ClusterProfile of Sveltos.
  case clusterProfile(ClusterProfilePolicy)
  /// An Argo CD ApplicationSet.
  case applicationSet(ApplicationSetPolicy)
}

/// Settings of the strategy that starts everything at once.
public struct AllAtOncePolicy: Codable, Hashable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case acceptance
    case otherOrder = "order"
  }

  /// When clusters count as done or failed.
  public var acceptance: Acceptance
  /// Any order but the listed one, which settings that were stored long ago do not write.
  private var otherOrder: TakeOrder?

  /// The order clusters are taken in; it matters where guards let only some of them start.
  public var order: TakeOrder { otherOrder ?? .listed }

  /// States the settings.
  public init(order: TakeOrder = .listed, acceptance: Acceptance = Acceptance()) {
    self.acceptance = acceptance
    otherOrder = order == .listed ? nil : order
  }
}

/// Settings of the strategy that keeps a window of clusters in flight.
public struct ProgressivePolicy: Codable, Hashable, Sendable {
  /// How many clusters may be in flight or soaking; a share is of the rollout's clusters, rounded
  /// down, at least one.
  public var maxConcurrency: Amount
  /// The order clusters are taken in.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    maxConcurrency: Amount, order: TakeOrder = .listed, acceptance: Acceptance = Acceptance()
  ) {
    self.maxConcurrency = maxConcurrency
    self.order = order
    self.acceptance = acceptance
  }
}

/// Settings of the strategy that takes one group after the other.
public struct PerGroupPolicy: Codable, Hashable, Sendable {
  /// The label whose values are the groups; clusters without it form the last group.
  public var groupBy: String
  /// Groups to take first, in this order; the others follow in the fleet's order.
  public var first: [String]
  /// How many clusters of the group may be in flight; a share is of the group, rounded down, at
  /// least one.
  public var maxConcurrency: Amount
  /// How long a group rests after its last cluster came to rest.
  public var groupSoak: Microseconds
  /// The order clusters are taken in, inside a group.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    groupBy: String, first: [String] = [], maxConcurrency: Amount = .share(.one),
    groupSoak: Microseconds = .zero, order: TakeOrder = .listed,
    acceptance: Acceptance = Acceptance()
  ) {
    self.groupBy = groupBy
    self.first = first
    self.maxConcurrency = maxConcurrency
    self.groupSoak = groupSoak
    self.order = order
    self.acceptance = acceptance
  }
}

/// Settings of the strategy that goes through stages.
public struct StagedPolicy: Codable, Hashable, Sendable {
  /// The stages, in order.
  ///
  /// Clusters that none of them takes are not part of the rollout.
  public var stages: [Stage]
  /// The order clusters are taken in, inside a stage and for a stage's size.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance
  /// The number of the first stage; nil: 0.
  var firstStage: Int?

  /// States the settings.
  public init(
    stages: [Stage], order: TakeOrder = .listed, acceptance: Acceptance = Acceptance()
  ) {
    self.stages = stages
    self.order = order
    self.acceptance = acceptance
  }

  /// The stage with a number; nil: there is none.
  func stage(_ number: Int) -> Stage? {
    let index = number - (firstStage ?? 0)
    return stages.indices.contains(index) ? stages[index] : nil
  }
}

/// Settings of the strategy that starts a batch every so often.
public struct TimedBatchesPolicy: Codable, Hashable, Sendable {
  /// Clusters a batch; a share is of the rollout's clusters, rounded up.
  public var batchSize: Amount
  /// The time from the start of one batch to the start of the next.
  public var interval: Microseconds
  /// The longest that a batch is late, as a share of the interval; each but the first draws its
  /// own delay below that, so that many planners do not start at the same moment; nil: none is.
  public var jitter: Ratio?
  /// The order clusters are taken in.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    batchSize: Amount, interval: Microseconds, jitter: Ratio? = nil, order: TakeOrder = .listed,
    acceptance: Acceptance = Acceptance()
  ) {
    self.batchSize = batchSize
    self.interval = interval
    self.jitter = jitter
    self.order = order
    self.acceptance = acceptance
  }
}
