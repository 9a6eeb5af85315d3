/// Elementary functions in integers, so that a draw is the same on every machine.
///
/// Numbers are fixed point: "Q58" has 58 binary places. Probabilities are 64-bit words: a word w
/// stands for w × 2⁻⁶⁴, and `~w` for its complement.
package enum FixedPoint {
  /// ln 2 in Q58: the last entry of the table, so that the logarithm of nearly 1 cancels exactly.
  static let ln2Q58 = Tables.naturalLog[256]

  /// −ln(word × 2⁻⁶⁴) in Q58, from 0 to 44.4; a word of 0 counts as 1.
  ///
  /// A node of the table within 1/512 of the normalised word, then four terms of the series.
  /// Relative error below 10⁻¹¹ for words up to 2⁶⁴ − 2³⁶, and below 2⁻⁵⁸ absolute beyond.
  package static func negativeLog(_ word: UInt64) -> UInt64 {
    let word = max(word, 1)
    let zeros = word.leadingZeroBitCount
    let mantissa = word &<< UInt64(zeros)
    let node = ((mantissa &- 1 &<< 63) &+ 1 &<< 54) &>> 55
    let index = Int(truncatingIfNeeded: node)
    let offset = Int64(bitPattern: mantissa &- (1 &<< 63 &+ node &<< 55))
    // delta = offset ÷ node in Q71; each multiplication of high halves adds 71 − 64 places.
    let reciprocal = Tables.reciprocal[index]
    let size = (offset.magnitude &<< 9).multipliedFullWidth(by: reciprocal).high
    let delta = offset < 0 ? -Int64(size) : Int64(size)
    let square = delta.multipliedFullWidth(by: delta).high
    let cube = square.multipliedFullWidth(by: delta).high
    let fourth = cube.multipliedFullWidth(by: delta).high
    let series = delta - square >> 8 + (cube >> 14) / 3 - fourth >> 23
    let whole = UInt64(zeros + 1) * ln2Q58 - Tables.naturalLog[index]
    return UInt64(max(0, Int128(whole) - Int128(series >> 13)))
  }

  /// The length that a share word × 2⁻⁶⁴ of exponential draws of a mean does not exceed.
  static func exponential(_ word: UInt64, mean: Int64) -> Int64 {
    let product = negativeLog(~word).multipliedFullWidth(by: mean.magnitude)
    return rounded(UInt128(product.high) << 64 | UInt128(product.low), places: 58)
  }

  /// `factor` × e^exponent, the exponent in Q48, rounded to nearest; at most `longest`.
  ///
  /// Relative error below 10⁻¹³ before rounding, for exponents up to 2¹⁴ in size.
  static func scaledExp(_ exponent: Int64, times factor: Int64) -> Int64 {
    let log2eQ62: Int128 = 6_653_256_548_922_161_246
    let binary = Int64(truncatingIfNeeded: (Int128(exponent) * log2eQ62) >> 62)
    let shift = binary >> 48
    let index = Int(binary >> 40 & 0xFF)
    let rest = UInt64(bitPattern: binary & (1 << 40 - 1)) << 16
    let power = Tables.powerOfTwo[index]
    let mantissa = power + power.multipliedFullWidth(by: exponentialMinusOne(rest)).high
    let product = factor.magnitude.multipliedFullWidth(by: mantissa)
    return rounded(UInt128(product.high) << 64 | UInt128(product.low), places: 63 - Int(shift))
  }

  /// 2^(rest × 2⁻⁶⁴) − 1 in Q64, for a rest below 2⁵⁶, by four terms of the series.
  private static func exponentialMinusOne(_ rest: UInt64) -> UInt64 {
    let ln2Q64: UInt64 = 12_786_308_645_202_655_660
    let t = rest.multipliedFullWidth(by: ln2Q64).high
    let square = t.multipliedFullWidth(by: t).high
    let cube = square.multipliedFullWidth(by: t).high
    let fourth = cube.multipliedFullWidth(by: t).high
    return t + square / 2 + cube / 6 + fourth / 24
  }

  /// The longest sample, 2⁶² µs, which is added to an instant of our time without overflow.
  static let longest: Int64 = 1 << 62

  /// A fixed-point number rounded to the nearest whole one; at most `longest`.
  static func rounded(_ value: UInt128, places: Int) -> Int64 {
    guard places > 0 else { return value == 0 ? 0 : longest }
    guard places < 128 else { return 0 }
    let whole = (value >> UInt128(places - 1) + 1) >> 1
    return Int64(min(whole, UInt128(longest)))
  }

  /// The largest whole number whose square is not above the value.
  package static func squareRoot(_ value: UInt128) -> UInt64 {
    guard value > 0 else { return 0 }
    // Newton's method from above: the first guess is a power of two not below the root.
    var root = UInt128(1) << UInt128((129 - value.leadingZeroBitCount) / 2)
    while true {
      let next = (root + value / root) >> 1
      guard next < root else { return UInt64(min(root, UInt128(UInt64.max))) }
      root = next
    }
  }

  /// The z in Q36 that a normal variable does not exceed with probability word × 2⁻⁶⁴.
  ///
  /// A table over −ln tail, 64 cells an octave, with cubic interpolation. Absolute error below
  /// 10⁻⁸; so a lognormal quantile's relative error is below that times sigma.
  package static func normalQuantile(_ word: UInt64) -> Int64 {
    let upper = word >> 63 == 1
    let hazard = negativeLog(upper ? ~word : word)
    let zeros = min(6, hazard.leadingZeroBitCount)
    // The top bit dropped, and the six bits of the cell, leave 57 bits, of which t takes 26.
    let fraction = hazard << UInt64(zeros + 1)
    let first = (6 - zeros) * Tables.normalNodesPerOctave + Int(fraction >> 58)
    let y0 = Tables.normalQuantile[first]
    let y1 = Tables.normalQuantile[first + 1]
    let y2 = Tables.normalQuantile[first + 2]
    let y3 = Tables.normalQuantile[first + 3]
    // Newton's forward differences from the first of four nodes, t in Q26 from 1 to 2.
    let t = Int64(fraction >> 32 & (1 << 26 - 1)) + 1 << 26
    let third = ((y3 - 3 * y2 + 3 * y1 - y0) * (t - 2 << 26) / 3) >> 26
    let second = ((y2 - 2 * y1 + y0 + third) * (t - 1 << 26) / 2) >> 26
    let z = y0 + ((y1 - y0 + second) * t) >> 26
    return upper ? z : -z
  }

  /// The word of the largest of `count` independent uniform draws, from one uniform word.
  ///
  /// The count-th root: F = e^(−E ÷ count) where E = −ln(word). Its complement is computed, because
  /// that is what is small. Relative error of the complement below 10⁻⁸, for words and complements
  /// above 2⁻³⁰.
  static func maximumWord(of word: UInt64, count: Int) -> UInt64 {
    precondition(count > 0, "the maximum of \(count) draws")
    guard count > 1 else { return word }
    let exponent = (UInt128(negativeLog(word)) << 6) / UInt128(count)
    guard exponent >> 56 > 0 else { return ~smallComplement(UInt64(exponent)) }
    // Above 2⁻⁸: directly, in Q62.
    let power = scaledExp(-Int64(exponent >> 16), times: 1 << 62)
    return UInt64(min(power, 1 << 62 - 1)) << 2
  }

  /// 1 − e^−t in Q64, for a t in Q64 below 2⁵⁶, by four terms of the series.
  private static func smallComplement(_ t: UInt64) -> UInt64 {
    let square = t.multipliedFullWidth(by: t).high
    let cube = square.multipliedFullWidth(by: t).high
    let fourth = cube.multipliedFullWidth(by: t).high
    return t - square / 2 + cube / 6 - fourth / 24
  }
}
