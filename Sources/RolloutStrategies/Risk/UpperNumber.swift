/// A number that is not negative and is rounded up whenever it must be rounded, so that a bound
/// made of such numbers is a bound.
///
/// Shape: 64 binary digits and an exponent: what powers of a million fit in.
struct UpperNumber: Comparable, Sendable {
  /// Its first binary digit is 1, unless the number is zero.
  private var mantissa: UInt64
  private var exponent: Int

  static let zero = UpperNumber(mantissa: 0, exponent: 0)
  static let one = UpperNumber(mantissa: 1 << 63, exponent: -63)

  /// The units of `parts` in one.
  static let partsOfOne: UInt64 = 1 << 60

  private init(mantissa: UInt64, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// A fraction of whole numbers, neither negative.
  init(_ numerator: Int, over denominator: Int) {
    precondition(numerator >= 0 && denominator > 0, "\(numerator) over \(denominator)")
    guard numerator > 0 else {
      self = .zero
      return
    }
    let shift = UInt128(numerator).leadingZeroBitCount
    let (quotient, rest) = (UInt128(numerator) << UInt128(shift))
      .quotientAndRemainder(dividingBy: UInt128(denominator))
    self.init(quotient + (rest > 0 ? 1 : 0), exponent: -shift)
  }

  /// A number of more digits, cut to 64.
  private init(_ value: UInt128, exponent: Int) {
    let excess = 64 - value.leadingZeroBitCount
    guard excess > 0 else {
      mantissa = UInt64(value) << UInt64(-excess)
      self.exponent = exponent + excess
      return
    }
    let kept = value >> UInt128(excess)
    let isCut = kept << UInt128(excess) < value
    let (raised, overflow) = UInt64(kept).addingReportingOverflow(isCut ? 1 : 0)
    mantissa = overflow ? 1 << 63 : raised
    self.exponent = exponent + excess + (overflow ? 1 : 0)
  }

  static func < (a: UpperNumber, b: UpperNumber) -> Bool {
    guard a.mantissa > 0, b.mantissa > 0 else { return a.mantissa < b.mantissa }
    return a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa < b.mantissa
  }

  static func * (a: UpperNumber, b: UpperNumber) -> UpperNumber {
    guard a.mantissa > 0, b.mantissa > 0 else { return .zero }
    return UpperNumber(
      UInt128(a.mantissa) * UInt128(b.mantissa), exponent: a.exponent + b.exponent)
  }

  /// This number times itself so many times; no times is one.
  func power(_ times: Int) -> UpperNumber {
    var result = UpperNumber.one
    var square = self
    var left = times
    while left > 0 {
      if left & 1 == 1 { result = result * square }
      left >>= 1
      if left > 0 { square = square * square }
    }
    return result
  }

  /// The number in units of 2⁻⁶⁰, rounded up; at most `partsOfOne`.
  var parts: UInt64 {
    guard mantissa > 0 else { return 0 }
    guard exponent < -63 else { return Self.partsOfOne }
    let shift = -exponent - 60
    guard shift < 64 else { return 1 }
    return min(Self.partsOfOne, (mantissa - 1) >> UInt64(shift) + 1)
  }
}
