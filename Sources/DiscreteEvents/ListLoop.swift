public import Determinism

/// Runs a model event by event from one list: the reference for every other loop.
@frozen
public struct ListLoop<List: EventList & ~Copyable>: EventSink, ~Copyable {
  /// What is to come.
  @usableFromInline var list = List()
  /// What touching ahead has read, so that it is not left out.
  @usableFromInline var touched: UInt8 = 0

  /// A loop without events.
  @inlinable public init() {}

  /// Lets every entity of a model send its first events.
  @inlinable public mutating func begin<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>
  ) {
    for entity in 0..<UInt32(states.count) { model.begin(entity, &states[entity], &self) }
  }

  /// Adds an event; traps when it is not after the one handled last.
  @inlinable @inline(__always) public mutating func send(_ event: EventKey) { list.insert(event) }

  /// Handles every event before a time, which is excluded.
  ///
  /// - Returns: The number of events handled.
  @inlinable public mutating func run<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>, before end: Instant
  ) -> Int {
    var handled = 0
    while let event = list.popNext(before: end) {
      if handled & 15 == 0 {
        var sum = touched
        list.forEachSoon(16) { sum &+= states.touch($0.entity) }
        touched = sum
      }
      model.handle(event, &states[event.entity], &self)
      handled &+= 1
    }
    return handled
  }

  /// When the next event happens, if there is one.
  @inlinable public var nextTime: Instant? { mutating get { list.nextKey?.time } }

  /// Removes all events, in their order.
  @inlinable public mutating func removeAll(_ body: (EventKey) -> Void) {
    while let event = list.popNext() { body(event) }
    list = List()
  }

  /// The memory held by the list, in bytes.
  @inlinable public var allocatedBytes: Int { list.allocatedBytes }
}
