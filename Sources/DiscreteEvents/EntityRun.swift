public import Determinism

/// Runs a model in windows while its events are dense, and from one wheel while they are sparse.
///
/// Windows win by handling neighbouring entities together, which takes that many of them have
/// something to do: where fewer than one in sixty-four has an event in a window of the lookahead,
/// one list of all events costs no more. The density is counted over sixty-four windows at a time;
/// that it has to halve before the wheel returns keeps the run from going to and fro. Results are
/// the same either way.
@frozen
public struct EntityRun: ~Copyable {
  /// The number of windows over which the density is counted, and the entities for each event in a
  /// window at which windows begin to pay.
  @inlinable static var sliceWindows: Int64 { 64 }

  /// The events, while they are dense.
  @usableFromInline var windows: WindowLoop
  /// The events, while they are sparse.
  @usableFromInline var loop = ListLoop<BlockWheel>()
  /// The time over which the density is counted, in microseconds.
  @usableFromInline let slice: Int64
  /// Whether the events are in windows.
  public private(set) var isDense = true

  /// A run without events for a model's entities; the parameters are those of `WindowLoop`.
  @inlinable public init(
    for model: some EntityModel, shardBits: Int = WindowLoop.usualShardBits, laneCount: Int = 1
  ) {
    windows = WindowLoop(for: model, shardBits: shardBits, laneCount: laneCount)
    slice = min(model.lookahead.count, 1 &<< 46) * Self.sliceWindows
  }

  /// Lets every entity of a model send its first events.
  @inlinable public mutating func begin<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>
  ) {
    if isDense { windows.begin(model, &states) } else { loop.begin(model, &states) }
  }

  /// Handles every event before a time, which is excluded, and returns how many there were; the
  /// parameters are those of `WindowLoop`.
  @inlinable public mutating func run<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>, before end: Instant,
    on executor: LaneExecutor? = nil
  ) -> Int {
    var handled = 0
    while let next = nextTime, next < end {
      let full = Instant(sinceEpoch: next.sinceEpoch + slice)
      let stop = min(full, end)
      let count =
        isDense
        ? windows.run(model, &states, before: stop, on: executor)
        : loop.run(model, &states, before: stop)
      handled += count
      // Beyond the end there may be more in the cell that it cuts.
      if full >= end { break }
      choose(count, of: states.count)
    }
    return handled
  }

  /// When the next event happens, at the earliest.
  @inlinable var nextTime: Instant? {
    mutating get { isDense ? windows.nextTime : loop.nextTime }
  }

  /// Moves all events to the other store when the density asks for it.
  @usableFromInline mutating func choose(_ count: Int, of entities: Int) {
    if isDense, count < entities / 2 {
      windows.removeAll { loop.send($0) }
      isDense = false
    } else if !isDense, count >= entities {
      loop.removeAll { windows.send($0) }
      isDense = true
    }
  }
}

extension EntityRun {
  /// The memory held, in bytes.
  @inlinable public var allocatedBytes: Int { windows.allocatedBytes + loop.allocatedBytes }
}
