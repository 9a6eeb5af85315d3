import Determinism

/// What a ramp may still risk, for every number of bad clusters that there may be.
struct RampRisk {
  /// Numbers of bad clusters that are looked at together.
  ///
  /// With fewer bad ones evidence misses them more often, with more of them a batch holds more: the
  /// ends of the range bound the risk of all of it.
  private struct BadCount {
    var bad: ClosedRange<Int>
    /// What is left of the stated probability.
    ///
    /// Unit: 2⁻⁶⁰.
    var left: UInt64
    /// How probable it is at most that the batches up to now did not stop the ramp.
    var missed = UpperNumber.one
  }

  private let clusters: Int
  private let budget: Int
  private let tolerated: Int
  private var ranges: [BadCount] = []
  /// Clusters in the batches up to now.
  private(set) var proven = 0

  init(clusters: Int, budget: Int, tolerated: Int, probability: Ratio) {
    self.clusters = clusters
    self.budget = budget
    self.tolerated = tolerated
    let share = min(probability, .one).partsPerBillion
    let left = UInt64(Int128(share) * Int128(UpperNumber.partsOfOne) / 1_000_000_000)
    var fewest = budget + 1
    while fewest <= clusters {
      let most = min(clusters, fewest + fewest / 16)
      ranges.append(BadCount(bad: fewest...most, left: left))
      fewest = most + 1
    }
  }

  /// The clusters that may fail in the next batch without exceeding the budget.
  var room: Int { proven == 0 ? budget : budget - tolerated }

  /// Works out what the batches up to now prove.
  mutating func look() {
    let sample = SampleBound(sample: proven, population: clusters)
    for index in ranges.indices {
      ranges[index].missed = sample.atMost(tolerated, ofMarked: ranges[index].bad.lowerBound)
    }
  }

  /// Whether a next batch takes no more than half of what is left.
  func allows(_ size: Int) -> Bool {
    ranges.allSatisfy { cost(of: size, $0) <= $0.left / 2 }
  }

  /// Counts a batch in.
  mutating func take(_ size: Int) {
    for index in ranges.indices { ranges[index].left -= cost(of: size, ranges[index]) }
    proven += size
  }

  /// How probable it is at most that the next batch exceeds the budget.
  ///
  /// Unit: 2⁻⁶⁰.
  private func cost(of size: Int, _ range: BadCount) -> UInt64 {
    guard size > room else { return 0 }
    let rest = clusters - proven
    let spent = SampleBound(sample: size, population: rest)
      .atLeast(room + 1, ofMarked: min(range.bad.upperBound, rest))
    return (range.missed * spent).parts
  }
}
