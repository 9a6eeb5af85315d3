/// Sorts the events of a window entity by entity, each entity's in the order of keys.
///
/// Within a window only that order matters, and the states are then met in the order in which they
/// lie in memory. The keys are turned so that the entity leads, spread over as many bins as there
/// are keys by the entity's bits, and the nearly sorted rest is left to `KeySort`. O(count) on
/// average when no entity has many; O(count log count) always.
@safe @frozen @usableFromInline
struct EntityOrder: ~Copyable {
  /// The most bins: their counters stay within the first cache.
  @inlinable static var binLimit: Int { 4_096 }
  /// The most keys of a bin that insertion is good for.
  @inlinable static var smallBin: UInt32 { 24 }

  /// The sorted keys, turned.
  @usableFromInline var keys: UnsafeMutablePointer<EventKey>
  /// The number of keys for which there is room.
  @usableFromInline var capacity = 1_024
  /// The number of keys of each bin, then where its next key goes.
  @usableFromInline let bins: UnsafeMutablePointer<UInt32>

  /// A sorter without keys.
  @inlinable init() {
    unsafe keys = .allocate(capacity: capacity)
    unsafe bins = .allocate(capacity: Self.binLimit)
  }

  @inlinable deinit {
    unsafe keys.deallocate()
    unsafe bins.deallocate()
  }

  /// The memory held, in bytes.
  @inlinable var allocatedBytes: Int {
    capacity * MemoryLayout<EventKey>.stride + Self.binLimit * MemoryLayout<UInt32>.stride
  }

  /// A key with its entity in front: entity 28 | time 52 | kind 8 | source 28 | attempt 12.
  @inlinable @inline(__always) static func turned(_ key: EventKey) -> EventKey {
    let high = UInt64(truncatingIfNeeded: key.bits &>> 64)
    let low = UInt64(truncatingIfNeeded: key.bits)
    let entity = high &<< 24 | low &>> 40
    let when = high &>> 4
    let first = entity &<< 36 | when &>> 24
    let second = when &<< 40 | low & (1 &<< 40 &- 1)
    return EventKey(bits: UInt128(first) &<< 64 | UInt128(second))
  }

  /// The key of which this is the turned form.
  @inlinable @inline(__always) static func restored(_ key: EventKey) -> EventKey {
    let first = UInt64(truncatingIfNeeded: key.bits &>> 64)
    let second = UInt64(truncatingIfNeeded: key.bits)
    let entity = first &>> 36
    let when = first &<< 24 | second &>> 40
    let high = when &<< 4 | entity &>> 24
    let low = entity &<< 40 | second & (1 &<< 40 &- 1)
    return EventKey(bits: UInt128(high) &<< 64 | UInt128(low))
  }

  /// Sorts the keys of a chain of events to entities that differ in their low bits only.
  ///
  /// - Parameters:
  ///   - chain: The events; its blocks are left as they are.
  ///   - entityBits: The number of bits in which entities differ. Range: at most 24.
  /// - Returns: The number of keys.
  @inlinable mutating func sort(_ chain: KeyBlock, entityBits: Int) -> Int {
    let count = Self.length(of: chain)
    if count > capacity { grow(to: count) }
    guard count > 32 else {
      fill(chain)
      unsafe KeySort.sort(keys, count: count)
      return count
    }
    let wanted = Int.bitWidth &- (count &- 1).leadingZeroBitCount
    let binBits = min(wanted, entityBits, Self.binLimit.trailingZeroBitCount)
    let shift = UInt64(40 &+ entityBits &- binBits)
    let mask = UInt64(1 &<< binBits &- 1)
    let isEven = distribute(chain, shift: shift, mask: mask)
    if isEven {
      unsafe KeySort.insertionSort(keys, count: count)
    } else {
      unsafe KeySort.sort(keys, count: count)
    }
    return count
  }

  /// Spreads the keys over bins; tells whether all of these are small.
  @inlinable mutating func distribute(_ chain: KeyBlock, shift: UInt64, mask: UInt64) -> Bool {
    unsafe bins.update(repeating: 0, count: Int(mask) &+ 1)
    var rest: KeyBlock? = chain
    while let block = rest {
      for index in 0..<block.count {
        let low = UInt64(truncatingIfNeeded: unsafe block.keys[index].bits)
        unsafe bins[Int(truncatingIfNeeded: low &>> shift & mask)] &+= 1
      }
      rest = block.next
    }
    var (start, largest): (UInt32, UInt32) = (0, 0)
    for bin in 0...Int(mask) {
      let size = unsafe bins[bin]
      unsafe bins[bin] = start
      start &+= size
      largest = max(largest, size)
    }
    place(chain, shift: shift, mask: mask)
    return largest <= Self.smallBin
  }

  /// Writes each turned key where its bin goes on.
  @inlinable mutating func place(_ chain: KeyBlock, shift: UInt64, mask: UInt64) {
    var rest: KeyBlock? = chain
    while let block = rest {
      for index in 0..<block.count {
        let key = unsafe block.keys[index]
        let low = UInt64(truncatingIfNeeded: key.bits)
        let bin = Int(truncatingIfNeeded: low &>> shift & mask)
        let position = Int(unsafe bins[bin])
        unsafe keys[position] = Self.turned(key)
        unsafe bins[bin] &+= 1
      }
      rest = block.next
    }
  }

  /// Writes the turned keys one after the other.
  @inlinable mutating func fill(_ chain: KeyBlock) {
    var position = 0
    var rest: KeyBlock? = chain
    while let block = rest {
      for index in 0..<block.count {
        unsafe keys[position] = Self.turned(unsafe block.keys[index])
        position &+= 1
      }
      rest = block.next
    }
  }

  /// The number of keys of a chain.
  @inlinable static func length(of chain: KeyBlock) -> Int {
    var total = 0
    var rest: KeyBlock? = chain
    while let block = rest {
      total &+= block.count
      rest = block.next
    }
    return total
  }

  /// Visits the keys of a chain.
  @inlinable static func forEach(in chain: KeyBlock, _ body: (EventKey) -> Void) {
    var rest: KeyBlock? = chain
    while let block = rest {
      for index in 0..<block.count { body(unsafe block.keys[index]) }
      rest = block.next
    }
  }

  /// Makes room for a number of keys; what was there is gone.
  @usableFromInline @inline(never) mutating func grow(to count: Int) {
    capacity = count + count / 4
    unsafe keys.deallocate()
    unsafe keys = .allocate(capacity: capacity)
  }
}
