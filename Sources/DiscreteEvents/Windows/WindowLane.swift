public import Determinism

/// What one thread of a windowed run works with: its blocks, its outbox, its place to sort.
///
/// Messages to other shards are written to one chain a shard and parity of the window. In the next
/// window, of the other parity, the lanes that own those shards read them; in the one after it the
/// writer takes the blocks back. So no block changes its owner, and no pool runs dry while another
/// one fills up.
@safe @frozen @usableFromInline
struct WindowLane: ~Copyable {
  /// Memory for the shards of this lane and for its messages.
  @usableFromInline var pool = BlockPool()
  /// Where windows are sorted.
  @usableFromInline var order = EntityOrder()
  /// The first block of the messages to each shard, for both parities.
  @usableFromInline let outbox: UnsafeMutablePointer<KeyBlock?>
  /// The shards that have messages, for both parities.
  @usableFromInline let targets: UnsafeMutablePointer<UInt32>
  /// The number of shards that have messages, for both parities.
  @usableFromInline var targetCounts = (even: 0, odd: 0)
  /// An entity's own events that fall within the window, except the first of them.
  @usableFromInline var ahead = Heap<EventKey>()
  /// The first cell in which this lane may have something to do, or has given others to do.
  @usableFromInline var nextCell = UInt64.max
  /// The number of events handled in the present run.
  @usableFromInline var handled = 0
  /// What touching ahead has read, so that it is not left out.
  @usableFromInline var touched: UInt8 = 0
  /// The number of shards of all lanes.
  @usableFromInline let shardCount: Int

  /// A lane without messages to a number of shards.
  @inlinable init(shardCount: Int) {
    self.shardCount = shardCount
    unsafe outbox = .allocate(capacity: 2 * shardCount)
    unsafe outbox.initialize(repeating: nil, count: 2 * shardCount)
    unsafe targets = .allocate(capacity: 2 * shardCount)
  }

  @inlinable deinit {
    unsafe outbox.deallocate()
    unsafe targets.deallocate()
  }

  /// The memory held, in bytes.
  @inlinable var allocatedBytes: Int {
    pool.blockCount * KeyBlock.size + order.allocatedBytes + 24 * shardCount
  }

  /// Links a new block with one message in front of the chain to a shard.
  @inlinable @inline(never)
  mutating func startBlock(with key: EventKey, to shard: Int, parity: Int) {
    let place = parity &* shardCount &+ shard
    if unsafe outbox[place] == nil {
      let count = parity == 0 ? targetCounts.even : targetCounts.odd
      unsafe targets[parity &* shardCount &+ count] = UInt32(truncatingIfNeeded: shard)
      if parity == 0 { targetCounts.even &+= 1 } else { targetCounts.odd &+= 1 }
    }
    let block = pool.take(linkedTo: unsafe outbox[place])
    block.append(key)
    unsafe outbox[place] = block
  }

  /// Takes back the blocks of the messages of a parity, which have been read.
  @inlinable mutating func reclaim(parity: Int) {
    let count = parity == 0 ? targetCounts.even : targetCounts.odd
    for index in 0..<count {
      let place = parity &* shardCount &+ Int(unsafe targets[parity &* shardCount &+ index])
      var rest = unsafe outbox[place]
      unsafe outbox[place] = nil
      while let block = rest {
        rest = block.next
        pool.give(block)
      }
    }
    if parity == 0 { targetCounts.even = 0 } else { targetCounts.odd = 0 }
  }

  /// Takes messages of a parity out that have not been read.
  @inlinable mutating func removeMessages(parity: Int, _ body: (EventKey) -> Void) {
    let count = parity == 0 ? targetCounts.even : targetCounts.odd
    for index in 0..<count {
      let place = parity &* shardCount &+ Int(unsafe targets[parity &* shardCount &+ index])
      if let chain = unsafe outbox[place] { EntityOrder.forEach(in: chain, body) }
    }
    reclaim(parity: parity)
  }
}
