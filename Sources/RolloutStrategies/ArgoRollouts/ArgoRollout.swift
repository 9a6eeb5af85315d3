public import Determinism

/// An Argo `Rollout` in one cluster: one reconciliation after the other.
///
/// The stable copy is the one that served before; the canary is the new one, which a blue/green
/// rollout calls preview. Once the canary has become stable the two are told apart for as long as
/// the old pods are kept, and then the canary's pods are the stable ones.
///
/// - Source: Argo Rollouts v1.10, `rollout/canary.go`, `bluegreen.go`, `pause.go`, `sync.go`.
public struct ArgoRollout: Delivery {
  /// The revision that is stable.
  public internal(set) var stable: Int
  /// The revision that is wanted.
  public internal(set) var current: Int
  /// The step it is at; the number of steps: past the last.
  public internal(set) var step = 0
  /// Why it was given up; nil: it was not.
  public internal(set) var failure: DeliveryFailure?
  /// Since when it is paused; nil: it is not.
  public internal(set) var pausedAt: Instant?
  /// Whether an analysis that told nothing paused it, which only a person can end.
  public internal(set) var isInconclusive = false
  /// What the router sends to the canary, of the greatest weight.
  public internal(set) var routed = 0
  /// The analysis of the present step, or that before or after the switch.
  public internal(set) var run: AnalysisRun?
  /// The analysis beside the steps.
  public internal(set) var background: AnalysisRun?
  /// Whether the active service was switched to the canary.
  public internal(set) var isSwitched = false
  /// Whether the canary of a blue/green rollout may grow to its full size.
  public internal(set) var isScaledUp = false
  /// Whether analyses and pauses are skipped, as it goes back within the rollback window.
  public internal(set) var isFast = false
  /// Until when the old copy is kept after the end; nil: nothing is kept.
  public internal(set) var keepsOldUntil: Instant?
  /// Until when an aborted canary is kept; nil: it is not known yet.
  public internal(set) var keepsAbortedUntil: Instant?
  /// When something last changed.
  public internal(set) var progressedAt: Instant
  /// Whether pods of a revision before the present one may be left in the canary.
  var hasOlder = false
  /// Whether the stable revision is on its way back.
  var isReturning = false
  /// The steps that were last looked at: changed ones begin anew.
  private var steps: [CanaryStep] = []
  /// Revisions in the order in which they first came.
  private var created: [Int]

  /// Revisions that are remembered.
  private static let historyMax = 10
  /// What comes strictly after a time.
  static let instant = Microseconds(1)

  /// A cluster in which nothing is under way.
  public init(policy: ArgoRolloutPolicy, running revision: Int, at now: Instant) {
    stable = revision
    current = revision
    progressedAt = now
    created = [revision]
    steps = policy.steps
  }

  /// Looks at the cluster and says what is wanted of it.
  ///
  /// What one reconciliation writes calls for the next, so that one look is as many as change
  /// something.
  public mutating func look(
    _ policy: ArgoRolloutPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    let seen = view
    var view = view
    var wish = reconcile(policy, view)
    for _ in 0..<(2 * policy.steps.count + 16) {
      guard wish.promotion == .none else { break }
      let before = self
      // What is taken back within the look never happened to any pod.
      view = seen
      view.take(wish)
      let next = reconcile(policy, view)
      guard self != before || next.counts != wish.counts else { return next }
      wish = next
    }
    return wish
  }

  /// One reconciliation: at most one step is completed.
  public mutating func reconcile(
    _ policy: ArgoRolloutPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    var view = view
    view.isPaused = view.isPaused || policy.isPaused
    let isCalledFor = !view.isPaused && (view.revision != current || policy.steps != steps)
    if let keepsOldUntil {
      guard view.now >= keepsOldUntil || isCalledFor else {
        return rest(policy, view, looksAt: keepsOldUntil)
      }
      return swap(policy, view, looksAt: isCalledFor ? view.now + Self.instant : .never)
    }
    if isCalledFor { begin(policy, view) }
    if hasOlder, view.canary.total <= view.canary.updated { hasOlder = false }
    guard current != stable else { return giveBack(policy, view) }
    return switch policy.strategy {
    case .canary(let canary): reconcile(policy, canary, view)
    case .blueGreen(let blueGreen): reconcile(policy, blueGreen, view)
    }
  }

  /// Pods of revisions before the present one that are left in the canary.
  ///
  /// Pods that are not available are taken for new ones.
  func older(in view: DeliveryView) -> CopySize {
    let pods = hasOlder ? max(0, view.canary.total - view.canary.updated) : 0
    return CopySize(wanted: pods, available: min(pods, view.canary.available))
  }

  /// An analysis that begins, if none has: what it measures is first seen after what led to it is
  /// written.
  static func started(
    _ run: AnalysisRun?, _ analysis: ArgoAnalysis, at now: Instant
  ) -> AnalysisRun {
    run ?? AnalysisRun(analysis, at: now + instant)
  }

