public import Determinism

/// A quantile over runs in both arms and the difference of the two.
public struct QuantileDifference: Hashable, Sendable {
  /// Which quantile.
  public let quantile: Ratio
  /// The fewest runs that estimate it.
  public let minimumRuns: Int
  /// The baseline; nil below the fewest runs.
  public let baseline: QuantileEstimate?
  /// The candidate; nil below the fewest runs.
  public let candidate: QuantileEstimate?
  /// Candidate less baseline: 0 where both are never, ±∞ where one is; nil below the fewest runs.
  public let difference: Double?
  /// The BCa bootstrap interval of the difference; nil below the fewest runs.
  public let interval: Interval?

  /// Estimates from sorted pairs.
  init(_ quantile: Ratio, sorted pairs: [SamplePair], settings: ComparisonSettings) {
    self.quantile = quantile
    let x = pairs.map(\.baseline)
    let y = pairs.map(\.candidate).sorted()
    minimumRuns = OrderStatistics.minimumRuns(quantile, alpha: settings.alpha)
    baseline = QuantileEstimate(quantile, ascending: x, alpha: settings.alpha)
    candidate = QuantileEstimate(quantile, ascending: y, alpha: settings.alpha)
    guard let baseline, let candidate else {
      difference = nil
      interval = nil
      return
    }
    difference = SamplePair(baseline: baseline.value, candidate: candidate.value).difference
    interval = QuantileBootstrap(quantile, sorted: pairs).interval(settings: settings)
  }
}

/// Resamples replications for both arms jointly and looks at the difference of a quantile.
private struct QuantileBootstrap {
  let rank: Int
  let quantile: Ratio
  let pairs: [SamplePair]
  /// Pair numbers by ascending candidate value.
  let byCandidate: [Int]

  init(_ quantile: Ratio, sorted pairs: [SamplePair]) {
    self.quantile = quantile
    self.pairs = pairs
    rank = OrderStatistics.rank(quantile, runs: pairs.count)
    byCandidate = pairs.indices.sorted {
      pairs[$0].candidate == pairs[$1].candidate
        ? $0 < $1 : pairs[$0].candidate < pairs[$1].candidate
    }
  }

  /// The difference when pair i is present `counts[i]` times, of the given rank.
  private func difference(_ counts: [Int], rank: Int) -> Double {
    var reached = 0
    let x = pairs.indices.first {
      reached += counts[$0]
      return reached >= rank
    }
    reached = 0
    let y = byCandidate.first {
      reached += counts[$0]
      return reached >= rank
    }
    guard let x, let y else { preconditionFailure("rank \(rank) of \(pairs.count) pairs") }
    return SamplePair(baseline: pairs[x].baseline, candidate: pairs[y].candidate).difference
  }

  /// The bias-corrected and accelerated interval of Efron (1987).
  ///
  /// Without acceleration where leaving one run out makes the difference infinite.
  func interval(settings: ComparisonSettings) -> Interval {
    let estimate = difference([Int](repeating: 1, count: pairs.count), rank: rank)
    let resampled = resampledDifferences(settings).sorted()
    let total = Double(resampled.count)
    let below = Double(resampled.count { $0 < estimate })
    let ties = Double(resampled.count { $0 == estimate })
    let share = min(max((below + ties / 2) / total, 0.5 / total), 1 - 0.5 / total)
    let bias = NormalDistribution.quantile(share)
    let acceleration = acceleration()
    func end(_ z: Double) -> Double {
      let shifted = bias + (bias + z) / (1 - acceleration * (bias + z))
      let position = NormalDistribution.cumulative(shifted) * total
      return resampled[min(resampled.count - 1, max(0, Int(position)))]
    }
    return Interval(lower: end(-settings.deviate), upper: end(settings.deviate))
  }

  private func resampledDifferences(_ settings: ComparisonSettings) -> [Double] {
    // SplitMix64 proper: a Weyl sequence, mixed.
    var state = settings.seed
    let size = UInt64(pairs.count)
    return (0..<settings.resamples).map { _ in
      var counts = [Int](repeating: 0, count: pairs.count)
      for _ in pairs.indices {
        state &+= 0x9E37_79B9_7F4A_7C15
        counts[Int(SplitMix64.mix(state).multipliedFullWidth(by: size).high)] += 1
      }
      return difference(counts, rank: rank)
    }
  }

  /// The difference without each pair in turn, in no particular order.
  private func leaveOneOutDifferences() -> [Double] {
    let rank = OrderStatistics.rank(quantile, runs: pairs.count - 1)
    return byCandidate.indices.map { place in
      // Whatever stands before the rank shifts the next value into it.
      let x = pairs[byCandidate[place] < rank ? rank : rank - 1].baseline
      let y = pairs[byCandidate[place < rank ? rank : rank - 1]].candidate
      return SamplePair(baseline: x, candidate: y).difference
    }
  }

  /// Efron's acceleration from the differences with one run left out.
  private func acceleration() -> Double {
    guard pairs.count > 1 else { return 0 }
    let left = leaveOneOutDifferences()
    guard left.allSatisfy({ abs($0) < .infinity }) else { return 0 }
    let mean = left.reduce(0, +) / Double(left.count)
    var squares = 0.0
    var cubes = 0.0
    for value in left {
      let distance = mean - value
      squares += distance * distance
      cubes += distance * distance * distance
    }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}
