public import Determinism

/// A Flagger `Canary` as the way in which a version comes into one cluster, with what stands for
/// its queries and hooks.
public struct FlaggerDeliveryPolicy: DrivenDeliveryPolicy {
  /// What the document says.
  public var canary: FlaggerPolicy
  /// What stands for its metrics, in the document's order.
  public var metricBindings: [Binding<MetricSignal>]
  /// What stands for its hooks, in the document's order.
  public var hookBindings: [Binding<HookSignal>]

  /// Takes a document whose queries and hooks nothing stands for yet.
  ///
  /// What every cluster answers in the same way is bound at once: a metric without a query never
  /// has data, and the controller does not look at what hooks answer that are only told something.
  public init(_ canary: FlaggerPolicy) {
    self.canary = canary
    metricBindings = canary.metrics.map { metric in
      Binding(name: metric.name, signal: metric.origin == .none ? .noData : nil)
    }
    hookBindings = canary.hooks.map { hook in
      let isOnlyTold = hook.kind == .event || hook.kind == .postRollout
      return Binding(name: hook.name, signal: isOnlyTold ? .passes : nil)
    }
  }

  /// From one look of the controller to the next.
  public var lookInterval: Microseconds { canary.interval }
}

/// Flagger at work in one cluster: its ticks, an interval apart, over the two copies of a service.
///
/// - Source: Flagger v1.44; the ticks are those of ``FlaggerCanary``.
public struct FlaggerDelivery: Delivery {
  /// The canary.
  public private(set) var canary: FlaggerCanary
  /// The moment from which ticks are counted, and that of the last one.
  private let anchor: Instant
  private var tickedAt: Instant
  /// When the phase last changed.
  private var phaseSince: Instant
  private var failure = DeliveryFailure.checks

  /// A canary that has been initialised, with the cluster's revision as its primary.
  public init(policy: FlaggerDeliveryPolicy, running revision: Int, at now: Instant) {
    var active = policy.canary
    active.isSuspended = false
    canary = FlaggerCanary()
    canary.tick(active, active.quietView(of: revision))
    anchor = now
    tickedAt = now
    phaseSince = now
  }

  /// Ticks if it is time to, and says what the cluster is to have.
  public mutating func look(_ policy: FlaggerDeliveryPolicy, _ view: DeliveryView) -> DeliveryWish {
    let interval = policy.canary.interval.count
    let isTick = (view.now - anchor).count % interval == 0 && view.now > tickedAt
    if isTick, !view.isPaused { tick(policy.canary, view) }
    let next = (view.now - anchor).count / interval + 1
    return wish(policy.canary, view, next: anchor + Microseconds(next * interval))
  }

  private mutating func tick(_ policy: FlaggerPolicy, _ view: DeliveryView) {
    let before = canary.phase
    let seen = FlaggerView(
      revision: view.revision,
      primary: readiness(
        of: view.stable, wanted: view.replicas, percent: policy.primaryReadyPercent, policy,
        view.now),
      canary: readiness(
        of: view.canary, wanted: canaryPods(view), percent: policy.canaryReadyPercent, policy,
        view.now),
      metrics: view.metrics, hooks: view.hooks)
    canary.tick(policy, seen)
    tickedAt = view.now
    guard canary.phase != before else { return }
    phaseSince = view.now
    if canary.phase == .failed { failure = seen.failure(policy) }
  }

  private func readiness(
    of pods: PodCounts, wanted: Int, percent: Int, _ policy: FlaggerPolicy, _ now: Instant
  ) -> FlaggerReadiness {
    switch policy.target {
    case .deployment, .service:
      let short = pods.shortSince == .never ? nil : now - pods.shortSince
      return .deployment(
        isBehind: false, pods: pods, wanted: wanted,
        conditions: .init(
          hasProgressing: true, isPastDeadline: pods.isPastDeadline, unavailableFor: short),
        deadline: policy.progressDeadline, readyPercent: percent)
    case .daemonSet:
      return .daemonSet(
        isBehind: false, pods: pods, inPhaseFor: now - phaseSince,
        deadline: policy.progressDeadline, readyPercent: percent)
    }
  }

  private func canaryPods(_ view: DeliveryView) -> Int {
    canary.isScaledToZero ? 0 : view.replicas
  }

  // MARK: What the cluster is to have

  private func wish(
    _ policy: FlaggerPolicy, _ view: DeliveryView, next: Instant
  ) -> DeliveryWish {
    let phase = phase(policy, view)
    let hasMore = phase == .progressing || phase == .waiting
    return DeliveryWish(
      canary: canaryPods(view), stable: view.replicas,
      weight: .percent(Int64(canary.routes.canary)),
      isMirrored: canary.routes.isMirrored,
      promotion: canary.primaryRevision == view.revision ? .replace : .none, phase: phase,
      looksAt: hasMore && !policy.isSuspended && !view.isPaused ? next : .never)
  }

  private func phase(_ policy: FlaggerPolicy, _ view: DeliveryView) -> DeliveryWish.Phase {
    switch canary.phase {
    case .none, .initializing, .progressing, .promoting, .finalising:
      return view.isPaused ? .waiting : .progressing
    case .waiting, .waitingPromotion: return .waiting
    case .initialized, .succeeded, .failed:
      if canary.phase == .failed, view.revision == canary.lastApplied { return .failed(failure) }
      if view.revision == canary.primaryRevision { return .available }
      return policy.isSuspended || view.isPaused ? .waiting : .progressing
    }
  }
}

extension FlaggerView {
  /// Why a canary that sees this has failed, in the order in which the controller asks.
  fileprivate func failure(_ policy: FlaggerPolicy) -> DeliveryFailure {
    if primary == .failed { return .stableNotReady }
    if canary == .failed { return .canaryNotReady }
    return policy.isRolledBackByHook(self) ? .hook : .checks
  }
}

extension FlaggerPolicy {
  /// What a cluster shows in which all is as it should be and nothing was measured.
  fileprivate func quietView(of revision: Int) -> FlaggerView {
    FlaggerView(
      revision: revision, metrics: metrics.map { _ in .noData }, hooks: hooks.map { _ in false })
  }
}
