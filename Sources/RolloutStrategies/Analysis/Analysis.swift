import Determinism

/// What an analysis says at a look.
public enum AnalysisVerdict: String, Codable, Sendable {
  /// The version is good enough to go on.
  case pass
  /// It is not.
  case fail
  /// More must be counted.
  case undecided
}

/// What an analysis says, and the numbers that it says it by.
public struct AnalysisFinding: Codable, Hashable, Sendable {
  /// What it says.
  public var verdict: AnalysisVerdict
  /// What was counted of the cohort, since the last check that passed or failed.
  public var cohort: RequestCounts
  /// What was counted of the control in the same time; nil: there is none.
  public var control: RequestCounts?
  /// What is judged: a share of errors, standard errors, the logarithm of a probability ratio, or
  /// a burn rate.
  ///
  /// Unit: millionths.
  public var value: Int64
  /// What it is judged by: the check fails above it; a sequential test does from it on.
  ///
  /// Unit: millionths.
  public var limit: Int64

  /// States a finding.
  public init(
    verdict: AnalysisVerdict, cohort: RequestCounts, control: RequestCounts? = nil,
    value: Int64, limit: Int64
  ) {
    self.verdict = verdict
    self.cohort = cohort
    self.control = control
    self.value = value
    self.limit = limit
  }
}

/// An analysis under way: takes in look after look and judges at each.
///
/// What it says follows from the looks alone, in their order. Integers only, so it says the same on
/// every machine.
public struct Analysis: Codable, Equatable, Sendable {
  /// What is compared with what.
  public let policy: AnalysisPolicy
  /// What was counted since the last check that passed or failed.
  private var cohort = RequestCounts.none
  private var control = RequestCounts.none
  /// The last looks at the cohort, as many as the longest window has.
  private var recent: [RequestCounts] = []

  /// Begins an analysis.
  public init(policy: AnalysisPolicy) { self.policy = policy }

  /// Takes in what was counted since the last look, and judges.
  ///
  /// O(1); a burn rate O(looks of its longest window).
  ///
  /// - Parameters:
  ///   - cohort: what was counted where the new version runs.
  ///   - control: what was counted where it does not; nothing where none is needed.
  /// - Returns: what it says. A check that passes or fails ends the count, and the next look
  ///   begins a new one.
  public mutating func look(cohort: RequestCounts, control: RequestCounts) -> AnalysisFinding {
    self.cohort += cohort
    self.control += control
    remember(cohort)
    var finding = judge()
    if policy.kind.comparesWithControl { finding.control = self.control }
    if isUnknown {
      switch policy.unknown {
      case .wait: finding.verdict = .undecided
      case .fail: finding.verdict = .fail
      case .ignore: finding.verdict = .pass
      }
    }
    if finding.verdict != .undecided { (self.cohort, self.control) = (.none, .none) }
    return finding
  }

  private mutating func remember(_ counts: RequestCounts) {
    guard case .burnRate(let burn) = policy.kind else { return }
    recent.append(counts)
    let most = burn.windows.reduce(0) { max($0, $1.long) }
    if recent.count > most { recent.removeFirst(recent.count - most) }
  }

  /// Whether nothing in it is out of range.
  var isPossible: Bool {
    policy.problem == nil && cohort.isPossible && control.isPossible
      && recent.allSatisfy(\.isPossible)
  }

  private var isUnknown: Bool {
    cohort.requests < policy.minimumRequests
      || policy.kind.comparesWithControl && control.requests < policy.minimumRequests
  }

  private func judge() -> AnalysisFinding {
    switch policy.kind {
    case .threshold(let limit):
      // Exactly, not by the rounded share.
      let isOver =
        Int128(cohort.errors) * 1_000_000_000
        > Int128(cohort.requests) * Int128(limit.partsPerBillion)
      return finding(
        isOver ? .fail : .pass, cohort.errorRate.partsPerBillion / 1_000,
        limit.partsPerBillion / 1_000)
    case .difference(let margin, let level):
      return compare(RateComparison.differenceScore(cohort, control, margin: margin), level)
    case .ratio(let factor, let level):
      return compare(RateComparison.ratioScore(cohort, control, factor: factor), level)
    case .sequential(let test): return judge(test)
    case .burnRate(let burn): return judge(burn)
    }
  }

  private func finding(
    _ verdict: AnalysisVerdict, _ value: Int64, _ limit: Int64
  ) -> AnalysisFinding {
    AnalysisFinding(verdict: verdict, cohort: cohort, value: value, limit: limit)
  }

  private func compare(_ score: Int64, _ level: Ratio) -> AnalysisFinding {
    let limit = RateComparison.criticalScore(level: level)
    return finding(score > limit ? .fail : .pass, score, limit)
  }

  private func judge(_ test: SequentialTest) -> AnalysisFinding {
    let evidence = test.evidence(cohort)
    let verdict: AnalysisVerdict =
      evidence >= test.failsAt ? .fail : evidence <= test.passesAt ? .pass : .undecided
    return finding(verdict, Self.millionths(evidence), Self.millionths(test.failsAt))
  }

  /// Judges by the pair of windows that shows most of its rate, the first of several.
  private func judge(_ burn: BurnRate) -> AnalysisFinding {
    var worst = finding(.pass, 0, burn.windows[0].rate.partsPerBillion / 1_000)
    for window in burn.windows {
      let rates = [window.long, window.short].map { looks in
        burn.rate(recent.suffix(looks).reduce(into: RequestCounts.none) { $0 += $1 })
      }
      let rate = min(rates[0], rates[1])
      let limit = window.rate.partsPerBillion / 1_000
      let isOver = rate > limit
      guard isOver || Int128(rate) * Int128(worst.limit) > Int128(worst.value) * Int128(limit)
      else { continue }
      worst = finding(isOver ? .fail : .pass, rate, limit)
      if isOver { return worst }
    }
    return worst
  }

  /// A logarithm in Q58 in millionths, towards zero.
  private static func millionths(_ value: Int128) -> Int64 {
    // Beyond nine trillion nobody reads the decimals.
    let bounded = max(-(1 << 100), min(1 << 100, value))
    return Int64(clamping: bounded * 1_000_000 / (1 << 58))
  }
}

extension BurnRate {
  /// How many times faster the budget is used up than it may be.
  ///
  /// Unit: millionths.
  fileprivate func rate(_ counts: RequestCounts) -> Int64 {
    guard counts.requests > 0 else { return 0 }
    return Int64(
      Int128(counts.errors) * 1_000_000_000 * 1_000_000
        / (Int128(counts.requests) * Int128(errorBudget.partsPerBillion)))
  }
}
