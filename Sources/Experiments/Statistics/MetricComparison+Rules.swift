/// The rules by which a comparison comes to its verdict.
extension MetricComparison {
  /// Chooses the rule, then fills in method, estimates, evidence and verdict.
  mutating func decide(_ settings: ComparisonSettings) {
    guard let signs, let strictSigns else { return }
    let rule: (evidence: ComparisonEvidence, moreRuns: Int?)
    if let finished {
      rule = decideWithoutMean(finished, signs, strictSigns, settings)
    } else if let paired, paired.isRareOrSkewed(settings) {
      show(.signTest, signs, settings)
      rule = (
        ComparisonEvidence(signs, strict: strictSigns, settings).agreeing(
          with: paired.mean * direction.sign),
        signs.runsNeeded(settings: settings)
          ?? (margin > 0
            ? SampleSize.tolerating(settings) : paired.runsForMean(margin: margin, settings))
      )
    } else if let paired {
      rule = decideByMean(paired, settings)
    } else {
      return
    }
    if strictSigns.discordant == 0 {
      verdict = .identical
      evidence = pairs >= settings.minimumPairs ? .identical : nil
    } else if pairs < settings.minimumPairs {
      verdict = .notEstimable(.tooFewPairs(pairs: pairs, needed: settings.minimumPairs))
    } else {
      evidence = rule.evidence
      verdict = ComparisonVerdict(
        rule.evidence, margin: margin, alpha: settings.alpha,
        moreRuns: SampleSize.more(needed: rule.moreRuns, present: pairs))
    }
  }

  private mutating func decideByMean(_ paired: PairedDifference, _ settings: ComparisonSettings)
    -> (ComparisonEvidence, Int?)
  {
    method = .pairedMean
    baseline = paired.baselineMean
    candidate = paired.candidateMean
    difference = paired.mean
    interval = paired.interval(alpha: settings.alpha)
    let evidence = ComparisonEvidence(
      gain: direction.sign * paired.mean, error: paired.standardError ?? 0, margin: margin
    ) { StudentT.upperTail($0, degreesOfFreedom: Double(paired.pairs - 1)) }
    return (evidence, paired.pairsNeeded(margin: margin, settings: settings))
  }

  /// McNemar on finishing, then the sign test, each at half the error probability.
  private mutating func decideWithoutMean(
    _ finished: PairedProportions, _ signs: PairedProportions, _ strict: PairedProportions,
    _ settings: ComparisonSettings
  ) -> (ComparisonEvidence, Int?) {
    // Finishing is good where the event should come soon, and bad where it should not come.
    let sign = -direction.sign
    let gain = sign * finished.difference
    let better = sign > 0 ? finished.risePValue : finished.fallPValue
    let worse = sign > 0 ? finished.fallPValue : finished.risePValue
    var evidence = ComparisonEvidence(signs, strict: strict, settings).agreeing(with: gain)
    let finishingDecides = 4 * min(better, worse) <= settings.alpha
    let signsDecide = 4 * min(evidence.better, evidence.worse) <= settings.alpha
    if signsDecide && !finishingDecides {
      show(.signTest, signs, settings)
    } else {
      show(.finished, finished, settings)
    }
    evidence.better = min(1, 2 * min(better, evidence.better))
    evidence.worse = min(1, 2 * min(worse, evidence.worse))
    evidence.worseAtAll = min(1, 2 * min(worse, evidence.worseAtAll))
    let needed = finished.runsNeeded(settings: settings) ?? signs.runsNeeded(settings: settings)
    return (evidence, needed)
  }

  private mutating func show(
    _ method: ComparisonMethod, _ shares: PairedProportions, _ settings: ComparisonSettings
  ) {
    self.method = method
    baseline = shares.baseline.estimate
    candidate = shares.candidate.estimate
    difference = shares.difference
    interval = shares.interval(alpha: settings.alpha)
  }
}

extension PairedDifference {
  /// Whether a t-interval of the mean would lie: few non-zero differences, or n < 25 g².
  ///
  /// Constant differences are neither: they have no spread that could be missed.
  func isRareOrSkewed(_ settings: ComparisonSettings) -> Bool {
    guard let standardDeviation, standardDeviation > 0 else { return false }
    let isRare = nonZero < settings.minimumNonZero && nonZero < pairs
    return isRare || Double(pairs) < 25 * skewness * skewness
  }

  /// The runs at which the mean is likely to have an honest interval that decides.
  func runsForMean(margin: Double, _ settings: ComparisonSettings) -> Int? {
    guard nonZero > 0 else { return nil }
    let forCount = Double(settings.minimumNonZero * pairs) / Double(nonZero)
    let honest = SampleSize.rounded(up: max(forCount, 25 * skewness * skewness))
    guard let honest else { return nil }
    return max(honest, pairsNeeded(margin: margin, settings: settings) ?? 0)
  }
}

extension ComparisonEvidence {
  /// Evidence from wins and losses beyond the margin, and beyond zero.
  init(
    _ signs: PairedProportions, strict: PairedProportions, _ settings: ComparisonSettings
  ) {
    func fewerThanTolerated(_ count: Int) -> Double {
      BinomialDistribution.cumulative(
        count, trials: signs.runs, probability: settings.toleratedShare)
    }
    self.init(
      better: signs.risePValue, worse: signs.fallPValue,
      nonInferior: fewerThanTolerated(signs.onlyBaseline),
      nonSuperior: fewerThanTolerated(signs.onlyCandidate), worseAtAll: strict.fallPValue)
  }

  /// This evidence without the claims that an estimated gain contradicts.
  ///
  /// Many small wins must not hide one great loss.
  func agreeing(with gain: Double) -> ComparisonEvidence {
    var evidence = self
    if gain < 0 { evidence.better = 1 }
    if gain > 0 {
      evidence.worse = 1
      evidence.worseAtAll = 1
    }
    return evidence
  }
}
