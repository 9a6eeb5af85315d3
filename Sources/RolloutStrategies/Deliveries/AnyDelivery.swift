public import Determinism

/// The state of whichever delivery is driven as a state machine in a cluster.
public enum AnyDelivery: Hashable, Sendable {
  /// Flagger's.
  case flagger(FlaggerDelivery)
  /// Argo Rollouts'.
  case argoRollout(ArgoRollout)
  /// A part of the pods or of the requests.
  case partial(PartialDelivery)

  /// A cluster in which nothing is under way; nil: the policy is a rolling update, which is not
  /// driven.
  ///
  /// - Parameters:
  ///   - policy: how versions come into the cluster.
  ///   - revision: what the cluster runs.
  ///   - now: from when on the delivery looks.
  public init?(_ policy: DeliveryPolicy, running revision: Int, at now: Instant) {
    switch policy {
    case .rollingUpdate: return nil
    case .flagger(let policy):
      self = .flagger(FlaggerDelivery(policy: policy, running: revision, at: now))
    case .argoRollout(let policy):
      self = .argoRollout(ArgoRollout(policy: policy, running: revision, at: now))
    case .partial(let policy):
      self = .partial(PartialDelivery(policy: policy, running: revision, at: now))
    }
  }

  /// Looks at the cluster and says what is wanted of it; traps if the policy is of another kind.
  public mutating func look(_ policy: DeliveryPolicy, _ view: DeliveryView) -> DeliveryWish {
    switch (self, policy) {
    case (.flagger(var delivery), .flagger(let policy)):
      let wish = delivery.look(policy, view)
      self = .flagger(delivery)
      return wish
    case (.argoRollout(var delivery), .argoRollout(let policy)):
      let wish = delivery.look(policy, view)
      self = .argoRollout(delivery)
      return wish
    case (.partial(var delivery), .partial(let policy)):
      let wish = delivery.look(policy, view)
      self = .partial(delivery)
      return wish
    case (.flagger, _), (.argoRollout, _), (.partial, _):
      preconditionFailure("a delivery is driven by another one's policy")
    }
  }
}

extension DeliveryPolicy {
  /// What is driven as a state machine; nil: nothing, it is a rolling update.
  public var driven: (any DrivenDeliveryPolicy)? {
    switch self {
    case .rollingUpdate: nil
    case .flagger(let policy): policy
    case .argoRollout(let policy): policy
    case .partial(let policy): policy
    }
  }

  /// The most pods on top and the most pods missing while a Deployment replaces its pods.
  ///
  /// Where the delivery does not say, what Kubernetes does when nothing is said.
  var rollingLimits: (surge: Amount, unavailable: Amount) {
    switch self {
    case .rollingUpdate(let maxSurge, let maxUnavailable): (maxSurge, maxUnavailable)
    case .flagger, .argoRollout, .partial: DeliveryPolicy.standard.rollingLimits
    }
  }

  /// The policy with what stands for its queries and hooks.
  ///
  /// - Parameters:
  ///   - metric: what stands for a metric; nil: nothing does.
  ///   - hook: what stands for a hook; nil: nothing does.
  /// - Returns: the policy in which what was not bound before is bound where it can be.
  public func bound(
    metric: (String) -> MetricSignal?, hook: (String) -> HookSignal?
  ) -> DeliveryPolicy {
    switch self {
    case .rollingUpdate, .partial: return self
    case .flagger(var policy):
      policy.bind(metric: metric, hook: hook)
      return .flagger(policy)
    case .argoRollout(var policy):
      policy.bind(metric: metric, hook: hook)
      return .argoRollout(policy)
    }
  }
}

extension DrivenDeliveryPolicy {
  /// Binds what is not bound where something stands for it.
  mutating func bind(metric: (String) -> MetricSignal?, hook: (String) -> HookSignal?) {
    for index in metricBindings.indices where metricBindings[index].signal == nil {
      metricBindings[index].signal = metric(metricBindings[index].name)
    }
    for index in hookBindings.indices where hookBindings[index].signal == nil {
      hookBindings[index].signal = hook(hookBindings[index].name)
    }
  }
}
