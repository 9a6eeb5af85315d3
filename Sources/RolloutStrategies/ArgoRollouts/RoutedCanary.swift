/// The sizes and weights of a canary behind a router.
///
/// - Source: Argo Rollouts v1.10, `CalculateReplicaCountsForTrafficRoutedCanary` and the
///   reconciliation of traffic.
public struct RoutedCanary: Hashable, Sendable {
  /// Pods of the service.
  public var replicas: Int
  /// The fewest pods of a copy that has any.
  public var minPods: Int
  /// Whether the stable copy shrinks as the canary grows.
  public var isStableScaled: Bool
  /// Whether an aborted canary keeps its pods for a stated time, so that their number says nothing.
  public var hasAbortDelay: Bool
  /// What the router sends to the canary now; nil: it was never told.
  public var routed: Int?
  /// The new copy; nil: it is not there yet.
  public var canary: CopySize?
  /// The copy that serves as before; nil: there is none.
  public var stable: CopySize?

  /// States a canary.
  public init(
    replicas: Int, minPods: Int = 1, isStableScaled: Bool = false, hasAbortDelay: Bool = false,
    routed: Int? = nil, canary: CopySize? = nil, stable: CopySize? = nil
  ) {
    self.replicas = replicas
    self.minPods = minPods
    self.isStableScaled = isStableScaled
    self.hasAbortDelay = hasAbortDelay
    self.routed = routed
    self.canary = canary
    self.stable = stable
  }

  /// The sizes that canary and stable are to have.
  public func target(_ position: CanaryPosition) -> (canary: Int, stable: Int) {
    let (fixed, stated) = position.target
    let isStepping = position.isAborted && isStableScaled
    let weight = isStepping ? abortWeight(position) : stated
    let most = position.maxWeight
    let pods = fixed ?? withMinimum(pods(weight, most))
    guard isStableScaled else { return (pods, replicas) }
    let kept = withMinimum(self.pods(most - min(weight, most), most))
    guard let routed else { return (pods, replicas) }
    return (
      max(pods, withMinimum(self.pods(routed, most))),
      max(kept, withMinimum(self.pods(most - routed, most)))
    )
  }

  /// The weight an aborted canary steps down to while the stable copy regains its pods.
  ///
  /// The next of the steps' weights below the share of pods it has; if these are kept for a stated
  /// time, below the share that the stable copy cannot take yet.
  public func abortWeight(_ position: CanaryPosition) -> Int {
    guard let canary, let stable, replicas > 0 else { return 0 }
    let weights = position.steps.compactMap { step -> Int? in
      guard case .setWeight(let weight) = step else { return nil }
      return weight
    }.sorted()
    let most = position.maxWeight
    if hasAbortDelay {
      let untaken = most - most * min(stable.available, replicas) / replicas
      return weights.last { $0 < untaken } ?? 0
    }
    let share = canary.wanted * most
    return weights.last { $0 * replicas < share } ?? 0
  }

  /// What the router is told while an aborted canary's pods still serve: no more than before, and
  /// no more than the stable copy cannot take.
  public func abortRoutedWeight(maxWeight: Int = 100) -> Int {
    guard isStableScaled, replicas > 0 else { return 0 }
    let untaken = maxWeight - maxWeight * (stable?.available ?? 0) / replicas
    return min(untaken, routed ?? untaken)
  }

  private func pods(_ weight: Int, _ maxWeight: Int) -> Int {
    WeightApproximation.pods(of: replicas, weight: weight, maxWeight: maxWeight)
  }

  private func withMinimum(_ count: Int) -> Int {
    count == 0 ? 0 : max(count, min(minPods, replicas))
  }
}
