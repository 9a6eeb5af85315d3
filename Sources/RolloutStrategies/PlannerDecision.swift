public import Determinism

/// One thing that a planner's shell must do: the state that one cluster is to be in, whatever was
/// asked before.
public struct Directive: Codable, Equatable, Sendable, BitwiseCopyable {
  /// The cluster.
  public var cluster: ClusterID
  /// Counts the directives to the cluster, from 1.
  public var generation: UInt16
  /// The revision it is to run.
  public var revision: Revision
  /// Whether it is to wait before its next step.
  public var isPaused: Bool
  /// The share of its demand that is to meet the revision; nil: all.
  public var share: Ratio?

  /// States a directive.
  public init(
    cluster: ClusterID, generation: UInt16, revision: Revision, isPaused: Bool,
    share: Ratio? = nil
  ) {
    self.cluster = cluster
    self.generation = generation
    self.revision = revision
    self.isPaused = isPaused
    self.share = share
  }
}

/// How the demand of a planner's clusters is divided among them.
public enum DemandRouting: Codable, Hashable, Sendable {
  /// Each cluster serves its own.
  case own
  /// By weights, one for each cluster of the planner's fleet.
  case weights([Int])
}

/// What a planner tells the coordinator of a budget: totals since the rollout began.
public struct BudgetClaim: Codable, Equatable, Sendable {
  /// The budget's position among the rollout's guards.
  public var rule: Int
  /// The position of the domain's value in its label; after the last: no domain.
  public var domain: Int
  /// Leases ever asked for.
  public var asked: Int64
  /// Leases ever given back.
  public var returned: Int64

  /// States a claim.
  public init(rule: Int, domain: Int, asked: Int64, returned: Int64) {
    self.rule = rule
    self.domain = domain
    self.asked = asked
    self.returned = returned
  }
}

/// A gate that an operator of a group is asked to open.
public struct GateRequest: Codable, Equatable, Sendable {
  /// The position of the approval among the rollout's guards.
  public var rule: Int
  /// The position of the group's value in its label; after the last: clusters without the label.
  public var gate: Int

  /// States a request.
  public init(rule: Int, gate: Int) {
    self.rule = rule
    self.gate = gate
  }
}

/// What a planner decided about one rollout at one step.
public struct RolloutDecision: Codable, Equatable, Sendable {
  /// The rollout's position in the planner.
  public var rollout: Int
  /// What to do, in order.
  public var directives: [Directive]
  /// Where the rollout stands now, if that changed.
  public var verdict: Verdict?
  /// The stage it has entered, if it has.
  public var stage: Int?
  /// The stage that an operator is newly asked to approve to leave.
  public var wantsApproval: Int?
  /// The groups whose operators are newly asked to approve.
  public var gateRequests: [GateRequest]?
  /// What coordinators are to be told.
  public var claims: [BudgetClaim]?
  /// What clusters wait for, if that is no longer what it was.
  public var blocks: [Block]?
  /// How demand is to be divided among clusters, if that is no longer what it was.
  public var routing: DemandRouting?
  /// What the last look at the rollout found, if it has just been judged.
  public var look: LookFinding?
  /// What is newly to be counted, for the next look.
  public var lookRequest: LookRequest?

  /// Nothing decided yet.
  public init(rollout: Int) {
    self.rollout = rollout
    directives = []
  }

  /// Whether there is nothing in it.
  var isEmpty: Bool {
    directives.isEmpty && verdict == nil && stage == nil && wantsApproval == nil
      && gateRequests == nil && claims == nil && blocks == nil && routing == nil
      && look == nil && lookRequest == nil
  }
}

/// What a planner decided at one step.
public struct PlannerDecision: Codable, Equatable, Sendable {
  /// The rollouts about which something was decided, in the planner's order.
  public var rollouts: [RolloutDecision]
  /// When the planner wants to look again even if nothing is observed; replaces the last one.
  public var wakeUp: Instant?

  /// Nothing decided.
  public init() { rollouts = [] }
}
