import FleetModel

/// An estimate with its interval.
public struct Interval: Hashable, Sendable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// Makes an interval of two ends.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// The differences, candidate less baseline, of a metric that is finite in every replication.
///
/// All sums run over sorted pairs, so the order of the replications changes no bit.
public struct PairedDifference: Hashable, Sendable {
  /// Replications.
  public let pairs: Int
  /// The mean of the baseline.
  public let baselineMean: Double
  /// The mean of the candidate.
  public let candidateMean: Double
  /// The mean difference.
  public let mean: Double
  /// The standard deviation of the differences; nil below two pairs.
  public let standardDeviation: Double?
  /// The correlation of the arms; nil where one of them is constant.
  public let correlation: Double?
  /// How many times as many unpaired runs the pairing is worth; nil where nothing varies.
  public let gain: Double?
  /// The sample skewness of the differences; 0 where they do not vary.
  public let skewness: Double
  /// Differences other than zero.
  public let nonZero: Int

  /// Whether every difference is zero: the metric is identical in all runs.
  public var isIdentical: Bool { nonZero == 0 }

  /// Estimates from paired values by replication; traps when the lengths differ or are zero.
  public init(baseline: [Double], candidate: [Double]) {
    self.init(SamplePair.paired(baseline.map(Sample.finite), candidate.map(Sample.finite)))
  }

  /// Estimates from sorted finite pairs.
  init(_ sorted: [SamplePair]) {
    precondition(!sorted.isEmpty, "no pairs")
    let x = Moments(sorted.lazy.map(\.baseline))
    let y = Moments(sorted.lazy.map(\.candidate))
    let d = Moments(sorted.lazy.map(\.difference))
    pairs = sorted.count
    baselineMean = x.mean
    candidateMean = y.mean
    mean = d.mean
    nonZero = sorted.count { $0.difference != 0 }
    // Differences of equal size come out apart by rounding; that is no spread.
    let rounding = 1e-13 * max(abs(x.mean) + x.largest, abs(y.mean) + y.largest)
    let spread = d.deviation > rounding ? d.deviation : 0
    standardDeviation = sorted.count < 2 ? nil : spread
    skewness = spread > 0 ? d.skewness : 0
    gain =
      spread > 0
      ? (x.deviation * x.deviation + y.deviation * y.deviation) / (spread * spread) : nil
    var products = 0.0
    for pair in sorted { products += (pair.baseline - x.mean) * (pair.candidate - y.mean) }
    let scale = x.deviation * y.deviation * Double(sorted.count - 1)
    correlation = scale > 0 ? products / scale : nil
  }

  /// The standard error of the mean difference; nil below two pairs.
  public var standardError: Double? {
    standardDeviation.map { $0 / Double(pairs).squareRoot() }
  }

  /// The t-interval of the mean difference at 1 − `alpha`; nil below two pairs.
  public func interval(alpha: Double) -> Interval? {
    guard let standardError else { return nil }
    guard standardError > 0 else { return Interval(lower: mean, upper: mean) }
    let t = StudentT.quantile(1 - alpha / 2, degreesOfFreedom: Double(pairs - 1))
    return Interval(lower: mean - t * standardError, upper: mean + t * standardError)
  }

  /// The pairs needed to decide: ((z₁₋α⸝₂ + z_power) s / d)², d = max(margin, |mean|).
  ///
  /// Nil where d is 0 or the spread is unknown. At least the two pairs that a spread needs.
  public func pairsNeeded(margin: Double, settings: ComparisonSettings) -> Int? {
    guard let standardDeviation else { return nil }
    return SampleSize.runs(
      deviation: standardDeviation, distance: max(margin, abs(mean)), settings: settings)
  }
}

/// Mean, spread and skewness of a non-empty sequence, in its order.
private struct Moments {
  var mean: Double
  var deviation: Double
  var skewness: Double
  var largest: Double

  init(_ values: some Collection<Double>) {
    let count = Double(values.count)
    mean = values.reduce(0, +) / count
    var squares = 0.0
    var cubes = 0.0
    largest = 0
    for value in values {
      let distance = value - mean
      squares += distance * distance
      cubes += distance * distance * distance
      largest = max(largest, abs(distance))
    }
    deviation = count < 2 ? 0 : (squares / (count - 1)).squareRoot()
    let variance = squares / count
    skewness = variance > 0 ? cubes / count / (variance * variance.squareRoot()) : 0
  }
}

/// Numbers of runs that a decision is likely to need.
enum SampleSize {
  /// The runs that tell a distance apart at the set error rates; nil where there is none.
  static func runs(deviation: Double, distance: Double, settings: ComparisonSettings) -> Int? {
    guard distance > 0 else { return nil }
    let ratio = settings.powerDeviate * deviation / distance
    return max(2, rounded(up: ratio * ratio) ?? .max)
  }

  /// The runs after which none worse shows that fewer than the tolerated share are.
  ///
  /// The least n with (1 − share)ⁿ ≤ alpha: 59 for 5 % at 5 %.
  static func tolerating(_ settings: ComparisonSettings) -> Int {
    var runs = 0
    var chance = 1.0
    while chance > settings.alpha, runs < 1_000_000 {
      chance *= 1 - settings.toleratedShare
      runs += 1
    }
    return runs
  }

  /// The least integer at or above a value; nil beyond 10¹⁵.
  static func rounded(up value: Double) -> Int? {
    guard value < 1e15 else { return nil }
    let whole = Int(value)
    return Double(whole) < value ? whole + 1 : whole
  }

  /// The runs still missing, for a formula that may say that those present suffice.
  ///
  /// When it does and there is no decision all the same, as many again are asked for.
  static func more(needed: Int?, present: Int) -> Int? {
    guard let needed, needed < 1_000_000_000_000 else { return nil }
    return needed > present ? needed - present : max(1, present)
  }
}
