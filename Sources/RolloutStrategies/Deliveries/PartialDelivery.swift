public import Determinism

/// How a share of a cluster's demand comes to meet a version.
public struct PartialDeliveryPolicy: DrivenDeliveryPolicy {
  /// The means.
  public enum Means: String, Codable, Sendable, CaseIterable {
    /// New pods in the place of old ones, over all of which requests are spread evenly.
    case replicas
    /// Weights of the cluster's mesh or ingress, beside pods enough for them.
    case weights
  }

  /// The means.
  public var means: Means
  /// None: it asks nobody.
  public var metricBindings: [Binding<MetricSignal>] = []
  /// None: it asks nobody.
  public var hookBindings: [Binding<HookSignal>] = []

  /// States the means.
  public init(_ means: Means) { self.means = means }

  /// It looks when something has changed.
  public var lookInterval: Microseconds { .zero }
}

extension PartialDeliveryPolicy.Means {
  /// Pods of the new version for a share: as near as pods come, or enough for the weight.
  func pods(for share: Ratio, of replicas: Int) -> Int {
    switch self {
    case .replicas: (share.of(2 * replicas, rounded: .down) + 1) / 2
    case .weights: share.of(replicas, rounded: .up)
    }
  }
}

/// Shows a version to the share of a cluster's demand that is asked for, and stays there until
/// another share is.
///
/// New pods come before old ones go, so that capacity never falls. The last share, all of it, ends
/// with the new pods as the stable copy.
public struct PartialDelivery: Delivery {
  /// The revision of the stable copy.
  private var stable: Int
  /// The share that the canary's weight stands for.
  private var shown = Ratio.zero

  /// A cluster in which nothing is under way.
  public init(policy: PartialDeliveryPolicy, running revision: Int, at now: Instant) {
    stable = revision
  }

  /// Looks at the cluster and says what is wanted of it.
  public mutating func look(_ policy: PartialDeliveryPolicy, _ view: DeliveryView) -> DeliveryWish {
    guard view.revision != stable else { return backToStable(policy, view) }
    let pods = policy.means.pods(for: view.share, of: view.replicas)
    guard !view.isPaused else {
      return wish(policy, view, canary: view.canary.wanted, phase: .waiting)
    }
    let isThere = view.canary.wanted == pods && view.canary.available >= pods
    guard isThere else { return wish(policy, view, canary: pods, phase: .progressing) }
    guard view.share == .one else { return wish(policy, view, canary: pods, phase: .available) }
    stable = view.revision
    shown = .zero
    return DeliveryWish(
      canary: 0, stable: view.replicas, weight: weightOfNone(policy), promotion: .swap,
      phase: .available, looksAt: .never)
  }

  /// The stable copy gets its pods back before the canary goes.
  private mutating func backToStable(
    _ policy: PartialDeliveryPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    shown = .zero
    let isBack = view.stable.available >= view.replicas
    return DeliveryWish(
      canary: isBack || policy.means == .weights ? 0 : view.canary.wanted, stable: view.replicas,
      weight: weightOfNone(policy), phase: isBack ? .available : .progressing, looksAt: .never)
  }

  /// A state on the way: with pods for weights the stable copy shrinks as the canary grows.
  private mutating func wish(
    _ policy: PartialDeliveryPolicy, _ view: DeliveryView, canary: Int, phase: DeliveryWish.Phase
  ) -> DeliveryWish {
    switch policy.means {
    case .replicas:
      let ready = min(canary, view.canary.available)
      return DeliveryWish(
        canary: canary, stable: view.replicas - ready, weight: nil, phase: phase, looksAt: .never)
    case .weights:
      // What no pod can answer yet is not sent there.
      let isReady = view.canary.available >= canary && canary > 0 && !view.isPaused
      shown = isReady ? view.share : min(shown, view.share)
      return DeliveryWish(
        canary: canary, stable: view.replicas, weight: shown, phase: phase, looksAt: .never)
    }
  }

  private func weightOfNone(_ policy: PartialDeliveryPolicy) -> Ratio? {
    policy.means == .weights ? .zero : nil
  }
}
