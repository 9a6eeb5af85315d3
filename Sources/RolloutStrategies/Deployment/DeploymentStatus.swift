public import Determinism

/// What a Deployment reports of its pods.
public struct DeploymentStatus: Codable, Hashable, Sendable {
  /// Pods there are.
  public var replicas: Int
  /// Pods of the current template.
  public var updated: Int
  /// Pods that are ready.
  public var ready: Int
  /// Pods that have been ready for long enough.
  public var available: Int

  /// States a report.
  public init(replicas: Int, updated: Int, ready: Int, available: Int) {
    self.replicas = replicas
    self.updated = updated
    self.ready = ready
    self.available = available
  }

  /// Whether an update to so many pods is over.
  public func isComplete(replicas wanted: Int) -> Bool {
    updated == wanted && replicas == wanted && available == wanted
  }

  /// Whether anything has come nearer to the end since an earlier report.
  public func hasProgressed(since earlier: DeploymentStatus) -> Bool {
    updated > earlier.updated || replicas - updated < earlier.replicas - earlier.updated
      || ready > earlier.ready || available > earlier.available
  }
}

/// What a Deployment's condition Progressing says.
public enum DeploymentCondition: Codable, Hashable, Sendable {
  /// It is not there.
  case absent
  /// The last update came to its end.
  case complete
  /// The deadline has passed already.
  case timedOut
  /// Something happened last at an instant.
  case progressing(since: Instant)

  /// Whether the deadline has passed strictly without progress; nothing but this report follows.
  ///
  /// `deadline` is nil where there is none.
  /// - Source: Kubernetes `DeploymentTimedOut`.
  public func isTimedOut(after deadline: Microseconds?, at now: Instant) -> Bool {
    guard let deadline else { return false }
    return switch self {
    case .absent, .complete: false
    case .timedOut: true
    case .progressing(let since): since + deadline < now
    }
  }
}

/// An old set as the pruning of history sees it.
public struct PastReplicaSet: Hashable, Sendable {
  /// Pods it is to have.
  public var wanted: Int
  /// Pods there are.
  public var present: Int

  /// States a set.
  public init(wanted: Int, present: Int) {
    self.wanted = wanted
    self.present = present
  }
}

/// How much of its past a Deployment keeps.
public enum DeploymentHistory {
  /// The sets to delete: of those beyond the limit, oldest first, the empty ones.
  ///
  /// - Parameters:
  ///   - sets: the old sets, oldest first.
  ///   - limit: how many are kept; nil: all.
  /// - Returns: positions in `sets`.
  public static func deletions(among sets: [PastReplicaSet], limit: Int?) -> [Int] {
    guard let limit else { return [] }
    return sets.indices.prefix(max(0, sets.count - limit)).filter { index in
      sets[index].wanted == 0 && sets[index].present == 0
    }
  }
}
