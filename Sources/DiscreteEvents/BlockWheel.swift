public import Determinism

/// The fast event list: a radix wheel of key blocks, without tuning.
///
/// Seven levels of 256 buckets by the bytes of the time. A key waits at the level of the highest
/// byte in which its time differs from `base`, so it moves down at most six times. When the first
/// bucket is small, or is a single instant, it is sorted into the *run*, from which events are
/// popped; otherwise it is spread over the levels below. Keys inserted before the run's end go to
/// the *late* heap. About 17 bytes a pending event in large lists, and at least 16 KiB.
///
/// - Note: Inserting and popping cost O(1) on average, whatever the distribution of times.
@safe @frozen
public struct BlockWheel: EventList, ~Copyable {
  /// The number of buckets of one level.
  @inlinable static var slotCount: Int { 256 }
  /// The number of buckets of all levels: seven bytes cover 52 bits.
  @inlinable static var bucketCount: Int { 7 * slotCount }
  /// The number of keys from which on a run takes no further bucket.
  @inlinable static var leastRun: Int { 128 }
  /// The most blocks of a chain that is sorted without being spread.
  @inlinable static var shortChainBlocks: Int { 12 }
  /// The smallest number of late keys that makes the wheel go back for them.
  @inlinable static var leastLateLimit: Int { 1_024 }

  /// The first block of each bucket.
  @usableFromInline let buckets: UnsafeMutablePointer<KeyBlock?>
  /// Which buckets are not empty, 64 a word.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  /// Which words of `occupied` are not zero.
  @usableFromInline var occupiedWords: UInt32 = 0
  /// No key in the buckets is earlier, and no key of the run or the late heap is as late.
  @usableFromInline var base: UInt64 = 0
  /// Memory for the buckets.
  @usableFromInline var pool = BlockPool()

  /// The sorted keys being served.
  @usableFromInline var run: UnsafeMutablePointer<EventKey>
  /// Room for as many, in which they are sorted; it trades places with `run`.
  @usableFromInline var spare: UnsafeMutablePointer<EventKey>
  /// Room for the bins of sorting.
  @usableFromInline let bins: UnsafeMutablePointer<UInt32>
  /// The number of keys for which `run` has room.
  @usableFromInline var runCapacity: Int
  /// The index of the next key of the run.
  @usableFromInline var runStart = 0
  /// The index after the last key of the run.
  @usableFromInline var runEnd = 0

  /// Keys that were inserted before `base`.
  @usableFromInline var late = Heap<EventKey>()
  /// The number of late keys at which the wheel goes back for them.
  @usableFromInline var lateLimit: Int

  /// The number of keys in the buckets, the run and the late heap.
  @usableFromInline var pending = 0
  /// The least bits a key may have: one more than those of the key popped last.
  @usableFromInline var floor: UInt128 = 0

  /// An empty list at the beginning of time.
  @inlinable public init() {
    unsafe buckets = .allocate(capacity: Self.bucketCount)
    unsafe buckets.initialize(repeating: nil, count: Self.bucketCount)
    unsafe occupied = .allocate(capacity: Self.bucketCount / 64)
    unsafe occupied.initialize(repeating: 0, count: Self.bucketCount / 64)
    runCapacity = KeyBlock.capacity
    unsafe run = .allocate(capacity: KeyBlock.capacity)
    unsafe spare = .allocate(capacity: KeyBlock.capacity)
    unsafe bins = .allocate(capacity: KeySort.binCount)
    lateLimit = Self.leastLateLimit
  }

  @inlinable deinit {
    unsafe buckets.deallocate()
    unsafe occupied.deallocate()
    unsafe run.deallocate()
    unsafe spare.deallocate()
    unsafe bins.deallocate()
  }

  /// The number of pending events.
  @inlinable public var count: Int { pending }

  /// Adds an event; traps when its key is not after the last popped one.
  @inlinable public mutating func insert(_ key: EventKey) {
    precondition(
      key.bits >= floor, "event \(key) is not after the last popped \(EventKey(bits: floor - 1))")
    pending &+= 1
    if key.ticks >= base {
      put(key)
    } else {
      late.push(key)
      if late.count >= lateLimit { goBack() }
    }
  }

