import Determinism
import Testing

@testable import DiscreteEvents

/// A key at a time to an entity.
private func key(_ time: Int64, _ entity: UInt32) -> EventKey {
  EventKey(
    at: Instant(sinceEpoch: time), kind: 0, entity: entity, source: 0, attempt: 0)
}

@Suite("BlockWheel")
struct BlockWheelTests {
  /// The beginning of a run in our time.
  static let start: Int64 = 1_772_442_000_000_000

  @Test("many events inserted within the span of a sparse run stay in order")
  func lateKeys() {
    var wheel = BlockWheel()
    var heap = PlainHeap()
    // A few events over hours make one run; then far more are inserted between them, and beyond.
    for index: UInt32 in 0..<20 {
      wheel.insert(key(Self.start + Int64(index) * 3_600_000_000, index))
      heap.insert(key(Self.start + Int64(index) * 3_600_000_000, index))
    }
    #expect(wheel.popNext() == heap.popNext())
    let stream = RandomStream(seed: 11, replication: 0)
    var differences = 0
    var now = Self.start
    for round: UInt32 in 0..<3 {
      for index: UInt32 in 0..<8_000 {
        let number = 100 + round * 8_000 + index
        let delay = stream.words(entity: 0, .test, number).below(30 * 3_600_000_000)
        let event = key(now + 1 + Int64(delay), number)
        wheel.insert(event)
        heap.insert(event)
      }
      // They are in buckets, not in the heap for stragglers.
      #expect(wheel.late.count < 2 * BlockWheel.leastLateLimit, "seed 11")
      for _ in 0..<50 {
        if wheel.nextKey != heap.nextKey { differences += 1 }
        let popped = heap.popNext()
        if wheel.popNext() != popped { differences += 1 }
        if let popped { now = popped.time.sinceEpoch }
      }
    }
    while let next = heap.popNext() {
      if wheel.popNext() != next { differences += 1 }
    }
    #expect(differences == 0 && wheel.count == 0, "seed 11")
  }

  @Test("a hundred thousand events at one instant come in the order of their entities")
  func oneInstant() {
    var wheel = BlockWheel()
    let count: UInt32 = 100_000
    // 7919 is prime to the count, so that this visits every entity once.
    for index in 0..<count { wheel.insert(key(Self.start, index * 7_919 % count)) }
    var entities: [UInt32] = []
    while let next = wheel.popNext() { entities.append(next.entity) }
    #expect(entities == Array(0..<count))
  }

  @Test("a million pending events cost less than 20 bytes each")
  func memory() {
    var wheel = BlockWheel()
    let stream = RandomStream(seed: 12, replication: 0)
    let count: UInt32 = 1_000_000
    for index in 0..<count {
      wheel.insert(
        key(Self.start + Int64(stream.words(entity: 0, .test, index).below(1 << 33)), index))
    }
    #expect(wheel.allocatedBytes < 20 * Int(count))
    var (previous, ordered) = (EventKey(bits: 0), 0)
    while let next = wheel.popNext() {
      if previous < next { ordered += 1 }
      previous = next
    }
    #expect(ordered == Int(count), "seed 12")
    #expect(wheel.allocatedBytes < 20 * Int(count))
  }

  @Test("an empty list can be filled again, later")
  func refill() {
    var wheel = BlockWheel()
    for round: Int64 in 0..<100 {
      #expect(wheel.nextKey == nil && wheel.popNext() == nil && wheel.count == 0)
      let base = round * 40_000_000_000
      for index: UInt32 in 0..<50 { wheel.insert(key(base + Int64(index % 7), index)) }
      let sorted = (0..<50 as Range<UInt32>).map { key(base + Int64($0 % 7), $0) }.sorted()
      for expected in sorted { #expect(wheel.popNext() == expected) }
    }
  }
}

@Suite("sorting of keys")
struct KeySortTests {
  /// Shapes that are bad for careless quicksorts.
  static let shapes: [@Sendable (UInt32, UInt32) -> UInt32] = [
    { index, _ in index }, { index, count in count - index },
    { index, count in min(index, count - index) }, { index, _ in index % 16 },
    { index, count in index % 2 == 0 ? index : count - index }, { _, _ in 3 },
    { index, _ in UInt32(truncatingIfNeeded: SplitMix64.mix(UInt64(index)) >> 40) },
  ]

