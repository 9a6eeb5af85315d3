public import Determinism

/// What a planner asks to have counted: the requests to a rollout's service over a while.
///
/// Asking again for the same look is harmless: its counts are taken once.
public struct LookRequest: Codable, Equatable, Sendable {
  /// The number of the look that it is for, from 1; counts name it.
  public var look: Int
  /// When the interval begins: where that of the last look ended.
  public var from: Instant
  /// When it ends.
  public var to: Instant
  /// Clusters that run the target, in the order in which the rollout takes them.
  public var cohort: [ClusterID]
  /// Clusters that run what they ran, to compare with; empty: there is nothing to compare with.
  public var control: [ClusterID]

  /// States what is to be counted.
  public init(
    look: Int, from: Instant, to: Instant, cohort: [ClusterID], control: [ClusterID] = []
  ) {
    self.look = look
    self.from = from
    self.to = to
    self.cohort = cohort
    self.control = control
  }
}

/// What an analysis says at a look.
public struct LookFinding: Codable, Equatable, Sendable {
  /// The number of the look.
  public var look: Int
  /// What it says, by which numbers.
  public var finding: AnalysisFinding

  /// States what it says.
  public init(look: Int, finding: AnalysisFinding) {
    self.look = look
    self.finding = finding
  }
}
