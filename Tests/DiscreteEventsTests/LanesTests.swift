import Determinism
import DiscreteEvents
import Foundation
import Testing

/// Values that several threads change at the same time.
@Suite struct LanesTests {
  /// A value that may not be copied, and tells when it is gone.
  private struct Part: ~Copyable {
    let number: Int
    var sum = 0
    let farewell: Farewell

    deinit { farewell.say() }
  }

  private final class Farewell: @unchecked Sendable {
    private let lock = NSLock()
    private var said = 0

    var count: Int { lock.withLock { said } }

    func say() { lock.withLock { said += 1 } }
  }

  private static let executors: [(String, LaneExecutor?)] = [
    ("in turn", nil),
    ("backwards", { count, body in for index in (0..<count).reversed() { body(index) } }),
    (
      "on threads",
      { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) }
    ),
  ]

  @Test("each value is made and changed once, whoever carries it out, and is let go of once")
  func change() {
    for (name, executor) in Self.executors {
      let farewell = Farewell()
      do {
        var lanes = Lanes(count: 5, on: executor) { Part(number: $0, farewell: farewell) }
        for round in 1...100 {
          lanes.changeAll(on: executor) { $0.sum += $0.number * round }
        }
        lanes[3].sum += 1
        for position in 0..<lanes.count {
          #expect(lanes[position].sum == position * 5_050 + (position == 3 ? 1 : 0), "\(name)")
        }
        #expect(farewell.count == 0)
      }
      #expect(farewell.count == 5)
    }
  }

  @Test("events are popped up to a key, which stays")
  func popBefore() {
    var list = BlockWheel()
    for entity: UInt32 in [3, 1, 2] { list.insert(key(entity)) }
    #expect(list.popNext(before: key(2))?.entity == 1)
    #expect(list.popNext(before: key(2)) == nil)
    #expect(list.popNext(before: key(9))?.entity == 2)
    #expect(list.count == 1)
  }

  private func key(_ entity: UInt32) -> EventKey {
    EventKey(at: .init(sinceEpoch: 10), kind: 1, entity: entity, source: 0, attempt: 0)
  }
}
