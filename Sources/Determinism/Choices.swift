/// Choices that a seed makes, one after the other: for drawing inputs, not for what is simulated.
///
/// A simulated draw is addressed by what it is for; these depend on how many came before.
package struct Choices {
  private let seed: UInt64
  private var made: UInt64 = 0

  /// Begins with the first choice of a seed.
  package init(seed: UInt64) { self.seed = SplitMix64.mix(seed) }

  /// A whole number in a range.
  package mutating func number(_ range: ClosedRange<Int>) -> Int {
    made += 1
    return range.lowerBound + Int(SplitMix64.mix(seed &+ made) % UInt64(range.count))
  }

  /// One of several things.
  package mutating func one<Element>(of elements: [Element]) -> Element {
    elements[number(0...(elements.count - 1))]
  }

  /// Whether something of a probability in percent is so.
  package mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }
}
