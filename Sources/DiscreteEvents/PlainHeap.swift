public import Determinism

/// The reference event list: a heap in an array, in safe code that is easy to believe.
///
/// O(log count) an operation. As fast as `BlockWheel` up to some ten thousand pending events.
@frozen
public struct PlainHeap: EventList {
  /// The pending keys.
  @usableFromInline var heap = Heap<EventKey>()
  /// The key popped last, if any was.
  @usableFromInline var lastPopped: EventKey?

  /// An empty list at the beginning of time.
  @inlinable public init() {}

  /// The number of pending events.
  @inlinable public var count: Int { heap.count }

  /// Adds an event; traps when its key is not after the last popped one.
  @inlinable public mutating func insert(_ key: EventKey) {
    if let lastPopped {
      precondition(lastPopped < key, "event \(key) is not after the last popped \(lastPopped)")
    }
    heap.push(key)
  }

  /// The next event, if there is one, which stays pending.
  @inlinable public var nextKey: EventKey? { heap.min }

  /// Removes and returns the next event, if there is one.
  @inlinable public mutating func popNext() -> EventKey? {
    guard let key = heap.popMin() else { return nil }
    lastPopped = key
    return key
  }

  /// The memory held, in bytes.
  @inlinable public var allocatedBytes: Int { heap.capacity * MemoryLayout<EventKey>.stride }

  /// Names nothing: what comes next is spread over the heap.
  @inlinable public func forEachSoon(_ limit: Int, _ body: (EventKey) -> Void) {}
}
