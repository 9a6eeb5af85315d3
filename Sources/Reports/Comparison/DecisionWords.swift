import Determinism
import Experiments
import FleetModel
import ResultStore

/// Says in sentences what a comparison decides, at what price, and what to do next.
struct DecisionWords {
  let report: ComparisonReport
  let decision: ComparisonDecision

  private var study: ComparisonStudy { report.study }
  private var baseline: String { study.arms.first ?? "the baseline" }

  /// The block at the end of a report: the rule, the answer, and its reasons.
  func lines() -> [String] {
    ([rule()] + answer()).map(Escaping.terminal)
  }

  private func rule() -> String {
    let guards = study.decide.guardrails.map { guardrail in
      "\(guardrail.metric) at most \(named(study.margin(of: guardrail.metric), guardrail.metric))"
        + " worse"
    }
    return "Decided by \(study.decide.primary)"
      + (guards.isEmpty ? "." : ", with \(guards.joined(separator: " and ")).")
  }

  private func answer() -> [String] {
    switch decision.outcome {
    case .winner: return winner()
    case .noWinnerTradeOff:
      return ["no winner: trade-off"] + decision.arms.flatMap(tradeOff) + [choice()]
    case .inconclusive: return undecided()
    case .identical:
      return ["no winner: every arm is identical to \(baseline) in what decides"]
    case .baselineStays:
      return ["no winner: \(baseline) stays"] + decision.arms.flatMap(sides)
    }
  }

  private func named(_ value: Double, _ metric: String) -> String {
    let unit = study.metrics.first { $0.name == metric }?.unit ?? ""
    return MetricFormat(unit: unit).named(value)
  }

  // MARK: - Winner

  private func winner() -> [String] {
    guard let winner = decision.winner else { return [] }
    let name = winner.arm.name
    let rest = decision.arms.filter { $0.arm.name != name }
    return ["winner: \(name)"]
      + ["  Use it instead of \(baseline): \(sentence(winner, winner.arm.primary))."]
      + sizes(winner).map { "  \($0)." } + prices(winner).map { "  \($0)." }
      + rest.map { "  \($0.arm.name): \(word($0, besides: winner))." }
  }

  /// The size of the gain in each case, where the mix does not tell it all.
  private func sizes(_ arm: ArmDecision) -> [String] {
    guard let metric = comparisons(arm.arm.primary.metric) else { return [] }
    return zip(study.cases, metric.candidates[number(arm)].cases).compactMap { studied, found in
      guard found.verdict != .identical, let words = words(found) else { return nil }
      let isTold = found.method == .pairedMean && study.cases.count == 1
      guard !isTold, found.difference != nil else { return nil }
      return "In \(studied.name): \(words.size)"
    }
  }

  /// What each guardrail came to, and what else became worse.
  private func prices(_ arm: ArmDecision) -> [String] {
    var lines = arm.arm.guardrails.map { guardrail -> String in
      let costs = (guardrail.improvement ?? 0) < 0
      let label = costs ? "Price" : "No price"
      return "\(label): \(sentence(arm, guardrail))\(costs ? margin(guardrail, "within") : "")"
    }
    // The other durations go with the one that guards.
    let guarded = arm.arm.guardrails.map { family($0.metric) }
    let others = arm.price.filter { !guarded.contains(family($0.metric)) }
    let told = others.prefix(3).compactMap { other in
      words(other).map { "\(other.metric) \($0.change)" }
    }
    if !told.isEmpty {
      let more = others.count > told.count ? ", and \(others.count - told.count) more" : ""
      lines.append("Also worse: \(told.joined(separator: ", "))\(more)")
    }
    return lines.isEmpty ? ["Price: none found"] : lines
  }

  private func family(_ metric: String) -> String {
    String(metric.prefix { $0 != "." })
  }

  private func word(_ arm: ArmDecision, besides winner: ArmDecision) -> String {
    switch arm.outcome {
    case .wins: return wins(arm, besides: winner)
    case .tradeOff: return "a trade-off; " + breaches(arm)
    case .loses: return "worse than \(baseline); \(sentence(arm, arm.arm.primary))"
    case .equivalent: return "as good as \(baseline)"
    case .identical: return "identical to \(baseline)"
    case .inconclusive: return "not decided; " + missing(arm) + "; \(more(arm))"
    }
  }

  private func wins(_ arm: ArmDecision, besides winner: ArmDecision) -> String {
    let (mine, best) = (arm.arm.primary, winner.arm.primary)
    let gain =
      !mine.isComparable(with: best)
      ? "better than \(baseline) too"
      : mine.improvement == best.improvement
        ? "gains as much" : "better than \(baseline) too, but by less: \(short(mine))"
    let dearer = arm.arm.guardrails.compactMap { guardrail in
      (guardrail.improvement ?? 0) < 0
        ? words(guardrail).map { "\(guardrail.metric) \($0.change)" + place(arm, guardrail) } : nil
    }
    return gain
      + (dearer.isEmpty ? "" : ", at the price of \(dearer.joined(separator: " and "))")
  }

  private func short(_ comparison: MetricComparison) -> String {
    words(comparison)?.change ?? ""
  }

  private func breaches(_ arm: ArmDecision) -> String {
    arm.breached.map { sentence(arm, $0) + margin($0, "more than") }.joined(separator: "; ")
  }

  /// How a change of a mean stands to its margin; of counts of runs the sentence tells it.
  private func margin(_ guardrail: MetricComparison, _ relation: String) -> String {
    switch guardrail.method {
    case .pairedMean, .weightedMean:
      ", \(relation) the margin of \(named(guardrail.margin, guardrail.metric))"
    case .signTest, .weightedSigns, .finished, .weightedFinished: ""
    }
  }

