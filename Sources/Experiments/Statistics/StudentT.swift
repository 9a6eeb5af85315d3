/// Student's t distribution; degrees of freedom need not be whole.
public enum StudentT {
  /// P(T ≤ t).
  ///
  /// Range: `degreesOfFreedom` > 0.
  public static func cumulative(_ t: Double, degreesOfFreedom: Double) -> Double {
    t <= 0
      ? upperTail(-t, degreesOfFreedom: degreesOfFreedom)
      : 1 - upperTail(t, degreesOfFreedom: degreesOfFreedom)
  }

  /// P(T > t), precise also where it is small.
  public static func upperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "t with \(degreesOfFreedom) degrees of freedom")
    guard t >= 0 else { return 1 - upperTail(-t, degreesOfFreedom: degreesOfFreedom) }
    guard t < .infinity else { return 0 }
    let sum = degreesOfFreedom + t * t
    return SpecialFunctions.incompleteBeta(
      degreesOfFreedom / sum, complement: t * t / sum, a: degreesOfFreedom / 2, b: 0.5) / 2
  }

  /// The t with P(T ≤ t) = `probability`.
  ///
  /// Newton's method from the normal quantile. The upper tail is convex and heavier than the normal
  /// one, so the start is left of the root and the steps approach it from there without fail.
  /// Range: strictly between 0 and 1.
  public static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    precondition(probability > 0 && probability < 1, "t quantile of \(probability)")
    guard probability != 0.5 else { return 0 }
    guard probability > 0.5 else {
      return -solve(upperTail: probability, degreesOfFreedom: degreesOfFreedom)
    }
    return solve(upperTail: 1 - probability, degreesOfFreedom: degreesOfFreedom)
  }

  private static func solve(upperTail tail: Double, degreesOfFreedom: Double) -> Double {
    var t = -NormalDistribution.quantile(tail)
    for _ in 0..<2_000 {
      let excess = upperTail(t, degreesOfFreedom: degreesOfFreedom) - tail
      let step = excess / density(t, degreesOfFreedom: degreesOfFreedom)
      t += step
      // From the left every step is forward; one that is not has come down to rounding.
      if step <= 1e-15 * t { break }
    }
    return t
  }

  private static func density(_ t: Double, degreesOfFreedom: Double) -> Double {
    let sum = degreesOfFreedom + t * t
    return SpecialFunctions.betaWeight(
      degreesOfFreedom / sum, complement: t * t / sum, a: degreesOfFreedom / 2, b: 0.5) / t
  }
}
