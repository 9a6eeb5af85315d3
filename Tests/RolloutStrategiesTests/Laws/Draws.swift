import Determinism

/// Draws one after the other from one seed, so that a failing case is made again from its seed.
struct Draws {
  private let stream: RandomStream
  private var ordinal: UInt32 = 0

  init(seed: UInt64, purpose: UInt32 = 0) {
    stream = RandomStream(seed: seed, replication: purpose)
  }

  private mutating func next() -> RandomWords {
    defer { ordinal += 1 }
    return stream.words(entity: 0, .test, ordinal)
  }

  /// A whole number from a range.
  mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next().below(UInt64(range.count)))
  }

  /// Whether something of so many percent happens.
  mutating func chance(_ percent: Int64) -> Bool { next().chance(.percent(percent)) }

  /// A length of time from a range of seconds, to the microsecond, so that few things coincide.
  mutating func seconds(_ range: ClosedRange<Int>) -> Microseconds {
    let from = Microseconds.seconds(Int64(range.lowerBound))
    let width = UInt64(range.count - 1) * 1_000_000 + 1
    return from + Microseconds(Int64(next().below(width)))
  }

  /// One of several.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(0...elements.count - 1)]
  }

  /// The numbers below a count, in drawn order.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in order.indices.dropFirst().reversed() { order.swapAt(index, int(0...index)) }
    return order
  }
}
