public import Determinism
public import RolloutStrategies

/// What the world does to itself in one replication: the totals of the run without any rollout.
public struct Baseline: Codable, Equatable, Sendable {
  /// Users harmed over time.
  ///
  /// Unit: users × parts per billion × µs, as high and low halves.
  public var harmHigh: Int64
  /// The low half.
  public var harmLow: UInt64
  /// Unplanned downtime.
  ///
  /// Unit: clusters × µs.
  public var unplannedDown: Int64

  /// Users harmed over time.
  var harm: Int128 { Int128(harmHigh) << 64 | Int128(harmLow) }

  init(harm: Int128, unplannedDown: Int128) {
    harmHigh = Int64(truncatingIfNeeded: harm >> 64)
    harmLow = UInt64(truncatingIfNeeded: harm)
    self.unplannedDown = Int64(unplannedDown)
  }
}

/// A run and what was asked to be kept beside its record.
public struct RunResult: Sendable {
  /// What the run leaves behind.
  public var record: RunRecord
  /// Its totals, for runs that are compared with it.
  public var baseline: Baseline
  /// Each step of each planner, if asked for.
  public var transcript: [PlannerStep]
  /// Which situations it came to.
  public var coverage: Coverage
  /// The first flaw of the simulated state, if it was looked for and there is one.
  public var flaw: String?
}

/// Which run of a scenario: a case, an arm or none, and a replication of a seed.
public struct RunRequest: Equatable, Sendable {
  /// The case's position.
  public var caseIndex: Int
  /// The arm's position; nil: no rollout at all.
  public var armIndex: Int?
  /// The seed and the replication.
  public var random: RandomStream

  /// States a request.
  public init(
    caseIndex: Int, armIndex: Int?, random: RandomStream
  ) {
    self.caseIndex = caseIndex
    self.armIndex = armIndex
    self.random = random
  }
}
