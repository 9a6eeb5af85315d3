/// Divides time into cells that are at most as long as the lookahead: the windows.
///
/// A multiplication takes the place of a division. The cell of t is ⌊2t × m ÷ 2⁶⁴⌋ with
/// m = ⌈2⁶³ ÷ width⌉: it never falls with time, and 2 × width × m ≥ 2⁶⁴, so that what lies a width
/// later is always in a later cell. That is all that windows need.
@frozen @usableFromInline
struct WindowGrid: Sendable {
  /// The reciprocal of the width.
  @usableFromInline let multiplier: UInt64

  /// Cells of at most a width in ticks.
  ///
  /// Range: 1 to 2⁵².
  @inlinable init(width: UInt64) {
    precondition(width > 0 && width <= 1 &<< 52, "windows of \(width) µs")
    multiplier = (1 &<< 63 &- 1) / width &+ 1
  }

  /// The cell of a time below 2⁵² ticks.
  @inlinable @inline(__always) func cell(of ticks: UInt64) -> UInt64 {
    (ticks &<< 1).multipliedFullWidth(by: multiplier).high
  }

  /// The first tick of a cell.
  @inlinable func start(of cell: UInt64) -> UInt64 {
    let divisor = UInt128(multiplier)
    return UInt64(truncatingIfNeeded: (UInt128(cell) &<< 63 &+ divisor &- 1) / divisor)
  }
}
