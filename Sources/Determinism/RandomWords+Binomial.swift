extension RandomWords {
  /// How many of several things happen that each do with one probability, independently.
  ///
  /// The quantile of the first word, so that a larger word never gives fewer. Where fewer than 32
  /// are expected to happen, or not to, it is exact but for words within 10⁻⁸ of where it changes;
  /// otherwise it is Cornish and Fisher's with the skewness, off by at most one for all but one
  /// word in a million. O(32) or O(1). Traps on what is out of range.
  ///
  /// - Parameters:
  ///   - count: how many things there are, from 0 to 10¹².
  ///   - probability: how probable each is, at most one.
  /// - Returns: from 0 to `count`.
  /// - Source: E. A. Cornish and R. A. Fisher, Moments and Cumulants in the Specification of
  ///   Distributions, Revue de l'Institut International de Statistique 5 (1938).
  public func binomial(_ count: Int64, _ probability: Ratio) -> Int64 {
    precondition((0...1_000_000_000_000).contains(count), "\(count) things that may happen")
    precondition(probability <= .one, "probability \(probability.partsPerBillion) ppb")
    let parts = probability.partsPerBillion
    guard parts * 2 <= 1_000_000_000 else {
      return count - Self.binomialQuantile(~first, count, 1_000_000_000 - parts)
    }
    return Self.binomialQuantile(first, count, parts)
  }

  /// The quantile for a probability of at most a half, in parts per billion.
  private static func binomialQuantile(_ word: UInt64, _ count: Int64, _ parts: Int64) -> Int64 {
    guard count > 0, parts > 0 else { return 0 }
    let isRare = Int128(count) * Int128(parts) < 32_000_000_000
    return isRare ? rareQuantile(word, count, parts) : commonQuantile(word, count, parts)
  }

  /// Adds up probabilities, in Q80, until they pass the word.
  private static func rareQuantile(_ word: UInt64, _ count: Int64, _ parts: Int64) -> Int64 {
    let wanted = UInt128(word) << 16
    var probability = probabilityOfNone(count, parts)
    var sum = probability
    var happened: Int64 = 0
    while sum <= wanted, happened < count, probability > 0 {
      // The odds of one more, in Q40.
      let odds =
        (UInt128(count - happened) * UInt128(parts) << 40)
        / (UInt128(happened + 1) * UInt128(1_000_000_000 - parts))
      probability = (probability * odds) >> 40
      sum += probability
      happened += 1
    }
    return happened
  }

  /// (1 − p)ⁿ in Q80.
  private static func probabilityOfNone(_ count: Int64, _ parts: Int64) -> UInt128 {
    let word = (UInt128(1_000_000_000 - parts) << 64) / 1_000_000_000
    let logarithm = UInt128(FixedPoint.negativeLog(UInt64(word))) * UInt128(count)
    // A power of two apart, so that what is left is known to 60 places.
    let halvings = logarithm / UInt128(FixedPoint.ln2Q58)
    let rest = logarithm - halvings * UInt128(FixedPoint.ln2Q58)
    let mantissa = FixedPoint.scaledExp(-Int64(rest >> 10), times: 1 << 61)
    return (UInt128(mantissa) << 19) >> halvings
  }

  /// Mean + σ z + (1 − 2p)(z² − 1) ÷ 6, to the nearest whole number.
  private static func commonQuantile(_ word: UInt64, _ count: Int64, _ parts: Int64) -> Int64 {
    let whole: Int128 = 1_000_000_000
    let mean = (Int128(count) * Int128(parts) << 20) / whole
    let variance = Int128(count) * Int128(parts) * (whole - Int128(parts)) / whole
    let deviation = Int128(FixedPoint.squareRoot(UInt128((variance << 40) / whole)))
    let z = Int128(FixedPoint.normalQuantile(word))
    let skew = (whole - 2 * Int128(parts)) * ((z * z) >> 52 - 1 << 20) / (6 * whole)
    let quantile = (mean + (deviation * z) >> 36 + skew + 1 << 19) >> 20
    return Int64(max(0, min(Int128(count), quantile)))
  }
}
