public import Determinism

/// The benchmark Lifecycle-6: every entity starts within 600 units and passes six stages of a fixed
/// and an exponential length; none meets another.
@frozen
public struct Lifecycle<Draws: LifecycleDraws>: EntityModel {
  /// How many events an entity had, and their digest in the order in which it had them.
  public typealias State = PHOLD<PhiloxDraws>.State

  /// The number of stages.
  @inlinable public static var stageCount: UInt16 { 6 }

  /// The number of entities.
  public let entityCount: Int
  /// Where its draws come from.
  @usableFromInline let draws: Draws

  /// Entities do not interact.
  @inlinable public var lookahead: Microseconds { EntityModelLimits.noInteraction }

  /// A model of a number of entities.
  @inlinable public init(entityCount: Int, draws: Draws) {
    self.entityCount = entityCount
    self.draws = draws
  }

  /// An entity without events.
  @inlinable public func initialState(of entity: UInt32) -> State { State() }

  /// Sends the start.
  @inlinable public func begin<Sink: EventSink & ~Copyable>(
    _ entity: UInt32, _ state: inout State, _ sink: inout Sink
  ) {
    send(draws.start(of: entity), entity, stage: 0, &sink)
  }

  /// Folds the event into the entity's history and begins the next stage, if there is one.
  @inlinable @inline(__always)
  public func handle<Sink: EventSink & ~Copyable>(
    _ event: EventKey, _ state: inout State, _ sink: inout Sink
  ) {
    state.digest = (state.digest ^ event.ticks) &* 0x9E37_79B9_7F4A_7C15
    state.count &+= 1
    let stage = event.attempt
    guard stage < Self.stageCount else { return }
    let length = draws.length(of: stage, event.entity)
    send(event.ticks &+ length, event.entity, stage: stage &+ 1, &sink)
  }

  /// Sends an entity its event of a stage.
  @inlinable @inline(__always)
  func send<Sink: EventSink & ~Copyable>(
    _ ticks: UInt64, _ entity: UInt32, stage: UInt16, _ sink: inout Sink
  ) {
    sink.send(
      EventKey(
        at: Instant(sinceEpoch: Int64(bitPattern: ticks)), kind: 0, entity: entity, source: 0,
        attempt: stage))
  }

  /// The digest of a run: the sum over the entities of a mix of each history and its number.
  @inlinable public func digest(_ states: borrowing EntityStates<State>) -> UInt64 {
    var sum: UInt64 = 0
    for entity in 0..<UInt32(states.count) {
      sum &+= SplitMix64.mix(states[entity].digest &+ UInt64(entity))
    }
    return sum
  }
}

/// Where the draws of a lifecycle come from.
public protocol LifecycleDraws: Sendable {
  /// When an entity starts, in ticks.
  func start(of entity: UInt32) -> UInt64
  /// How long a stage of an entity lasts, in ticks.
  func length(of stage: UInt16, _ entity: UInt32) -> UInt64
}

extension PhiloxDraws: LifecycleDraws {
  /// Uniform over 600 units.
  @inlinable public func start(of entity: UInt32) -> UInt64 {
    stream.words(entity: UInt64(entity), .test, .max).below(600 &<< 20)
  }

  /// The stage's fixed length and an exponential one.
  @inlinable public func length(of stage: UInt16, _ entity: UInt32) -> UInt64 {
    let (fixed, mean) = LifecycleStage.units(stage)
    let words = stream.words(entity: UInt64(entity), .test, UInt32(stage))
    let random = words.exponential(mean: Microseconds(Int64(mean &<< 20)))
    return fixed &<< 20 &+ UInt64(bitPattern: random.count)
  }
}

/// The stages of a lifecycle.
public enum LifecycleStage {
  /// The fixed length of a stage and the mean of its random one, in units.
  @inlinable public static func units(_ stage: UInt16) -> (fixed: UInt64, mean: UInt64) {
    switch stage {
    case 0: (5, 2)
    case 1: (30, 10)
    case 2: (60, 30)
    case 3: (10, 5)
    case 4: (120, 60)
    default: (1, 1)
    }
  }
}
