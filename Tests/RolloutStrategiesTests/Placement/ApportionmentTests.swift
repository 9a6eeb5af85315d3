import Testing

@testable import RolloutStrategies

@Suite("Division by largest remainder")
struct ApportionmentTests {
  @Test("worked by hand")
  func examples() {
    func parts(_ whole: Int64, _ weights: [Int64], ties: [UInt64] = [1, 2, 3]) -> [Int64] {
      Apportionment.parts(of: whole, by: weights, ties: ties)
    }
    #expect(parts(10, [1, 1, 1]) == [4, 3, 3])
    #expect(parts(10, [1, 1, 1], ties: [3, 2, 1]) == [3, 3, 4])
    #expect(parts(9, [2, 1, 1]) == [5, 2, 2], "4.5, 2.25 and 2.25")
    #expect(parts(5, [0, 0, 0]) == [2, 2, 1], "nobody weighs anything: all are equal")
    #expect(parts(5, [0, 3, 0]) == [0, 5, 0])
    #expect(parts(0, []) == [])
    #expect(parts(1 << 60, [1 << 60, 1 << 60, 0]) == [1 << 59, 1 << 59, 0])
  }

  @Test("parts are exact shares rounded down or up, add up, and do not hang on the order")
  func laws() {
    var draws = Draws(seed: 7)
    for _ in 0..<2_000 {
      let count = draws.int(1...8)
      let weights = (0..<count).map { _ in Int64(draws.int(0...12)) }
      let ties = (0..<count).map { UInt64($0) * 7 % 11 }
      let whole = Int64(draws.int(0...40))
      let parts = Apportionment.parts(of: whole, by: weights, ties: ties)
      #expect(parts.reduce(0, +) == whole)
      let total = weights.reduce(0, +)
      if total > 0 {
        for (part, weight) in zip(parts, weights) {
          // Exactly |part − whole · weight / total| < 1.
          #expect(abs(part * total - whole * weight) < total)
          #expect(whole > total || part <= weight)
        }
      }
      let turned = Apportionment.parts(of: whole, by: weights.reversed(), ties: ties.reversed())
      #expect(turned.reversed() == parts)
    }
  }
}
