public import Determinism

/// Where a handler's events go during a window: ahead, into its shard, or to another one.
@safe @frozen @usableFromInline
struct WindowSink: EventSink, ~Copyable {
  /// The lane at work.
  @usableFromInline let lane: UnsafeMutablePointer<WindowLane>
  /// The shard at work.
  @usableFromInline let shard: UnsafeMutablePointer<ShardWheel>
  /// The chains of messages of the window's parity.
  @usableFromInline let outbox: UnsafeMutablePointer<KeyBlock?>
  /// The window.
  @usableFromInline let window: Window
  /// The number of the shard.
  @usableFromInline let shardIndex: Int
  /// The event being handled.
  @usableFromInline var now: EventKey
  /// The first of the entity's own events within the window; bits of all ones: none.
  @usableFromInline var ahead = WindowSink.none
  /// Whether there are more of them, in the lane's heap.
  @usableFromInline var hasMore = false

  /// No event: later than any.
  @inlinable static var none: EventKey { EventKey(bits: .max) }

  /// A sink for the events of one shard in one window.
  @inlinable init(
    _ lane: UnsafeMutablePointer<WindowLane>, _ shard: UnsafeMutablePointer<ShardWheel>,
    shardIndex: Int, _ window: Window, now: EventKey
  ) {
    unsafe self.lane = lane
    unsafe self.shard = shard
    unsafe outbox = unsafe lane.pointee.outbox + window.parity &* window.shardCount
    self.window = window
    self.shardIndex = shardIndex
    self.now = now
  }

  /// Sends an event to wherever its entity and time belong.
  @inlinable @inline(__always) mutating func send(_ event: EventKey) {
    let ticks = event.ticks
    if event.entity == now.entity {
      precondition(now < event, "event \(event) is not after \(now), which sends it")
      if ticks < window.horizon { return runAhead(event) }
      unsafe shard.pointee.put(
        event, cell: window.grid.cell(of: ticks), &lane.pointee.pool)
      return
    }
    precondition(
      ticks >= now.ticks &+ window.lookahead,
      "event \(event) comes less than \(window.lookahead) µs after \(now), which sends it")
    precondition(
      Int(event.entity) < window.entityCount, "event \(event) is to none of the entities")
    let target = Int(event.entity) &>> window.shardBits
    let cell = window.grid.cell(of: ticks)
    if target == shardIndex {
      unsafe shard.pointee.put(event, cell: cell, &lane.pointee.pool)
    } else {
      post(event, to: target, cell: cell)
    }
  }

  /// Writes a message to another shard.
  @inlinable @inline(__always)
  func post(_ event: EventKey, to target: Int, cell: UInt64) {
    if unsafe cell < lane.pointee.nextCell { unsafe lane.pointee.nextCell = cell }
    if let head = unsafe outbox[target], head.count < KeyBlock.capacity {
      head.append(event)
    } else {
      unsafe lane.pointee.startBlock(with: event, to: target, parity: window.parity)
    }
  }

  /// Keeps an event of the entity at work until those before it are handled.
  @inlinable @inline(__always) mutating func runAhead(_ event: EventKey) {
    if ahead == Self.none {
      ahead = event
    } else {
      unsafe lane.pointee.ahead.push(max(ahead, event))
      ahead = min(ahead, event)
      hasMore = true
    }
  }

  /// Takes the first event that was kept.
  @inlinable @inline(__always) mutating func takeAhead() -> EventKey {
    let first = ahead
    ahead = Self.none
    if hasMore {
      if let next = unsafe lane.pointee.ahead.popMin() { ahead = next }
      unsafe hasMore = !lane.pointee.ahead.isEmpty
    }
    return first
  }
}

/// One window of a run, as all its lanes see it.
@frozen @usableFromInline
struct Window: Sendable {
  /// The division of time.
  @usableFromInline let grid: WindowGrid
  /// The cell that is handled.
  @usableFromInline let cell: UInt64
  /// The first tick after the window, or the end of the run if that is earlier.
  @usableFromInline let horizon: UInt64
  /// Whether the end of the run cuts the cell.
  @usableFromInline let isCut: Bool
  /// Which of their outboxes lanes write to: 0 or 1.
  @usableFromInline let parity: Int
  /// The least time in ticks to an event of another entity.
  @usableFromInline let lookahead: UInt64
  /// Shards hold two to the power of this many entities.
  @usableFromInline let shardBits: Int
  /// The number of shards.
  @usableFromInline let shardCount: Int
  /// The number of entities.
  @usableFromInline let entityCount: Int

  /// A cell of a grid.
  @inlinable init(
    _ grid: WindowGrid, cell: UInt64, end: UInt64, parity: Int, lookahead: UInt64,
    shardBits: Int, shardCount: Int, entityCount: Int
  ) {
    self.grid = grid
    self.cell = cell
    let next = grid.start(of: cell &+ 1)
    horizon = min(next, end)
    isCut = end < next
    self.parity = parity
    self.lookahead = lookahead
    self.shardBits = shardBits
    self.shardCount = shardCount
    self.entityCount = entityCount
  }
}
