public import Determinism

/// Pods of one copy of a service in a cluster, as its controllers report them.
public struct PodCounts: Hashable, Sendable {
  /// Pods that were asked for.
  public var wanted: Int
  /// Pods there are, of any revision, those that are starting or ending among them.
  public var total: Int
  /// Pods of the revision that was asked for.
  public var updated: Int
  /// Pods that are available, of any revision.
  public var available: Int
  /// When one of them last became available.
  public var progressedAt: Instant
  /// Since when fewer are available than the copy can do with; `never`: enough are.
  public var shortSince: Instant
  /// Whether the deadline of the copy's own Deployment passed without progress.
  public var isPastDeadline: Bool

  /// Counts pods; without more said, all that were asked for are there and available.
  public init(
    wanted: Int, total: Int? = nil, updated: Int? = nil, available: Int? = nil,
    progressedAt: Instant = .distantPast, shortSince: Instant = .never,
    isPastDeadline: Bool = false
  ) {
    self.wanted = wanted
    self.total = total ?? wanted
    self.updated = updated ?? wanted
    self.available = available ?? wanted
    self.progressedAt = progressedAt
    self.shortSince = shortSince
    self.isPastDeadline = isPastDeadline
  }
}

/// What a delivery sees of its cluster when it looks.
public struct DeliveryView: Hashable, Sendable {
  /// When it looks.
  public var now: Instant
  /// Which revision the cluster is asked to run; equal numbers are equal revisions.
  public var revision: Int
  /// The share of the cluster's demand that is to meet it.
  public var share: Ratio
  /// Whether that is to go back to what ran before.
  public var isReturn: Bool
  /// Whether nothing new may begin.
  public var isPaused: Bool
  /// Pods the service is to have.
  public var replicas: Int
  /// The copy that serves as it did before.
  public var stable: PodCounts
  /// The copy that is tried.
  public var canary: PodCounts
  /// What each of the policy's metrics measures now, in the policy's order.
  public var metrics: [MetricAnswer]
  /// What each of the policy's hooks answers now, in the policy's order: whether it passes.
  public var hooks: [Bool]

  /// States what is seen.
  public init(
    now: Instant, revision: Int, share: Ratio = .one, isReturn: Bool = false,
    isPaused: Bool = false, replicas: Int,
    stable: PodCounts, canary: PodCounts, metrics: [MetricAnswer] = [], hooks: [Bool] = []
  ) {
    self.now = now
    self.revision = revision
    self.share = share
    self.isReturn = isReturn
    self.isPaused = isPaused
    self.replicas = replicas
    self.stable = stable
    self.canary = canary
    self.metrics = metrics
    self.hooks = hooks
  }
}

/// What a delivery wants of its cluster until it looks again.
public struct DeliveryWish: Hashable, Sendable {
  /// How far the delivery is.
  public enum Phase: Hashable, Sendable {
    /// Nothing is under way, and the cluster serves with what it is asked to run.
    case available
    /// Something is under way.
    case progressing
    /// It waits for somebody: a gate, or a pause.
    case waiting
    /// It gave up, and why.
    case failed(DeliveryFailure)
  }

  /// How the stable copy comes to the revision that was tried.
  public enum Promotion: UInt8, Codable, Sendable {
    /// It keeps what it runs.
    case none
    /// Its own pods are replaced, a few at a time.
    case replace
    /// The canary's pods become the stable ones.
    case swap
  }

  /// Pods the canary is to have.
  public var canary: Int
  /// Pods the stable copy is to have.
  public var stable: Int
  /// The share of requests that goes to the canary; nil: as many as its share of available pods.
  public var weight: Ratio?
  /// Whether requests to the stable copy are sent to the canary, too, and its answers dropped.
  public var isMirrored: Bool
  /// What becomes of the stable copy.
  public var promotion: Promotion
  /// How far the delivery is.
  public var phase: Phase
  /// When it wants to look again, whatever happens; `never`, or a moment that is past: when
  /// something has changed.
  public var looksAt: Instant

  /// States what is wanted.
  public init(
    canary: Int, stable: Int, weight: Ratio?, isMirrored: Bool = false,
    promotion: Promotion = .none, phase: Phase, looksAt: Instant
  ) {
    self.canary = canary
    self.stable = stable
    self.weight = weight
    self.isMirrored = isMirrored
    self.promotion = promotion
    self.phase = phase
    self.looksAt = looksAt
  }
}

/// Why a delivery gave up.
public enum DeliveryFailure: UInt8, Codable, Sendable, CaseIterable {
  /// Checks failed too often.
  case checks
  /// The canary did not become ready in time.
  case canaryNotReady
  /// The stable copy did not become ready in time.
  case stableNotReady
  /// A hook asked for it.
  case hook
}