  @Test(
    "every shape and length is sorted, by the fallback too",
    arguments: [
      0, 1, 2, 3, 23, 24, 25, 26, 31, 100, 1_000, 5_000,
    ])
  func shapes(count: UInt32) {
    for shape in Self.shapes {
      let keys = (0..<count).map { key(Int64(shape($0, count)), $0) }
      for depth in [0, 3, 64] {
        var sorted = keys
        unsafe sorted.withUnsafeMutableBufferPointer { buffer in
          guard let start = buffer.baseAddress else { return }
          unsafe KeySort.quicksort(start, count: buffer.count, depth: depth)
        }
        #expect(sorted == keys.sorted(), "\(count) keys, depth \(depth)")
      }
    }
  }

  @Test(
    "every shape and length is sorted by bins of time, near each other and a day apart",
    arguments: [0, 1, 2, 24, 25, 100, 255, 256, 257, 1_000, 6_143, 6_144, 6_145], [1, 3, 1 << 36])
  func bins(count: UInt32, spacing: Int64) {
    for shape in Self.shapes {
      let keys = (0..<count).map { key(Int64(shape($0, count)) * spacing % (1 << 52), $0) }
      #expect(sorted(keys).keys == keys.sorted(), "\(count) keys, \(spacing) µs apart")
    }
  }

  @Test("bins serve keys that are spread evenly, and only those")
  func binsServe() {
    let even = (0..<100 as Range<UInt32>).map { key(Int64(100 - $0) * 1_000, $0) }
    #expect(sorted(even).isByBins)
    let together = (0..<100 as Range<UInt32>).map { key(7, 100 - $0) }
    #expect(!sorted(together).isByBins)
    let apart = together + [key(1 << 52 - 1, 0)]
    #expect(!sorted(apart).isByBins && sorted(apart).keys == apart.sorted())
  }

  /// Keys as they come out, and whether they were sorted by bins.
  private func sorted(_ keys: [EventKey]) -> (keys: [EventKey], isByBins: Bool) {
    var run = UnsafeMutablePointer<EventKey>.allocate(capacity: keys.count)
    var spare = UnsafeMutablePointer<EventKey>.allocate(capacity: keys.count)
    let bins = UnsafeMutablePointer<UInt32>.allocate(capacity: KeySort.binCount)
    unsafe run.initialize(from: keys, count: keys.count)
    let before = unsafe run
    unsafe KeySort.sort(&run, spare: &spare, bins: bins, count: keys.count)
    let result = unsafe Array(UnsafeBufferPointer(start: run, count: keys.count))
    let isByBins = unsafe run != before
    unsafe run.deallocate()
    unsafe spare.deallocate()
    unsafe bins.deallocate()
    return (result, isByBins)
  }
}

/// The benchmark PHOLD: every event makes one, to the same or to another entity, after a delay.
private func hold<List: EventList & ~Copyable>(
  in _: List.Type, entities: UInt32, events: Int, seed: UInt64
) -> UInt64 {
  let stream = RandomStream(seed: seed, replication: 0)
  let delay = Distribution.exponential(mean: .seconds(1))
  let start = Instant(sinceEpoch: BlockWheelTests.start)
  var digest = ChainedDigest(
    entityCount: Int(entities), from: start, to: start + .hours(1))
  var draws = [UInt32](repeating: 0, count: Int(entities))
  var list = List()
  func next(_ entity: UInt32, at now: Instant) -> EventKey {
    let words = stream.words(entity: UInt64(entity), .test, draws[Int(entity)])
    draws[Int(entity)] += 1
    let other = UInt32(words.below(UInt64(entities)))
    let target = words.second % 10 == 0 ? other : entity
    return EventKey(
      at: now + .milliseconds(100) + delay.sample(words), kind: 1, entity: target,
      source: entity, attempt: 0)
  }
  for entity in 0..<entities { list.insert(next(entity, at: start)) }
  for _ in 0..<events {
    guard let event = list.popNext() else { break }
    digest.advance(to: event.time)
    digest.fold(
      Int(event.entity), key: UInt64(event.entity), UInt64(event.time.sinceEpoch),
      UInt64(event.source))
    list.insert(next(event.entity, at: event.time))
  }
  return digest.total
}

@Suite("PHOLD")
struct HoldTests {
  @Test("both lists give the same digest", arguments: [1, 10, 1_000, 20_000] as [UInt32])
  func equalDigests(entities: UInt32) {
    let events = 50_000
    let byHeap = hold(in: PlainHeap.self, entities: entities, events: events, seed: 21)
    let byWheel = hold(in: BlockWheel.self, entities: entities, events: events, seed: 21)
    #expect(byHeap == byWheel, "seed 21")
    #expect(byHeap != hold(in: PlainHeap.self, entities: entities, events: events, seed: 22))
  }
}
