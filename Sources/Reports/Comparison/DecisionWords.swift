import Determinism
import Experiments
import FleetModel
import ResultStore

/// Says in sentences what a comparison decides, at what price, and what is missing.
struct DecisionWords {
  let study: ComparisonStudy
  let decision: ComparisonDecision

  /// The block at the end of a report; the first line is the answer.
  func lines() -> [String] {
    switch decision.outcome {
    case .winner: return winner()
    case .noWinnerTradeOff:
      return ["no winner: trade-off"] + decision.arms.flatMap(tradeOff)
    case .inconclusive(let moreRuns):
      return ["no winner yet: " + more(moreRuns)] + decision.arms.flatMap(open)
    case .identical:
      return [
        "no winner: every arm is identical to \(baseline) in what decides"
      ]
    case .baselineStays:
      return ["no winner: \(baseline) stays"] + decision.arms.flatMap(loser)
    }
  }

  private var baseline: String { Escaping.terminal(study.arms.first ?? "the baseline") }

  private func words(_ comparison: MetricComparison) -> ComparisonWords? {
    study.metrics.first { $0.name == comparison.metric }.map {
      ComparisonWords(comparison, $0, alpha: study.settings.alpha)
    }
  }

  private func winner() -> [String] {
    guard let winner = decision.winner else { return [] }
    let primary = winner.arm.primary
    var lines = ["winner: \(Escaping.terminal(winner.arm.name))"]
    if let words = words(primary) {
      lines.append("  size: \(words.sentence), in \(primary.pairs) pairs with \(baseline)")
    }
    let prices = winner.price.compactMap { words($0)?.sentence }
    lines.append("  price: " + (prices.isEmpty ? "none found" : prices[0]))
    lines += prices.dropFirst().map { "         " + $0 }
    let rest = decision.arms.filter { $0.arm.name != winner.arm.name }
    return lines + rest.map { "  \(Escaping.terminal($0.arm.name)): \(word($0))" }
  }

  private func word(_ arm: ArmDecision) -> String {
    switch arm.outcome {
    case .wins: "better than \(baseline) too, but by less"
    case .tradeOff: "a trade-off"
    case .loses: "worse than \(baseline)"
    case .equivalent: "as good as \(baseline)"
    case .identical: "identical to \(baseline)"
    case .inconclusive(let moreRuns): "not decided: " + more(moreRuns)
    }
  }

  private func tradeOff(_ arm: ArmDecision) -> [String] {
    guard arm.outcome == .tradeOff else { return loser(arm) }
    let name = Escaping.terminal(arm.arm.name)
    let sides = ([arm.arm.primary] + arm.arm.guardrails).compactMap { side in
      words(side).map { (comparison: side, words: $0) }
    }
    // Either the primary metric is the gain and a breach the price, or the other way round.
    let breached = arm.breached.map(\.metric)
    let gains = sides.filter { $0.comparison.verdict == .better }
    let losses = sides.filter {
      $0.comparison.verdict == .worse || breached.contains($0.comparison.metric)
    }
    return ["  \(name) gains: " + gains.map(\.words.sentence).joined(separator: "; ")]
      + ["  \(name) pays: " + losses.map(\.words.sentence).joined(separator: "; ")]
  }

  private func loser(_ arm: ArmDecision) -> [String] {
    let name = Escaping.terminal(arm.arm.name)
    let reason = words(arm.arm.primary)?.sentence ?? ""
    let breaches = arm.breached.compactMap { words($0)?.sentence }.map { "; breaks \($0)" }
    return ["  \(name) is \(word(arm)): \(reason)\(breaches.joined())"]
  }

  private func open(_ arm: ArmDecision) -> [String] {
    guard case .inconclusive = arm.outcome else { return loser(arm) }
    let name = Escaping.terminal(arm.arm.name)
    var lines = ["  \(name): " + (words(arm.arm.primary).map(finding) ?? "")]
    for guardrail in arm.uncleared {
      guard let words = words(guardrail) else { continue }
      let margin = MetricFormat(unit: words.definition.unit).named(guardrail.margin)
      lines.append("    not shown to be at most \(margin) worse: " + words.sentence)
    }
    return lines
  }

  private func finding(_ words: ComparisonWords) -> String {
    words.sentence + " - " + words.verdict
  }

  /// How many more replications may decide; every case is run in each.
  private func more(_ runs: Int?) -> String {
    guard let runs else { return "no number of runs can be told that would decide" }
    let cases = max(1, study.cases.count { $0.weight > .zero })
    let replications = (runs + cases - 1) / cases
    let present = study.samples.map(\.replications.count).max() ?? 0
    return
      "about \(Quantities.count(replications, "more run")) of each arm and case may decide "
      + "(--runs \(present + replications))"
  }
}
