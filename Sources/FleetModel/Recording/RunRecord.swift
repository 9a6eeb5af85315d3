public import Determinism
public import RolloutStrategies

/// How much a run leaves behind.
public enum RecordingDetail: String, Codable, Sendable, CaseIterable, Comparable {
  /// Metrics and verdicts.
  case metrics
  /// The same, waves, marks and time series by domain.
  case waves
  /// The same, and where every cluster ended.
  case clusters
  /// The same, and the first events.
  case events

  /// Orders by how much is kept.
  public static func < (a: RecordingDetail, b: RecordingDetail) -> Bool {
    a.rank < b.rank
  }

  private var rank: Int {
    switch self {
    case .metrics: 0
    case .waves: 1
    case .clusters: 2
    case .events: 3
    }
  }
}

/// How a run ended.
public enum RunStatus: String, Codable, Sendable, CaseIterable {
  /// Every rollout is complete.
  case completed
  /// A rollout took its clusters back.
  case rolledBack
  /// A rollout stopped by itself.
  case halted
  /// A rollout stopped by itself and stands where it is until an operator resumes it.
  case frozen
  /// An operator paused it and it stayed so.
  case paused
  /// The end of the run came first.
  case unfinished
}

/// What a run leaves behind: plain values, all in simulated time, all the same wherever it ran.
public struct RunRecord: Equatable, Sendable {
  /// Where one planner's rollout ended.
  public struct RolloutOutcome: Equatable, Sendable {
    /// The planner's name.
    public var planner: String
    /// The rollout's name.
    public var rollout: String
    /// How it ended.
    public var verdict: Verdict
    /// When the verdict was reached, from the start; nil while it goes on.
    public var decidedAfter: Microseconds?
    /// Clusters it is for.
    public var clusters: Int
    /// Clusters at the target at the end.
    public var updated: Int
    /// Clusters asked to go to the target and not there at the end.
    public var stragglers: Int

    /// States an outcome.
    public init(
      planner: String, rollout: String, verdict: Verdict, decidedAfter: Microseconds?,
      clusters: Int, updated: Int, stragglers: Int
    ) {
      self.planner = planner
      self.rollout = rollout
      self.verdict = verdict
      self.decidedAfter = decidedAfter
      self.clusters = clusters
      self.updated = updated
      self.stragglers = stragglers
    }
  }

  /// A stage, group or batch of a rollout.
  public struct Wave: Equatable, Sendable {
    /// The planner's name.
    public var planner: String
    /// The rollout's name.
    public var rollout: String
    /// Its number in the rollout, from 0.
    public var number: Int
    /// Its name.
    public var name: String
    /// When its first cluster was started, from the start of the run.
    public var startsAfter: Microseconds
    /// When the next one began or the rollout ended; nil while it goes on.
    public var endsAfter: Microseconds?
    /// Clusters started in it.
    public var clusters: Int
    /// Clusters of it that the planner saw fail.
    public var failed: Int

    /// States a wave.
    public init(
      planner: String, rollout: String, number: Int, name: String, startsAfter: Microseconds,
      endsAfter: Microseconds?, clusters: Int, failed: Int
    ) {
      self.planner = planner
      self.rollout = rollout
      self.number = number
      self.name = name
      self.startsAfter = startsAfter
      self.endsAfter = endsAfter
      self.clusters = clusters
      self.failed = failed
    }
  }

  /// Something worth a mark on a timeline.
  public struct Mark: Equatable, Sendable {
    /// What kinds there are.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      case rolloutStarted, stageEntered, approvalRequested, approved, halted, rollingBack
      case rolledBack, completed, outageBegan, outageEnded, plannerDown, plannerUp
      case defectActive, surgeWaits, windowOverrun, joined, left, blocked, frozen, resumed
      case recalled, emergencyBegan, lookFailed
    }

    /// When, from the start of the run.
    public var after: Microseconds
    /// What.
    public var kind: Kind
    /// The planner, where one is concerned.
    public var planner: String?
    /// The rollout, where one is concerned.
    public var rollout: String?
    /// The stage, outage, cluster or domain concerned.
    public var subject: String
    /// How many clusters are concerned, where that says something.
    public var clusters: Int

