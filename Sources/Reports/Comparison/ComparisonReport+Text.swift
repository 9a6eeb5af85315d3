import Determinism
import Experiments
import FleetModel
import ResultStore

extension ComparisonReport {
  /// The report for a terminal; ends in a line break.
  public func text() -> String {
    write(table: { $0.lines(indent: 2) }, prose: { $0 })
  }

  /// The report in Markdown, for a pull request; ends in a line break.
  public func markdown() -> String {
    // Prose is fenced, so that no name in it is taken for mark-up.
    write(table: { [""] + $0.markdown() }, prose: { ["```text"] + $0 + ["```"] })
  }

  private func write(
    table: (TextTable) -> [String], prose: ([String]) -> [String]
  ) -> String {
    func fitted(_ lines: [String]) -> [String] {
      lines.isEmpty ? [] : prose(lines.flatMap { Paragraph.lines($0) })
    }
    var sections = [fitted(header())]
    sections += study.cases.indices.map { prose([caseTitle($0)]) + table(caseTable($0)) }
    if study.cases.count > 1 { sections.append(prose([mixTitle()]) + table(mixTable())) }
    sections += [quantiles(), expectationLines(), decisionLines(), caveats()].map(fitted)
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var confidence: String { Quantities.percent(share: 1 - study.settings.alpha) }

  private func header() -> [String] {
    let arms = study.arms.dropFirst().joined(separator: ", ")
    var lines = [
      Escaping.terminal(
        "\(study.scenarioName) (\(study.scenarioHash.hex.prefix(12))): "
          + (arms.isEmpty
            ? study.arms.joined() : "\(arms) against \(study.arms.first ?? "")"))
    ]
    if study.otherRuns > 0 {
      lines.append(
        "not compared: \(Quantities.count(study.otherRuns, "run")) of earlier versions of it")
    }
    return lines
  }

  // MARK: - Tables

  private func caseTitle(_ index: Int) -> String {
    let studied = study.cases[index]
    let total = study.cases.reduce(0) { $0 + Double($1.weight.partsPerBillion) }
    let weight = total > 0 ? Double(studied.weight.partsPerBillion) / total : 0
    let runs = study.arms.map { study.table(studied.name, $0)?.replications.count ?? 0 }
    let each = Set(runs).count == 1 ? "\(runs[0]) runs each" : "runs: \(list(of: runs))"
    return Escaping.terminal(
      "case \(studied.name) (weight \(Quantities.percent(share: weight)), \(each))")
  }

  private func list(of runs: [Int]) -> String {
    zip(study.arms, runs).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  private func mixTitle() -> String { "all cases by their weights" }

  private func emptyTable(_ value: String) -> TextTable {
    TextTable([
      ("metric", .left), ("arm", .left), (value, .right),
      ("difference (\(confidence))", .left), ("verdict", .left),
    ])
  }

  private func caseTable(_ index: Int) -> TextTable {
    var table = emptyTable("mean")
    for metric in shown {
      for (number, arm) in study.arms.enumerated() {
        let values =
          study.table(study.cases[index].name, arm)?.values[metric.position] ?? []
        let summary = ArmWords(values: values, unit: metric.definition.unit).summary
        let comparison = number == 0 ? nil : metric.candidates[number - 1].cases[index]
        add(metric, number, summary, comparison, to: &table)
      }
    }
    return table
  }

  private func mixTable() -> TextTable {
    var table = emptyTable("weighted")
    for metric in shown {
      let format = MetricFormat(unit: metric.definition.unit)
      for number in study.arms.indices {
        let comparison = number == 0 ? nil : metric.overall(number - 1)
        let first = metric.candidates.indices.first.map { metric.overall($0) }
        let value = number == 0 ? first?.baseline : comparison?.candidate
        let method = number == 0 ? first?.method : comparison?.method
        let summary =
          switch method {
          case .weightedMean?, .pairedMean?: value.map { format.value($0) } ?? "-"
          case .weightedFinished?, .finished?:
            value.map { "in \(Quantities.percent(share: $0))" } ?? "-"
          default: "-"
          }
        add(metric, number, summary, comparison, to: &table)
      }
    }
    return table
  }

  private func add(
    _ metric: MetricComparisons, _ arm: Int, _ summary: String, _ comparison: MetricComparison?,
    to table: inout TextTable
  ) {
    let definition = metric.definition
    let unit = ["s", "%", "share"].contains(definition.unit) ? "" : "  \(definition.unit)"
    let words = comparison.map { ComparisonWords($0, definition, alpha: study.settings.alpha) }
    table.add([
      arm == 0 ? definition.name : arm == 1 ? unit : "", study.arms[arm], summary,
      words?.difference ?? "", words?.verdict ?? "",
    ])
  }

  // MARK: - Below the tables

  private func quantiles() -> [String] {
    let lines = shown.flatMap { metric in
      study.arms.dropFirst().indices.flatMap { arm in
        study.cases.indices.flatMap { quantileLines(metric, arm: arm, case: $0) }
      }
    }
    return lines.isEmpty ? [] : ["quantiles over runs (\(confidence))"] + lines
  }

  private func quantileLines(_ metric: MetricComparisons, arm: Int, case index: Int) -> [String] {
    let format = MetricFormat(unit: metric.definition.unit)
    let comparison = metric.candidates[arm - 1].cases[index]
    let place = Escaping.terminal(
      "  \(metric.definition.name) in \(study.cases[index].name), \(study.arms[arm]):")
    guard comparison.verdict != .identical else { return [] }
    return comparison.quantiles.map { quantile in
      let name = "p" + Quantities.number(Double(quantile.quantile.partsPerBillion) / 1e7)
      guard
        let baseline = quantile.baseline, let candidate = quantile.candidate,
        let difference = quantile.difference
      else {
        return "\(place) \(name) needs \(quantile.minimumRuns) runs, there are \(comparison.pairs)"
      }
      let values =
        "\(place) \(name) \(format.value(candidate.value)) instead of "
        + format.value(baseline.value)
      guard difference.isFinite else { return values }
      let range = quantile.interval.map {
        " (\(format.difference($0.lower)) to \(format.difference($0.upper)))"
      }
      return values + ", \(format.difference(difference))\(range ?? "")"
    }
  }

  private func expectationLines() -> [String] {
    guard !expectations.isEmpty else { return [] }
    return ["expectations"] + expectations.map { "  " + Escaping.terminal(line(for: $0)) }
  }

  private func line(for result: ExpectationResult) -> String {
    let expected = result.expectation
    let factor =
      expected.factor == .one
      ? "" : "\(Quantities.number(Double(expected.factor.partsPerBillion) / 1e9)) x "
    let claim =
      "\(expected.metric) in \(expected.caseName): \(expected.left) "
      + "\(expected.relation.rawValue) \(factor)\(expected.right)"
    guard let count = result.count else { return "not told: \(claim): there are no such runs" }
    let word = result.isMet ? "met:" : "NOT met:"
    return "\(word) \(claim), in \(count.holds) of \(count.applicable) runs"
  }

  private func decisionLines() -> [String] {
    guard let decision else {
      return study.arms.count > 1
        ? ["no decision: there is no metric \(Escaping.terminal(study.decide.primary))"] : []
    }
    let guards = study.decide.guardrails.map { guardrail in
      let unit = study.metrics.first { $0.name == guardrail.metric }?.unit ?? ""
      let margin = MetricFormat(unit: unit).named(Double(guardrail.marginMillionths) / 1e6)
      return "\(guardrail.metric) at most \(margin) worse"
    }
    let rule =
      "decided by \(study.decide.primary)"
      + (guards.isEmpty ? "" : ", with " + guards.joined(separator: " and "))
    return [Escaping.terminal(rule)] + DecisionWords(study: study, decision: decision).lines()
  }

  private func caveats() -> [String] {
    ["Intervals tell how sure the simulation is, not how true its inputs are."]
  }
}
