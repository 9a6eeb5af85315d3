/// A yes/no outcome of the same runs in two arms, or which arm was better in each run.
public struct PairedProportions: Hashable, Sendable {
  /// Runs with the outcome in the baseline alone.
  public let onlyBaseline: Int
  /// Runs with the outcome in the candidate alone.
  public let onlyCandidate: Int
  /// Runs with the outcome in both.
  public let both: Int
  /// All runs, at least one.
  public let runs: Int

  /// Counts a paired outcome; traps on impossible counts.
  public init(onlyBaseline: Int, onlyCandidate: Int, both: Int, runs: Int) {
    precondition(
      runs >= 1 && min(onlyBaseline, onlyCandidate, both) >= 0
        && onlyBaseline + onlyCandidate + both <= runs,
      "\(onlyBaseline), \(onlyCandidate) and \(both) of \(runs) runs")
    self.onlyBaseline = onlyBaseline
    self.onlyCandidate = onlyCandidate
    self.both = both
    self.runs = runs
  }

  /// The outcome in the baseline.
  public var baseline: Proportion { Proportion(successes: onlyBaseline + both, runs: runs) }
  /// The outcome in the candidate.
  public var candidate: Proportion { Proportion(successes: onlyCandidate + both, runs: runs) }
  /// Candidate share less baseline share.
  public var difference: Double { Double(onlyCandidate - onlyBaseline) / Double(runs) }
  /// Runs in which the arms differ.
  public var discordant: Int { onlyBaseline + onlyCandidate }

  /// The exact one-sided p-value that the candidate does not have the outcome more often.
  public var risePValue: Double {
    BinomialDistribution.atLeast(onlyCandidate, trials: discordant, probability: 0.5)
  }

  /// The exact one-sided p-value that the candidate does not have the outcome less often.
  public var fallPValue: Double {
    BinomialDistribution.atLeast(onlyBaseline, trials: discordant, probability: 0.5)
  }

  /// The two-sided p-value of McNemar's exact test; also that of the sign test.
  public var pValue: Double { min(1, 2 * min(risePValue, fallPValue)) }

  /// The interval of the difference of shares at 1 − `alpha` (Bonett and Price, 2012).
  public func interval(alpha: Double) -> Interval {
    let z = NormalDistribution.quantile(1 - alpha / 2)
    let centre = smoothedDifference
    let half = z * (smoothedVariance / Double(runs + 2)).squareRoot()
    return Interval(lower: max(-1, centre - half), upper: min(1, centre + half))
  }

  /// The difference after one run is added to each discordant cell.
  var smoothedDifference: Double { Double(onlyCandidate - onlyBaseline) / Double(runs + 2) }

  /// The variance of one run's difference after the same addition.
  var smoothedVariance: Double {
    Double(discordant + 2) / Double(runs + 2) - smoothedDifference * smoothedDifference
  }

  /// The least one-sided discordant runs that can be significant: 6 at α = 0.05.
  public static func minimumDiscordant(alpha: Double) -> Int {
    var count = 1
    var pValue = 1.0
    while pValue > alpha {
      count += 1
      pValue /= 2
    }
    return count
  }

  /// The runs that McNemar's test needs at the observed rates; nil where they are balanced.
  public func runsNeeded(settings: ComparisonSettings) -> Int? {
    guard onlyBaseline != onlyCandidate else { return nil }
    let share = Double(max(onlyBaseline, onlyCandidate)) / Double(discordant)
    let spread = (share * (1 - share)).squareRoot()
    let root =
      (settings.deviate * 0.5 + NormalDistribution.quantile(settings.power) * spread)
      / (share - 0.5)
    let floor = Double(Self.minimumDiscordant(alpha: settings.alpha))
    return SampleSize.rounded(up: max(root * root, floor) * Double(runs) / Double(discordant))
  }
}