  /// The next event, if there is one, which stays pending.
  @inlinable public var nextKey: EventKey? {
    mutating get {
      if runStart == runEnd && late.isEmpty {
        guard pending > 0 else { return nil }
        advance()
      }
      guard let lateKey = late.min else { return unsafe run[runStart] }
      guard runStart < runEnd else { return lateKey }
      return min(lateKey, unsafe run[runStart])
    }
  }

  /// Removes and returns the next event, if there is one.
  @inlinable public mutating func popNext() -> EventKey? {
    guard let key = nextKey else { return nil }
    if runStart < runEnd, unsafe run[runStart] == key {
      runStart &+= 1
    } else {
      _ = late.popMin()
    }
    pending &-= 1
    floor = key.bits &+ 1
    return key
  }

  /// Names the next keys of the run.
  @inlinable public func forEachSoon(_ limit: Int, _ body: (EventKey) -> Void) {
    var index = runStart
    let end = min(runEnd, runStart &+ limit)
    while index < end {
      body(unsafe run[index])
      index &+= 1
    }
  }
}

extension BlockWheel {
  /// Puts a key that is not before `base` into its bucket.
  @inlinable mutating func put(_ key: EventKey) {
    let time = key.ticks
    let shift = (63 &- ((time ^ base) | 1).leadingZeroBitCount) & 0x38
    let bucket = shift &<< 5 &+ Int(truncatingIfNeeded: (time &>> UInt64(shift)) & 0xFF)
    if let head = unsafe buckets[bucket], head.count < KeyBlock.capacity {
      head.append(key)
    } else {
      startBlock(with: key, in: bucket)
    }
  }

  /// Links a new block with one key in front of a bucket.
  @inlinable mutating func startBlock(with key: EventKey, in bucket: Int) {
    let block = pool.take(linkedTo: unsafe buckets[bucket])
    block.append(key)
    unsafe buckets[bucket] = block
    unsafe occupied[bucket &>> 6] |= 1 &<< UInt64(bucket & 63)
    occupiedWords |= 1 &<< UInt32(truncatingIfNeeded: bucket &>> 6)
  }

  /// Empties a bucket and returns its blocks as a chain.
  @inlinable mutating func detach(_ bucket: Int) -> KeyBlock? {
    let chain = unsafe buckets[bucket]
    unsafe buckets[bucket] = nil
    let word = bucket &>> 6
    unsafe occupied[word] &= ~(1 &<< UInt64(bucket & 63))
    if unsafe occupied[word] == 0 {
      occupiedWords &= ~(1 &<< UInt32(truncatingIfNeeded: word))
    }
    return chain
  }

  /// Fills the empty run from the first buckets, spreading larger ones on the way.
  ///
  /// Keys at lower levels are nearer to `base`, so the first bucket is the lowest one occupied, and
  /// those that follow it at its level come next. Small buckets are taken together, so that a run
  /// names many of the events to come whatever the density of their times.
  @inlinable mutating func advance() {
    runStart = 0
    runEnd = 0
    var level = -1
    while occupiedWords != 0, runEnd < Self.leastRun {
      let word = occupiedWords.trailingZeroBitCount
      let bucket = unsafe occupied[word].trailingZeroBitCount &+ word &<< 6
      if level >= 0, bucket &>> 8 != level { break }
      guard let head = unsafe buckets[bucket] else {
        preconditionFailure("bucket \(bucket) is occupied but empty")
      }
      let isServed = bucket &>> 8 == 0 || isShort(head)
      if level >= 0, !isServed { break }
      guard let chain = detach(bucket) else { break }
      if isServed {
        level = bucket &>> 8
        serve(chain)
      } else {
        base = unsafe chain.keys[0].ticks & UInt64.max &<< UInt64(bucket &>> 8 &* 8)
        spread(chain)
      }
    }
    precondition(runEnd > 0, "\(pending) events pending but no bucket is occupied")
    unsafe KeySort.sort(&run, spare: &spare, bins: bins, count: runEnd)
    moveBase(to: unsafe run[runEnd &- 1].ticks &+ 1)
  }

