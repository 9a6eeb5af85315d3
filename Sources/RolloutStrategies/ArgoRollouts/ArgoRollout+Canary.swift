import Determinism

/// Step by step.
extension ArgoRollout {
  /// One reconciliation of a canary.
  mutating func reconcile(
    _ policy: ArgoRolloutPolicy, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) -> DeliveryWish {
    let pods = ArgoCanaryPods(self, canary, view)
    route(pods, canary, view)
    analyse(canary, view)
    let next = sizes(pods, canary, view)
    let isSized = next == (view.canary.wanted, view.stable.wanted)
    if failure == nil, !isInconclusive {
      if isSized, step < canary.steps.count, canary.steps[step].isPause {
        pausedAt = pausedAt ?? view.now
      }
      finishStep(pods, canary, view)
    }
    let isLate = isPastDeadline(policy, canary, view)
    if isLate, policy.abortsPastDeadline { abort(.canaryNotReady, at: view.now) }
    let weight = canary.routing.map { Ratio(routed, of: $0.maxWeight) }
    return DeliveryWish(
      canary: next.canary, stable: next.stable, weight: weight,
      phase: phase(canary, isLate: isLate), looksAt: looksAt(policy, canary, view, isLate: isLate))
  }

  // MARK: Traffic

  /// 2.5: traffic is raised when the pods for it are there, and lowered at once.
  private mutating func route(
    _ pods: ArgoCanaryPods, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) {
    guard let routing = canary.routing else { return }
    let weight: Int
    if failure != nil {
      weight = pods.routed?.abortRoutedWeight(maxWeight: routing.maxWeight) ?? 0
    } else if pods.canary.available == 0 {
      // Where nobody serves no router sends anybody.
      weight = 0
    } else {
      let wanted = pods.position.weight
      weight = wanted <= routed || pods.areReached(canary, view) ? wanted : routed
    }
    if weight != routed { progressedAt = view.now }
    routed = weight
  }

  // MARK: Sizes

  /// 2.4, 2.5 and 2.7: the sizes of this pass.
  private mutating func sizes(
    _ pods: ArgoCanaryPods, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) -> (canary: Int, stable: Int) {
    guard let routing = canary.routing else { return pods.next }
    guard failure != nil, let delay = routing.delayInForce else { return pods.target }
    // The canary keeps its pods for a while after the stable copy has all of its own.
    if keepsAbortedUntil == nil, view.stable.available >= view.replicas, routed == 0 {
      keepsAbortedUntil = delay > .zero ? view.now + delay : .never
    }
    let isOver = keepsAbortedUntil.map { $0 <= view.now } ?? false
    let kept = min(view.canary.wanted, view.replicas)
    return (isOver ? pods.target.canary : max(kept, pods.target.canary), pods.target.stable)
  }

  // MARK: Steps

  /// 2.6: goes to the next step, or past the last takes the canary for the stable copy.
  private mutating func finishStep(
    _ pods: ArgoCanaryPods, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) {
    guard !view.isPaused else { return }
    guard step < canary.steps.count else {
      let isFull = canary.progressThreshold.isMet(
        available: pods.canary.available, of: view.replicas)
      let isRouted = canary.routing.map { routed == $0.maxWeight } ?? true
      guard isFull, isRouted else { return }
      let standard = canary.routing == nil ? Microseconds.zero : .seconds(30)
      return promote(keepingOldFor: canary.scaleDownDelay ?? standard, at: view.now)
    }
    guard isOver(canary.steps[step], pods, canary, view) else { return }
    step += 1
    run = nil
    pausedAt = nil
    progressedAt = view.now
  }

  private func isOver(
    _ step: CanaryStep, _ pods: ArgoCanaryPods, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) -> Bool {
    switch step {
    case .setWeight, .setScale:
      pods.areReached(canary, view)
        && (canary.routing == nil || routed == pods.position.weight)
    case .pause(let length):
      pausedAt != nil
        && RolloutPause(isByController: true, since: pausedAt).isOver(after: length, at: view.now)
    case .gate(let hook):
      // Somebody who lets it go on takes the pause away.
      pausedAt != nil
        && RolloutPause(isByController: true, since: view.hooks[hook] ? nil : pausedAt)
          .isOver(after: nil, at: view.now)
    case .analysis: run?.phase == .successful
    case .experiment(let hook), .plugin(let hook): view.hooks[hook]
    case .route: true
    }
  }

