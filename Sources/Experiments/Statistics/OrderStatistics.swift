public import Determinism

/// A quantile over runs by order statistics, with no assumption about the distribution.
///
/// Values may be +∞ (`never`). The estimate is the value of rank ⌈n q⌉.
public struct QuantileEstimate: Hashable, Sendable {
  /// Which quantile.
  public let quantile: Ratio
  /// The value of rank ⌈n q⌉; +∞ for never.
  public let value: Double
  /// The interval between two order statistics; an end may be +∞.
  public let interval: Interval
  /// The rank of the lower end, from 1.
  public let lowerRank: Int
  /// The rank of the upper end, from 1.
  public let upperRank: Int

  /// Estimates from ascending values; nil below `OrderStatistics.minimumRuns`.
  public init?(_ quantile: Ratio, ascending values: [Double], alpha: Double) {
    guard
      let ranks = OrderStatistics.intervalRanks(quantile, runs: values.count, alpha: alpha)
    else { return nil }
    self.quantile = quantile
    value = values[OrderStatistics.rank(quantile, runs: values.count) - 1]
    lowerRank = ranks.lowerBound
    upperRank = ranks.upperBound
    interval = Interval(lower: values[lowerRank - 1], upper: values[upperRank - 1])
  }
}

/// Ranks and floors of quantiles over n runs.
public enum OrderStatistics {
  /// The rank of the sample quantile, ⌈n q⌉ in exact arithmetic.
  public static func rank(_ quantile: Ratio, runs: Int) -> Int {
    precondition(runs >= 1, "quantile of \(runs) runs")
    return max(1, quantile.of(runs, rounded: .up))
  }

  /// The fewest runs whose smallest and largest value enclose the quantile at 1 − `alpha`.
  ///
  /// It is 6 for the median and 59 for the 95th percentile at α = 0.05. Traps unless the quantile
  /// is strictly between 0 and 1.
  public static func minimumRuns(_ quantile: Ratio, alpha: Double) -> Int {
    let q = share(quantile)
    func encloses(_ runs: Int) -> Bool {
      let n = Double(runs)
      return SpecialFunctions.power(q, n) + SpecialFunctions.power(1 - q, n) <= alpha
    }
    var enough = 2
    while !encloses(enough) { enough *= 2 }
    var tooFew = enough / 2
    while enough - tooFew > 1 {
      let middle = tooFew + (enough - tooFew) / 2
      if encloses(middle) { enough = middle } else { tooFew = middle }
    }
    return enough
  }

  /// The ranks nearest to each other that enclose the quantile with probability 1 − `alpha`.
  ///
  /// Of equally near ones those that cover most, then the lowest. Nil when no ranks do.
  ///
  /// - Complexity: O(runs).
  public static func intervalRanks(_ quantile: Ratio, runs: Int, alpha: Double)
    -> ClosedRange<Int>?
  {
    guard runs >= minimumRuns(quantile, alpha: alpha) else { return nil }
    let below = cumulative(share(quantile), runs: runs)
    var best: (ranks: ClosedRange<Int>, coverage: Double)?
    var upper = 1
    for lower in 1...runs {
      upper = max(upper, lower)
      while upper < runs, below[upper - 1] - below[lower - 1] < 1 - alpha { upper += 1 }
      let coverage = below[upper - 1] - below[lower - 1]
      guard coverage >= 1 - alpha else { break }
      if let best {
        let width = best.ranks.upperBound - best.ranks.lowerBound
        if upper - lower > width { continue }
        // Mirrored ranks cover the same but for rounding.
        if upper - lower == width, coverage <= best.coverage + 1e-12 { continue }
      }
      best = (lower...upper, coverage)
    }
    return best?.ranks
  }

  private static func share(_ quantile: Ratio) -> Double {
    precondition(
      quantile > .zero && quantile < .one, "quantile of \(quantile.partsPerBillion) ppb")
    return Double(quantile.partsPerBillion) / 1e9
  }

  /// P(X ≤ k) of the binomial distribution for k = 0..<runs, summed from the mode outwards.
  private static func cumulative(_ q: Double, runs: Int) -> [Double] {
    var mass = [Double](repeating: 0, count: runs + 1)
    let mode = min(runs, Int(Double(runs + 1) * q))
    let odds = q / (1 - q)
    mass[mode] = 1
    for k in stride(from: mode + 1, through: runs, by: 1) {
      mass[k] = mass[k - 1] * Double(runs - k + 1) / Double(k) * odds
    }
    for k in stride(from: mode - 1, through: 0, by: -1) {
      mass[k] = mass[k + 1] * Double(k + 1) / Double(runs - k) / odds
    }
    let total = mass.reduce(0, +)
    var sum = 0.0
    for k in 0...runs {
      sum += mass[k] / total
      mass[k] = sum
    }
    mass.removeLast()
    return mass
  }
}
