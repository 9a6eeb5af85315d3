/// How long something takes, as a rule that a draw is put through.
public indirect enum Distribution: Codable, Hashable, Sendable {
  /// Always the same.
  case constant(Microseconds)
  /// Anything between two lengths with equal chance.
  case uniform(from: Microseconds, to: Microseconds)
  /// Without memory.
  case exponential(mean: Microseconds)
  /// Its logarithm is normal with standard deviation `sigma`.
  case lognormal(median: Microseconds, sigma: Ratio)
  /// Piecewise linear between stated quantiles, in ascending order of both.
  case empirical([Quantile])
  /// One of several, by weight.
  case mixture([Branch])

  /// A point of an empirical distribution: the share of values at most `value`.
  public struct Quantile: Codable, Hashable, Sendable {
    /// The share. Range: 0 to 1; the first point is at 0, the last at 1.
    public var at: Ratio
    /// The value.
    public var value: Microseconds

    /// States a point.
    public init(at: Ratio, value: Microseconds) {
      self.at = at
      self.value = value
    }
  }

  /// A part of a mixture.
  public struct Branch: Codable, Hashable, Sendable {
    /// Its share of all draws; the branches' weights sum to one.
    public var weight: Ratio
    /// Its rule.
    public var distribution: Distribution

    /// States a part.
    public init(weight: Ratio, distribution: Distribution) {
      self.weight = weight
      self.distribution = distribution
    }
  }
}
