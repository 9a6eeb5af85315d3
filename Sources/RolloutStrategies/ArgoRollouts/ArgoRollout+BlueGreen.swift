import Determinism

/// From one copy to another at once.
extension ArgoRollout {
  /// One reconciliation of a blue/green rollout.
  mutating func reconcile(
    _ policy: ArgoRolloutPolicy, _ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    let pods = failure == nil ? previewPods(blueGreen, view) : abortedPods(blueGreen, view)
    // What is left of the revision before serves nobody, and must be gone first.
    let available = view.canary.available - older(in: view).available
    if failure == nil, !view.isPaused, !isInconclusive, view.canary.wanted == pods,
      available >= pods
    {
      if isSwitched {
        finish(blueGreen, view)
      } else {
        prepare(blueGreen, view)
      }
    }
    let isLate = isPastDeadline(policy, view)
    if isLate, policy.abortsPastDeadline { abort(.canaryNotReady, at: view.now) }
    routed = isSwitched ? 100 : 0
    return DeliveryWish(
      canary: pods, stable: view.replicas, weight: isSwitched ? .one : .zero,
      phase: phase(isLate: isLate), looksAt: looksAt(policy, blueGreen, view, isLate: isLate))
  }

  // MARK: Sizes

  /// 2.9.1 and 2.9.4: pods of the new copy.
  private func previewPods(_ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView) -> Int {
    BlueGreenPreview(
      replicas: view.replicas, previewReplicas: blueGreen.previewReplicas,
      isOtherActive: !isSwitched, isCurrent: true, isScaledUp: isScaledUp,
      isPromotedFully: isFast, isPaused: pausedAt != nil
    ).pods
  }

  /// 2.7: pods that an aborted copy keeps.
  private mutating func abortedPods(
    _ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView
  ) -> Int {
    let kept = blueGreen.abortDelay > .zero ? view.now + blueGreen.abortDelay : .never
    let until = keepsAbortedUntil ?? kept
    keepsAbortedUntil = until
    return until <= view.now ? 0 : view.canary.wanted
  }

  // MARK: The switch

  /// 2.9.2 to 2.9.4: what comes before the switch.
  private mutating func prepare(_ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView) {
    guard !isFast else { return switchOver(view) }
    guard succeeds(blueGreen.before, view) else { return }
    if !isScaledUp, blueGreen.isPausing {
      let since = pausedAt ?? view.now
      pausedAt = since
      let isAllowed = blueGreen.gate.map { view.hooks[$0] } ?? false
      let isDue = RolloutPause(isByController: true, since: isAllowed ? nil : since).isSwitchDue(
        isAutomatic: blueGreen.gate == nil, after: blueGreen.autoPromotionDelay,
        isScaledUp: false, at: view.now)
      guard isDue else { return }
    }
    if pausedAt != nil || !isScaledUp { progressedAt = view.now }
    pausedAt = nil
    isScaledUp = true
    if view.canary.wanted == view.replicas { switchOver(view) }
  }

  private mutating func switchOver(_ view: DeliveryView) {
    isSwitched = true
    run = nil
    progressedAt = view.now
  }

  /// 2.9.5 and 2.9.6: what comes after the switch.
  private mutating func finish(_ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView) {
    guard succeeds(blueGreen.after, view) else { return }
    promote(keepingOldFor: blueGreen.scaleDownDelay, at: view.now)
    isSwitched = true
  }

  /// Whether an analysis, if there is one, has succeeded.
  private mutating func succeeds(_ analysis: ArgoAnalysis?, _ view: DeliveryView) -> Bool {
    guard let analysis else { return true }
    var run = Self.started(run, analysis, at: view.now)
    run.advance(analysis, view)
    self.run = run
    judge(at: view.now)
    return run.phase == .successful
  }

  // MARK: Time

  private func isPastDeadline(_ policy: ArgoRolloutPolicy, _ view: DeliveryView) -> Bool {
    guard hasDeadline else { return false }
    return DeploymentCondition.progressing(since: lastProgress(view)).isTimedOut(
      after: policy.progressDeadline, at: view.now)
  }

  /// Whether it is pods that are waited for.
  private var hasDeadline: Bool {
    failure == nil && pausedAt == nil && current != stable
      && (run.map { $0.phase.isCompleted } ?? true)
  }

  private func phase(isLate: Bool) -> DeliveryWish.Phase {
    if let failure { return .failed(failure) }
    if isLate { return .failed(.canaryNotReady) }
    return pausedAt == nil ? .progressing : .waiting
  }

  private func looksAt(
    _ policy: ArgoRolloutPolicy, _ blueGreen: ArgoBlueGreenPolicy, _ view: DeliveryView,
    isLate: Bool
  ) -> Instant {
    if let keepsOldUntil { return keepsOldUntil }
    var next = Instant.never
    if let pausedAt, blueGreen.gate == nil, !isInconclusive {
      next = pausedAt + blueGreen.autoPromotionDelay + Self.instant
    }
    if let analysis = isSwitched ? blueGreen.after : blueGreen.before {
      next = min(next, run?.nextMeasurement(of: analysis) ?? .never)
    }
    if hasDeadline, !isLate {
      next = min(next, lastProgress(view) + policy.progressDeadline + Self.instant)
    }
    if let keepsAbortedUntil, keepsAbortedUntil > view.now { next = min(next, keepsAbortedUntil) }
    return next
  }
}

extension ArgoBlueGreenPolicy {
  /// 2.9.3: whether it waits before the switch.
  fileprivate var isPausing: Bool { gate != nil || autoPromotionDelay > .zero }
}
