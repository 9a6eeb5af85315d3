public import FleetModel

/// What differs first between the records of two runs that should be one.
public enum RunDifference: Equatable, Sendable {
  /// What happened.
  case events(RunDivergence)
  /// What was drawn, though the same happened.
  case draws
  /// What is left behind, though the same happened and was drawn: the position of the first metric
  /// that differs, or something else than a metric.
  case outcome(metric: Int?)

  /// Looks for it; nil: there is none.
  public init?(_ a: RunRecord, _ b: RunRecord) {
    if let divergence = RunDivergence(a, b) {
      self = .events(divergence)
    } else if a.drawDigest != b.drawDigest {
      self = .draws
    } else if a.outcomeDigest != b.outcomeDigest {
      self = .outcome(metric: zip(a.metrics, b.metrics).enumerated().first { $1.0 != $1.1 }?.offset)
    } else {
      return nil
    }
  }
}

extension RunOptions {
  /// Another way to carry out a run that was carried out with these options: with another event
  /// list, another order of entities within an instant, other lanes, and in turn.
  ///
  /// - Parameter word: chooses the order and the number of lanes.
  /// - Returns: options with which nothing is kept beside the record.
  public func otherWay(_ word: UInt64) -> RunOptions {
    var other = RunOptions(
      detail: .metrics, eventList: eventList == .heap ? .wheel : .heap,
      entityMask: entityMask ^ UInt32(truncatingIfNeeded: word & 0xFF_FFFF | 1))
    other.laneBits = laneBits == 0 ? 1 + Int(word >> 24 & 1) : 0
    return other
  }
}
