public import Determinism

/// The pending events of a simulation: a queue in the total order of `EventKey`.
///
/// Laws, the same for every implementation, so that which one runs cannot be told from a result:
///
/// - What is popped is the smallest key pending, whatever the order of insertion.
/// - Keys are distinct. At most one event is pending per key.
/// - Time does not run backward: a key that is not after the last popped one traps. Inserting at
///   the instant being run is allowed when the key is later, that is of a later kind or entity.
/// - Peeking may reorganise the list but changes none of its answers.
///
/// Event lists are noncopyable, so that one may own memory: a generic user writes
/// `List: EventList & ~Copyable`. There is no removal: a stale event is told by its attempt.
public protocol EventList: ~Copyable, SendableMetatype {
  /// An empty list at the beginning of time.
  init()

  /// The number of pending events.
  var count: Int { get }

  /// Adds an event; traps when its key is not after the last popped one.
  mutating func insert(_ key: EventKey)

  /// The next event, if there is one, which stays pending.
  var nextKey: EventKey? { mutating get }

  /// Removes and returns the next event, if there is one.
  mutating func popNext() -> EventKey?

  /// The memory held, in bytes, which grows with the largest number of events that were pending.
  var allocatedBytes: Int { get }

  /// Names some of the events that come next, in any order: a hint for callers who want the states
  /// of their entities at hand, without any promise.
  func forEachSoon(_ limit: Int, _ body: (EventKey) -> Void)
}

extension EventList where Self: ~Copyable {
  /// Removes and returns the next event that happens before a time; the time itself is excluded.
  @inlinable public mutating func popNext(before end: Instant) -> EventKey? {
    guard let next = nextKey, next.time < end else { return nil }
    return popNext()
  }

  /// Removes and returns the next event that comes before a key; the key itself is excluded.
  @inlinable public mutating func popNext(before bound: EventKey) -> EventKey? {
    guard let next = nextKey, next < bound else { return nil }
    return popNext()
  }
}
