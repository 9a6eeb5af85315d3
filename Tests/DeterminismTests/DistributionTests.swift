import Determinism
import Testing

/// The difference of two lengths relative to the expected one.
private func error(_ actual: Microseconds, _ expected: Int64) -> Double {
  (Double(actual.count) - Double(expected)).magnitude / Double(expected)
}

@Suite("Distribution")
struct DistributionTests {
  let second: Int64 = 1_000_000
  let exponential = Distribution.exponential(mean: Microseconds(1_000_000_000_000))
  let lognormal = Distribution.lognormal(
    median: Microseconds(1_000_000_000_000), sigma: .percent(80))
  /// Outages as they are seen: mostly minutes, now and then most of a day.
  let outages = Distribution.mixture([
    .init(weight: .percent(90), .exponential(mean: .minutes(10))),
    .init(weight: .percent(10), .exponential(mean: .hours(12))),
  ])
  let empirical = Distribution.empirical(points: [
    .init(at: .zero, .seconds(1)), .init(at: .percent(50), .seconds(2)),
    .init(at: .percent(50), .seconds(4)), .init(at: .percent(90), .seconds(4)),
    .init(at: .one, .seconds(24)),
  ])

  /// Reference quantiles.
  ///
  /// A word, and the exponential (mean 10¹²) and lognormal (median 10¹², sigma 0.8) quantiles at
  /// word × 2⁻⁶⁴: 10⁻⁶ … 1 − 10⁻⁶. From mpmath at 40 digits, checked against scipy.stats.
  static let quantiles: [(UInt64, Int64, Int64)] = [
    (0x000010C6F7A0B5ED, 1_000_001, 22_309_572_176),
    (0x00068DB8BAC710CB, 100_005_000, 51_036_552_445),
    (0x004189374BC6A7F0, 1_000_500_334, 84_400_171_539),
    (0x028F5C28F5C28F60, 10_050_335_854, 155_504_859_160),
    (0x1999999999999A00, 105_360_515_658, 358_709_915_325),
    (0x4000000000000000, 287_682_072_452, 582_986_178_677),
    (0x6666666666666800, 510_825_623_766, 816_541_384_586),
    (0x7D70A3D70A3D7000, 673_344_553_264, 980_144_639_769),
    (0x8000000000000000, 693_147_180_560, 1_000_000_000_000),
    (0x828F5C28F5C29000, 713_349_887_877, 1_020_257_581_815),
    (0x9999999999999800, 916_290_731_874, 1_224_677_669_591),
    (0xC000000000000000, 1_386_294_361_120, 1_715_306_531_400),
    (0xE666666666666800, 2_302_585_092_994, 2_787_767_935_249),
    (0xFD70A3D70A3D7000, 4_605_170_185_988, 6_430_667_217_737),
    (0xFFBE76C8B4395800, 6_907_755_278_982, 11_848_317_151_139),
    (0xFFF972474538F000, 9_210_340_371_976, 19_593_799_974_538),
    (0xFFFFEF39085F4800, 13_815_510_557_936, 44_823_808_906_313),
  ]

  @Test("quantiles agree with reference values within the stated errors")
  func referenceQuantiles() {
    for (word, ofExponential, ofLognormal) in Self.quantiles {
      let words = RandomWords(first: word, second: 0)
      // Half a microsecond of rounding is 5 × 10⁻⁷ of the smallest value.
      let rounding = 0.6 / Double(ofExponential)
      #expect(error(exponential.sample(words), ofExponential) < 1e-10 + rounding)
      #expect(error(lognormal.sample(words), ofLognormal) < 0.8e-8)
    }
  }

