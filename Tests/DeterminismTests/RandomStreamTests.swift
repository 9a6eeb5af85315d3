import Determinism
import Testing

@Suite("Philox4x32")
struct Philox4x32Tests {
  /// One line of Random123's `kat_vectors` file, `philox4x32 10`.
  struct Vector: Sendable {
    let counter: [UInt64]
    let key: [UInt64]
    let output: [UInt64]
  }

  static let published = [
    Vector(
      counter: [0, 0, 0, 0], key: [0, 0],
      output: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Vector(
      counter: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff],
      key: [0xffff_ffff, 0xffff_ffff],
      output: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Vector(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      key: [0xa409_3822, 0x299f_31d0],
      output: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test("gives the published words for the published counters", arguments: published)
  func knownAnswers(vector: Vector) {
    let (c, k, o) = (vector.counter, vector.key, vector.output)
    let block = Philox4x32.block(
      key: k[0] | k[1] << 32, counter: (high: c[2] | c[3] << 32, low: c[0] | c[1] << 32))
    #expect(block.first == o[0] | o[1] << 32)
    #expect(block.second == o[2] | o[3] << 32)
  }
}

@Suite("RandomStream")
struct RandomStreamTests {
  let stream = RandomStream(seed: 0x5EED, replication: 7)

  /// The squared deviations of 256 counts from the expected count, over the expected count.
  static func chiSquare(_ counts: [Int], expected: Int) -> Int {
    counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / expected
  }

  @Test(
    "every purpose is uniform over entities, ordinals and replications",
    arguments: RandomPurpose.allCases)
  func uniform(purpose: RandomPurpose) {
    // 255 degrees of freedom: scipy.stats.chi2.ppf gives 155 at 10⁻⁶ less and 378 at 10⁻⁶ more.
    for byte in [0, 24, 56] {
      var counts = [[Int]](repeating: .init(repeating: 0, count: 256), count: 3)
      for index: UInt32 in 0..<25_600 {
        let other = RandomStream(seed: 0x5EED, replication: index)
        let draws = [
          stream.words(entity: UInt64(index), purpose, 0),
          stream.words(entity: 1, purpose, index),
          other.words(entity: 1, purpose, 0),
        ]
        for (kind, words) in draws.enumerated() {
          counts[kind][Int(words.first >> UInt64(byte) & 255)] += 1
          counts[kind][Int(words.second >> UInt64(byte) & 255)] += 1
        }
      }
      for kind in 0..<3 {
        let statistic = Self.chiSquare(counts[kind], expected: 200)
        #expect((156...376).contains(statistic), "seed 0x5EED, byte \(byte), address part \(kind)")
      }
    }
  }

  @Test("a draw does not depend on what was drawn before")
  func callOrder() {
    let addresses = (0..<100).map { (UInt64($0) % 10, UInt32($0) / 10) }
    let forward = addresses.map { stream.words(entity: $0.0, .test, $0.1) }
    let backward = addresses.reversed().map { stream.words(entity: $0.0, .test, $0.1) }
    #expect(forward == backward.reversed())
  }

  @Test("every part of the address counts")
  func addressParts() {
    let words = [
      stream.words(entity: 1, .test, 1), stream.words(entity: 2, .test, 1),
      stream.words(entity: 1, .link, 1), stream.words(entity: 1, .test, 2),
      RandomStream(seed: 0x5EED, replication: 8).words(entity: 1, .test, 1),
      RandomStream(seed: 0x5EEE, replication: 7).words(entity: 1, .test, 1),
      stream.words(entity: 1 << 32, .test, 1), stream.words(entity: 1 << 63, .test, 1),
    ]
    #expect(Set(words).count == words.count)
  }

  @Test("the address is packed as entity 64, purpose 8, replication 24, ordinal 32")
  func layout() {
    let words = RandomStream(seed: 3, replication: 0xAB_CDEF)
      .words(entity: 0x0123_4567_89AB_CDEF, .test, 0xDEAD_BEEF)
    let block = Philox4x32.block(
      key: 3, counter: (high: 0x0123_4567_89AB_CDEF, low: 0xFFAB_CDEF_DEAD_BEEF))
    #expect(words == RandomWords(first: block.first, second: block.second))
  }

  @Test("a replication beyond 24 bits traps")
  func replicationRange() async {
    #expect(RandomStream(seed: 1, replication: 1 << 24 - 1).replication == 1 << 24 - 1)
    await #expect(processExitsWith: .failure) {
      _ = RandomStream(seed: 1, replication: 1 << 24)
    }
  }
}

@Suite("RandomWords")
struct RandomWordsTests {
  let stream = RandomStream(seed: 42, replication: 0)

  @Test("a bounded draw stays below its bound and reaches both ends")
  func bounds() {
    #expect(RandomWords(first: 0, second: 0).below(1_000) == 0)
    #expect(RandomWords(first: .max, second: 0).below(1_000) == 999)
    #expect(RandomWords(first: .max, second: 0).below(1) == 0)
    #expect(RandomWords(first: .max, second: 0).below(.max) == UInt64.max - 1)
    var counts = [Int](repeating: 0, count: 7)
    for ordinal: UInt32 in 0..<7_000 {
      counts[Int(stream.words(entity: 9, .test, ordinal).below(7))] += 1
    }
    // Binomial(7000, 1/7) has standard deviation 29.3.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 147 }, "\(counts)")
  }

  @Test("a chance of zero never happens, a chance of one always does")
  func chanceEnds() {
    #expect(!RandomWords(first: 0, second: 0).chance(.zero))
    #expect(RandomWords(first: .max, second: .max).chance(.one))
    #expect(RandomWords(first: 0, second: 0).chance(Ratio(partsPerBillion: 1)))
    #expect(!RandomWords(first: .max, second: 0).chance(Ratio(partsPerBillion: 999_999_999)))
  }

  @Test("a chance happens as often as it says")
  func chanceShare() {
    let happened = (0..<100_000 as Range<UInt32>).count { ordinal in
      stream.words(entity: 5, .test, ordinal).chance(.percent(3))
    }
    // Binomial(100000, 0.03) has standard deviation 53.9.
    #expect(abs(happened - 3_000) < 270)
  }

  @Test("a weighted choice follows the weights and never takes a weight of zero")
  func choice() {
    var counts = [0, 0, 0, 0]
    for ordinal: UInt32 in 0..<10_000 {
      counts[stream.words(entity: 6, .test, ordinal).choice(weights: [0, 1, 6, 3])] += 1
    }
    #expect(counts[0] == 0)
    #expect(abs(counts[1] - 1_000) < 150 && abs(counts[2] - 6_000) < 245, "\(counts)")
    #expect(RandomWords(first: .max, second: 0).choice(weights: [1, 1, 0]) == 1)
  }

  @Test("order keys are distinct and do not follow the entities' order")
  func orderKeys() {
    let keys = (0..<10_000 as Range<UInt64>).map {
      stream.words(entity: $0, .order, 0).orderKey
    }
    #expect(Set(keys).count == keys.count)
    let ascents = zip(keys, keys.dropFirst()).count { $0 < $1 }
    // A random permutation of n has (n − 1) / 2 ascents with variance (n + 1) / 12.
    #expect(abs(ascents - 5_000) < 145)
  }
}
