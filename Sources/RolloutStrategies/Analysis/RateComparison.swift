import Determinism

/// One-sided tests of whether a cohort's share of errors exceeds that of its control.
enum RateComparison {
  /// How many standard errors the cohort's share exceeds the control's plus a margin.
  ///
  /// One error and one success are added to each side, which keeps the level with few errors or
  /// none. The standard error is not zero therefore.
  ///
  /// - Source: A. Agresti and B. Caffo, Simple and Effective Confidence Intervals for Proportions
  ///   and Differences of Proportions, The American Statistician 54 (2000).
  /// - Returns: millionths, off by less than 2 for up to 10⁹ requests.
  static func differenceScore(
    _ cohort: RequestCounts, _ control: RequestCounts, margin: Ratio
  ) -> Int64 {
    let (share, variance) = estimate(cohort)
    let (other, otherVariance) = estimate(control)
    let margin = Int128(margin.partsPerBillion) << 60 / 1_000_000_000
    return score(share - other - margin, variance: variance + otherVariance)
  }

  /// How many standard errors the cohort's errors exceed what they would be if its share were so
  /// many times the control's.
  ///
  /// Errors are rare events on both sides. Given how many there are altogether, the cohort's are
  /// binomial with the part of the opportunities that it has; this is the score test of that.
  ///
  /// - Source: J. Przyborowski and H. Wilenski, Homogeneity of Results in Testing Samples from
  ///   Poisson Series, Biometrika 31 (1940), with the normal approximation.
  /// - Returns: millionths, off by less than 2 for up to 10⁹ requests; zero without an error.
  static func ratioScore(
    _ cohort: RequestCounts, _ control: RequestCounts, factor: Ratio
  ) -> Int64 {
    let errors = Int128(cohort.errors) + Int128(control.errors)
    let weight = Int128(cohort.requests) * Int128(factor.partsPerBillion)
    let whole = weight + Int128(control.requests) * 1_000_000_000
    guard errors > 0, weight > 0, weight < whole else { return 0 }
    let part = fraction(weight, of: whole)
    let excess = Int128(cohort.errors) << 60 - errors * part
    // Divided by the number of errors, both are those of a mean: shares in Q60.
    return score(excess / errors, variance: (part * (1 << 60 - part)) >> 20 / errors)
  }

  /// The score that one-sided evidence at a level exceeds.
  ///
  /// Unit: millionths.
  static func criticalScore(level: Ratio) -> Int64 {
    let word = (UInt128(level.partsPerBillion.magnitude) << 64) / 1_000_000_000
    let quantile = -Int128(FixedPoint.normalQuantile(UInt64(truncatingIfNeeded: word)))
    return Int64((quantile * 1_000_000) >> 36)
  }

  /// A share in Q60 and its variance in Q100, with one error and one success added.
  private static func estimate(_ counts: RequestCounts) -> (share: Int128, variance: Int128) {
    let requests = Int128(counts.requests) + 2
    let share = fraction(Int128(counts.errors) + 1, of: requests)
    return (share, (share * (1 << 60 - share)) >> 20 / requests)
  }

  /// A fraction in Q60, at most one; O(60).
  private static func fraction(_ part: Int128, of whole: Int128) -> Int128 {
    var (quotient, rest) = part.quotientAndRemainder(dividingBy: whole)
    for _ in 0..<60 {
      rest *= 2
      quotient *= 2
      if rest >= whole {
        rest -= whole
        quotient += 1
      }
    }
    return quotient
  }

  /// A difference in Q60 over the root of a variance in Q100, in millionths.
  private static func score(_ difference: Int128, variance: Int128) -> Int64 {
    let root = Int128(FixedPoint.squareRoot(UInt128(max(1, variance))))
    // A root in Q50: ten places fewer than the difference.
    let score = difference * 1_000_000 / (root << 10)
    return Int64(clamping: score)
  }
}
