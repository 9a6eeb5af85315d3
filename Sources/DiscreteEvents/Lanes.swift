/// A fixed number of values that have nothing to do with each other, each at an address of its own,
/// so that several threads may change one each.
@safe @frozen
public struct Lanes<Element: ~Copyable>: ~Copyable {
  /// The values.
  @usableFromInline let elements: [UnsafeMutablePointer<Element>]

  /// Makes the values by their positions, at the same time if there is an executor and it likes.
  @inlinable public init(
    count: Int, on executor: LaneExecutor? = nil, _ make: @escaping @Sendable (Int) -> Element
  ) {
    unsafe elements = (0..<count).map { _ in .allocate(capacity: 1) }
    nonisolated(unsafe) let elements = unsafe elements
    let initialize: @Sendable (Int) -> Void = { position in
      unsafe elements[position].initialize(to: make(position))
    }
    if let executor, count > 1 {
      executor(count, initialize)
    } else {
      for position in 0..<count { initialize(position) }
    }
  }

  @inlinable deinit {
    for index in unsafe elements.indices {
      unsafe elements[index].deinitialize(count: 1)
      unsafe elements[index].deallocate()
    }
  }

  /// The number of values.
  @inlinable public var count: Int { unsafe elements.count }

  /// The value at a position; traps when there is none.
  @inlinable public subscript(position: Int) -> Element {
    @inline(__always) _read { yield unsafe elements[position].pointee }
    @inline(__always) _modify { yield unsafe &elements[position].pointee }
  }

  /// Changes every value, at the same time if there is an executor and it likes.
  @inlinable public mutating func changeAll(
    on executor: LaneExecutor?, _ change: @escaping @Sendable (inout Element) -> Void
  ) {
    guard let executor, count > 1 else {
      for position in 0..<count { change(&self[position]) }
      return
    }
    nonisolated(unsafe) let elements = unsafe elements
    executor(count) { unsafe change(&elements[$0].pointee) }
  }
}
