import Determinism
import DiscreteEvents
import Testing

/// A key at a time, with the other parts taken from a number.
private func key(_ time: Int64, _ number: UInt32) -> EventKey {
  EventKey(
    at: Instant(sinceEpoch: time), kind: UInt8(truncatingIfNeeded: number % 3),
    entity: number, source: number / 7, attempt: 0)
}

/// Calls a closure with every order of some keys (Heap's algorithm).
private func forEachPermutation(of keys: [EventKey], _ body: ([EventKey]) -> Void) {
  var keys = keys
  var counters = [Int](repeating: 0, count: keys.count)
  body(keys)
  var index = 1
  while index < keys.count {
    if counters[index] < index {
      keys.swapAt(index % 2 == 0 ? 0 : counters[index], index)
      body(keys)
      counters[index] += 1
      index = 1
    } else {
      counters[index] = 0
      index += 1
    }
  }
}

/// Everything a list still holds, in its order.
private func drain<List: EventList & ~Copyable>(_ list: inout List) -> [EventKey] {
  var keys: [EventKey] = []
  while let key = list.popNext() { keys.append(key) }
  return keys
}

@Suite("EventList")
struct EventListTests {
  /// Seven keys: ties in time at every scale of the wheel, and the ends of the range.
  static let patterns: [[Int64]] = [
    [5, 5, 5, 5, 5, 5, 5],
    [0, 1, 255, 256, 257, 65_535, 65_536],
    [0, 0, 1 << 8, 1 << 16, 1 << 32, 1 << 48, 1 << 52 - 1],
    [1_772_442_000_000_000, 1_772_442_000_000_000, 1_772_442_000_000_001, 7, 7, 8, 1 << 52 - 1],
  ]

  private func popsInOrder<List: EventList & ~Copyable>(_: List.Type, _ times: [Int64]) {
    for length in 0...times.count {
      let sorted = times.prefix(length).enumerated().map { key($1, UInt32($0)) }.sorted()
      forEachPermutation(of: sorted) { permutation in
        var list = List()
        for key in permutation { list.insert(key) }
        let count = list.count
        let popped = drain(&list)
        if popped != sorted || count != length || list.count != 0 {
          Issue.record("inserted \(permutation), popped \(popped)")
        }
      }
    }
  }

  @Test("every order of insertion is popped in the one total order", arguments: patterns)
  func permutations(times: [Int64]) {
    popsInOrder(PlainHeap.self, times)
    popsInOrder(BlockWheel.self, times)
  }

  private func trapsOnThePast<List: EventList & ~Copyable>(_: List.Type) -> Bool {
    var list = List()
    list.insert(key(10, 0))
    list.insert(key(20, 0))
    _ = list.popNext()
    // Later at the same instant, and before the next pending event, are both allowed.
    list.insert(key(10, 1))
    list.insert(key(15, 0))
    return drain(&list) == [key(10, 1), key(15, 0), key(20, 0)]
  }

  @Test("what comes after the last popped event may be inserted, even before a peeked one")
  func present() {
    #expect(trapsOnThePast(PlainHeap.self))
    #expect(trapsOnThePast(BlockWheel.self))
  }

  @Test("an event at or before the last popped one traps")
  func past() async {
    await #expect(processExitsWith: .failure) {
      var list = PlainHeap()
      list.insert(EventKey(at: .init(sinceEpoch: 9), kind: 1, entity: 0, source: 0, attempt: 0))
      _ = list.popNext()
      list.insert(EventKey(at: .init(sinceEpoch: 9), kind: 1, entity: 0, source: 0, attempt: 0))
    }
    await #expect(processExitsWith: .failure) {
      var list = BlockWheel()
      list.insert(EventKey(at: .init(sinceEpoch: 9), kind: 1, entity: 0, source: 0, attempt: 0))
      _ = list.popNext()
      list.insert(EventKey(at: .init(sinceEpoch: 9), kind: 1, entity: 0, source: 0, attempt: 0))
    }
    await #expect(processExitsWith: .failure) {
      var list = BlockWheel()
      list.insert(EventKey(at: .init(sinceEpoch: 9), kind: 1, entity: 0, source: 0, attempt: 0))
      _ = list.popNext()
      list.insert(EventKey(at: .init(sinceEpoch: 8), kind: 9, entity: 0, source: 0, attempt: 0))
    }
  }

  @Test("popping before an end excludes the end and leaves it pending")
  func end() {
    var list = BlockWheel()
    for time: Int64 in [9, 10, 11] { list.insert(key(time, 0)) }
    let end = Instant(sinceEpoch: 10)
    #expect(list.popNext(before: end) == key(9, 0))
    #expect(list.popNext(before: end) == nil)
    #expect(list.count == 2 && list.nextKey == key(10, 0))
  }
}

@Suite("BlockWheel against PlainHeap")
struct EventListDifferentialTests {
  /// How far ahead events are inserted: the largest exponents of two of the delay.
  static let scales: [[UInt64]] = [
    [0], [3], [10], [20], [33], [45], [0, 20], [0, 8, 16, 24, 32, 40, 48], [2, 44],
  ]

  @Test("interleaved inserts, peeks and pops give the same events", arguments: scales, 0..<6)
  func interleaved(scales: [UInt64], seed: UInt64) {
    let stream = RandomStream(seed: seed, replication: 3)
    var heap = PlainHeap()
    var wheel = BlockWheel()
    var now = Int64(seed % 2) * 1_772_442_000_000_000
    var differences = 0
    for step: UInt32 in 0..<20_000 {
      let words = stream.words(entity: 0, .test, step)
      // Phases of mostly inserting and of mostly popping.
      let inserting = words.second % 8 < (step / 2_500 % 2 == 0 ? 6 : 2)
      if inserting {
        let scale = scales[Int(words.second >> 8) % scales.count]
        let delay = Int64(words.first & (1 << scale - 1))
        let event = EventKey(
          at: Instant(sinceEpoch: min(now + 1 + delay, 1 << 52 - 1)), kind: UInt8(step % 5),
          entity: step, source: 0, attempt: 0)
        heap.insert(event)
        wheel.insert(event)
      } else {
        if words.second & 16 == 0, heap.nextKey != wheel.nextKey { differences += 1 }
        let (a, b) = (heap.popNext(), wheel.popNext())
        if a != b { differences += 1 }
        if let a { now = a.time.sinceEpoch }
        // A later class at the instant being run.
        if let a, words.second & 32 == 0 {
          let event = EventKey(
            at: a.time, kind: 0xF0, entity: step, source: 0, attempt: 0)
          if a < event {
            heap.insert(event)
            wheel.insert(event)
          }
        }
      }
      if heap.count != wheel.count { differences += 1 }
    }
    while let key = heap.popNext() {
      if key != wheel.popNext() { differences += 1 }
    }
    #expect(differences == 0 && wheel.popNext() == nil, "seed \(seed), scales \(scales)")
  }
}
