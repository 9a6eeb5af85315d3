/// What the lanes of a windowed run do with their shards in one window.
///
/// Lanes share nothing that one of them writes: each owns its shards, their states, its outbox of
/// this window's parity; all read the outboxes of the other parity, which were written before.
@safe @usableFromInline
struct WindowWork<Model: EntityModel>: @unchecked Sendable {
  /// What happens.
  @usableFromInline let model: Model
  /// The states of all entities.
  @usableFromInline let rows: UnsafeMutablePointer<Model.State>
  /// The shards of all lanes.
  @usableFromInline let shards: UnsafeMutablePointer<ShardWheel>
  /// All lanes.
  @usableFromInline let lanes: [UnsafeMutablePointer<WindowLane>]
  /// The window.
  @usableFromInline let window: Window

  /// Work on a window.
  @inlinable init(
    _ model: Model, rows: UnsafeMutablePointer<Model.State>,
    shards: UnsafeMutablePointer<ShardWheel>, lanes: [UnsafeMutablePointer<WindowLane>],
    _ window: Window
  ) {
    self.model = model
    unsafe self.rows = rows
    unsafe self.shards = shards
    unsafe self.lanes = lanes
    self.window = window
  }

  /// Does one lane's share.
  @inlinable func run(lane index: Int) {
    let lane = unsafe lanes[index]
    unsafe lane.pointee.reclaim(parity: window.parity)
    unsafe lane.pointee.nextCell = .max
    var next = UInt64.max
    for shardIndex in ShardRange.shards(of: index, lanes: unsafe lanes.count, window.shardCount) {
      let shard = unsafe shards + shardIndex
      unsafe collect(shardIndex, shard, lane)
      if unsafe shard.pointee.bound <= window.cell {
        unsafe handle(shardIndex, shard, lane)
        unsafe shard.pointee.findBound()
      }
      next = unsafe min(next, shard.pointee.bound)
    }
    unsafe lane.pointee.nextCell = min(next, lane.pointee.nextCell)
  }

  /// Takes in the messages to a shard.
  @inlinable @inline(__always)
  func collect(
    _ index: Int, _ shard: UnsafeMutablePointer<ShardWheel>,
    _ lane: UnsafeMutablePointer<WindowLane>
  ) {
    let place = (1 &- window.parity) &* window.shardCount &+ index
    for source in unsafe lanes.indices {
      var rest = unsafe lanes[source].pointee.outbox[place]
      guard rest != nil else { continue }
      unsafe shard.pointee.advance(to: window.cell, window.grid, &lane.pointee.pool)
      while let block = rest {
        for index in 0..<block.count {
          let key = unsafe block.keys[index]
          let cell = window.grid.cell(of: key.ticks)
          unsafe shard.pointee.put(key, cell: cell, &lane.pointee.pool)
        }
        rest = block.next
      }
      unsafe shard.pointee.findBound()
    }
  }

  /// Handles what a shard has in the window, entity by entity.
  @inlinable @inline(__always)
  func handle(
    _ index: Int, _ shard: UnsafeMutablePointer<ShardWheel>,
    _ lane: UnsafeMutablePointer<WindowLane>
  ) {
    unsafe shard.pointee.advance(to: window.cell, window.grid, &lane.pointee.pool)
    let bucket = Int(truncatingIfNeeded: window.cell & 63)
    guard var chain = unsafe shard.pointee.detach(bucket) else { return }
    if window.isCut {
      guard let rest = unsafe cut(chain, shard, lane) else { return }
      chain = rest
    }
    let count = unsafe lane.pointee.order.sort(chain, entityBits: window.shardBits)
    unsafe give(chain, lane)
    unsafe handle(count, index, shard, lane)
  }

  /// Handles the events that the lane has sorted.
  @inlinable @inline(__always)
  func handle(
    _ count: Int, _ index: Int, _ shard: UnsafeMutablePointer<ShardWheel>,
    _ lane: UnsafeMutablePointer<WindowLane>
  ) {
    let keys = unsafe lane.pointee.order.keys
    var sink = unsafe WindowSink(
      lane, shard, shardIndex: index, window, now: WindowSink.none)
    var handled = count
    var position = 0
    while position < count {
      if position & 15 == 0 { unsafe touch(keys, position, count, lane) }
      sink.now = EntityOrder.restored(unsafe keys[position])
      position &+= 1
      unsafe model.handle(sink.now, &rows[Int(sink.now.entity)], &sink)
      while sink.ahead != WindowSink.none {
        // The entity's next event is the one kept or the one sorted, whichever is earlier.
        var next = WindowSink.none
        if position < count { next = EntityOrder.restored(unsafe keys[position]) }
        if next.entity == sink.now.entity, next < sink.ahead {
          position &+= 1
        } else {
          next = sink.takeAhead()
          handled &+= 1
        }
        sink.now = next
        unsafe model.handle(next, &rows[Int(next.entity)], &sink)
      }
    }
    unsafe lane.pointee.handled &+= handled
  }

  /// Reads some of the states whose events come next.
  ///
  /// Memory answers many such reads in the time of one.
  @inlinable @inline(__always)
  func touch(
    _ keys: UnsafeMutablePointer<EventKey>, _ position: Int, _ count: Int,
    _ lane: UnsafeMutablePointer<WindowLane>
  ) {
    var sum: UInt8 = 0
    var next = position &+ 8
    let end = min(next &+ 16, count)
    while next < end {
      let entity = Int(truncatingIfNeeded: unsafe keys[next].bits &>> 100)
      sum &+= unsafe UnsafeRawPointer(rows + entity).load(as: UInt8.self)
      next &+= 1
    }
    unsafe lane.pointee.touched &+= sum
  }

  /// Puts the events of a chain that lie beyond the run's end back, and returns the others.
  @inlinable func cut(
    _ chain: KeyBlock, _ shard: UnsafeMutablePointer<ShardWheel>,
    _ lane: UnsafeMutablePointer<WindowLane>
  ) -> KeyBlock? {
    var kept: KeyBlock?
    var rest: KeyBlock? = chain
    while let block = rest {
      for index in 0..<block.count {
        let key = unsafe block.keys[index]
        if key.ticks >= window.horizon {
          unsafe shard.pointee.put(key, cell: window.cell, &lane.pointee.pool)
        } else if let head = kept, head.count < KeyBlock.capacity {
          head.append(key)
        } else {
          let head = unsafe lane.pointee.pool.take(linkedTo: kept)
          head.append(key)
          kept = head
        }
      }
      rest = block.next
    }
    unsafe give(chain, lane)
    return kept
  }

  /// Returns the blocks of a chain to the lane.
  @inlinable func give(_ chain: KeyBlock, _ lane: UnsafeMutablePointer<WindowLane>) {
    var rest: KeyBlock? = chain
    while let block = rest {
      rest = block.next
      unsafe lane.pointee.pool.give(block)
    }
  }
}

/// Which shards belong to which lane: contiguous ranges of nearly equal size.
@usableFromInline
enum ShardRange {
  /// The shards of a lane.
  @inlinable static func shards(of lane: Int, lanes: Int, _ shardCount: Int) -> Range<Int> {
    shardCount * lane / lanes..<shardCount * (lane + 1) / lanes
  }

  /// The lane of a shard.
  @inlinable static func lane(of shard: Int, lanes: Int, _ shardCount: Int) -> Int {
    var lane = shard * lanes / shardCount
    while !shards(of: lane, lanes: lanes, shardCount).contains(shard) { lane += 1 }
    return lane
  }
}
