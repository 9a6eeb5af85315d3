import Determinism

/// The copies of an Argo canary in one cluster, and the sizes they are to have.
struct ArgoCanaryPods {
  /// Where the canary stands.
  let position: CanaryPosition
  /// The new copy.
  let canary: CopySize
  /// The copy that serves as before.
  let stable: CopySize
  /// Pods of revisions before the present one that are left in the new copy.
  let older: CopySize
  /// The copies as pods that stand for weights.
  let sizes: CanarySizes
  /// The copies as a router's weights need them; nil: there is no router.
  let routed: RoutedCanary?
  /// The sizes that the position wants in the end.
  let target: (canary: Int, stable: Int)

  /// Counts what is seen.
  init(_ rollout: ArgoRollout, _ policy: ArgoCanaryPolicy, _ view: DeliveryView) {
    let isAborted = rollout.failure != nil
    position = CanaryPosition(
      steps: policy.steps, index: rollout.step, isAborted: isAborted,
      isRouted: policy.routing != nil,
      keepsAborted: policy.routing?.abortDelay == .zero,
      maxWeight: policy.routing?.maxWeight ?? 100)
    older = rollout.older(in: view)
    canary = CopySize(
      wanted: view.canary.wanted, available: view.canary.available - older.available)
    stable = CopySize(view.stable)
    sizes = CanarySizes(
      replicas: view.replicas, surge: policy.limits.surge(of: view.replicas),
      unavailable: policy.limits.unavailable(of: view.replicas), canary: canary, stable: stable,
      older: older.wanted)
    routed = policy.routing.map { [canary, stable] routing in
      RoutedCanary(
        replicas: view.replicas, minPods: routing.minPods,
        isStableScaled: routing.isStableScaled, hasAbortDelay: routing.abortDelay ?? .zero > .zero,
        routed: rollout.routed, canary: canary, stable: stable)
    }
    target = routed?.target(position) ?? sizes.target(position)
  }

  /// The sizes of this pass, which without a router may be some way from the target.
  var next: (canary: Int, stable: Int) { routed == nil ? sizes.step(to: target) : target }

  /// Whether the copies are as this pass wants them.
  func areReached(_ policy: ArgoCanaryPolicy, _ view: DeliveryView) -> Bool {
    // A ReplicaSet does not count pods that are ending.
    let present = min(view.stable.total, view.stable.wanted)
    return CanarySizes.areReached(
      next, canary: canary, stable: stable, present: present, olderAvailable: older.available,
      threshold: policy.progressThreshold)
  }
}
