public import Determinism

/// Whether a workload is ready and, if not, whether it may still become so.
///
/// - Source: Flagger v1.44, `isDeploymentReady` and `isDaemonSetReady`.
public enum FlaggerReadiness: Codable, Hashable, Sendable {
  /// What a workload that is not ready waits for.
  public enum Obstacle: String, Codable, Sendable, CaseIterable {
    /// Its controller has not seen the latest generation.
    case generation
    /// Pods of the new revision are missing.
    case updates
    /// Pods of old revisions are still there.
    case termination
    /// Too few of the new pods are available.
    case availability
  }

  /// It is ready.
  case ready
  /// It is not, and waits for something.
  case waiting(Obstacle)
  /// It is not, and its time is over.
  case failed

  /// Whether it is ready.
  public var isReady: Bool { self == .ready }

  /// A condition of a Deployment, as far as it matters.
  public struct Conditions: Hashable, Sendable {
    /// Whether it has the condition Progressing.
    public var hasProgressing: Bool
    /// Whether that says that the deadline was exceeded.
    public var isPastDeadline: Bool
    /// How long ago Available became False for want of the minimum; nil: it is not.
    public var unavailableFor: Microseconds?

    /// States conditions.
    public init(
      hasProgressing: Bool = false, isPastDeadline: Bool = false,
      unavailableFor: Microseconds? = nil
    ) {
      self.hasProgressing = hasProgressing
      self.isPastDeadline = isPastDeadline
      self.unavailableFor = unavailableFor
    }
  }

  /// Looks at a Deployment.
  ///
  /// - Parameters:
  ///   - isBehind: whether its controller has not seen the latest generation.
  ///   - pods: its pods.
  ///   - wanted: pods asked for; nil: the document does not say, and they are not compared.
  ///   - conditions: what it says of itself.
  ///   - deadline: how long too few may be available.
  ///   - readyPercent: the share of updated pods that must be available, cut to whole pods.
  /// - Returns: whether it is ready.
  public static func deployment(
    isBehind: Bool, pods: PodCounts, wanted: Int?, conditions: Conditions,
    deadline: Microseconds, readyPercent: Int
  ) -> FlaggerReadiness {
    if isBehind { return .waiting(.generation) }
    if conditions.isPastDeadline { return .failed }
    guard let obstacle = obstacle(pods, wanted: wanted, readyPercent) else { return .ready }
    let isOver = conditions.unavailableFor.map { $0 > deadline } ?? false
    return conditions.hasProgressing && isOver ? .failed : .waiting(obstacle)
  }

  private static func obstacle(
    _ pods: PodCounts, wanted: Int?, _ readyPercent: Int
  ) -> Obstacle? {
    if let wanted, pods.updated < wanted { return .updates }
    if pods.total > pods.updated { return .termination }
    return pods.available < pods.updated * readyPercent / 100 ? .availability : nil
  }

  /// Looks at a DaemonSet, whose time runs from the last change of phase.
  ///
  /// - Parameters:
  ///   - isBehind: whether its controller has not seen the latest generation.
  ///   - pods: its pods; wanted is one for each node.
  ///   - inPhaseFor: how long ago the phase last changed; nil: it never did.
  ///   - deadline: how long that may be.
  ///   - readyPercent: the share of updated pods that must be available, cut to whole pods.
  /// - Returns: whether it is ready.
  public static func daemonSet(
    isBehind: Bool, pods: PodCounts, inPhaseFor: Microseconds?, deadline: Microseconds,
    readyPercent: Int
  ) -> FlaggerReadiness {
    if isBehind { return .waiting(.generation) }
    let lacksUpdates = pods.updated < pods.wanted
    let lacksAvailable = pods.available < pods.updated * readyPercent / 100
    guard lacksUpdates || lacksAvailable else { return .ready }
    if let inPhaseFor, inPhaseFor > deadline { return .failed }
    return .waiting(lacksUpdates ? .updates : .availability)
  }
}
