import Determinism
import DiscreteEvents
import Testing

@Suite("EventKey")
struct EventKeyTests {
  @Test("every part comes back, at the ends of its range too")
  func roundTrip() {
    let times: [Int64] = [0, 1, 1_772_442_000_000_000, 1 << 52 - 1]
    let entities: [UInt32] = [0, 1, 0x0123_4567, 1 << 28 - 1]
    for time in times {
      for entity in entities {
        for source in entities {
          for (kind, attempt): (UInt8, UInt16) in [(0, 0), (0xA5, 0xFFF), (0xFF, 1)] {
            let key = EventKey(
              at: Instant(sinceEpoch: time), kind: kind, entity: entity, source: source,
              attempt: attempt)
            #expect(key.time.sinceEpoch == time && key.kind == kind && key.entity == entity)
            #expect(key.source == source && key.attempt == attempt)
            #expect(key.eventClass == kind >> 4)
          }
        }
      }
    }
  }

  @Test("the order is by time, kind, entity, source, attempt, in this order")
  func order() {
    func key(
      _ time: Int64, _ kind: UInt8, _ entity: UInt32, _ source: UInt32, _ attempt: UInt16
    ) -> EventKey {
      EventKey(
        at: Instant(sinceEpoch: time), kind: kind, entity: entity, source: source,
        attempt: attempt)
    }
    let ascending = [
      key(5, 9, 9, 9, 9), key(6, 8, 9, 9, 9), key(6, 9, 8, 9, 9), key(6, 9, 9, 8, 9),
      key(6, 9, 9, 9, 8), key(6, 9, 9, 9, 9), key(6, 9, 9, 10, 0), key(6, 9, 1 << 24, 0, 0),
      key(6, 10, 0, 0, 0), key(7, 0, 0, 0, 0),
    ]
    for (a, b) in zip(ascending, ascending.dropFirst()) { #expect(a < b) }
  }

  @Test("a part that does not fit its bits traps")
  func ranges() async {
    await #expect(processExitsWith: .failure) {
      _ = EventKey(
        at: Instant(sinceEpoch: -1), kind: 0, entity: 0, source: 0, attempt: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = EventKey(at: .never, kind: 0, entity: 0, source: 0, attempt: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = EventKey(
        at: Instant(sinceEpoch: 0), kind: 0, entity: 1 << 28, source: 0, attempt: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = EventKey(
        at: Instant(sinceEpoch: 0), kind: 0, entity: 0, source: 1 << 28, attempt: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = EventKey(
        at: Instant(sinceEpoch: 0), kind: 0, entity: 0, source: 0, attempt: 1 << 12)
    }
  }
}
