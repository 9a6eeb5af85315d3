public import Determinism

/// Where the draws of a benchmark model come from.
public protocol WorkloadDraws: Sendable {
  /// The draw of an entity for its event of a number.
  func draw(_ entity: UInt32, _ number: UInt64) -> WorkloadDraw
}

/// What one event of a benchmark model draws.
@frozen
public struct WorkloadDraw: Sendable {
  /// 64 uniform bits.
  public let choice: UInt64
  /// An exponential delay of a mean of one unit, in ticks.
  public let delay: UInt64

  /// States both.
  @inlinable public init(choice: UInt64, delay: UInt64) {
    self.choice = choice
    self.delay = delay
  }
}

/// The draws of this project: Philox words, and the exponential distribution from integer tables.
@frozen
public struct PhiloxDraws: WorkloadDraws {
  /// The randomness.
  @usableFromInline let stream: RandomStream

  /// Draws of a seed.
  @inlinable public init(seed: UInt64) { stream = RandomStream(seed: seed, replication: 0) }

  /// The draw of an entity for its event of a number; the number is below 2³².
  @inlinable public func draw(_ entity: UInt32, _ number: UInt64) -> WorkloadDraw {
    let words = stream.words(
      entity: UInt64(entity), .test, UInt32(truncatingIfNeeded: number))
    let delay = words.exponential(mean: Microseconds(Int64(PHOLD<Self>.unitTicks)))
    return WorkloadDraw(choice: words.second, delay: UInt64(bitPattern: delay.count))
  }
}

/// The benchmark PHOLD with a digest: every event makes one, with probability 0.1 to an entity
/// drawn from all, else to its own, after the lookahead and an exponential delay of one unit.
///
/// - Note: Source: the PHOLD workload of Fujimoto, "Performance of Time Warp under synthetic
///   workloads", SCS Multiconference 1990, with the hold time split as in ROSS.
@frozen
public struct PHOLD<Draws: WorkloadDraws>: EntityModel {
  /// One unit of time in ticks.
  @inlinable public static var unitTicks: UInt64 { 1 &<< 20 }
  /// Below which high half of its choice an event goes to a drawn entity: a tenth of 2³².
  @inlinable static var remoteBelow: UInt64 { 429_496_729 }
  /// The multiplier that folds a history, 2⁶⁴ ÷ the golden ratio.
  @inlinable static var golden: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// The number of entities.
  public let entityCount: Int
  /// The least delay of any event.
  public let lookahead: Microseconds
  /// Where its draws come from.
  @usableFromInline let draws: Draws

  /// How many events an entity had, and their digest in the order in which it had them.
  @frozen
  public struct State: BitwiseCopyable, Sendable {
    /// The number of events.
    public var count: UInt64 = 0
    /// The digest.
    public var digest: UInt64 = 0

    /// An entity without events.
    @inlinable public init() {}
  }

  /// A model of a number of entities.
  @inlinable public init(entityCount: Int, lookahead: Microseconds, draws: Draws) {
    self.entityCount = entityCount
    self.lookahead = lookahead
    self.draws = draws
  }

  /// An entity without events.
  @inlinable public func initialState(of entity: UInt32) -> State { State() }

  /// Sends the first event, as if one at the beginning of time had stayed at home.
  @inlinable public func begin<Sink: EventSink & ~Copyable>(
    _ entity: UInt32, _ state: inout State, _ sink: inout Sink
  ) {
    let draw = fold(entity, 0, entity, &state)
    send(draw, at: 0, from: entity, to: entity, state.count, &sink)
  }

  /// Folds the event into the entity's history and sends the next one.
  @inlinable @inline(__always)
  public func handle<Sink: EventSink & ~Copyable>(
    _ event: EventKey, _ state: inout State, _ sink: inout Sink
  ) {
    let entity = event.entity
    let draw = fold(entity, event.ticks, event.source, &state)
    var target = entity
    if draw.choice &>> 32 < Self.remoteBelow {
      target = UInt32(
        truncatingIfNeeded: ((draw.choice & 0xFFFF_FFFF) &* UInt64(entityCount)) &>> 32)
    }
    send(draw, at: event.ticks, from: entity, to: target, state.count, &sink)
  }

  /// Counts an event and folds its time and source; returns its draw.
  @inlinable @inline(__always)
  func fold(_ entity: UInt32, _ ticks: UInt64, _ source: UInt32, _ state: inout State)
    -> WorkloadDraw
  {
    let draw = draws.draw(entity, state.count)
    state.count &+= 1
    state.digest = (state.digest ^ ticks ^ UInt64(source) &<< 32) &* Self.golden
    return draw
  }

  /// Sends the event that a draw says.
  @inlinable @inline(__always)
  func send<Sink: EventSink & ~Copyable>(
    _ draw: WorkloadDraw, at ticks: UInt64, from source: UInt32, to target: UInt32,
    _ count: UInt64, _ sink: inout Sink
  ) {
    let time = ticks &+ UInt64(bitPattern: lookahead.count) &+ draw.delay
    sink.send(
      EventKey(
        at: Instant(sinceEpoch: Int64(bitPattern: time)), kind: 0, entity: target, source: source,
        attempt: UInt16(truncatingIfNeeded: count & 0xFFF)))
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
