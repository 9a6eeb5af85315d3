/// Rows of state side by side, the first at the beginning of a line of memory; they belong to one
/// owner.
///
/// So rows as long as a line lie in one each; from elsewhere each would lie in two.
@safe @frozen
public struct StateRows<Row>: ~Copyable {
  /// The first row.
  @usableFromInline let first: UnsafeMutablePointer<Row>
  /// The number of rows.
  public let count: Int

  /// The bytes of a line of memory.
  @inlinable static var lineSize: Int { 64 }

  /// Makes rows by their positions, in that order.
  @inlinable public init(count: Int, _ make: (Int) -> Row) {
    precondition(count >= 0, "\(count) rows")
    self.count = count
    let place = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Row>.stride,
      alignment: max(Self.lineSize, MemoryLayout<Row>.alignment))
    unsafe first = place.bindMemory(to: Row.self, capacity: count)
    for position in 0..<count { unsafe (first + position).initialize(to: make(position)) }
  }

  @inlinable deinit {
    unsafe first.deinitialize(count: count)
    unsafe UnsafeMutableRawPointer(first).deallocate()
  }

  /// The row at a position; traps when there is none.
  @inlinable public subscript(position: Int) -> Row {
    @inline(__always) _read { yield unsafe first[checked(position)] }
    @inline(__always) _modify { yield unsafe &first[checked(position)] }
  }

  @inlinable @inline(__always) func checked(_ position: Int) -> Int {
    precondition(
      UInt(bitPattern: position) < UInt(bitPattern: count), "row \(position) of \(count)")
    return position
  }
}