  /// Reference quantiles of maxima.
  ///
  /// Draws k, a word, and the quantiles of the largest of k: exponential, lognormal, and a mixture
  /// of 0.9 × Exp(10⁹) and 0.1 × Exp(7.2 × 10¹⁰). From mpmath at 50 digits.
  static let maxima: [(Int, UInt64, Int64, Int64, Int64)] = [
    (2, 0x10000000000, 244_170_432, 61_440_670_121, 270_886),
    (2, 0x8000000000000000, 1_227_947_177_300, 1_546_449_577_732, 1_529_420_783),
    (2, 0xFFFC000000000000, 10_397_192_449_261, 24_705_235_683_207, 582_811_729_651),
    (10, 0x10000000000, 210_060_226_009, 494_653_935_600, 235_915_666),
    (10, 0x8000000000000000, 2_703_555_191_862, 3_316_844_304_743, 28_869_847_119),
    (10, 0xFFFC000000000000, 12_006_618_154_328, 33_085_028_546_643, 698_690_380_416),
    (1000, 0x10000000000, 4_104_520_604_537, 5_505_276_568_523, 129_739_356_831),
    (1000, 0x8000000000000000, 7_274_614_753_135, 12_910_895_874_685, 357_986_135_530),
    (1000, 0xFFFC000000000000, 16_611_785_318_986, 68_874_785_908_392, 1_030_262_416_271),
    (1000000, 0x10000000000, 11_003_977_965_953, 27_656_808_364_576, 626_500_286_853),
    (1000000, 0x8000000000000000, 14_182_023_825_120, 47_540_030_240_345, 855_319_588_713),
    (1000000, 0xFFFC000000000000, 23_519_540_567_480, 172_325_435_927_592, 1_527_620_794_163),
  ]

  @Test("the maximum of k draws agrees with reference values")
  func referenceMaxima() {
    let mixture = Distribution.mixture([
      .init(weight: .percent(90), .exponential(mean: .seconds(1_000))),
      .init(weight: .percent(10), .exponential(mean: .seconds(72_000))),
    ])
    for (count, word, ofExponential, ofLognormal, ofMixture) in Self.maxima {
      let words = RandomWords(first: word, second: 0)
      #expect(error(exponential.sample(words, maxOf: count), ofExponential) < 1e-8)
      #expect(error(lognormal.sample(words, maxOf: count), ofLognormal) < 1e-8)
      #expect(error(mixture.sample(words, maxOf: count), ofMixture) < 1e-5)
    }
  }

  @Test("the maximum of one draw is the draw")
  func maximumOfOne() {
    for ordinal: UInt32 in 0..<100 {
      let words = RandomStream(seed: 1, replication: 0).words(entity: 0, .test, ordinal)
      for distribution in [exponential, lognormal, outages, empirical] {
        #expect(distribution.sample(words, maxOf: 1) == distribution.sample(words))
      }
    }
  }

  @Test("a larger word gives no shorter length, at the ends too")
  func monotonic() {
    let ends: [UInt64] = [0, 1, 2, .max / 2, .max / 2 + 1, .max - 1, .max]
    let drawn = (0..<5_000 as Range<UInt32>).map {
      RandomStream(seed: 2, replication: 0).words(entity: 0, .test, $0).first
    }
    let near = drawn.flatMap { [$0, $0 &+ 1] }
    let words = (ends + near).sorted()
    let uniform = Distribution.uniform(from: .seconds(1), to: .seconds(3))
    for distribution in [exponential, lognormal, empirical, uniform] {
      let lengths = words.map { distribution.sample(RandomWords(first: $0, second: 0)) }
      #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 <= $1 }, "\(distribution)")
    }
  }

  /// The mean of a hundred thousand draws.
  private func drawnMean(_ draw: (RandomWords) -> Microseconds) -> Double {
    let stream = RandomStream(seed: 2026, replication: 0)
    var sum: Double = 0
    for ordinal: UInt32 in 0..<100_000 {
      sum += Double(draw(stream.words(entity: 3, .test, ordinal)).count)
    }
    return sum / 100_000
  }

