extension Distribution {
  /// A draw.
  public func sample(_ words: RandomWords) -> Microseconds {
    guard case .mixture(let branches) = self else { return Microseconds(quantile(words.first)) }
    let (index, rest) = words.split(branches.count) {
      UInt128(branches[$0].weight.partsPerBillion)
    }
    return branches[index].distribution.sample(rest)
  }

  /// The largest of several independent draws, from a single one.
  ///
  /// Inverse transform: the largest of k uniform numbers is distributed as u^(1/k). Equal to
  /// `sample` for one draw. O(1), but a mixture is searched and costs some microseconds.
  public func sample(_ words: RandomWords, maxOf count: Int) -> Microseconds {
    precondition(count > 0, "the maximum of \(count) draws")
    guard count > 1 else { return sample(words) }
    let word = FixedPoint.maximumWord(of: words.first, count: count)
    guard case .mixture = self else { return Microseconds(quantile(word)) }
    return Microseconds(searchedQuantile(word))
  }

  /// A draw of the time that is left when one looks at a random moment.
  ///
  /// The stationary residual (equilibrium) distribution of renewal theory: a uniform share of a
  /// length that is drawn with probability proportional to its size. Its mean is the mean square
  /// ÷ twice the mean. Zero for a distribution that is always zero.
  public func residual(_ words: RandomWords) -> Microseconds {
    switch self {
    case .exponential:
      return sample(words)
    case .mixture(let branches):
      let weights = branches.map { branch in
        UInt128(branch.weight.partsPerBillion)
          * UInt128(branch.distribution.mean.count.magnitude)
      }
      guard weights.contains(where: { $0 > 0 }) else { return .zero }
      let (index, rest) = words.split(weights.count) { weights[$0] }
      return branches[index].distribution.residual(rest)
    case .constant, .uniform, .lognormal, .empirical:
      let length = lengthBiased(words.first).magnitude
      return Microseconds(Int64(words.second.multipliedFullWidth(by: length).high))
    }
  }

  /// The mean, rounded to the nearest microsecond; at most 2⁶² µs.
  public var mean: Microseconds {
    switch self {
    case .constant(let length), .exponential(let length):
      return length
    case .uniform(let from, let to):
      return Microseconds(from.count + (to.count - from.count) / 2)
    case .lognormal(let median, let sigma):
      return Microseconds(
        FixedPoint.scaledExp(Self.variance(sigma) / 2, times: median.count))
    case .empirical(let points):
      let doubled = Self.segmentWeights(points).reduce(0, +)
      return Microseconds(Int64(doubled / 2_000_000_000))
    case .mixture(let branches):
      let total = branches.reduce(UInt128(0)) { $0 + UInt128($1.weight.partsPerBillion) }
      let sum = branches.reduce(UInt128(0)) { sum, branch in
        sum + UInt128(branch.weight.partsPerBillion)
          * UInt128(branch.distribution.mean.count.magnitude)
      }
      return Microseconds(Int64((sum + total / 2) / total))
    }
  }
}

extension Distribution {
  /// The length that a share word × 2⁻⁶⁴ of draws does not exceed; not for mixtures.
  private func quantile(_ word: UInt64) -> Int64 {
    switch self {
    case .constant(let length):
      return length.count
    case .uniform(let from, let to):
      let size = UInt64(to.count - from.count) + 1
      return from.count + Int64(word.multipliedFullWidth(by: size).high)
    case .exponential(let mean):
      return FixedPoint.exponential(word, mean: mean.count)
    case .lognormal(let median, let sigma):
      return Self.lognormal(median.count, sigma, word)
    case .empirical(let points):
      return Self.interpolate(points, word)
    case .mixture:
      preconditionFailure("a mixture has no table of quantiles")
    }
  }

  /// The lognormal quantile: factor × e^(sigma × z).
  private static func lognormal(_ factor: Int64, _ sigma: Ratio, _ word: UInt64) -> Int64 {
    let product = Int128(FixedPoint.normalQuantile(word)) * Int128(sigma.partsPerBillion)
    return FixedPoint.scaledExp(Int64((product << 12) / 1_000_000_000), times: factor)
  }

  /// The square of sigma in Q48.
  private static func variance(_ sigma: Ratio) -> Int64 {
    let parts = Int128(sigma.partsPerBillion)
    return Int64(((parts * parts) << 48) / 1_000_000_000_000_000_000)
  }

  /// A length drawn with probability proportional to its size; not for mixtures.
  private func lengthBiased(_ word: UInt64) -> Int64 {
    switch self {
    case .uniform(let from, let to):
      return Self.lengthBiased(from.count, to.count, word)
    case .lognormal(let median, let sigma):
      let shifted = FixedPoint.scaledExp(Self.variance(sigma), times: median.count)
      return Self.lognormal(shifted, sigma, word)
    case .empirical(let points):
      let weights = Self.segmentWeights(points)
      guard weights.contains(where: { $0 > 0 }) else { return 0 }
      let (index, rest) = RandomWords(first: word, second: 0).split(weights.count) { weights[$0] }
      return Self.lengthBiased(
        points[index].value.count, points[index + 1].value.count, rest.first)
    case .constant, .exponential, .mixture:
      return quantile(word)
    }
  }