  // MARK: - No winner

  private func tradeOff(_ arm: ArmDecision) -> [String] {
    guard arm.outcome == .tradeOff else { return sides(arm) }
    let all = [arm.arm.primary] + arm.arm.guardrails
    // Either the primary metric is the gain and a breach the price, or the other way round.
    let breached = arm.breached.map(\.metric)
    let gains = all.filter { $0.verdict == .better && !breached.contains($0.metric) }
    let losses = all.filter { $0.verdict == .worse && !breached.contains($0.metric) }
      .map { sentence(arm, $0) }
    let pays = losses + (breached.isEmpty ? [] : [breaches(arm)])
    let name = arm.arm.name
    return ["  \(name) gains: \(gains.map { sentence(arm, $0) }.joined(separator: "; "))."]
      + sizes(arm).map { "    \($0)." } + ["  \(name) pays: \(pays.joined(separator: "; "))."]
  }

  private func choice() -> String {
    "  To do: decide which side counts more; to allow the price, raise the margin in "
      + "`decide.guardrails`."
  }

  private func sides(_ arm: ArmDecision) -> [String] {
    let word =
      switch arm.outcome {
      case .wins: "better than \(baseline)"
      case .tradeOff: "a trade-off"
      case .loses: "worse than \(baseline)"
      case .equivalent: "as good as \(baseline)"
      case .identical: "identical to \(baseline)"
      case .inconclusive: "not decided"
      }
    guard arm.outcome != .identical else { return ["  \(arm.arm.name): \(word)."] }
    let breaches = arm.breached.isEmpty ? "" : "; " + breaches(arm)
    return ["  \(arm.arm.name): \(word); \(sentence(arm, arm.arm.primary))\(breaches)."]
  }

  // MARK: - Undecided

  private func undecided() -> [String] {
    if decision.arms.allSatisfy({ $0.arm.primary.difference == nil }) {
      return [
        "no winner yet: the arms have no runs in common in every case",
        "  To do: run every arm and case, that is, without --arm and --case.",
      ]
    }
    let open = decision.arms.compactMap(replications)
    var lines: [String]
    if let most = open.max() {
      let present = study.samples.map(\.replications.count).max() ?? 0
      let command = study.origin?.command ?? "rollsim run SCENARIO"
      lines = [
        "no winner yet: about \(Quantities.count(most, "more run")) of each arm and case "
          + "may decide",
        "  To do: \(command) --runs \(present + most)",
      ]
    } else {
      lines = ["no winner yet: no number of runs can be told that would decide"]
    }
    return lines
      + decision.arms.flatMap { arm -> [String] in
        guard case .inconclusive = arm.outcome else { return sides(arm) }
        return ["  \(arm.arm.name): \(sentence(arm, arm.arm.primary)) - \(verdict(arm))."]
          + sizes(arm).map { "    \($0)." } + uncleared(arm).map { "    \($0)." }
      }
  }

  private func verdict(_ arm: ArmDecision) -> String {
    words(arm.arm.primary)?.verdict ?? ""
  }

  private func missing(_ arm: ArmDecision) -> String {
    let primary = arm.uncleared.isEmpty || arm.arm.primary.verdict != .better
    return (primary ? [sentence(arm, arm.arm.primary)] + uncleared(arm) : uncleared(arm))
      .joined(separator: "; ")
  }

  private func uncleared(_ arm: ArmDecision) -> [String] {
    arm.uncleared.map { guardrail in
      "not shown to be at most \(named(guardrail.margin, guardrail.metric)) worse: "
        + sentence(arm, guardrail)
    }
  }

  private func more(_ arm: ArmDecision) -> String {
    replications(arm).map { "about \(Quantities.count($0, "more run")) may decide" }
      ?? "no number of runs can be told"
  }

  /// How many more replications may decide an open arm; every case is run in each.
  private func replications(_ arm: ArmDecision) -> Int? {
    guard let runs = arm.moreRuns else { return nil }
    let open = [arm.arm.primary] + arm.uncleared
    let cases = open.map { comparison -> Int in
      let weights = comparisons(comparison.metric)?.candidates[number(arm)].weights ?? []
      return max(1, weights.count { $0 > 0 })
    }.min()
    // Runs asked for are of all the cases that count; but the floor holds for each of them.
    let floor = open.compactMap { comparison -> Int? in
      guard case .notEstimable(.tooFewPairs(let pairs, let needed)) = comparison.verdict else {
        return nil
      }
      return needed - pairs
    }.max()
    let each = max(1, cases ?? 1)
    return max(floor ?? 1, (runs + each - 1) / each)
  }

  // MARK: - Words

  private func comparisons(_ metric: String) -> MetricComparisons? {
    report.shown.first { $0.definition.name == metric }
  }

  private func number(_ arm: ArmDecision) -> Int {
    max(0, (study.arms.firstIndex(of: arm.arm.name) ?? 1) - 1)
  }

  private func words(_ comparison: MetricComparison) -> ComparisonWords? {
    study.metrics.first { $0.name == comparison.metric }.map {
      ComparisonWords(comparison, $0, alpha: study.settings.alpha)
    }
  }

  private func sentence(_ arm: ArmDecision, _ comparison: MetricComparison) -> String {
    words(comparison)?.sentence(in: places(arm, comparison)) ?? comparison.metric
  }

  /// The cases that a comparison over the mix is of, where it is not of all.
  private func places(_ arm: ArmDecision, _ comparison: MetricComparison) -> String? {
    comparisons(comparison.metric)?.places(number(arm), study)?.joined(separator: " and ")
  }

  private func place(_ arm: ArmDecision, _ comparison: MetricComparison) -> String {
    places(arm, comparison).map { " in \($0)" } ?? ""
  }
}
