import Determinism
import Testing

@Suite("Binomial draws")
struct BinomialTests {
  /// The probabilities of the quantiles.
  static let probabilities = [0.000001, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 0.999999]

  /// Count, probability in parts per billion, `scipy.stats.binom.ppf` of scipy 1.17.1.
  static let quantiles: [(Int64, Int64, [Int64])] = [
    (1_000, 10_000_000, [0, 2, 5, 8, 10, 12, 15, 21, 28]),
    (100, 300_000_000, [10, 17, 23, 28, 30, 32, 38, 45, 53]),
    (20, 500_000_000, [1, 3, 6, 9, 10, 11, 14, 17, 19]),
    (1_000_000, 10_000, [0, 2, 5, 8, 10, 12, 15, 21, 28]),
    (3_000, 10_500_000, [9, 16, 23, 28, 31, 34, 41, 50, 61]),
    (3_100, 10_500_000, [9, 17, 24, 29, 32, 35, 42, 51, 63]),
    (10_000, 10_000_000, [56, 71, 84, 95, 100, 105, 117, 132, 151]),
    (1_000, 500_000_000, [425, 451, 474, 492, 500, 508, 526, 549, 575]),
    (100_000, 200_000_000, [19401, 19610, 19792, 19934, 20000, 20066, 20208, 20392, 20603]),
    (
      1_000_000_000, 13_000_000,
      [12982977, 12988932, 12994108, 12998121, 13000000, 13001878, 13005892, 13011071, 13017030]
    ),
    (
      1_000_000_000_000, 1_000,
      [995250, 996911, 998355, 999475, 1000000, 1000524, 1001645, 1003092, 1004757]
    ),
    (50, 950_000_000, [38, 42, 45, 47, 48, 48, 50, 50, 50]),
    (2_000, 970_000_000, [1901, 1915, 1927, 1936, 1940, 1944, 1952, 1962, 1973]),
    (1_000_000_000, 1, [0, 0, 0, 0, 1, 1, 3, 5, 9]),
  ]

  private static func draw(_ word: UInt64, _ count: Int64, _ parts: Int64) -> Int64 {
    RandomWords(first: word, second: 0).binomial(count, Ratio(partsPerBillion: parts))
  }

  @Test("quantiles are those of scipy: exactly where few are expected, else off by at most one")
  func references() {
    for (count, parts, expected) in Self.quantiles {
      let isExact = count * min(parts, 1_000_000_000 - parts) < 32_000_000_000
      for (probability, quantile) in zip(Self.probabilities, expected) {
        let drawn = Self.draw(UInt64(probability * 0x1p64), count, parts)
        #expect(
          abs(drawn - quantile) <= (isExact ? 0 : 1),
          "\(probability) of \(count) × \(parts) ppb: \(drawn), not \(quantile)")
      }
    }
  }

  @Test("a larger word never gives fewer, and all words stay in range")
  func monotone() {
    for (count, parts, _) in Self.quantiles {
      var last: Int64 = 0
      for step in 0...4_096 as ClosedRange<UInt64> {
        let word = step == 4_096 ? UInt64.max : step << 52
        let drawn = Self.draw(word, count, parts)
        #expect((last...count).contains(drawn), "\(count) × \(parts) ppb at word \(word)")
        last = drawn
      }
    }
  }

  @Test("nothing happens of nothing or at no probability, and all of it at one")
  func edges() {
    for word in [0, 1, UInt64.max / 2, .max] {
      #expect(Self.draw(word, 0, 500_000_000) == 0)
      #expect(Self.draw(word, 1_000_000_000_000, 0) == 0)
      #expect(Self.draw(word, 1_000_000_000_000, 1_000_000_000) == 1_000_000_000_000)
    }
  }

  /// n draws have mean m = k p and variance v = k p (1−p); their mean is off by √(v ÷ n).
  @Test("means are those of the law within four standard errors")
  func means() {
    let stream = RandomStream(seed: 11, replication: 0)
    for (count, parts) in [(300, 20_000_000), (5_000, 30_000_000)] as [(Int64, Int64)] {
      let draws = 4_000
      let sum = (0..<draws).reduce(Int64(0)) { sum, draw in
        let words = stream.words(entity: UInt64(count), .test, UInt32(draw))
        return sum + words.binomial(count, Ratio(partsPerBillion: parts))
      }
      let share = Double(parts) / 1e9
      let mean = Double(count) * share
      let error = (mean * (1 - share) / Double(draws)).squareRoot()
      #expect(abs(Double(sum) / Double(draws) - mean) < 4 * error)
    }
  }
}
