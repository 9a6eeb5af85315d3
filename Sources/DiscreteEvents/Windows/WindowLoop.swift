public import Determinism

/// Runs a model in windows over shards of neighbouring entities, on one thread or several.
///
/// A window is one cell of time no longer than the model's lookahead, so nothing that happens in it
/// to one entity can reach another one before it ends: each shard is handled entity by entity, an
/// entity's own events within the window at once, and what is sent to other shards is taken in at
/// the beginning of the next window. Windows without events are skipped. Every entity meets its
/// events in the order of keys, whatever the number of shards and lanes.
///
/// About 20 bytes a pending event in large lists, beside 5 KB a shard; memory only grows to the
/// largest need.
@safe @frozen
public struct WindowLoop: ~Copyable {
  /// Shards of this many entities, two to the power of it, unless said otherwise: their states and
  /// the events of a window fit the second cache.
  @inlinable public static var usualShardBits: Int { 13 }

  /// The division of time.
  @usableFromInline let grid: WindowGrid
  /// The least time in ticks to an event of another entity.
  @usableFromInline let lookahead: UInt64
  /// Shards hold two to the power of this many entities.
  @usableFromInline let shardBits: Int
  /// The number of shards.
  @usableFromInline let shardCount: Int
  /// The number of entities.
  @usableFromInline let entityCount: Int
  /// The shards.
  @usableFromInline let shards: UnsafeMutablePointer<ShardWheel>
  /// The buckets of all shards.
  @usableFromInline let buckets: UnsafeMutablePointer<KeyBlock?>
  /// The occupied levels of all shards.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  /// The lanes, each at an address of its own.
  @usableFromInline let lanes: [UnsafeMutablePointer<WindowLane>]
  /// Which outboxes the next window writes to.
  @usableFromInline var parity = 0

  /// A loop without events for a model's entities.
  ///
  /// - Parameters:
  ///   - model: Says how many entities there are, and their lookahead.
  ///   - shardBits: Shards hold two to the power of this many entities. Range: 0 to 24.
  ///   - laneCount: The number of bodies given to the executor for each window; no more are used
  ///     than there are shards. Range: 1 or more.
  @inlinable public init(
    for model: some EntityModel, shardBits: Int = WindowLoop.usualShardBits, laneCount: Int = 1
  ) {
    precondition(shardBits >= 0 && shardBits <= 24, "shards of 2^\(shardBits) entities")
    precondition(laneCount > 0, "\(laneCount) lanes")
    let lookahead = model.lookahead.count
    precondition(lookahead > 0, "windows need a lookahead, which is \(lookahead) µs")
    self.lookahead = UInt64(lookahead)
    grid = WindowGrid(width: min(UInt64(lookahead), 1 &<< 52))
    self.shardBits = shardBits
    entityCount = model.entityCount
    let shardCount = max(1, (entityCount + 1 &<< shardBits - 1) &>> shardBits)
    self.shardCount = shardCount
    unsafe shards = .allocate(capacity: shardCount)
    unsafe buckets = .allocate(capacity: shardCount * ShardWheel.bucketCount)
    unsafe occupied = .allocate(capacity: shardCount * ShardWheel.levelCount)
    unsafe buckets.initialize(repeating: nil, count: shardCount * ShardWheel.bucketCount)
    unsafe occupied.initialize(repeating: 0, count: shardCount * ShardWheel.levelCount)
    for index in 0..<shardCount {
      unsafe (shards + index).initialize(
        to: ShardWheel(
          buckets: buckets + index * ShardWheel.bucketCount,
          occupied: occupied + index * ShardWheel.levelCount))
    }
    unsafe lanes = (0..<min(laneCount, shardCount)).map { _ in
      let lane = UnsafeMutablePointer<WindowLane>.allocate(capacity: 1)
      unsafe lane.initialize(to: WindowLane(shardCount: shardCount))
      return unsafe lane
    }
  }

  @inlinable deinit {
    for index in unsafe lanes.indices {
      let lane = unsafe lanes[index]
      unsafe lane.deinitialize(count: 1)
      unsafe lane.deallocate()
    }
    unsafe shards.deallocate()
    unsafe buckets.deallocate()
    unsafe occupied.deallocate()
  }