  /// A distribution, its mean and its residual's mean (formulas of renewal theory in Python), and
  /// how far a mean of 10⁵ draws may be off: about five standard errors.
  private var means: [(Distribution, Double, Double, Double)] {
    [
      (.constant(.seconds(3)), 3e6, 1.5e6, 0.01),
      (.uniform(from: .seconds(2), to: .seconds(6)), 4e6, 2_166_666.67, 0.01),
      (.exponential(mean: .minutes(5)), 3e8, 3e8, 0.016),
      (
        .lognormal(median: .seconds(1), sigma: .percent(50)), 1_133_148.453, 727_495.707, 0.016
      ),
      (empirical, 3_750_000, 4_066_666.67, 0.02),
      (outages, 4.86e9, 3.846667e10, 0.08),
    ]
  }

  @Test("draws and residual draws have the means that theory gives")
  func drawnMeans() {
    for (distribution, mean, residualMean, tolerance) in means {
      #expect(error(distribution.mean, Int64(mean)) < 1e-6, "\(distribution)")
      let drawn = drawnMean(distribution.sample)
      #expect((drawn / mean - 1).magnitude < tolerance, "seed 2026, \(distribution)")
      let residual = drawnMean(distribution.residual)
      #expect((residual / residualMean - 1).magnitude < tolerance, "seed 2026, \(distribution)")
    }
  }

  @Test("the maximum of k draws has the mean of the largest of k separate draws")
  func maximumAgainstDraws() {
    let stream = RandomStream(seed: 77, replication: 0)
    for distribution in [empirical, outages] {
      var (direct, byDraws): (Double, Double) = (0, 0)
      for entity: UInt64 in 0..<400 {
        let words = stream.words(entity: entity, .podStart, 0)
        direct += Double(distribution.sample(words, maxOf: 8).count)
        let draws = (0..<8 as Range<UInt32>).map {
          distribution.sample(stream.words(entity: entity, .test, $0))
        }
        byDraws += draws.map { Double($0.count) }.max() ?? 0
      }
      #expect((direct / byDraws - 1).magnitude < 0.1, "seed 77, \(distribution)")
    }
  }

  @Test("extreme words and parameters stay within the range of lengths")
  func extremes() {
    let wide = Distribution.lognormal(
      median: Microseconds(1 << 61), sigma: Ratio(partsPerBillion: 8_000_000_000))
    let long = Distribution.exponential(mean: Microseconds(1 << 61))
    for word: UInt64 in [0, 1, 1 << 63, .max] {
      let words = RandomWords(first: word, second: .max)
      for distribution in [wide, long, .constant(.zero), .exponential(mean: .zero)] {
        #expect((0...1 << 62).contains(distribution.sample(words).count))
        #expect((0...1 << 62).contains(distribution.residual(words).count))
        #expect((0...1 << 62).contains(distribution.sample(words, maxOf: .max).count))
      }
    }
    #expect(long.sample(RandomWords(first: .max, second: 0)).count == 1 << 62)
  }

  @Test("unsound parameters are named, sound ones are not")
  func problems() {
    for distribution in [exponential, lognormal, outages, empirical] {
      #expect(distribution.problem == nil)
    }
    let unsound: [Distribution] = [
      .constant(Microseconds(-1)), .uniform(from: .seconds(2), to: .seconds(1)),
      .exponential(mean: Microseconds(-1)), .mixture([]),
      .lognormal(median: .seconds(1), sigma: Ratio(partsPerBillion: 9_000_000_000)),
      .empirical(points: [.init(at: .zero, .seconds(1))]),
      .empirical(points: [.init(at: .zero, .seconds(2)), .init(at: .one, .seconds(1))]),
      .empirical(points: [.init(at: .zero, .seconds(1)), .init(at: .percent(99), .seconds(2))]),
      .mixture([.init(weight: .one, .constant(Microseconds(-1)))]),
      .mixture([.init(weight: .zero, .constant(.seconds(1)))]),
    ]
    for distribution in unsound { #expect(distribution.problem != nil, "\(distribution)") }
  }
}
