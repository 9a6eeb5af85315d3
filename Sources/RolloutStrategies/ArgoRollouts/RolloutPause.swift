public import Determinism

/// When a pause of the controller's own is over; every deadline must have passed strictly.
///
/// - Source: Argo Rollouts v1.10, `rollout/pause.go`.
public struct RolloutPause: Hashable, Sendable {
  /// Whether the controller paused the rollout.
  public var isByController: Bool
  /// When the pause began; nil: it is not there, as a user ended it.
  public var since: Instant?

  /// States a pause.
  public init(isByController: Bool, since: Instant?) {
    self.isByController = isByController
    self.since = since
  }

  /// Whether a canary's pause step is over; `duration` is nil where only a user ends it.
  public func isOver(after duration: Microseconds?, at now: Instant) -> Bool {
    guard let since else { return isByController }
    return duration.map { since + $0 < now } ?? false
  }

  /// Whether the pause before a blue/green switch is over.
  ///
  /// - Parameters:
  ///   - isAutomatic: whether it may end by itself.
  ///   - delay: after how long it does; zero: not by itself.
  ///   - isScaledUp: whether the new copy is being brought to its full size, which comes after.
  ///   - now: the time.
  /// - Returns: whether the active service may be switched.
  public func isSwitchDue(
    isAutomatic: Bool, after delay: Microseconds, isScaledUp: Bool, at now: Instant
  ) -> Bool {
    if isScaledUp { return true }
    let isTimed = isAutomatic && delay > .zero
    return isOver(after: isTimed ? delay : nil, at: now)
  }
}

/// Whether going back to an earlier revision may skip every step.
public enum RollbackWindow {
  /// Whether fewer revisions than the window lie between two.
  ///
  /// - Parameters:
  ///   - created: when each revision's copy was made, without those of experiments.
  ///   - desired: when the one that is wanted was made; nil: it is not there.
  ///   - stable: when the stable one was made.
  ///   - revisions: the window.
  /// - Returns: whether it lies within the window.
  public static func contains(
    _ created: [Int], desired: Int?, stable: Int?, revisions: Int
  ) -> Bool {
    guard let desired, let stable, desired < stable, revisions > 0 else { return false }
    return created.count { desired < $0 && $0 < stable } < revisions
  }
}

/// How many pods the new copy of a blue/green rollout is to have.
public struct BlueGreenPreview: Hashable, Sendable {
  /// Pods of the service.
  public var replicas: Int
  /// Pods before the switch; nil: all.
  public var previewReplicas: Int?
  /// Whether another copy is active.
  public var isOtherActive: Bool
  /// Whether the new copy is of the revision that the controller knows.
  public var isCurrent: Bool
  /// Whether the new copy has passed the point from which it grows to its full size.
  public var isScaledUp: Bool
  /// Whether everything is to be promoted at once.
  public var isPromotedFully: Bool
  /// Whether anything pauses the rollout.
  public var isPaused: Bool

  /// States where a rollout stands.
  public init(
    replicas: Int, previewReplicas: Int?, isOtherActive: Bool, isCurrent: Bool, isScaledUp: Bool,
    isPromotedFully: Bool, isPaused: Bool
  ) {
    self.replicas = replicas
    self.previewReplicas = previewReplicas
    self.isOtherActive = isOtherActive
    self.isCurrent = isCurrent
    self.isScaledUp = isScaledUp
    self.isPromotedFully = isPromotedFully
    self.isPaused = isPaused
  }

  /// Pods of the new copy.
  public var pods: Int {
    guard let previewReplicas, isOtherActive, !isPromotedFully else { return replicas }
    return isCurrent && isScaledUp && !isPaused ? replicas : previewReplicas
  }
}

/// From when on pods that are not all of them are enough.
public enum ReplicaProgressThreshold: Codable, Hashable, Sendable {
  /// Every pod is needed.
  case all
  /// So many percent are.
  case percent(Int)
  /// So many pods are.
  case pods(Int)

  /// Whether enough of the desired pods are available.
  public func isMet(available: Int, of desired: Int) -> Bool {
    switch self {
    case .all: available >= desired
    case .percent(let share): available * 100 >= share * desired
    case .pods(let count): available >= count
    }
  }
}
