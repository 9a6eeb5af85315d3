/// What a random draw is for, and so what its ordinal counts.
///
/// The table is closed and the raw values are part of every recorded result: never renumber. *Weather* happens to a
/// place whatever a strategy does: its ordinal counts transitions of the instance, or absolute time buckets. *Fate* is
/// how one attempt turns out: its ordinal counts attempts within (cluster, revision). Neither ever counts how often
/// somebody looked, so two strategies under one replication meet the same weather and the same fates.
public enum RandomPurpose: UInt8, CaseIterable, Sendable {
  /// Trait of a cluster (class, label); ordinal: the trait's number. Drawn at replication 0.
  case trait = 1
  /// Phase of an agent's fixed poll interval; ordinal: 0.
  case pollPhase = 2
  /// Residual of a jittered poll interval; ordinal: absolute time bucket (weather).
  case pollResidual = 3
  /// Length of the link's k-th up or down time; ordinal: transition (weather).
  case link = 4
  /// Length of a domain instance's k-th up or down time; ordinal: transition (weather).
  case domain = 5
  /// Length of a cluster's k-th background healthy or unhealthy time; ordinal: transition (weather).
  case background = 6
  /// Image pull of an update; ordinal: attempt (fate).
  case pull = 7
  /// Pod start of a round; ordinal: attempt × 256 + round (fate).
  case podStart = 8
  /// Whether a defect affects a cluster; ordinal: the defect's number (fate).
  case affected = 9
  /// Detection delay of a rollout's defect; ordinal: attempt (fate).
  case detection = 10
  /// Detection delay of a background failure; ordinal: transition (weather).
  case backgroundDetection = 11
  /// Order in which a strategy takes clusters; ordinal: 0.
  case order = 12
  /// Whether a cluster starts unhealthy or on another version; ordinal: the rule's number.
  case initial = 13
  /// An operator's response; ordinal: the request's number (weather).
  case operatorResponse = 14
  /// A free purpose for tests.
  case test = 255
}
