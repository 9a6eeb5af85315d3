public import Determinism

/// The error rates and floors that comparisons of arms use.
public struct ComparisonSettings: Hashable, Sendable {
  /// The accepted probability of a false verdict, two-sided.
  ///
  /// Range: strictly between 0 and 0.5.
  public var alpha = 0.05
  /// The probability with which a real difference should be found; sets the runs asked for.
  public var power = 0.8
  /// Pairs below which no verdict on a mean or a share is given.
  public var minimumPairs = 20
  /// Non-zero differences below which a metric with ties counts as rare.
  public var minimumNonZero = 30
  /// The share of runs that may be worse than the margin where a metric has no mean.
  ///
  /// It takes the margin's part in tests of non-inferiority and equivalence there.
  public var toleratedShare = 0.05
  /// The quantiles over runs to report.
  public var quantiles: [Ratio] = [.percent(50), .percent(95)]
  /// Bootstrap resamples for differences of quantiles.
  public var resamples = 2_000
  /// The seed of the bootstrap; equal seeds give equal intervals.
  public var seed: UInt64 = 0

  /// Makes the default settings: 95 % intervals, power 80 %.
  public init() {}

  /// These settings with intervals that hold together for several comparisons (Bonferroni).
  public func bonferroni(comparisons: Int) -> ComparisonSettings {
    precondition(comparisons >= 1, "\(comparisons) comparisons")
    var settings = self
    settings.alpha = alpha / Double(comparisons)
    return settings
  }

  /// The standard normal deviate of a two-sided interval at `alpha`.
  var deviate: Double { NormalDistribution.quantile(1 - alpha / 2) }

  /// The sum of deviates in a sample size: for the interval and for the power.
  var powerDeviate: Double { deviate + NormalDistribution.quantile(power) }
}
