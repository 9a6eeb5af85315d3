import Experiments
import FleetModel

/// Samples for tests, reproducible from a seed.
struct TestSamples {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number in 0..<1.
  mutating func uniform() -> Double { Double(word() >> 11) / 9_007_199_254_740_992 }

  /// A standard normal number, exactly distributed.
  mutating func normal() -> Double {
    NormalDistribution.quantile(uniform() + 0.5 / 9_007_199_254_740_992)
  }

  /// Normal samples of one arm.
  mutating func normals(_ count: Int, mean: Double = 0) -> [Sample] {
    (0..<count).map { _ in .finite(mean + normal()) }
  }

  /// Each sample plus a shift and noise: an arm that shares random numbers with another.
  mutating func shifted(_ samples: [Sample], by shift: Double, noise: Double) -> [Sample] {
    samples.map { sample in
      guard case .finite(let value) = sample else { return sample }
      return .finite(value + shift + noise * normal())
    }
  }

  /// The elements in another order.
  mutating func permuted<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(word() % UInt64(last + 1)))
    }
    return elements
  }
}

/// Finite samples.
func finite(_ values: [Double]) -> [Sample] { values.map(Sample.finite) }

extension ComparisonSettings {
  /// Settings without quantiles, for many comparisons.
  static var fast: ComparisonSettings {
    var settings = ComparisonSettings()
    settings.quantiles = []
    return settings
  }
}

/// Whether two numbers are within a distance.
func near(_ a: Double?, _ b: Double, _ distance: Double = 1e-10) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= distance
}

/// Twenty-five replications of two arms with a correlation of 0.91.
enum PairedExample {
  static let baseline = [
    103.46, 108.22, 103.3, 86.97, 109.05, 104.46, 94.63, 105.81, 103.65, 102.94, 100.28, 105.47,
    92.64, 98.37, 95.18, 105.99, 100.4, 97.08, 92.18, 97.43, 100.08, 97.24, 112.94, 110.07, 72.89,
  ]
  static let candidate = [
    93.9, 105.52, 99.61, 85.82, 107.92, 110.93, 88.18, 102.3, 109.82, 103.53, 100.93, 101.41,
    84.05, 97.04, 93.62, 99.08, 95.67, 94.79, 86.4, 95.04, 98.46, 95.38, 108.91, 110.44, 74.45,
  ]
}
