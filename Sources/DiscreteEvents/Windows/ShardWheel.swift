/// The pending events of one shard by cell of the window grid: a radix wheel of key blocks.
///
/// Nine levels of 64 buckets by the digits of the cell; an event waits at the level of the highest
/// digit in which its cell differs from `base`, so it moves down at most eight times and O(1) times
/// on average. Within a cell there is no order. The memory of the buckets is the engine's, that of
/// the blocks the lane's.
@safe @frozen @usableFromInline
struct ShardWheel {
  /// The number of levels: nine digits of six bits cover 54 bits.
  @inlinable static var levelCount: Int { 9 }
  /// The number of buckets of all levels.
  @inlinable static var bucketCount: Int { levelCount * 64 }

  /// The first block of each bucket.
  @usableFromInline let buckets: UnsafeMutablePointer<KeyBlock?>
  /// Which buckets of each level are not empty.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  /// No pending event is in an earlier cell.
  @usableFromInline var base: UInt64 = 0
  /// No pending event is in an earlier cell than this one; `.max` when there is none.
  @usableFromInline var bound = UInt64.max

  /// An empty wheel in memory for its buckets and levels.
  @inlinable init(
    buckets: UnsafeMutablePointer<KeyBlock?>, occupied: UnsafeMutablePointer<UInt64>
  ) {
    unsafe self.buckets = buckets
    unsafe self.occupied = occupied
  }

  /// Puts an event whose cell is not before `base` into its bucket.
  @inlinable @inline(__always)
  mutating func put(_ key: EventKey, cell: UInt64, _ pool: inout BlockPool) {
    let changed = cell ^ base
    var bucket = Int(truncatingIfNeeded: cell & 63)
    if changed > 63 {
      let level = Self.level(of: changed)
      bucket = level &<< 6 &+ Int(truncatingIfNeeded: cell &>> UInt64(level &* 6) & 63)
    }
    if let head = unsafe buckets[bucket], head.count < KeyBlock.capacity {
      head.append(key)
    } else {
      startBlock(with: key, in: bucket, &pool)
    }
  }

  /// The level of the highest digit that is not zero; the quotient by six.
  @inlinable static func level(of changed: UInt64) -> Int {
    ((63 &- (changed | 1).leadingZeroBitCount) &* 43) &>> 8
  }

  /// Links a new block with one event in front of a bucket.
  @inlinable @inline(never)
  mutating func startBlock(with key: EventKey, in bucket: Int, _ pool: inout BlockPool) {
    let block = pool.take(linkedTo: unsafe buckets[bucket])
    block.append(key)
    unsafe buckets[bucket] = block
    unsafe occupied[bucket &>> 6] |= 1 &<< UInt64(bucket & 63)
  }

  /// Empties a bucket and returns its blocks as a chain.
  @inlinable mutating func detach(_ bucket: Int) -> KeyBlock? {
    let chain = unsafe buckets[bucket]
    unsafe buckets[bucket] = nil
    unsafe occupied[bucket &>> 6] &= ~(1 &<< UInt64(bucket & 63))
    return chain
  }

  /// Moves `base` to a cell that is not after any pending event, opening the buckets on the way.
  @inlinable mutating func advance(to cell: UInt64, _ grid: WindowGrid, _ pool: inout BlockPool) {
    var level = Self.level(of: base ^ cell)
    base = cell
    while level > 0 {
      let bucket = level &<< 6 &+ Int(truncatingIfNeeded: cell &>> UInt64(level &* 6) & 63)
      if unsafe buckets[bucket] != nil {
        var rest = detach(bucket)
        while let block = rest {
          rest = block.next
          for index in 0..<block.count {
            let key = unsafe block.keys[index]
            put(key, cell: grid.cell(of: key.ticks), &pool)
          }
          pool.give(block)
        }
      }
      level &-= 1
    }
  }

  /// Finds the first cell that may hold an event: exact at the lowest level, the beginning of the
  /// bucket above it.
  @inlinable mutating func findBound() {
    var level = 0
    while level < Self.levelCount {
      let present = unsafe occupied[level]
      if present != 0 {
        let shift = UInt64(level &* 6)
        let digit = UInt64(truncatingIfNeeded: present.trailingZeroBitCount)
        bound = (base &>> (shift &+ 6)) &<< (shift &+ 6) | digit &<< shift
        return
      }
      level &+= 1
    }
    bound = .max
  }

  /// Takes all events out.
  @inlinable mutating func removeAll(_ pool: inout BlockPool, _ body: (EventKey) -> Void) {
    for bucket in 0..<Self.bucketCount {
      var rest = detach(bucket)
      if let chain = rest { EntityOrder.forEach(in: chain, body) }
      while let block = rest {
        rest = block.next
        pool.give(block)
      }
    }
    bound = .max
  }
}
