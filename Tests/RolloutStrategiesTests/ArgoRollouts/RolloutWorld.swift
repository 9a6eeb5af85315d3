import Determinism

@testable import RolloutStrategies

/// One cluster with an Argo `Rollout`, whose pods do as they are told.
struct RolloutWorld {
  let policy: ArgoRolloutPolicy
  private(set) var rollout: ArgoRollout
  var view: DeliveryView
  private(set) var wish: DeliveryWish

  static let start = Instant(sinceEpoch: 1_000_000_000_000)

  /// A cluster that runs revision 1 and is about to see revision 2.
  init(_ policy: ArgoRolloutPolicy, replicas: Int) {
    self.policy = policy
    rollout = ArgoRollout(policy: policy, running: 1, at: Self.start)
    view = DeliveryView(
      now: Self.start, revision: 1, replicas: replicas, stable: PodCounts(wanted: replicas),
      canary: PodCounts(wanted: 0),
      metrics: policy.metricBindings.map { _ in .value(Measure(0)) },
      hooks: policy.hookBindings.map { _ in false })
    wish = rollout.look(policy, view)
    view.revision = 2
  }

  /// A cluster with a canary that goes step by step.
  init(_ canary: ArgoCanaryPolicy, replicas: Int, hooks: Int = 0) {
    self.init(
      ArgoRolloutPolicy(
        strategy: .canary(canary),
        hookBindings: (0..<hooks).map { Binding(name: "hook \($0)", signal: .passes) }),
      replicas: replicas)
  }

  /// Lets time pass, answers, and looks, without any pod becoming available.
  mutating func look(
    after wait: Microseconds = .zero, revision: Int? = nil, metric: MetricAnswer? = nil,
    hooks: [Bool]? = nil
  ) {
    view.now = view.now + wait
    if let revision, revision != view.revision {
      view.revision = revision
      view.canary.updated = 0
    }
    if let metric { view.metrics = view.metrics.map { _ in metric } }
    view.hooks = hooks ?? view.hooks
    wish = rollout.look(policy, view)
    if wish.promotion == .swap { view.stable.available = view.canary.available }
    view.stable.wanted = wish.stable
    view.stable.total = max(view.stable.total, wish.stable)
    view.stable.available = min(view.stable.available, wish.stable)
    view.canary.wanted = wish.canary
    view.canary.available = min(view.canary.available, wish.canary)
  }

  /// Looks, and lets pods become available and looks again until nothing is asked for any more.
  mutating func settle(
    after wait: Microseconds = .zero, revision: Int? = nil, metric: MetricAnswer? = nil,
    hooks: [Bool]? = nil
  ) {
    look(after: wait, revision: revision, metric: metric, hooks: hooks)
    for _ in 0..<100 {
      let before = [view.canary, view.stable]
      finishPods()
      let isDue = wish.looksAt <= view.now + Microseconds(1)
      guard isDue || [view.canary, view.stable] != before else { return }
      look(after: isDue ? Microseconds(1) : .zero)
    }
  }

  /// Lets all pods that were asked for become available, and those that go be gone.
  mutating func finishPods() {
    for keyPath in [\DeliveryView.canary, \.stable] {
      let wanted = view[keyPath: keyPath].wanted
      let since = view[keyPath: keyPath].progressedAt
      let isMore = view[keyPath: keyPath].available < wanted
      view[keyPath: keyPath] = PodCounts(
        wanted: wanted, progressedAt: isMore ? view.now : since)
    }
  }

  /// What is wanted, as `canary+stable weight phase`.
  var line: String {
    let weight = wish.weight.map { " \($0.partsPerBillion / 10_000_000)%" } ?? ""
    return "\(wish.canary)+\(wish.stable)\(weight) \(wish.phase)"
  }
}

extension ArgoAnalysis {
  /// One metric that is measured every two minutes and must stay below 0.01.
  static func one(count: Int? = nil, failureLimit: Int = 0) -> ArgoAnalysis {
    let condition = MetricCondition.compares(.result, .less, Measure(millionths: 10_000))
    return ArgoAnalysis(metrics: [
      AnalysisMetric(
        name: "errors", origin: .metric(0, success: condition, failure: nil),
        limits: MetricLimits(count: count, failureLimit: failureLimit), interval: .minutes(2))
    ])
  }
}

extension ArgoRolloutPolicy {
  /// A canary with one metric and one hook.
  static func measured(_ canary: ArgoCanaryPolicy) -> ArgoRolloutPolicy {
    .measured(.canary(canary))
  }

  /// A rollout with one metric and one hook.
  static func measured(_ strategy: Strategy) -> ArgoRolloutPolicy {
    ArgoRolloutPolicy(
      strategy: strategy, metricBindings: [Binding(name: "errors", signal: .errorRate)],
      hookBindings: [Binding(name: "gate", signal: .passes)])
  }
}
