public import Determinism

/// What happens to many entities, each with a state of its own: a model that any of this module's
/// loops runs, with equal results.
///
/// Laws, which make results independent of loops, shards and threads:
///
/// - A handler changes the state that it is given and sends events; it reads and writes nothing
///   else that changes.
/// - An event to another entity comes at least `lookahead` after the one being handled; one to the
///   same entity comes later in the order of keys.
///
/// - Note: Source: conservative synchronisation by lookahead as in Fujimoto, "Parallel discrete
///   event simulation", CACM 33(10), 1990.
public protocol EntityModel: Sendable {
  /// What is known of one entity.
  associatedtype State: BitwiseCopyable

  /// The number of entities, which are numbered from zero. Range: 1 to 2²⁸.
  var entityCount: Int { get }

  /// The least time from an event to any that it sends to another entity. Range: 1 µs or longer;
  /// `EntityModelLimits.noInteraction` when there are none.
  var lookahead: Microseconds { get }

  /// The state of an entity before its first event.
  func initialState(of entity: UInt32) -> State

  /// Sends the first events of an entity, to itself.
  func begin<Sink: EventSink & ~Copyable>(
    _ entity: UInt32, _ state: inout State, _ sink: inout Sink)

  /// Carries out an event on the state of its entity.
  func handle<Sink: EventSink & ~Copyable>(
    _ event: EventKey, _ state: inout State, _ sink: inout Sink)
}

/// Where handlers send events.
public protocol EventSink: ~Copyable {
  /// Adds an event; traps when it breaks a law of `EntityModel`, where that can be told.
  mutating func send(_ event: EventKey)
}

/// Bounds of what a model may say.
public enum EntityModelLimits {
  /// The lookahead of entities that never send to each other: longer than any run.
  @inlinable public static var noInteraction: Microseconds { Microseconds(1 &<< 52) }
}
