/// All comparisons of one candidate arm with the baseline arm.
public struct CandidateArm: Hashable, Sendable {
  /// The name of the arm.
  public var name: String
  /// The metric that decides.
  public var primary: MetricComparison
  /// Metrics that must not become worse by more than their own margin.
  public var guardrails: [MetricComparison]
  /// Metrics that are looked at only for the price of a winner.
  public var others: [MetricComparison]

  /// Gathers the comparisons of an arm.
  public init(
    name: String, primary: MetricComparison, guardrails: [MetricComparison] = [],
    others: [MetricComparison] = []
  ) {
    self.name = name
    self.primary = primary
    self.guardrails = guardrails
    self.others = others
  }
}

/// What is decided about one candidate arm.
public enum ArmOutcome: Hashable, Sendable {
  /// The primary metric is better and every guardrail is non-inferior.
  case wins
  /// One side is paid for with the other.
  ///
  /// The primary metric is better and a guardrail is breached, that is, shown to be worse by more
  /// than its margin; or the primary metric is worse and a guardrail better by more than its
  /// margin.
  case tradeOff
  /// The primary metric is worse, or not better and a guardrail breached, and nothing is gained.
  case loses
  /// The primary metric is within its margin both ways, and no guardrail is breached.
  case equivalent
  /// The primary metric and every guardrail are identical in all runs.
  case identical
  /// More runs are needed, for the primary metric or to clear a guardrail.
  case inconclusive(moreRuns: Int?)
}

/// The outcome for one candidate arm with its reasons.
public struct ArmDecision: Hashable, Sendable {
  /// The arm and its comparisons.
  public let arm: CandidateArm
  /// What is decided about it.
  public let outcome: ArmOutcome
  /// Guardrails shown to be worse by more than their margin.
  public let breached: [MetricComparison]
  /// Guardrails that are neither cleared nor breached.
  public let uncleared: [MetricComparison]
  /// Guardrails and other metrics shown to be worse at all: what the arm costs.
  public let price: [MetricComparison]

  /// The runs asked for; nil where none are, or no number can be given.
  public var moreRuns: Int? {
    guard case .inconclusive(let moreRuns) = outcome else { return nil }
    return moreRuns
  }

  /// Whether the first guardrail in which the two differ is better in this arm.
  fileprivate func isCheaper(than other: ArmDecision) -> Bool {
    for (mine, others) in zip(arm.guardrails, other.arm.guardrails)
    where mine.isComparable(with: others) {
      let gains = (mine: mine.improvement ?? 0, others: others.improvement ?? 0)
      if gains.mine != gains.others { return gains.mine > gains.others }
    }
    return false
  }

  /// Whether more runs may change the outcome.
  var isOpen: Bool {
    if case .inconclusive = outcome { true } else { false }
  }
}

/// Which arm to take: from a primary metric, guarded by others, each candidate against the
/// baseline.
public struct ComparisonDecision: Hashable, Sendable {
  /// What it comes to.
  public enum Outcome: Hashable, Sendable {
    /// The arm with the best primary metric among those that win; of equal ones the cheapest.
    case winner(arm: String)
    /// No arm wins, none is open, and at least one pays for one metric with another.
    case noWinnerTradeOff
    /// No arm wins and at least one may with more runs; nil where no number can be given.
    case inconclusive(moreRuns: Int?)
    /// Every arm is identical to the baseline in the primary metric and the guardrails.
    case identical
    /// Every arm loses or is as good as the baseline.
    case baselineStays
  }

  /// What it comes to.
  public let outcome: Outcome
  /// Every candidate, in the order given.
  public let arms: [ArmDecision]

  /// The winner with size and interval (`arm.primary`) and price; nil where there is none.
  public var winner: ArmDecision? {
    guard case .winner(let name) = outcome else { return nil }
    return arms.first { $0.arm.name == name }
  }

  /// Decides between the baseline and its candidates.
  ///
  /// Guardrails come first: each arm's are tested for non-inferiority, one-sided at alpha with
  /// Holm's correction over them, and for a breach, two-sided with the same correction. Then the
  /// primary metric of all arms, two-sided with Holm's correction over the arms. An arm is taken
  /// as a winner over the baseline only; that it is better than the other winners is not claimed.
  public static func decide(
    candidates: [CandidateArm], settings: ComparisonSettings = ComparisonSettings()
  ) -> ComparisonDecision {
    precondition(!candidates.isEmpty, "no candidate arm")
    let better = MultipleComparisons.holm(candidates.map { twice($0.primary.evidence?.better) })
    let worse = MultipleComparisons.holm(candidates.map { twice($0.primary.evidence?.worse) })
    let arms = candidates.indices.map { index in
      ArmDecision(
        candidates[index], isBetter: better[index] <= settings.alpha,
        isWorse: worse[index] <= settings.alpha, settings)
    }
    return ComparisonDecision(outcome: outcome(of: arms), arms: arms)
  }

