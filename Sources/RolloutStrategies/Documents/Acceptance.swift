public import Determinism

/// When a cluster counts as done or failed, and what too many failures do.
///
/// A cluster has *failed* while its update is reported failed, its health is bad at the target
/// revision, or its progress deadline has passed. Unknown health is neither good nor bad: the
/// cluster waits, until its deadline.
public struct Acceptance: Codable, Hashable, Sendable {
  /// What happens when the failures exceed the budget.
  public enum Breach: String, Codable, Sendable, CaseIterable {
    /// Nothing more is started.
    case halt
    /// Nothing more is started, and clusters under way pause where they are, until an operator
    /// resumes the rollout. The failures there are then count as tolerated.
    case freeze
    /// The clusters of the current stage go back.
    case rollBackStage
    /// Every updated cluster goes back.
    case rollBackAll
  }

  /// What is done about a cluster that cannot be reached when its turn comes.
  public enum Offline: String, Codable, Sendable, CaseIterable {
    /// It is started like others: the directive waits for it, and it holds a slot.
    case start
    /// It is passed over, holds up nothing, and has its turn once it is heard of again.
    case skip
  }

  /// How long a cluster must be available and not bad before it counts as done, from the moment it
  /// became available.
  public var soak: Microseconds
  /// How long after being asked a cluster may take to become available; nil: for ever.
  public var progressDeadline: Microseconds?
  /// How many failed clusters are tolerated; a share is of the rollout's clusters, rounded down.
  public var failureBudget: Amount
  /// The share of the demand of the rollout's clusters that failed ones may carry; nil: any.
  ///
  /// A demand that nobody has said is one unit a cluster.
  public var demandBudget: Ratio?
  /// What a breach does.
  public var onBreach: Breach
  /// What is done about clusters that cannot be reached; nil: they are started like others.
  public var offline: Offline?
  /// How a cluster whose update has failed is asked again; nil: it is not.
  public var retry: RetryRule?
  /// What is done about clusters that join or leave; nil: those that join are adopted, those that
  /// leave are ignored.
  public var membership: MembershipRule?

  /// Tolerates nothing and halts, unless told otherwise.
  public init(
    soak: Microseconds = .zero, progressDeadline: Microseconds? = nil,
    failureBudget: Amount = .count(0), demandBudget: Ratio? = nil, onBreach: Breach = .halt,
    offline: Offline? = nil, retry: RetryRule? = nil, membership: MembershipRule? = nil
  ) {
    self.soak = soak
    self.progressDeadline = progressDeadline
    self.failureBudget = failureBudget
    self.demandBudget = demandBudget
    self.onBreach = onBreach
    self.offline = offline
    self.retry = retry
    self.membership = membership
  }
}

/// How often a cluster is asked again when its update is reported failed or its deadline has
/// passed, and how long after that.
///
/// Until its retries are used up the cluster has not failed, and holds its slot. Bad health is no
/// reason to ask again: the update has done what it was asked.
public struct RetryRule: Codable, Hashable, Sendable {
  /// The most times one cluster is asked again.
  ///
  /// Range: 1 to 100.
  public var limit: Int
  /// How long after the first failure the cluster is asked again.
  public var after: Microseconds
  /// How many times longer each further wait is than the one before.
  ///
  /// Range: 1 to 100.
  public var factor: Int
  /// The longest wait; nil: any.
  public var cap: Microseconds?

  /// States a rule; waits are equally long unless told otherwise.
  public init(limit: Int, after: Microseconds, factor: Int = 1, cap: Microseconds? = nil) {
    self.limit = limit
    self.after = after
    self.factor = factor
    self.cap = cap
  }

  /// The wait after the failure of a cluster that was asked again so many times.
  ///
  /// O(retries). A wait of more than a hundred years is one of a hundred years.
  public func wait(after retries: Int) -> Microseconds {
    let longest = min(cap ?? Self.century, Self.century)
    var wait = min(after, longest)
    for _ in 0..<retries where wait < longest {
      let (product, overflow) = wait.count.multipliedReportingOverflow(by: Int64(factor))
      wait = overflow ? longest : min(Microseconds(product), longest)
    }
    return wait
  }

  private static let century = Microseconds.hours(24 * 36_525)
}

/// What is done about clusters that join or leave the fleet after the rollout began.
public struct MembershipRule: Codable, Hashable, Sendable {
  /// What is done about a cluster that joins.
  public enum Joins: String, Codable, Sendable, CaseIterable {
    /// It is taken into the part of the rollout that its labels put it in.
    case adopt
    /// It stays at what it runs.
    case ignore
    /// The rollout halts.
    case abort
  }

  /// What is done about a cluster that leaves.
  public enum Leaves: String, Codable, Sendable, CaseIterable {
    /// It counts as nothing any more; if it comes back, the rollout goes on with it.
    case ignore
    /// The rollout halts.
    case abort
  }

  /// What is done about clusters that join.
  public var joins: Joins
  /// What is done about clusters that leave.
  public var leaves: Leaves

  /// States a rule: what happens without one, unless told otherwise.
  public init(joins: Joins = .adopt, leaves: Leaves = .ignore) {
    self.joins = joins
    self.leaves = leaves
  }
}
