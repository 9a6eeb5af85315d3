/// The binomial distribution: successes in independent trials.
public enum BinomialDistribution {
  /// P(X ≤ `successes`) for `trials` of probability `probability`.
  ///
  /// - Complexity: O(√trials).
  public static func cumulative(_ successes: Int, trials: Int, probability: Double) -> Double {
    precondition(trials >= 0, "\(trials) trials")
    precondition(probability >= 0 && probability <= 1, "probability \(probability)")
    guard successes >= 0 else { return 0 }
    guard successes < trials else { return 1 }
    return SpecialFunctions.incompleteBeta(
      1 - probability, complement: probability, a: Double(trials - successes),
      b: Double(successes) + 1)
  }

  /// P(X ≥ `successes`), precise also where it is small.
  public static func atLeast(_ successes: Int, trials: Int, probability: Double) -> Double {
    guard successes > 0 else { return 1 }
    guard successes <= trials else { return 0 }
    return SpecialFunctions.incompleteBeta(
      probability, complement: 1 - probability, a: Double(successes),
      b: Double(trials - successes) + 1)
  }
}
