/// A 512-byte piece of memory: a link, a count, and up to 31 keys.
@safe @frozen @usableFromInline
struct KeyBlock {
  /// The number of keys that fit beside the 16-byte header.
  @inlinable static var capacity: Int { 31 }
  /// The size of a block in bytes.
  @inlinable static var size: Int { 512 }

  /// Where the block begins: the address of the next block, then the count, then the keys.
  @usableFromInline let address: UnsafeMutableRawPointer

  /// Names the block at an address.
  @inlinable init(address: UnsafeMutableRawPointer) { unsafe self.address = address }

  /// The next block of the same chain, if there is one.
  @inlinable var next: KeyBlock? {
    get { unsafe address.load(as: KeyBlock?.self) }
    nonmutating set { unsafe address.storeBytes(of: newValue, as: KeyBlock?.self) }
  }

  /// The number of keys in the block.
  @inlinable var count: Int {
    get { unsafe address.load(fromByteOffset: 8, as: Int.self) }
    nonmutating set { unsafe address.storeBytes(of: newValue, toByteOffset: 8, as: Int.self) }
  }

  /// The block's keys, of which the first `count` are initialised.
  @inlinable var keys: UnsafeMutablePointer<EventKey> {
    unsafe (address + 16).assumingMemoryBound(to: EventKey.self)
  }

  /// Adds a key to a block that has room.
  @inlinable func append(_ key: EventKey) {
    let index = count
    unsafe (keys + index).initialize(to: key)
    count = index &+ 1
  }
}

/// Where blocks come from and return to: a free list over slabs that only grow.
///
/// A block just returned is given out next, while it is still in cache.
@safe @frozen @usableFromInline
struct BlockPool: ~Copyable {
  /// The first block of the free list.
  @usableFromInline var free: KeyBlock?
  /// All memory ever taken from the system.
  @usableFromInline var slabs: [UnsafeMutableRawPointer] = unsafe []
  /// The number of blocks in all slabs.
  @usableFromInline var blockCount = 0

  /// A pool without memory.
  @inlinable init() {}

  @inlinable deinit {
    unsafe slabs.forEach { unsafe $0.deallocate() }
  }

  /// Gives an empty block linked to `next`.
  @inlinable mutating func take(linkedTo next: KeyBlock?) -> KeyBlock {
    if free == nil { grow() }
    guard let block = free else { preconditionFailure("no block after growing the pool") }
    free = block.next
    block.next = next
    block.count = 0
    return block
  }

  /// Takes a block back.
  @inlinable mutating func give(_ block: KeyBlock) {
    block.next = free
    free = block
  }

  /// Takes another slab from the system: as much again as there is, from 16 KiB to 1 MiB.
  @usableFromInline @inline(never) mutating func grow() {
    let added = min(max(blockCount, 32), 2_048)
    let slab = UnsafeMutableRawPointer.allocate(
      byteCount: added * KeyBlock.size, alignment: KeyBlock.size)
    unsafe slabs.append(slab)
    blockCount += added
    // Backward, so that blocks are handed out in the order of their addresses.
    for index in stride(from: added - 1, through: 0, by: -1) {
      give(unsafe KeyBlock(address: slab + index * KeyBlock.size))
    }
  }
}