  private static func outcome(of arms: [ArmDecision]) -> Outcome {
    if let best = bestWinner(of: arms) { return .winner(arm: best.arm.name) }
    let open = arms.filter { $0.isOpen }
    if !open.isEmpty { return .inconclusive(moreRuns: open.compactMap(\.moreRuns).max()) }
    if arms.contains(where: { $0.outcome == .tradeOff }) { return .noWinnerTradeOff }
    return arms.allSatisfy { $0.outcome == .identical } ? .identical : .baselineStays
  }

  /// The winner that improves the primary metric most.
  ///
  /// Means tell by how much. Where an arm has none, and methods differ, the strongest evidence
  /// counts. Of those that improve it equally the guardrails decide, then the arms' order.
  private static func bestWinner(of arms: [ArmDecision]) -> ArmDecision? {
    let winners = arms.filter { $0.outcome == .wins }
    let areComparable = winners.allSatisfy {
      $0.arm.primary.isComparable(with: winners[0].arm.primary)
    }
    func rank(_ arm: ArmDecision) -> Double {
      areComparable ? arm.arm.primary.improvement ?? 0 : -(arm.arm.primary.evidence?.better ?? 1)
    }
    return winners.reduce(nil) { best, arm in
      guard let best else { return arm }
      if rank(arm) != rank(best) { return rank(arm) > rank(best) ? arm : best }
      return arm.isCheaper(than: best) ? arm : best
    }
  }

  /// The two-sided p-value of a one-sided one; 1 without evidence.
  fileprivate static func twice(_ pValue: Double?) -> Double { min(1, 2 * (pValue ?? 1)) }
}

extension ArmDecision {
  fileprivate init(
    _ arm: CandidateArm, isBetter: Bool, isWorse: Bool, _ settings: ComparisonSettings
  ) {
    func shown(
      in comparisons: [MetricComparison], _ pValue: (MetricComparison) -> Double
    ) -> [Bool] {
      MultipleComparisons.holm(comparisons.map(pValue)).map { $0 <= settings.alpha }
    }
    let guardrails = arm.guardrails
    let cleared = shown(in: guardrails) { $0.evidence?.nonInferior ?? 1 }
    let breaches = shown(in: guardrails) { ComparisonDecision.twice($0.evidence?.worse) }
    let gains = shown(in: guardrails) { ComparisonDecision.twice($0.evidence?.better) }
    let payable = guardrails + arm.others
    let paid = shown(in: payable) { ComparisonDecision.twice($0.evidence?.worseAtAll) }
    self.arm = arm
    breached = guardrails.indices.filter { breaches[$0] }.map { guardrails[$0] }
    uncleared = guardrails.indices.filter { !cleared[$0] && !breaches[$0] }.map { guardrails[$0] }
    price = payable.indices.filter { paid[$0] }.map { payable[$0] }
    if isBetter {
      outcome = Self.outcome(ofBetter: arm, breached, uncleared, settings)
    } else if isWorse {
      outcome = gains.contains(true) ? .tradeOff : .loses
    } else {
      outcome = Self.outcome(ofUndistinguished: arm, breached, uncleared, settings)
    }
  }

  private static func outcome(
    ofBetter arm: CandidateArm, _ breached: [MetricComparison], _ uncleared: [MetricComparison],
    _ settings: ComparisonSettings
  ) -> ArmOutcome {
    if !breached.isEmpty { return .tradeOff }
    if uncleared.isEmpty { return .wins }
    return .inconclusive(moreRuns: moreRuns(uncleared, settings))
  }

  private static func outcome(
    ofUndistinguished arm: CandidateArm, _ breached: [MetricComparison],
    _ uncleared: [MetricComparison], _ settings: ComparisonSettings
  ) -> ArmOutcome {
    switch arm.primary.verdict {
    case .identical where arm.guardrails.allSatisfy { $0.verdict == .identical }:
      return .identical
    case .identical, .equivalent:
      return breached.isEmpty ? .equivalent : .loses
    case .better, .worse, .inconclusive, .notEstimable:
      // A breach cannot be undone by more runs, but the primary may still turn it to a trade-off.
      return .inconclusive(moreRuns: moreRuns([arm.primary] + uncleared, settings))
    }
  }

  /// The most runs that any of the open comparisons still needs; nil where one cannot tell.
  private static func moreRuns(_ open: [MetricComparison], _ settings: ComparisonSettings)
    -> Int?
  {
    var most = 1
    for comparison in open {
      switch comparison.verdict {
      case .inconclusive(let moreRuns):
        guard let moreRuns else { return nil }
        most = max(most, moreRuns)
      case .notEstimable(.tooFewPairs(let pairs, let needed)):
        most = max(most, needed - pairs)
      case .notEstimable(.noPairs), .notEstimable(.noWeight):
        return nil
      case .better, .worse, .equivalent, .identical:
        // Decided alone but not together with the others: as many again.
        most = max(most, max(comparison.pairs, settings.minimumPairs))
      }
    }
    return most
  }
}