  /// The length-biased quantile of a uniform length: √(a² + u (b² − a²)).
  private static func lengthBiased(_ a: Int64, _ b: Int64, _ word: UInt64) -> Int64 {
    let low = UInt128(a.magnitude) * UInt128(a.magnitude)
    let range = UInt128(b.magnitude) * UInt128(b.magnitude) - low
    return Int64(FixedPoint.squareRoot(low + range.share(word)))
  }

  /// Twice the mean of each segment between two points, times its share in parts per billion.
  private static func segmentWeights(_ points: [Point]) -> [UInt128] {
    zip(points, points.dropFirst()).map { a, b in
      UInt128(b.at.partsPerBillion - a.at.partsPerBillion)
        * (UInt128(a.value.count.magnitude) + UInt128(b.value.count.magnitude))
    }
  }

  /// The inverse distribution function between its points.
  private static func interpolate(_ points: [Point], _ word: UInt64) -> Int64 {
    // The share in parts per billion, Q32.
    let full = word.multipliedFullWidth(by: 1_000_000_000)
    let share = full.high << 32 | full.low >> 32
    guard let end = points.firstIndex(where: { UInt64($0.at.partsPerBillion) << 32 > share })
    else { preconditionFailure("no point lies above the share \(full.high) ppb") }
    let (a, b) = (points[end - 1], points[end])
    let within = UInt128(share - UInt64(a.at.partsPerBillion) << 32)
    let width = UInt128(b.at.partsPerBillion - a.at.partsPerBillion) << 32
    let rise = UInt128((b.value - a.value).count.magnitude)
    return a.value.count + Int64((rise * within + width / 2) / width)
  }

  /// The quantile of a mixture, by bisection between the least and greatest of its branches'.
  private func searchedQuantile(_ word: UInt64) -> Int64 {
    var (low, high) = bounds(word)
    while low < high {
      let middle = low + (high - low) / 2
      if share(upTo: middle) >= word { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The least and the greatest quantile of the distributions a mixture is made of.
  private func bounds(_ word: UInt64) -> (Int64, Int64) {
    guard case .mixture(let branches) = self else {
      let length = quantile(word)
      return (length, length)
    }
    var (low, high) = (Int64.max, Int64(0))
    for branch in branches where branch.weight > .zero {
      let (least, greatest) = branch.distribution.bounds(word)
      (low, high) = (min(low, least), max(high, greatest))
    }
    return (low, high)
  }

  /// The share of draws up to a length, as a word; found by bisection of the quantiles.
  private func share(upTo length: Int64) -> UInt64 {
    guard case .mixture(let branches) = self else {
      var word: UInt64 = 0
      for bit in stride(from: UInt64(63), through: 0, by: -1)
      where quantile(word | 1 << bit) <= length {
        word |= 1 << bit
      }
      return word
    }
    let total = branches.reduce(UInt128(0)) { $0 + UInt128($1.weight.partsPerBillion) }
    let sum = branches.reduce(UInt128(0)) { sum, branch in
      sum + UInt128(branch.weight.partsPerBillion)
        * UInt128(branch.distribution.share(upTo: length))
    }
    return UInt64(sum / total)
  }
}

extension UInt128 {
  /// This times word × 2⁻⁶⁴, rounded down to a multiple of 2⁻⁶⁴ and then to a whole number.
  func share(_ word: UInt64) -> UInt128 {
    let low = UInt64(truncatingIfNeeded: self).multipliedFullWidth(by: word).high
    return (self >> 64) * UInt128(word) + UInt128(low)
  }
}

extension RandomWords {
  /// A draw of the exponential distribution of a mean: what `Distribution` gives, without asking
  /// which distribution it is.
  public func exponential(mean: Microseconds) -> Microseconds {
    Microseconds(FixedPoint.exponential(first, mean: mean.count))
  }

  /// A weighted choice that leaves the position within the chosen weight as a fresh first word.
  ///
  /// The fresh word has as many random bits fewer as the choice used: log₂(total ÷ weight).
  @inline(__always)
  func split(_ count: Int, weight: (Int) -> UInt128) -> (index: Int, rest: RandomWords) {
    var sum: UInt128 = 0
    for index in 0..<count { sum += weight(index) }
    precondition(sum > 0, "\(count) weights sum to zero")
    // Scaled to 62 bits, which takes nothing from weights above 2⁻⁶¹ of the sum.
    let excess = UInt128(max(0, 66 - sum.leadingZeroBitCount))
    var total: UInt64 = 0
    for index in 0..<count { total += UInt64(weight(index) >> excess) }
    let position = first.multipliedFullWidth(by: total)
    var within = position.high
    for index in 0..<count {
      let weight = UInt64(weight(index) >> excess)
      if within < weight {
        let fraction = weight.dividingFullWidth((within, position.low)).quotient
        return (index, RandomWords(first: fraction, second: second))
      }
      within -= weight
    }
    preconditionFailure("drew \(within) beyond the sum \(sum) of the weights")
  }
}
