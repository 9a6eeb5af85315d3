/// A digest of what happened to every entity, in each entity's own order.
///
/// Each entity has a chain over its words. The total is the sum mod 2⁶⁴ of
/// mix(chain + entity key) − mix(entity key), kept as words come in: it does not depend on how
/// the histories of different entities interleave, and an entity without history adds nothing.
@frozen
public struct ChainedDigest: Equatable, Sendable {
  /// The largest number of time buckets.
  public static let maximumBuckets = 240

  /// The chain of each entity.
  @usableFromInline var chains: [UInt64]
  /// The sum over all entities.
  @usableFromInline var runningTotal: UInt64 = 0
  /// The total at the end of each time bucket that is over, so that a divergence can be bisected.
  public private(set) var checkpoints: [UInt64] = []
  /// When the present bucket ends; `never` after the last.
  @usableFromInline var bucketEnd: Instant
  /// The length of every bucket.
  public let bucketLength: Microseconds
  /// The number of buckets.
  public let bucketCount: Int

  /// A digest of nothing so far.
  ///
  /// The span from start to end is divided into as few equal buckets as whole microseconds allow,
  /// at most `maximumBuckets`; traps when the end is not after the start.
  public init(entityCount: Int, from start: Instant, to end: Instant) {
    let span = (end - start).count
    precondition(span > 0, "a digest over \(span) µs")
    let buckets = Int64(Self.maximumBuckets)
    bucketLength = Microseconds((span + buckets - 1) / buckets)
    bucketCount = Int((span + bucketLength.count - 1) / bucketLength.count)
    bucketEnd = start + bucketLength
    chains = .init(repeating: 0, count: entityCount)
    checkpoints.reserveCapacity(bucketCount)
  }

  /// The sum over all entities so far.
  @inlinable public var total: UInt64 { runningTotal }

  /// Takes time to an instant: closes the buckets that are over by then.
  ///
  /// Called before the words of that instant are folded in.
  @inlinable public mutating func advance(to now: Instant) {
    if now >= bucketEnd { closeBuckets(until: now) }
  }

  /// Closes every bucket that ends at or before an instant.
  @usableFromInline mutating func closeBuckets(until now: Instant) {
    while now >= bucketEnd, checkpoints.count < bucketCount {
      checkpoints.append(runningTotal)
      bucketEnd = bucketEnd + bucketLength
    }
    if checkpoints.count == bucketCount { bucketEnd = .never }
  }

  /// Closes all buckets at the end of a run.
  public mutating func finish() {
    while checkpoints.count < bucketCount { checkpoints.append(runningTotal) }
    bucketEnd = .never
  }

  /// Adds what another digest over the same time has seen of other entities, both being finished.
  public mutating func merge(_ other: ChainedDigest) {
    precondition(
      checkpoints.count == bucketCount && other.checkpoints.count == bucketCount,
      "\(checkpoints.count) and \(other.checkpoints.count) buckets of \(bucketCount) are over")
    runningTotal &+= other.runningTotal
    for bucket in checkpoints.indices { checkpoints[bucket] &+= other.checkpoints[bucket] }
  }

  /// Appends two words to the chain of an entity; a few nanoseconds.
  @inlinable
  public mutating func fold(_ entity: Int, key: UInt64, _ a: UInt64, _ b: UInt64) {
    var chain = chains[entity]
    fold(into: &chain, key: key, a, b)
    chains[entity] = chain
  }

  /// Appends two words to a chain that is kept elsewhere, beside what else belongs to its entity.
  ///
  /// Equal to a chain of the digest's own; it begins as zero.
  @inlinable
  public mutating func fold(into chain: inout UInt64, key: UInt64, _ a: UInt64, _ b: UInt64) {
    let old = chain
    let first = (old ^ a) &* 0x9E37_79B9_7F4A_7C15
    let second = (first ^ first &>> 32 ^ b) &* 0xD134_2543_DE82_EF95
    let new = second ^ second &>> 29
    chain = new
    runningTotal = runningTotal &+ SplitMix64.mix(new &+ key) &- SplitMix64.mix(old &+ key)
  }
}
