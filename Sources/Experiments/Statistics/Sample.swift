public import FleetModel

/// The value of a metric in one replication.
public typealias Sample = MetricValue

extension MetricValue {
  /// The position on the extended line, +∞ for never; nil where not applicable.
  ///
  /// Traps on NaN and infinities: they are not measurements.
  public var extended: Double? {
    switch self {
    case .finite(let value):
      precondition(abs(value) < .infinity, "a sample of \(value)")
      // Negative zero becomes zero, so that equal samples have equal bits.
      return value + 0
    case .never: return .infinity
    case .notApplicable: return nil
    }
  }
}

/// Which way of a metric is good.
public enum Direction: String, Codable, Sendable {
  /// Less is better, as for a duration.
  case lowerIsBetter
  /// More is better, as for headroom.
  case higherIsBetter

  /// The direction of a metric; nil where neither way is good, so that there is no verdict.
  public init?(_ better: MetricDirection) {
    switch better {
    case .lower: self = .lowerIsBetter
    case .higher: self = .higherIsBetter
    case .none: return nil
    }
  }

  /// The factor that turns a difference into a gain: −1 where lower is better.
  var sign: Double { self == .lowerIsBetter ? -1 : 1 }
}

/// The same replication of both arms, on the extended line (`never` is +∞).
struct SamplePair: Comparable, Sendable {
  var baseline: Double
  var candidate: Double

  /// Candidate less baseline; 0 where both are never.
  var difference: Double { baseline == candidate ? 0 : candidate - baseline }

  /// Whether both values are finite.
  var isFinite: Bool { baseline < .infinity && candidate < .infinity }

  /// Orders by baseline, then by candidate.
  static func < (a: SamplePair, b: SamplePair) -> Bool {
    a.baseline == b.baseline ? a.candidate < b.candidate : a.baseline < b.baseline
  }

  /// The applicable pairs in an order that does not depend on that of the replications.
  ///
  /// Sums over them have equal bits for any order of the runs. Traps when the lengths differ.
  static func paired(_ baseline: [Sample], _ candidate: [Sample]) -> [SamplePair] {
    precondition(
      baseline.count == candidate.count,
      "\(baseline.count) baseline and \(candidate.count) candidate samples")
    var pairs: [SamplePair] = []
    pairs.reserveCapacity(baseline.count)
    for (left, right) in zip(baseline, candidate) {
      guard let x = left.extended, let y = right.extended else { continue }
      pairs.append(SamplePair(baseline: x, candidate: y))
    }
    pairs.sort()
    return pairs
  }
}
