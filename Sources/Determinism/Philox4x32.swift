/// The counter-based generator Philox4x32-10: a keyed bijection of 128-bit counters.
///
/// Random access, no state, the same words on every machine. Passes BigCrush.
///
/// - Note: Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
///   SC'11, and its Random123 known-answer vectors.
public enum Philox4x32 {
  /// The 128 random bits at a counter; ten rounds, about 10 ns.
  ///
  /// The lowest 32 bits of `low` are the generator's first counter word, the highest 32 bits of
  /// `high` its fourth; `first` holds its first two output words, least significant first.
  @inlinable
  public static func block(
    key: UInt64, counter: (high: UInt64, low: UInt64)
  ) -> (first: UInt64, second: UInt64) {
    var c0 = UInt32(truncatingIfNeeded: counter.low)
    var c1 = UInt32(truncatingIfNeeded: counter.low &>> 32)
    var c2 = UInt32(truncatingIfNeeded: counter.high)
    var c3 = UInt32(truncatingIfNeeded: counter.high &>> 32)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key &>> 32)
    for _ in 0..<10 {
      let even = UInt64(c0) &* 0xD251_1F53
      let odd = UInt64(c2) &* 0xCD9E_8D57
      c0 = UInt32(truncatingIfNeeded: odd &>> 32) ^ c1 ^ k0
      c2 = UInt32(truncatingIfNeeded: even &>> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: odd)
      c3 = UInt32(truncatingIfNeeded: even)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (UInt64(c0) | UInt64(c1) &<< 32, UInt64(c2) | UInt64(c3) &<< 32)
  }
}
