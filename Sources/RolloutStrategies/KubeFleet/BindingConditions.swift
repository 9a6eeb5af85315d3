package import Determinism

/// What the hub says about one cluster's binding: its conditions, as far as rollouts look at them.
package struct BindingConditions: Equatable, Sendable {
  /// A condition.
  package struct Condition: Equatable, Sendable {
    /// What its reason amounts to.
    package enum Reason: Equatable, Sendable {
      /// Something is still under way.
      case inProgress
      /// Whether the resources are available cannot be told.
      case untracked
      /// Any other.
      case other

      /// Reads a reason.
      /// - Source: kubefleet v0.3.1-83, reasons of `pkg/utils/condition` and of the work applier.
      package init(_ text: String) {
        let pending = [
          "OverriddenPending", "WorkNotSynchronizedYet", "ApplyPending", "NotAvailableYet",
        ]
        if pending.contains(where: { text.hasSuffix($0) }) {
          self = .inProgress
        } else if text.contains("NotTrackable") || text.contains("NotAvailabilityTrackable") {
          self = .untracked
        } else {
          self = .other
        }
      }
    }

    package var status: ConditionStatus
    /// The generation of the binding that it is about.
    package var generation: Int
    package var reason: Reason
    /// When its status became what it is.
    package var since: Instant

    /// States a condition.
    package init(
      _ status: ConditionStatus, generation: Int, reason: Reason = .other,
      since: Instant = .distantPast
    ) {
      self.status = status
      self.generation = generation
      self.reason = reason
      self.since = since
    }
  }

  /// The binding's present generation.
  package var generation: Int
  package var overridden: Condition?
  package var workSynchronized: Condition?
  package var applied: Condition?
  package var available: Condition?
  package var diffReported: Condition?

  /// A binding of which nothing is said yet.
  package init(generation: Int) { self.generation = generation }

  private func present(_ condition: Condition?, _ status: ConditionStatus) -> Bool {
    condition?.status == status && condition?.generation == generation
  }

  /// Whether something has gone wrong that is not merely under way.
  /// - Source: kubefleet v0.3.1-83, `HasBindingFailed`.
  package var hasFailed: Bool {
    let causes = [overridden, workSynchronized, applied, available]
    return causes.contains { present($0, .isFalse) && $0?.reason != .inProgress }
  }

  /// What a staged update run makes of a cluster that it has started.
  ///
  /// A failure is tried again; it does not by itself end the run.
  /// - Source: kubefleet v0.3.1-83, `checkClusterUpdateResult`.
  package var updateResult: (hasSucceeded: Bool, hasFailed: Bool) {
    if present(available, .isTrue) || present(diffReported, .isTrue) { return (true, false) }
    return (false, hasFailed || present(diffReported, .isFalse))
  }

  /// Whether the cluster runs what it should, for a rolling update.
  ///
  /// - Parameter cutoff: what was applied until then counts where availability cannot be told.
  /// - Returns: whether it is ready; if it is not, how long until it will be, if that is known.
  /// - Source: kubefleet v0.3.1-83, `isBindingReady`.
  package func readiness(cutoff: Instant) -> (isReady: Bool, wait: Microseconds?) {
    if present(diffReported, .isTrue) { return (true, nil) }
    guard let available, present(available, .isTrue) else { return (false, nil) }
    guard available.reason == .untracked, available.since > cutoff else { return (true, nil) }
    return (false, available.since - cutoff)
  }
}

extension BindingConditions {
  /// The conditions that a cluster's status amounts to.
  ///
  /// Pods that are being replaced are *not available yet*; an update that is reported failed is one
  /// that could not be applied. A cluster on which nothing is under way runs what it was given.
  /// Health is no part of it: KubeFleet knows availability only.
  init(_ status: ClusterStatus) {
    self.init(generation: Int(status.asked.generation))
    let observed = status.observed
    let about = Int(observed.generation)
    let isAsAsked = status.asked.generation == 0 || observed.revision == status.asked.revision
    switch observed.phase {
    case .idle, .available:
      guard isAsAsked else { return }
      available = Condition(.isTrue, generation: about, since: observed.since)
    case .waiting, .progressing:
      available = Condition(
        .isFalse, generation: about, reason: .inProgress, since: observed.since)
    case .failed: applied = Condition(.isFalse, generation: about, since: observed.since)
    }
  }
}
