public import Determinism

/// Why a cluster counts as failed.
public enum FailureCause: String, Codable, Sendable, CaseIterable {
  /// Its update was reported failed: pods crash or never become ready.
  case updateFailed
  /// Its health turned bad at the target revision.
  case unhealthy
  /// It was not available by its progress deadline.
  case deadlinePassed
  /// It joined or left while the rollout's system expects that none does.
  case membershipChanged
  /// The rollout's system cannot place it: it fits no stage, several, or lacks a label.
  case notPlannable
}

/// The numbers and first causes behind a halt or a rollback.
public struct Evidence: Codable, Hashable, Sendable {
  /// A failed cluster.
  public struct Cause: Codable, Hashable, Sendable {
    /// The cluster's name.
    public var cluster: String
    /// Why it counts as failed.
    public var cause: FailureCause
    /// Since when.
    public var since: Instant

    /// States a cause.
    public init(cluster: String, cause: FailureCause, since: Instant) {
      self.cluster = cluster
      self.cause = cause
      self.since = since
    }
  }

  /// A request for approval that ran out.
  public struct Unanswered: Codable, Hashable, Sendable {
    /// The guard's name.
    public var name: String
    /// The group, by the label's value; a dash for clusters without the label.
    public var group: String

    /// States a request.
    public init(name: String, group: String) {
      self.name = name
      self.group = group
    }
  }

  /// The demand that failed clusters carried.
  public struct Demand: Codable, Hashable, Sendable {
    /// What the failed clusters carry.
    public var failed: Int64
    /// What they were to carry at most.
    public var budget: Int64

    /// States a demand.
    public init(failed: Int64, budget: Int64) {
      self.failed = failed
      self.budget = budget
    }
  }

  /// Looks at what was counted that failed.
  public struct Looks: Codable, Hashable, Sendable {
    /// Looks that have failed.
    public var failed: Int
    /// How many were tolerated.
    public var tolerated: Int
    /// What the last of them found; nil: it is not known any more.
    public var last: AnalysisFinding?

    /// States looks.
    public init(failed: Int, tolerated: Int, last: AnalysisFinding?) {
      self.failed = failed
      self.tolerated = tolerated
      self.last = last
    }
  }

  /// Failed clusters when it was decided.
  public var failed: Int
  /// Failed clusters that were tolerated.
  public var budget: Int
  /// The stage or group whose budget it was; nil: the whole rollout's.
  public var stage: String?
  /// The guard that stopped the rollout because nobody answered in time, and the group that was
  /// asked; nil: failures did.
  public var unanswered: Unanswered?
  /// The rollout that this one waited for and goes back with; nil: it stopped for a reason of its
  /// own.
  public var followed: String?
  /// The demand that exceeded its budget; nil: the number of clusters exceeded theirs.
  public var demand: Demand?
  /// The failed looks that stopped the rollout; nil: failed clusters did, or nobody's answer.
  public var looks: Looks?
  /// Whether what was under way paused where it stood, until an operator lets it go on; nil: it did
  /// not.
  public var isFrozen: Bool?
  /// Whether it froze and an operator took it back; nil: nobody did.
  public var isRecalled: Bool?
  /// The first failed clusters, by time and then by the fleet's order.
  ///
  /// Shape: at most five.
  public var causes: [Cause]

  /// States the evidence.
  public init(
    failed: Int, budget: Int, stage: String?, unanswered: Unanswered? = nil,
    followed: String? = nil, demand: Demand? = nil, causes: [Cause]
  ) {
    self.failed = failed
    self.budget = budget
    self.stage = stage
    self.unanswered = unanswered
    self.followed = followed
    self.demand = demand
    self.causes = causes
  }

  /// The same for a rollout that freezes because of it.
  var frozen: Evidence {
    var frozen = self
    frozen.isFrozen = true
    return frozen
  }

  /// The same for a rollout that froze and is taken back.
  var recalled: Evidence {
    var recalled = self
    recalled.isFrozen = nil
    recalled.isRecalled = true
    return recalled
  }
}

/// Where a rollout stands.
public indirect enum Verdict: Codable, Hashable, Sendable {
  /// Its time has not come.
  case waiting
  /// It goes on.
  case rolling
  /// An operator paused it.
  case paused
  /// It stopped by itself and leaves things as they are.
  case halted(Evidence)
  /// It stopped by itself and takes clusters back.
  case rollingBack(Evidence)
  /// It has taken back what it wanted to.
  case rolledBack(Evidence)
  /// Every cluster it is for is done.
  case complete

  /// The verdict's word, as it is stored and shown.
  public var word: String {
    switch self {
    case .waiting: "waiting"
    case .rolling: "rolling"
    case .paused: "paused"
    case .halted: "halted"
    case .rollingBack: "rollingBack"
    case .rolledBack: "rolledBack"
    case .complete: "complete"
    }
  }

  /// Whether it stopped by itself, so that nothing is started any more.
  public var isStopped: Bool {
    switch self {
    case .halted, .rollingBack, .rolledBack: true
    case .waiting, .rolling, .paused, .complete: false
    }
  }

  /// Whether it stands where it is until an operator lets it go on.
  public var isFrozen: Bool {
    if case .halted(let evidence) = self { evidence.isFrozen == true } else { false }
  }

  /// Whether it goes on.
  var isRolling: Bool {
    if case .rolling = self { true } else { false }
  }

  /// Whether clusters are taken back, or would be if they came back to the fleet.
  var isGoingBack: Bool {
    switch self {
    case .rollingBack, .rolledBack: true
    case .waiting, .rolling, .paused, .halted, .complete: false
    }
  }

  /// What led to a halt or a rollback; nil otherwise.
  public var evidence: Evidence? {
    switch self {
    case .halted(let evidence), .rollingBack(let evidence), .rolledBack(let evidence): evidence
    case .waiting, .rolling, .paused, .complete: nil
    }
  }
}
