/// How many of n runs had an outcome.
public struct Proportion: Hashable, Sendable {
  /// Runs that had it.
  public let successes: Int
  /// All runs, at least one.
  public let runs: Int

  /// Counts an outcome; traps unless 0 ≤ `successes` ≤ `runs` and `runs` ≥ 1.
  public init(successes: Int, runs: Int) {
    precondition(runs >= 1 && successes >= 0 && successes <= runs, "\(successes) of \(runs)")
    self.successes = successes
    self.runs = runs
  }

  /// The share of the runs.
  public var estimate: Double { Double(successes) / Double(runs) }

  /// The interval at 1 − `alpha`: Wilson's, and exact one-sided where none or all had it.
  ///
  /// Zero of n has the upper end 1 − α^(1/n), about 3/n.
  public func interval(alpha: Double) -> Interval {
    let n = Double(runs)
    let rest = SpecialFunctions.power(alpha, 1 / n)
    if successes == 0 { return Interval(lower: 0, upper: 1 - rest) }
    if successes == runs { return Interval(lower: rest, upper: 1) }
    let z = NormalDistribution.quantile(1 - alpha / 2)
    let scale = 1 + z * z / n
    let centre = (estimate + z * z / (2 * n)) / scale
    let variance = estimate * (1 - estimate) / n + z * z / (4 * n * n)
    let half = z * variance.squareRoot() / scale
    return Interval(lower: max(0, centre - half), upper: min(1, centre + half))
  }
}