  /// Whether a chain is short enough to be sorted at once.
  ///
  /// Some hundred keys: sorting them costs about as much as spreading them once, and the run then
  /// names that many of the events to come.
  @inlinable func isShort(_ chain: KeyBlock) -> Bool {
    var rest = chain.next
    var blocks = 1
    while let block = rest {
      blocks &+= 1
      if blocks > Self.shortChainBlocks { return false }
      rest = block.next
    }
    return true
  }

  /// Adds the keys of a chain to the run, which is sorted afterwards.
  @inlinable mutating func serve(_ chain: KeyBlock) {
    var rest: KeyBlock? = chain
    while let block = rest {
      if runEnd &+ KeyBlock.capacity > runCapacity { growRun() }
      unsafe (run + runEnd).update(from: block.keys, count: block.count)
      runEnd &+= block.count
      rest = block.next
      pool.give(block)
    }
  }

  /// Moves `base` forward, and opens the buckets whose range it enters.
  @inlinable mutating func moveBase(to time: UInt64) {
    let changed = base ^ time
    base = time
    var level = (63 &- (changed | 1).leadingZeroBitCount) &>> 3
    while level > 0 {
      let digit = Int(truncatingIfNeeded: (time &>> UInt64(level &* 8)) & 0xFF)
      let bucket = level &<< 8 &+ digit
      if unsafe buckets[bucket] != nil, let chain = detach(bucket) { spread(chain) }
      level &-= 1
    }
  }

  /// Puts the keys of a chain into the buckets for the present `base`, and frees its blocks.
  @inlinable mutating func spread(_ chain: KeyBlock) {
    var rest: KeyBlock? = chain
    while let block = rest {
      rest = block.next
      for index in 0..<block.count { put(unsafe block.keys[index]) }
      pool.give(block)
    }
  }

  /// Moves `base` back to the next event, so that the late keys can go into buckets.
  ///
  /// A sparse list may serve a run that spans hours; when many events are then inserted within
  /// those hours they would all be late. Only the levels that tell the two bases apart hold keys
  /// that have to move. The next such step waits for half as many late keys as this one moved, so
  /// an insertion costs O(1) steps of this kind on average.
  @usableFromInline @inline(never) mutating func goBack() {
    var earliest = base
    if let key = late.min { earliest = min(earliest, key.ticks) }
    if runStart < runEnd { earliest = min(earliest, unsafe run[runStart].ticks) }
    let level = (63 &- ((base ^ earliest) | 1).leadingZeroBitCount) &>> 3
    var moving: [KeyBlock] = []
    for bucket in 0..<(level + 1) * Self.slotCount {
      if let chain = detach(bucket) { moving.append(chain) }
    }
    base = earliest
    var moved = late.count + runEnd - runStart
    for key in late.removeAll() { put(key) }
    for index in runStart..<runEnd { put(unsafe run[index]) }
    runStart = runEnd
    for chain in moving {
      moved += length(of: chain)
      spread(chain)
    }
    lateLimit = max(Self.leastLateLimit, moved / 2)
  }

  /// The memory held, in bytes, which grows with the largest number of events that were pending.
  @inlinable public var allocatedBytes: Int {
    pool.blockCount * KeyBlock.size + Self.bucketCount / 64 * 65 * 8
      + KeySort.binCount * MemoryLayout<UInt32>.stride
      + (2 * runCapacity + late.capacity) * MemoryLayout<EventKey>.stride
  }

  /// The number of keys of a chain.
  func length(of chain: KeyBlock) -> Int {
    var total = 0
    var rest: KeyBlock? = chain
    while let block = rest {
      total += block.count
      rest = block.next
    }
    return total
  }

  /// Doubles the room of the run.
  @usableFromInline @inline(never) mutating func growRun() {
    let larger = UnsafeMutablePointer<EventKey>.allocate(capacity: runCapacity * 2)
    unsafe larger.update(from: run, count: runEnd)
    unsafe run.deallocate()
    unsafe spare.deallocate()
    unsafe run = larger
    runCapacity *= 2
    unsafe spare = .allocate(capacity: runCapacity)
  }
}
