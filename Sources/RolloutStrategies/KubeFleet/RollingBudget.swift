import Determinism

/// The arithmetic of a placement's RollingUpdate: how many bindings may change at once.
///
/// - Source: kubefleet v0.3.1-83, `calculateMaxToRemove`, `calculateMaxToAdd`.
struct RollingBudget: Codable, Equatable, Sendable {
  /// Bindings that run what they should.
  var ready = 0
  /// Those of them that are being deleted, so that they may go at any moment.
  var readyAndDeleting = 0
  /// Bound and unscheduled bindings that have not failed: they may run it at any moment.
  var canBeReady = 0
  /// Bindings that the scheduler wants.
  var scheduled = 0
  /// Those of them that are bound to the latest snapshot and ready.
  var done = 0

  /// The number of clusters that a placement wants.
  func target(_ placement: KubeFleetRollingPolicy.Placement) -> Int {
    switch placement {
    case .pickAll: scheduled
    case .pickNumber(let count): count
    case .pickFixed(let names): names.count
    }
  }

  /// How many more bindings may be taken out or updated now; not positive: none.
  func removable(_ policy: KubeFleetRollingPolicy) -> Int {
    let target = target(policy.placement)
    let unavailable = policy.maxUnavailable.of(target, rounded: .up)
    return ready - readyAndDeleting - (target - unavailable)
  }

  /// How many more bindings may be bound now; not positive: none.
  func addable(_ policy: KubeFleetRollingPolicy) -> Int {
    let target = target(policy.placement)
    return target + policy.maxSurge.of(target, rounded: .up) - canBeReady
  }
}

/// What one binding counts as in a budget.
struct BudgetShare: Codable, Equatable, Sendable {
  var isReady = false
  var isReadyAndDeleting = false
  var canBeReady = false
  var isScheduled = false
  var isDone = false

  /// Nothing: there is no binding.
  init() {}

  /// What a binding counts as; one that is not yet bound is only wanted.
  init(_ binding: ClusterBinding) {
    isScheduled = binding.state != .unscheduled
    guard binding.state != .scheduled else { return }
    isReady = binding.isReady
    isReadyAndDeleting = binding.isReady && binding.isDeleting
    canBeReady = !binding.hasFailed
    isDone = binding.state == .bound && binding.isReady && binding.isCurrent
  }
}

extension RollingBudget {
  /// Counts a binding, with a sign of -1 no longer.
  mutating func add(_ share: BudgetShare, _ sign: Int) {
    ready += share.isReady ? sign : 0
    readyAndDeleting += share.isReadyAndDeleting ? sign : 0
    canBeReady += share.canBeReady ? sign : 0
    scheduled += share.isScheduled ? sign : 0
    done += share.isDone ? sign : 0
  }
}