  // MARK: Beginning and end

  /// Takes up another revision, or other steps: all that was written down of the last is void.
  private mutating func begin(_ policy: ArgoRolloutPolicy, _ view: DeliveryView) {
    if view.revision != current {
      hasOlder = current != stable || view.canary.total > 0
      isReturning = view.revision == stable
    }
    current = view.revision
    steps = policy.steps
    forgetProgress(at: view.now)
    failure = nil
    keepsAbortedUntil = nil
    isSwitched = false
    if !created.contains(current) { created.append(current) }
    if created.count > Self.historyMax + 1 { created.removeFirst() }
    isFast = RollbackWindow.contains(
      Array(created.indices), desired: created.firstIndex(of: current),
      stable: created.firstIndex(of: stable), revisions: policy.rollbackWindow)
    if isReturning || isFast { step = steps.count }
  }

  /// Goes back to the first step.
  private mutating func forgetProgress(at now: Instant) {
    step = 0
    run = nil
    background = nil
    pausedAt = nil
    isInconclusive = false
    isScaledUp = false
    progressedAt = now
  }

  /// Gives up: nothing is tried again before another revision comes.
  mutating func abort(_ failure: DeliveryFailure, at now: Instant) {
    forgetProgress(at: now)
    isSwitched = false
    self.failure = failure
  }

  /// Takes the canary for the stable copy; its predecessor stays for a while.
  mutating func promote(keepingOldFor delay: Microseconds, at now: Instant) {
    stable = current
    forgetProgress(at: now)
    step = steps.count
    keepsOldUntil = now + delay
  }

  /// All that is wanted while the old copy is kept.
  private func rest(
    _ policy: ArgoRolloutPolicy, _ view: DeliveryView, looksAt: Instant
  ) -> DeliveryWish {
    DeliveryWish(
      canary: view.replicas, stable: view.stable.wanted,
      weight: policy.hasRouter ? .one : nil, phase: .available, looksAt: looksAt)
  }

  /// The canary's pods become the stable ones, and the old ones go; the sizes are those after it.
  private mutating func swap(
    _ policy: ArgoRolloutPolicy, _ view: DeliveryView, looksAt: Instant
  ) -> DeliveryWish {
    keepsOldUntil = nil
    isSwitched = false
    routed = 0
    return DeliveryWish(
      canary: 0, stable: view.replicas, weight: policy.hasRouter ? .zero : nil, promotion: .swap,
      phase: .available, looksAt: looksAt)
  }

  /// The stable revision is what is wanted: it gets all its pods, and the canary goes.
  private mutating func giveBack(
    _ policy: ArgoRolloutPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    routed = 0
    let limits = policy.limits
    let copy = CopySize(view.canary)
    let sizes = CanarySizes(
      replicas: view.replicas, surge: limits.surge(of: view.replicas),
      unavailable: limits.unavailable(of: view.replicas), canary: CopySize(view.stable),
      stable: nil, older: copy.wanted)
    let back = policy.hasRouter ? view.replicas : sizes.step(to: (view.replicas, 0)).canary
    let left = CanarySizes.drained(
      [copy], available: view.stable.available + copy.available,
      least: view.replicas - sizes.unavailable)[0]
    let isBack = view.canary.wanted == 0 && view.stable.available >= view.replicas
    if isBack { isReturning = false }
    let phase: DeliveryWish.Phase = isReturning ? .progressing : .available
    return DeliveryWish(
      canary: left, stable: back, weight: policy.hasRouter ? .zero : nil,
      phase: view.revision == current ? phase : .waiting, looksAt: .never)
  }
}

extension ArgoRolloutPolicy {
  /// Its steps; a blue/green rollout has none.
  public var steps: [CanaryStep] {
    guard case .canary(let canary) = strategy else { return [] }
    return canary.steps
  }

  /// Whether traffic is told where to go; without that, it goes wherever pods are.
  public var hasRouter: Bool {
    guard case .canary(let canary) = strategy else { return true }
    return canary.routing != nil
  }

  fileprivate var limits: CanaryLimits {
    guard case .canary(let canary) = strategy else { return .none }
    return canary.limits
  }
}

extension CopySize {
  /// The pods of a copy, all of whose revisions are one here.
  init(_ pods: PodCounts) { self.init(wanted: pods.wanted, available: pods.available) }
}

extension DeliveryWish {
  /// Pods of the canary and of the stable copy.
  fileprivate var counts: [Int] { [canary, stable] }
}

extension DeliveryView {
  /// The view as it is as soon as a wish is written: pods that go serve nobody any more, and pods
  /// that come are there, but not available.
  mutating func take(_ wish: DeliveryWish) {
    canary.wanted = wish.canary
    canary.available = min(canary.available, wish.canary)
    stable.wanted = wish.stable
    stable.total = max(stable.total, wish.stable)
    stable.available = min(stable.available, wish.stable)
  }
}
