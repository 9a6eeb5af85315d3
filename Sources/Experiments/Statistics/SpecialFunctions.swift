/// Elementary and special functions of real numbers, in `Double` arithmetic alone.
///
/// Only `+ - * /` and `squareRoot()` are used, which IEEE 754 rounds correctly, so every result has
/// the same bits on every platform; a platform's math library promises no such thing.
public enum SpecialFunctions {
  /// The natural logarithm of two, its leading bits: multiples up to 2¹¹ of it are exact.
  private static let logTwoHigh = 6.93147180369123816490e-01
  /// The natural logarithm of two less `logTwoHigh`.
  private static let logTwoLow = 1.90821492927058770002e-10
  /// The circle constant.
  static let pi = 3.14159265358979323846

  /// The exponential of `x`; 0 below −745.2 and +∞ above 709.8.
  ///
  /// The argument is reduced to |r| ≤ ½ log 2 and a Taylor series of degree 14 is taken there.
  public static func exp(_ x: Double) -> Double {
    precondition(!x.isNaN, "exp of NaN")
    guard x > -745.2 else { return 0 }
    guard x < 709.8 else { return .infinity }
    let scaled = x / (logTwoHigh + logTwoLow)
    let exponent = Int(scaled + (scaled < 0 ? -0.5 : 0.5))
    let rest = (x - Double(exponent) * logTwoHigh) - Double(exponent) * logTwoLow
    var series = 1.0
    for term in stride(from: 14.0, through: 1.0, by: -1.0) { series = 1 + series * rest / term }
    // In two steps, because 2¹⁰²⁴ itself is not a number and 2⁻¹⁰⁷⁴ is not a normal one.
    return series * powerOfTwo(exponent / 2) * powerOfTwo(exponent - exponent / 2)
  }

  private static func powerOfTwo(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The natural logarithm of `x`; −∞ at 0.
  ///
  /// The significand m is taken to [√½, √2] and log m = 2 artanh((m − 1)/(m + 1)) is summed.
  /// Range: `x` ≥ 0.
  public static func log(_ x: Double) -> Double {
    precondition(x >= 0, "log of \(x)")
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : .infinity }
    var significand = x.significand
    var exponent = Double(x.exponent)
    if significand > 1.4142135623730951 {
      significand /= 2
      exponent += 1
    }
    let s = (significand - 1) / (significand + 1)
    var tail = 0.0
    for odd in stride(from: 25.0, through: 3.0, by: -2.0) { tail = s * s * (1 / odd + tail) }
    return exponent * logTwoHigh + (exponent * logTwoLow + 2 * s * (1 + tail))
  }

  /// The natural logarithm of 1 + `x`, precise for small `x`.
  ///
  /// Source: W. Kahan's correction of log(fl(1 + x)) for the rounding of the sum.
  /// Range: `x` > −1.
  public static func logOnePlus(_ x: Double) -> Double {
    let sum = 1 + x
    return sum == 1 ? x : log(sum) * (x / (sum - 1))
  }

  /// `base` to the power of `exponent`.
  ///
  /// Range: `base` ≥ 0.
  public static func power(_ base: Double, _ exponent: Double) -> Double {
    exponent == 0 ? 1 : exp(exponent * log(base))
  }

  /// The natural logarithm of the gamma function.
  ///
  /// Range: `x` > 0.
  public static func logGamma(_ x: Double) -> Double {
    precondition(x > 0 && x < .infinity, "logGamma of \(x)")
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * pi) + stirlingError(x)
  }

  /// The error of Stirling's formula, log Γ(z + 1) − ((z + ½) log z − z + ½ log 2π).
  ///
  /// Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
  /// Range: z > 0.
  static func stirlingError(_ argument: Double) -> Double {
    precondition(argument > 0, "stirlingError of \(argument)")
    var z = argument
    var shifted = 0.0
    while z < 15 {
      shifted += (z + 0.5) * logOnePlus(1 / z) - 1
      z += 1
    }
    let w = 1 / (z * z)
    let inner = 1.0 / 1188 - w * (691.0 / 360_360 - w / 156)
    return shifted
      + (1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w * inner)))) / z
  }

  /// The regularised incomplete beta function I_x(a, b).
  ///
  /// - Parameters:
  ///   - x: The upper limit. Range: 0...1.
  ///   - complement: 1 − `x`, given apart because it is often known more precisely.
  ///   - a: The first shape. Range: > 0.
  ///   - b: The second shape. Range: > 0.
  /// - Returns: The probability that a beta variate is at most `x`.
  /// - Complexity: O(√max(a, b)).
  public static func incompleteBeta(_ x: Double, complement: Double, a: Double, b: Double)
    -> Double
  {
    precondition(a > 0 && b > 0, "incompleteBeta with shapes \(a), \(b)")
    precondition(x >= 0 && complement >= 0, "incompleteBeta at \(x), \(complement)")
    guard x > 0 else { return 0 }
    guard complement > 0 else { return 1 }
    let weight = betaWeight(x, complement: complement, a: a, b: b)
    // The continued fraction converges fast only below the mean.
    return x < (a + 1) / (a + b + 2)
      ? weight * betaFraction(x, a: a, b: b) / a
      : 1 - weight * betaFraction(complement, a: b, b: a) / b
  }

  /// x^a (1 − x)^b / B(a, b) without cancellation for large shapes (Loader's saddle point form).
  static func betaWeight(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b)
      - deviance(a, expected: n * x) - deviance(b, expected: n * complement)
    return (a / n * b / (2 * pi)).squareRoot() * exp(exponent)
  }

  /// x log(x / m) + m − x, without cancellation where x is near m.
  private static func deviance(_ x: Double, expected m: Double) -> Double {
    guard m > 0 else { return .infinity }
    guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
    let ratio = (x - m) / (x + m)
    let square = ratio * ratio
    var tail = 0.0
    for odd in stride(from: 21.0, through: 3.0, by: -2.0) { tail = square * (1 / odd + tail) }
    return (x - m) * ratio + 2 * x * ratio * tail
  }

  /// The continued fraction of the incomplete beta function by Lentz's method.
  ///
  /// Source: DLMF 8.17.22.
  private static func betaFraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...1_000_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      fraction *= d * c
      if abs(d * c - 1) < 3e-16 { break }
    }
    return fraction
  }

  /// The error function.
  public static func erf(_ x: Double) -> Double {
    guard abs(x) >= 2 else { return errorSeries(x) }
    return x > 0 ? 1 - complementaryErf(x) : complementaryErf(-x) - 1
  }

  /// One less the error function, precise far into the upper tail.
  public static func complementaryErf(_ x: Double) -> Double {
    guard x >= 2 else { return 1 - erf(x) }
    guard x < 28 else { return 0 }
    // DLMF 7.9.2, evaluated from the tail; 120 terms leave less than 1e-17 at x = 2.
    var fraction = x
    for term in stride(from: 120.0, through: 1.0, by: -1.0) { fraction = x + term / 2 / fraction }
    return exp(-x * x) / (pi.squareRoot() * fraction)
  }

  /// The error function by its series of positive terms (DLMF 7.6.2), for |x| < 2.
  private static func errorSeries(_ x: Double) -> Double {
    var term = x
    var sum = x
    var odd = 3.0
    while abs(term) > 1e-18 * abs(sum) {
      term *= 2 * x * x / odd
      sum += term
      odd += 2
    }
    return 2 / pi.squareRoot() * exp(-x * x) * sum
  }
}
