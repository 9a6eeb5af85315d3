public import Determinism

/// An event, and its place in the total order: one 128-bit integer made of model facts alone.
///
/// From the highest bits: time 52 | kind 8 | entity 28 | source 28 | attempt 12. Events of one
/// instant run by kind, whose high four bits are its class; then by the entity they happen to, by
/// the entity that caused them, and by attempt. Nothing depends on the order of insertion.
@frozen
public struct EventKey: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The whole key, which is what the order compares.
  public let bits: UInt128

  /// Takes a whole key.
  @inlinable init(bits: UInt128) { self.bits = bits }

  /// Packs an event's parts; traps with the value of a part that does not fit its bits.
  ///
  /// - Parameters:
  ///   - time: When it happens. Range: from the epoch to below 2⁵² µs after it, the year 2112.
  ///   - kind: What happens; the high four bits are the class.
  ///   - entity: To whom. Range: below 2²⁸.
  ///   - source: Who caused it. Range: below 2²⁸.
  ///   - attempt: Which attempt of the entity it belongs to, so that a stale one can be told.
  ///     Range: below 2¹².
  @inlinable
  public init(at time: Instant, kind: UInt8, entity: UInt32, source: UInt32, attempt: UInt16) {
    precondition(
      time.sinceEpoch >= 0 && time.sinceEpoch < 1 &<< 52,
      "event time \(time.sinceEpoch) µs is outside 0 ..< 2^52")
    precondition(entity < 1 &<< 28, "event entity \(entity) is not below 2^28")
    precondition(source < 1 &<< 28, "event source \(source) is not below 2^28")
    precondition(attempt < 1 &<< 12, "event attempt \(attempt) is not below 2^12")
    // Built as two halves, which compiles to plain 64-bit shifts; the entity straddles the middle.
    let high = UInt64(bitPattern: time.sinceEpoch) &<< 12 | UInt64(kind) &<< 4
    let low = UInt64(source) &<< 12 | UInt64(attempt)
    bits =
      UInt128(high | UInt64(entity) &>> 24) &<< 64 | UInt128(low | UInt64(entity) &<< 40)
  }

  /// When it happens.
  @inlinable public var time: Instant { Instant(sinceEpoch: Int64(bitPattern: ticks)) }

  /// What happens.
  @inlinable public var kind: UInt8 { UInt8(truncatingIfNeeded: bits &>> 68) }

  /// The class of the kind, its high four bits; lower classes run first within an instant.
  @inlinable public var eventClass: UInt8 { kind &>> 4 }

  /// To whom it happens.
  @inlinable public var entity: UInt32 { UInt32(truncatingIfNeeded: bits &>> 40) & 0x0FFF_FFFF }

  /// Who caused it.
  @inlinable public var source: UInt32 { UInt32(truncatingIfNeeded: bits &>> 12) & 0x0FFF_FFFF }

  /// Which attempt of the entity it belongs to.
  @inlinable public var attempt: UInt16 { UInt16(truncatingIfNeeded: bits) & 0x0FFF }

  /// The time as a bare number of microseconds since the epoch.
  @inlinable var ticks: UInt64 { UInt64(truncatingIfNeeded: bits &>> 76) }

  /// Orders by the one integer, without a branch on the parts.
  @inlinable public static func < (a: EventKey, b: EventKey) -> Bool { a.bits < b.bits }
}

extension EventKey: CustomStringConvertible {
  /// The parts, for messages about programmer errors.
  public var description: String {
    "(time \(time.sinceEpoch), kind \(kind), entity \(entity), source \(source), "
      + "attempt \(attempt))"
  }
}
