import Determinism

/// A source of arbitrary choices; the same seed makes the same ones.
struct Choices {
  private let seed: UInt64
  private var made: UInt64 = 0

  init(seed: UInt64) { self.seed = SplitMix64.mix(seed) }

  /// A whole number in a range.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    made += 1
    return range.lowerBound + Int(SplitMix64.mix(seed &+ made) % UInt64(range.count))
  }

  /// A length of whole seconds in a range.
  mutating func seconds(_ range: ClosedRange<Int>) -> DocumentNode {
    .text("\(number(range))s")
  }

  /// A count in a range.
  mutating func count(_ range: ClosedRange<Int>) -> DocumentNode { .text("\(number(range))") }

  /// A share in a range of whole percent.
  mutating func percent(_ range: ClosedRange<Int>) -> DocumentNode {
    .text("\(number(range))%")
  }

  /// One of several things.
  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[number(0...(elements.count - 1))]
  }

  /// Whether something of a probability in percent is so.
  mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }
}