    /// States a mark.
    public init(
      after: Microseconds, kind: Kind, planner: String?, rollout: String?, subject: String,
      clusters: Int
    ) {
      self.after = after
      self.kind = kind
      self.planner = planner
      self.rollout = rollout
      self.subject = subject
      self.clusters = clusters
    }
  }

  /// How one domain fared in one time bucket; only buckets in which that changed are kept.
  ///
  /// What passes is counted at its peak in the bucket, what stays at its end.
  public struct DomainPoint: Equatable, Sendable {
    /// The level the domain belongs to.
    public var level: String
    /// The domain's name.
    public var domain: String
    /// Clusters in it.
    public var clusters: Int
    /// The number of the bucket, from 0.
    public var bucket: Int
    /// Most clusters at one time in which an update is running.
    public var updating: Int
    /// Clusters at the target of all rollouts, at the end.
    public var updated: Int
    /// Most clusters at one time whose users are harmed.
    public var impaired: Int
    /// Most clusters at one time that cannot be reached.
    public var unreachable: Int

    /// States a point.
    public init(
      level: String, domain: String, clusters: Int, bucket: Int, updating: Int, updated: Int,
      impaired: Int, unreachable: Int
    ) {
      self.level = level
      self.domain = domain
      self.clusters = clusters
      self.bucket = bucket
      self.updating = updating
      self.updated = updated
      self.impaired = impaired
      self.unreachable = unreachable
    }
  }

  /// Where one cluster ended.
  public struct ClusterOutcome: Equatable, Sendable {
    /// Its name.
    public var cluster: String
    /// The version of each service, in the scenario's order.
    public var versions: [String]
    /// When its last update became available, from the start; nil: never updated.
    public var updatedAfter: Microseconds?
    /// Time in which its users were harmed at all.
    public var impaired: Microseconds

    /// States an outcome.
    public init(
      cluster: String, versions: [String], updatedAfter: Microseconds?, impaired: Microseconds
    ) {
      self.cluster = cluster
      self.versions = versions
      self.updatedAfter = updatedAfter
      self.impaired = impaired
    }
  }

  /// An event as it was handled.
  public struct TracedEvent: Equatable, Sendable {
    /// When, from the start of the run.
    public var after: Microseconds
    /// What, by its name in the model.
    public var kind: String
    /// The cluster or planner it happened to.
    public var entity: String
    /// What the kind needs to be understood.
    public var detail: Int

    /// States an event.
    public init(after: Microseconds, kind: String, entity: String, detail: Int) {
      self.after = after
      self.kind = kind
      self.entity = entity
      self.detail = detail
    }
  }

  /// Events of clusters that are kept at most.
  public static let traceLimit = 200_000

  /// How the run ended.
  public var status: RunStatus
  /// A value for each metric of the scenario's table, in its order.
  public var metrics: [MetricValue]
  /// Where every rollout of every planner ended.
  public var rollouts: [RolloutOutcome]
  /// The waves, by planner, rollout and number.
  public var waves: [Wave]
  /// The marks, by time.
  public var marks: [Mark]
  /// The length of a time bucket.
  public var bucketLength: Microseconds
  /// Domain states, by level, domain and bucket.
  public var domains: [DomainPoint]
  /// Where every cluster ended, at that detail.
  public var clusters: [ClusterOutcome]
  /// The first events of clusters, at that detail.
  ///
  /// Shape: at most `traceLimit`.
  public var trace: [TracedEvent]
  /// Events handled.
  public var eventCount: Int
  /// Fingerprint of all events.
  public var eventDigest: UInt64
  /// The same at the end of each time bucket.
  public var eventCheckpoints: [UInt64]
  /// Fingerprint of all random draws.
  public var drawDigest: UInt64
  /// Fingerprint of everything above that is kept at every detail.
  public var outcomeDigest: UInt64

  /// An empty record.
  public init() {
    status = .unfinished
    metrics = []
    rollouts = []
    waves = []
    marks = []
    bucketLength = .zero
    domains = []
    clusters = []
    trace = []
    eventCount = 0
    eventDigest = 0
    eventCheckpoints = []
    drawDigest = 0
    outcomeDigest = 0
  }
}
