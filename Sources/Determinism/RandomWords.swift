/// The 128 random bits at one address, and the draws that can be made from them.
///
/// - Important: Every draw reads the same bits. One address gives one draw; two draws that must be
///   independent need two addresses.
@frozen
public struct RandomWords: Hashable, Sendable, BitwiseCopyable {
  /// The first 64 bits: what every single-word draw reads.
  public let first: UInt64
  /// The other 64 bits: what the draws read that need two words.
  public let second: UInt64

  /// Wraps 128 given bits.
  @inlinable public init(first: UInt64, second: UInt64) {
    self.first = first
    self.second = second
  }

  /// A uniform whole number below a bound; traps on a bound of zero.
  ///
  /// Multiply-high without rejection: a value's probability is off by less than 2⁻⁶⁴, and so the
  /// relative bias is below bound × 2⁻⁶⁴ (5 × 10⁻¹⁴ for a bound of a million). Rejection would make
  /// the number of words used depend on the values drawn.
  @inlinable public func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "no whole number is below \(bound)")
    return first.multipliedFullWidth(by: bound).high
  }

  /// Whether something of this probability happens; never at zero, always at one and above.
  ///
  /// Monotonic in the probability: what happens at one probability happens at every higher one.
  @inlinable public func chance(_ probability: Ratio) -> Bool {
    Int64(bitPattern: below(1_000_000_000)) < probability.partsPerBillion
  }

  /// The index of one of the weights, each with probability weight ÷ sum of the weights.
  ///
  /// Traps when a weight is negative or when they sum to zero. O(number of weights).
  @inlinable public func choice(weights: [Int]) -> Int {
    var total: UInt64 = 0
    for weight in weights {
      precondition(weight >= 0, "negative weight \(weight)")
      total += UInt64(weight)
    }
    precondition(total > 0, "\(weights.count) weights sum to zero")
    var rest = below(total)
    for (index, weight) in weights.enumerated() {
      if rest < UInt64(weight) { return index }
      rest -= UInt64(weight)
    }
    preconditionFailure("drew \(rest) beyond the total \(total) of the weights")
  }

  /// A key to sort entities into random order.
  ///
  /// Entities drawn at the same purpose and ordinal never tie, because the generator is a
  /// bijection; and each key is independent of who else is sorted.
  @inlinable public var orderKey: UInt128 { UInt128(first) &<< 64 | UInt128(second) }
}