  // MARK: Analyses

  /// 2.8: carries out the analyses of the step and beside the steps.
  private mutating func analyse(_ canary: ArgoCanaryPolicy, _ view: DeliveryView) {
    guard failure == nil, !isFast else { return }
    if step < canary.steps.count, case .analysis(let analysis) = canary.steps[step] {
      var run = Self.started(run, analysis, at: view.now)
      run.advance(analysis, view)
      self.run = run
    }
    if let analysis = canary.background, step >= canary.backgroundStart {
      var run = Self.started(background, analysis, at: view.now)
      run.advance(analysis, view)
      background = run
    }
    judge(at: view.now)
  }

  /// 2.7: what an analysis that ends otherwise than well does to the rollout.
  mutating func judge(at now: Instant) {
    let phases = [run, background].compactMap { $0?.phase }
    if phases.contains(.failed) || phases.contains(.error) {
      abort(.checks, at: now)
    } else if phases.contains(.inconclusive), !isInconclusive {
      isInconclusive = true
      pausedAt = now
    }
  }

  // MARK: Time

  /// 2.7: whether there was no progress for too long, where that counts.
  private func isPastDeadline(
    _ policy: ArgoRolloutPolicy, _ canary: ArgoCanaryPolicy, _ view: DeliveryView
  ) -> Bool {
    guard hasDeadline(canary) else { return false }
    return DeploymentCondition.progressing(since: lastProgress(view)).isTimedOut(
      after: policy.progressDeadline, at: view.now)
  }

  private func hasDeadline(_ canary: ArgoCanaryPolicy) -> Bool {
    guard failure == nil, pausedAt == nil, current != stable else { return false }
    return step >= canary.steps.count || !canary.steps[step].isIndefinite
  }

  /// When something last came nearer to the end.
  func lastProgress(_ view: DeliveryView) -> Instant {
    max(progressedAt, view.canary.progressedAt, view.stable.progressedAt)
  }

  private func phase(_ canary: ArgoCanaryPolicy, isLate: Bool) -> DeliveryWish.Phase {
    if let failure { return .failed(failure) }
    if isLate { return .failed(.canaryNotReady) }
    return pausedAt == nil ? .progressing : .waiting
  }

  private func looksAt(
    _ policy: ArgoRolloutPolicy, _ canary: ArgoCanaryPolicy, _ view: DeliveryView, isLate: Bool
  ) -> Instant {
    if let keepsOldUntil { return keepsOldUntil }
    var next = Instant.never
    if step < canary.steps.count {
      if case .pause(let length) = canary.steps[step], let pausedAt, !isInconclusive {
        next = pausedAt + length + Self.instant
      }
      if case .analysis(let analysis) = canary.steps[step] {
        next = min(next, run?.nextMeasurement(of: analysis) ?? .never)
      }
    }
    if let analysis = canary.background {
      next = min(next, background?.nextMeasurement(of: analysis) ?? .never)
    }
    if hasDeadline(canary), !isLate {
      next = min(next, lastProgress(view) + policy.progressDeadline + Self.instant)
    }
    if let keepsAbortedUntil, keepsAbortedUntil > view.now { next = min(next, keepsAbortedUntil) }
    return next
  }
}

extension ArgoCanaryPolicy.Routing {
  /// How long an aborted canary is kept; nil: its pods go as its traffic does.
  fileprivate var delayInForce: Microseconds? {
    abortDelay ?? (isStableScaled ? nil : .seconds(30))
  }
}

extension CanaryStep {
  /// Whether the controller pauses itself at it.
  fileprivate var isPause: Bool {
    switch self {
    case .pause, .gate: true
    case .setWeight, .setScale, .analysis, .experiment, .plugin, .route: false
    }
  }
}

extension Ratio {
  /// A weight as a share of the greatest, cut to parts per billion.
  fileprivate init(_ weight: Int, of most: Int) {
    self.init(
      partsPerBillion: Int64(max(0, min(weight, most))) * 1_000_000_000 / Int64(max(1, most)))
  }
}
