/// Something that must hold of every run, looked at from outside.
public enum RunCheck: String, CaseIterable, Codable, Sendable {
  /// Another event list and another order of entities within an instant give the same digests.
  case order
  /// No event leaves the simulated state flawed: pods, nodes, versions, counts, and what clusters
  /// add to the totals.
  case conservation
  /// Planners that are told the same decide the same.
  case parity
  /// Strategies and guards allow every start, as an oracle works out anew.
  case limits
  /// Nothing is seen before it happened, and no wake-up lies in the past.
  case time
  /// A rollout ends or says what it waits for.
  case liveness
  /// Another process comes to the same digests.
  case processes
  /// No run ends its process.
  case trap
}

/// A check that a run did not pass.
public struct RunFinding: Equatable, Sendable, CustomStringConvertible {
  /// The check.
  public var check: RunCheck
  /// What was seen.
  public var text: String

  /// States a finding.
  public init(_ check: RunCheck, _ text: String) {
    self.check = check
    self.text = text
  }

  /// The check and what was seen.
  public var description: String { "\(check.rawValue): \(text)" }
}
