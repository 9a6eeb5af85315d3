public import Determinism

/// What is recorded of a rollout's course, so that another planner process can take it over.
public struct RolloutStatus: Codable, Equatable, Sendable {
  /// Where it stands.
  public var verdict: Verdict
  /// When it began; `never`: not yet.
  public var startedAt: Instant
  /// The stage it is in, from 0.
  public var stage: Int
  /// When it entered that stage.
  public var stageEnteredAt: Instant
  /// The stages an operator has approved to leave, in ascending order.
  public var approved: [Int]
  /// Whether an operator wants it to stand still, or it froze and waits for one.
  public var isPaused: Bool
  /// Whether it froze by itself, and goes on when an operator resumes it; nil: it did not.
  public var isFrozen: Bool?
  /// Whether it froze and an operator wants it to go back; nil: nobody does.
  public var isRecalled: Bool?
  /// Whether an operator has declared an emergency; nil: nobody has.
  public var wantsEmergency: Bool?
  /// The emergency that it is in; nil: none has begun.
  public var emergency: EmergencyStatus?
  /// The failures with which an operator let it go on after it froze; nil: it never did.
  public var tolerated: ToleratedFailures?
  /// What is recorded of the looks at what is counted; nil: none was asked for.
  public var analysis: Boxed<AnalysisStatus>?
  /// The names of the clusters that joined after it began, in that order; nil: none did.
  public var newcomers: [String]?
  /// The names of the clusters that left after it began and are still away, where the status is
  /// handed on; nil: none are, or the status is a planner's own, which knows them by its clusters.
  public var leavers: [String]?

  /// The status of a rollout that has not begun.
  public init() {
    verdict = .waiting
    startedAt = .never
    stage = 0
    stageEnteredAt = .never
    approved = []
    isPaused = false
  }

  /// Whether the rollout has begun, so that there is a strategy.
  @inline(__always)
  var hasBegun: Bool { startedAt != .never }

  /// Whether it froze and nobody has let it go on.
  @inline(__always)
  var standsFrozen: Bool { isFrozen == true && isPaused }

  /// Whether limits of an emergency may yet come to decide.
  @inline(__always)
  var mayHurry: Bool { emergency == nil && !verdict.isStopped }
}

/// The failures there were when an operator let a frozen rollout go on: it freezes again when there
/// are more.
public struct ToleratedFailures: Codable, Equatable, Sendable {
  /// Failed clusters of the rollout.
  public var failed: Int
  /// The demand that they carry.
  public var demand: Int64
  /// The stage it was in.
  public var stage: Int
  /// Failed clusters of that stage.
  public var failedInStage: Int
  /// Failed looks at what was counted; nil: it is not looked at.
  public var failedLooks: Int?

  /// States what is tolerated.
  public init(
    failed: Int, demand: Int64, stage: Int, failedInStage: Int, failedLooks: Int? = nil
  ) {
    self.failed = failed
    self.demand = demand
    self.stage = stage
    self.failedInStage = failedInStage
    self.failedLooks = failedLooks
  }
}
