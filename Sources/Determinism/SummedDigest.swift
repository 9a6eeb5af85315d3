/// A digest of a set of things that have no order, such as the draws of a run.
///
/// The sum mod 2⁶⁴ of a mix of each address and value, and how many there were.
@frozen
public struct SummedDigest: Equatable, Sendable, Codable {
  /// The sum of what was added.
  public var sum: UInt64 = 0
  /// The number of things that were added.
  public var count: UInt64 = 0

  /// A digest of nothing so far.
  @inlinable public init() {}

  /// Adds a value at an address of two words.
  @inlinable public mutating func add(_ address: (UInt64, UInt64), _ value: UInt64) {
    let mixed = SplitMix64.mix(address.0 &+ 0x9E37_79B9_7F4A_7C15) ^ address.1
    sum &+= SplitMix64.mix(SplitMix64.mix(mixed &* 0xD134_2543_DE82_EF95) ^ value)
    count &+= 1
  }

  /// Adds a draw: the address of a random stream, and the length or choice that came of it.
  @inlinable
  public mutating func add(
    entity key: UInt64, _ purpose: RandomPurpose, _ ordinal: UInt32, value: UInt64
  ) {
    add((key, UInt64(purpose.rawValue) &<< 32 | UInt64(ordinal)), value)
  }

  /// Adds everything that another digest has seen.
  @inlinable public mutating func merge(_ other: SummedDigest) {
    sum &+= other.sum
    count &+= other.count
  }
}
