import Determinism
import Foundation
import Testing

@testable import DiscreteEvents

/// What a run came to.
private struct Outcome: Equatable {
  var events: Int
  var digest: UInt64
}

/// Runs every lane of a window on a thread of its own.
private func threads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  DispatchQueue.concurrentPerform(iterations: count, execute: body)
}

/// A time in thousandths of a unit.
private func units(_ thousandths: Int64) -> Instant {
  Instant(sinceEpoch: thousandths * (1 << 20) / 1_000)
}

private func byList<Draws: WorkloadDraws>(_ model: PHOLD<Draws>, _ end: Instant) -> Outcome {
  var states = EntityStates(of: model)
  var loop = ListLoop<PlainHeap>()
  loop.begin(model, &states)
  let events = loop.run(model, &states, before: end)
  return Outcome(events: events, digest: model.digest(states))
}

private func byWindows<Draws: WorkloadDraws>(
  _ model: PHOLD<Draws>, _ ends: [Instant], shardBits: Int, lanes: Int
) -> Outcome {
  var states = EntityStates(of: model)
  var loop = WindowLoop(for: model, shardBits: shardBits, laneCount: lanes)
  loop.begin(model, &states)
  let events = ends.reduce(0) { $0 + loop.run(model, &states, before: $1, on: threads) }
  return Outcome(events: events, digest: model.digest(states))
}

@Suite("WindowLoop")
struct WindowLoopTests {
  @Test(
    "shards, lanes and stops on the way change nothing of what each entity lives through",
    arguments: [20, 77, 100, 1_000] as [Int64])
  func equalDigests(lookaheadThousandths: Int64) {
    let lookahead = units(lookaheadThousandths) - Instant(sinceEpoch: 0)
    let model = PHOLD(
      entityCount: 700, lookahead: lookahead, draws: PhiloxDraws(seed: 5))
    let expected = byList(model, units(6_345))
    #expect(expected.events > 1_500)
    for shardBits in [2, 6, 13] {
      for lanes in [1, 3] {
        let found = byWindows(
          model, [units(1), units(3_333), units(3_333), units(6_345)], shardBits: shardBits,
          lanes: lanes)
        #expect(found == expected, "seed 5, 2^\(shardBits) entities a shard, \(lanes) lanes")
      }
    }
  }

  @Test("published draws give the digest published of four other engines: PHOLD, 1,000 entities")
  func publishedPHOLD() {
    let model = PHOLD(
      entityCount: 1_000, lookahead: Microseconds(104_857), draws: PublishedDraws())
    #if DEBUG
      // The published run is long for a debug build; its beginning, by the same draws.
      let end = units(20_000)
      #expect(byList(model, end) == byWindows(model, [end], shardBits: 8, lanes: 2))
    #else
      let found = byWindows(model, [units(5_000_000)], shardBits: 8, lanes: 2)
      #expect(found == Outcome(events: 4_544_884, digest: 0x4D7A_3A86_5331_50EB))
    #endif
  }

  @Test("published draws give the digest published of three other engines: Lifecycle-6")
  func publishedLifecycle() {
    let model = Lifecycle(entityCount: 1_000, draws: PublishedDraws())
    let end = Instant(sinceEpoch: 1 << 40)
    var states = EntityStates(of: model)
    var windows = WindowLoop(for: model, shardBits: 7, laneCount: 2)
    windows.begin(model, &states)
    #expect(windows.run(model, &states, before: end, on: threads) == 7_000)
    #expect(model.digest(states) == 0x3D75_B9C4_69FA_5BB8)
    var others = EntityStates(of: model)
    var loop = ListLoop<BlockWheel>()
    loop.begin(model, &others)
    #expect(loop.run(model, &others, before: end) == 7_000)
    #expect(model.digest(others) == 0x3D75_B9C4_69FA_5BB8)
  }

  @Test("memory is flat: a run three times as long holds no more")
  func flatMemory() {
    let model = PHOLD(
      entityCount: 2_000, lookahead: Microseconds(1 << 17), draws: PhiloxDraws(seed: 6))
    var states = EntityStates(of: model)
    var loop = WindowLoop(for: model, shardBits: 8, laneCount: 2)
    loop.begin(model, &states)
    _ = loop.run(model, &states, before: units(5_000))
    let early = loop.allocatedBytes
    _ = loop.run(model, &states, before: units(15_000))
    #expect(loop.allocatedBytes <= early + early / 8, "seed 6: \(early) bytes at first")
  }

  @Test("what is sent to another entity sooner than the lookahead traps")
  func lookaheadIsKept() async {
    await #expect(processExitsWith: .failure) {
      let model = Hasty()
      var states = EntityStates(of: model)
      var loop = WindowLoop(for: model)
      loop.begin(model, &states)
      _ = loop.run(model, &states, before: Instant(sinceEpoch: 1_000))
    }
  }
}

/// Two entities, of which the first breaks its promise.
private struct Hasty: EntityModel {
  let entityCount = 2
  let lookahead = Microseconds(100)

  func initialState(of entity: UInt32) -> UInt8 { 0 }

  func begin<Sink: EventSink & ~Copyable>(
    _ entity: UInt32, _ state: inout UInt8, _ sink: inout Sink
  ) {
    sink.send(
      EventKey(at: Instant(sinceEpoch: 10), kind: 0, entity: entity, source: 0, attempt: 0))
  }

  func handle<Sink: EventSink & ~Copyable>(
    _ event: EventKey, _ state: inout UInt8, _ sink: inout Sink
  ) {
    sink.send(
      EventKey(
        at: event.time + Microseconds(99), kind: 0, entity: 1 - event.entity, source: 0,
        attempt: 0))
  }
}

@Suite("EntityRun")
struct EntityRunTests {
  @Test("dense events run in windows, sparse ones from the wheel, with equal digests")
  func choosesByDensity() {
    for (microseconds, isDense) in [(Int64(200_000), true), (Int64(2_000), false)] {
      let model = PHOLD(
        entityCount: 3_000, lookahead: Microseconds(microseconds), draws: PhiloxDraws(seed: 7))
      var states = EntityStates(of: model)
      var run = EntityRun(for: model, shardBits: 8)
      run.begin(model, &states)
      let end = units(15_000)
      let events = run.run(model, &states, before: end)
      #expect(run.isDense == isDense, "lookahead \(microseconds) µs")
      #expect(Outcome(events: events, digest: model.digest(states)) == byList(model, end))
    }
  }

  @Test("entities at one instant, and one entity with all events, are sorted like any others")
  func skewedOrder() {
    var pool = BlockPool()
    var order = EntityOrder()
    for shape in 0..<3 {
      var chain: KeyBlock?
      var keys: [EventKey] = []
      for index: UInt32 in 0..<3_000 {
        let mixed = UInt32(truncatingIfNeeded: SplitMix64.mix(UInt64(index)))
        let entity = 8_192 + [5, mixed % 8_192, index % 3][shape]
        let key = EventKey(
          at: Instant(sinceEpoch: Int64(mixed % 1_000)), kind: 3, entity: entity, source: index,
          attempt: 9)
        keys.append(key)
        if chain == nil || chain?.count == KeyBlock.capacity { chain = pool.take(linkedTo: chain) }
        chain?.append(key)
      }
      guard let chain else { continue }
      #expect(order.sort(chain, entityBits: 13) == keys.count)
      let sorted = (0..<keys.count).map { unsafe EntityOrder.restored(order.keys[$0]) }
      keys.sort { ($0.entity, $0.bits) < ($1.entity, $1.bits) }
      #expect(sorted == keys, "shape \(shape)")
    }
  }
}
