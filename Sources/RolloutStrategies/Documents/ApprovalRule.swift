public import Determinism

/// Approval by groups: the clusters of a group wait until one of its operators approves.
///
/// It is asked for once a group, when the first of its clusters could start but for it.
public struct ApprovalRule: Codable, Hashable, Sendable {
  /// What happens when nobody has answered in time.
  public enum TimeoutAction: String, Codable, Sendable, CaseIterable {
    /// The group goes on waiting.
    case hold
    /// Its clusters may start.
    case proceed
    /// The rollout stops, and leaves everything as it is.
    case abort
  }

  /// The label whose values are the groups; clusters without it are a group of their own.
  public var label: String
  /// How long the answer may take; nil: for ever.
  public var timeout: Microseconds?
  /// What happens after that.
  public var onTimeout: TimeoutAction

  /// States the rule.
  public init(label: String, timeout: Microseconds? = nil, onTimeout: TimeoutAction = .hold) {
    self.label = label
    self.timeout = timeout
    self.onTimeout = onTimeout
  }
}
