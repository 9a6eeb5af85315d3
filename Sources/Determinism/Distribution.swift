/// How long something takes, at random: a probability distribution over lengths of time.
///
/// Draws come from integer tables, so they are the same on every machine, and each is monotonic in
/// the first word of its bits (within the branch, for a mixture). Lengths are rounded to the
/// nearest microsecond and at most 2⁶² µs. Relative errors of quantiles, before that rounding:
/// exponential below 10⁻¹⁰, lognormal below 10⁻⁸ × sigma; the others exact.
public enum Distribution: Codable, Hashable, Sendable {
  /// Always the same length.
  case constant(Microseconds)
  /// Every whole length from `from` to `to`, both included.
  case uniform(from: Microseconds, to: Microseconds)
  /// Memoryless, of this mean.
  case exponential(mean: Microseconds)
  /// Its logarithm is normal, with the logarithm of the median as mean and sigma as deviation.
  case lognormal(median: Microseconds, sigma: Ratio)
  /// Piecewise linear between points of the inverse distribution function.
  case empirical(points: [Point])
  /// One of several distributions, each with probability weight ÷ sum of the weights.
  case mixture([Branch])

  /// A point of an inverse distribution function.
  public struct Point: Codable, Hashable, Sendable {
    /// The share of draws that are at most `value`.
    public var at: Ratio
    /// The length.
    public var value: Microseconds

    /// Places a length at a share.
    public init(at: Ratio, _ value: Microseconds) {
      self.at = at
      self.value = value
    }
  }

  /// A part of a mixture.
  public struct Branch: Codable, Hashable, Sendable {
    /// How likely the part is, relative to the other weights.
    public var weight: Ratio
    /// What is drawn when the part is chosen.
    public var distribution: Distribution

    /// Gives a weight to a distribution.
    public init(weight: Ratio, _ distribution: Distribution) {
      self.weight = weight
      self.distribution = distribution
    }
  }

  /// The same distribution in memory of its own.
  ///
  /// Threads that draw from one distribution count references to the same memory, which makes each
  /// wait for the others; so whoever draws often has a copy to itself.
  public var unshared: Distribution {
    switch self {
    case .constant, .uniform, .exponential, .lognormal: self
    case .empirical(let points): .empirical(points: points.map { $0 })
    case .mixture(let branches):
      .mixture(branches.map { Branch(weight: $0.weight, $0.distribution.unshared) })
    }
  }

  /// What makes the parameters contradictory, in a sentence; nil when they are sound.
  ///
  /// Everything else traps on unsound parameters or gives lengths without meaning, so a loader
  /// asks this first.
  public var problem: String? {
    switch self {
    case .constant(let length):
      length < .zero ? "the length \(length.count) µs is negative" : nil
    case .uniform(let from, let to):
      if from < .zero || to < from {
        "the range from \(from.count) µs to \(to.count) µs is negative or reversed"
      } else {
        nil
      }
    case .exponential(let mean):
      mean < .zero ? "the mean \(mean.count) µs is negative" : nil
    case .lognormal(let median, let sigma):
      if median < .zero {
        "the median \(median.count) µs is negative"
      } else if sigma > Ratio(partsPerBillion: 8_000_000_000) {
        "a sigma of \(sigma.partsPerBillion) ppb is above 8"
      } else {
        nil
      }
    case .empirical(let points):
      Self.problem(of: points)
    case .mixture(let branches):
      Self.problem(of: branches)
    }
  }

  /// What is wrong with the points of an inverse distribution function.
  private static func problem(of points: [Point]) -> String? {
    guard let first = points.first, let last = points.last, points.count >= 2 else {
      return "\(points.count) points are fewer than two"
    }
    guard first.at == .zero, last.at == .one else { return "the points do not go from 0 to 1" }
    guard first.value >= .zero else { return "the length \(first.value.count) µs is negative" }
    for (a, b) in zip(points, points.dropFirst()) where b.at < a.at || b.value < a.value {
      return "the point at \(b.at.partsPerBillion) ppb is below the one before it"
    }
    return nil
  }

  /// What is wrong with the parts of a mixture.
  private static func problem(of branches: [Branch]) -> String? {
    guard branches.contains(where: { $0.weight > .zero }) else {
      return "the weights sum to zero"
    }
    guard branches.allSatisfy({ $0.weight <= Ratio(partsPerBillion: 1 << 40) }) else {
      return "a weight is above \(1 << 40) ppb"
    }
    return branches.lazy.compactMap(\.distribution.problem).first
  }
}
