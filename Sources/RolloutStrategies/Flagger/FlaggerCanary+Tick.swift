/// One tick of the control loop; the numbers are those of the steps at which it may end.
extension FlaggerCanary {
  /// Lets one interval's tick happen.
  ///
  /// - Parameters:
  ///   - policy: what the document says now.
  ///   - view: what is seen now.
  public mutating func tick(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    // 1
    guard !policy.isSuspended, hasPrimary(policy, view), hasSomethingToDo(view) else { return }
    // 4
    if !policy.skipsAnalysis, !view.primary.isReady {
      guard view.primary == .failed else { return }
      if phase == .promoting || phase == .finalising {
        failPromotion(view)
      } else {
        rollBack(view)
      }
      return
    }
    switch phase {
    case .progressing, .waitingPromotion, .promoting, .finalising: goOn(policy, view)
    case .none, .initializing, .initialized, .waiting, .succeeded, .failed: start(policy, view)
    }
  }

  /// 2: makes the primary, once.
  private mutating func hasPrimary(_ policy: FlaggerPolicy, _ view: FlaggerView) -> Bool {
    guard phase == .none || phase == .initializing else { return true }
    if phase == .none {
      enter(.initializing, policy)
      promote(view)
    }
    if !policy.skipsAnalysis, !view.primary.isReady {
      if view.primary == .failed { rollBack(view) }
      return false
    }
    isScaledToZero = policy.target != .service
    sync(.initialized, view)
    return true
  }

  /// 3: whether a rollout is under way, or one is called for.
  private mutating func hasSomethingToDo(_ view: FlaggerView) -> Bool {
    switch phase {
    case .progressing, .waiting, .waitingPromotion, .promoting, .finalising: return true
    case .none, .initializing, .initialized, .succeeded, .failed:
      return isChanged(view.revision) || view.config != lastConfig
    }
  }

  /// 6: begins, unless somebody must confirm it first.
  private mutating func start(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    guard policy.passes(.confirmRollout, view) else {
      enter(.waiting, policy)
      return
    }
    isScaledToZero = false
    sync(.progressing, view)
  }

  private mutating func goOn(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    let isAnalysed = phase == .progressing || phase == .waitingPromotion
    // 7
    if isAnalysed, isChanged(view.revision) || view.config != lastConfig {
      routes = Routes()
      sync(.progressing, view)
      return
    }
    // 8
    guard view.canary.isReady else {
      if view.canary == .failed { rollBack(view) }
      return
    }
    // 9
    if policy.skipsAnalysis {
      routes = Routes()
      promote(view)
      finish(policy)
      return
    }
    // 10
    if isAnalysed, policy.isRolledBackByHook(view) { return rollBack(view) }
    switch phase {
    case .promoting: giveBack(policy)
    // 12
    case .finalising: finish(policy)
    default: analyse(policy, view)
    }
  }

  /// 11: traffic goes back to the primary.
  private mutating func giveBack(_ policy: FlaggerPolicy) {
    if policy.isWithoutRouter { return enter(.finalising, policy) }
    guard policy.stepWeightPromotion > 0 else {
      routes = Routes()
      return enter(.finalising, policy)
    }
    // With nothing left to give back no branch ends it: a quirk of the system.
    guard routes.canary > 0 else { return }
    routes.primary = min(100, routes.primary + policy.stepWeightPromotion)
    routes.canary = max(0, routes.canary - policy.stepWeightPromotion)
    statusWeight = routes.canary
    if routes.primary == 100 { enter(.finalising, policy) }
  }

  private mutating func finish(_ policy: FlaggerPolicy) {
    isScaledToZero = policy.target != .service
    enter(.succeeded, policy)
  }

  // MARK: Analysis

  private mutating func analyse(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    // 13
    if failedChecks >= policy.threshold { return rollBack(view) }
    // 14
    let isFirst = routes.canary == 0 && iterations == 0 && !routes.isMirrored
    let passes =
      isFirst ? policy.passes(.preRollout, view) : policy.passesAnalysis(view)
    guard passes else {
      failedChecks += 1
      return
    }
    // 15
    switch policy.strategy {
    case .canary: stepCanary(policy, view)
    case .abTesting: stepABTest(policy, view)
    case .blueGreen: stepBlueGreen(policy, view)
    }
  }

  private mutating func stepCanary(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    let step = policy.step(from: routes.canary)
    guard step > 0 else { return }
    if !routes.isMirrored, phase != .waitingPromotion {
      guard policy.passes(.confirmTrafficIncrease, view) else { return }
    }
    guard routes.canary < policy.fullWeight else {
      if isConfirmed(policy, view) { beginPromotion(policy, view) }
      return
    }
    if policy.mirrors, routes.canary == 0, !routes.isMirrored {
      routes.isMirrored = true
      return
    }
    routes.isMirrored = false
    routes.primary = max(0, routes.primary - step)
    routes.canary = min(100, routes.canary + step)
    statusWeight = routes.canary
  }

  private mutating func stepABTest(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    guard policy.checks <= iterations else {
      routes = Routes(primary: 0, canary: 100)
      statusWeight = 100
      iterations += 1
      return
    }
    guard isConfirmed(policy, view) else { return }
    if policy.checks == iterations { beginPromotion(policy, view) }
  }

  private mutating func stepBlueGreen(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    guard policy.checks <= iterations else {
      if policy.mirrors, !routes.isMirrored { routes.isMirrored = true }
      iterations += 1
      return
    }
    guard isConfirmed(policy, view) else { return }
    guard policy.checks == iterations else { return beginPromotion(policy, view) }
    if !policy.isWithoutRouter {
      routes = Routes(primary: 0, canary: 100)
      statusWeight = 100
    }
    iterations += 1
  }

  /// 16: whether the promotion is confirmed; while it is not, checks go on.
  private mutating func isConfirmed(_ policy: FlaggerPolicy, _ view: FlaggerView) -> Bool {
    guard !policy.passes(.confirmPromotion, view) else { return true }
    enter(.waitingPromotion, policy)
    return false
  }

  private mutating func beginPromotion(_ policy: FlaggerPolicy, _ view: FlaggerView) {
    promote(view)
    enter(.promoting, policy)
  }
}

extension FlaggerPolicy {
  /// Whether all hooks of a kind pass.
  fileprivate func passes(_ kind: FlaggerHook.Kind, _ view: FlaggerView) -> Bool {
    hooks.indices.allSatisfy { hooks[$0].kind != kind || view.hooks[$0] }
  }

  /// Whether a hook asks to go back.
  func isRolledBackByHook(_ view: FlaggerView) -> Bool {
    hooks.indices.contains { hooks[$0].kind == .rollback && view.hooks[$0] }
  }

  /// Whether the checks of a tick pass: hooks, then metrics; the first failure ends them.
  fileprivate func passesAnalysis(_ view: FlaggerView) -> Bool {
    passes(.rollout, view)
      && metrics.indices.allSatisfy { metrics[$0].passes(view.metrics[$0]) }
  }
}