  /// Lets every entity of a model send its first events.
  @inlinable public mutating func begin<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>
  ) {
    for entity in 0..<UInt32(states.count) { model.begin(entity, &states[entity], &self) }
  }

  /// Handles every event before a time, which is excluded.
  ///
  /// - Parameters:
  ///   - model: What happens; of as many entities as the loop was made for.
  ///   - states: The states of its entities.
  ///   - end: Where to stop; later events stay pending.
  ///   - executor: Carries out the lanes of each window; without it they run one after the other.
  /// - Returns: The number of events handled.
  @inlinable public mutating func run<Model: EntityModel>(
    _ model: Model, _ states: inout EntityStates<Model.State>, before end: Instant,
    on executor: LaneExecutor? = nil
  ) -> Int {
    precondition(states.count == entityCount, "\(states.count) states for \(entityCount) entities")
    let endTicks = UInt64(max(0, end.sinceEpoch))
    for index in unsafe lanes.indices { unsafe lanes[index].pointee.handled = 0 }
    while let cell = nextCell, grid.start(of: cell) < endTicks {
      let window = Window(
        grid, cell: cell, end: endTicks, parity: parity, lookahead: lookahead,
        shardBits: shardBits, shardCount: shardCount, entityCount: entityCount)
      let work = unsafe WindowWork(
        model, rows: states.rows.first, shards: shards, lanes: lanes, window)
      if let executor, unsafe lanes.count > 1 {
        unsafe executor(lanes.count) { work.run(lane: $0) }
      } else {
        for lane in unsafe lanes.indices { work.run(lane: lane) }
      }
      parity = 1 &- parity
      // What is left in a cell that the end cuts lies beyond the end.
      if window.isCut { break }
    }
    return unsafe lanes.reduce(0) { unsafe $0 + $1.pointee.handled }
  }

  /// The first cell that may hold an event.
  @inlinable var nextCell: UInt64? {
    let cell = unsafe lanes.reduce(UInt64.max) { unsafe min($0, $1.pointee.nextCell) }
    return cell == .max ? nil : cell
  }

  /// A time before which no event happens; nil when there is none.
  @inlinable public var nextTime: Instant? {
    nextCell.map { Instant(sinceEpoch: Int64(bitPattern: grid.start(of: $0))) }
  }

  /// Removes all events, in no particular order.
  @inlinable public mutating func removeAll(_ body: (EventKey) -> Void) {
    for index in unsafe lanes.indices {
      let lane = unsafe lanes[index]
      unsafe lane.pointee.removeMessages(parity: 1 - parity, body)
      unsafe lane.pointee.nextCell = .max
    }
    for index in 0..<shardCount {
      let laneIndex = ShardRange.lane(of: index, lanes: unsafe lanes.count, shardCount)
      unsafe shards[index].removeAll(&lanes[laneIndex].pointee.pool, body)
    }
  }

  /// The memory held, in bytes.
  @inlinable public var allocatedBytes: Int {
    let shardSize = ShardWheel.bucketCount * 8 + ShardWheel.levelCount * 8
    return unsafe lanes.reduce(shardCount * (shardSize + MemoryLayout<ShardWheel>.stride)) {
      unsafe $0 + $1.pointee.allocatedBytes
    }
  }
}

extension WindowLoop: EventSink {
  /// Adds an event between runs; traps when it is before the window handled last.
  @inlinable public mutating func send(_ event: EventKey) {
    precondition(Int(event.entity) < entityCount, "event \(event) is to none of the entities")
    let index = Int(event.entity) &>> shardBits
    let laneIndex = ShardRange.lane(of: index, lanes: unsafe lanes.count, shardCount)
    let lane = unsafe lanes[laneIndex]
    let cell = grid.cell(of: event.ticks)
    precondition(
      unsafe cell >= shards[index].base, "event \(event) is before the window handled last")
    unsafe shards[index].put(event, cell: cell, &lane.pointee.pool)
    unsafe shards[index].bound = unsafe min(shards[index].bound, cell)
    unsafe lane.pointee.nextCell = unsafe min(lane.pointee.nextCell, cell)
  }
}
