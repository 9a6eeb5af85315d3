import Determinism
import Experiments
import FleetModel
import ResultStore

/// Everything that was compared: a table for each case and one for their mix, and quantiles.
struct FullTables {
  let report: ComparisonReport

  private var study: ComparisonStudy { report.study }
  private var shown: [MetricComparisons] { report.shown }
  private var confidence: String { Quantities.percent(share: 1 - study.settings.alpha) }

  /// The tables with their titles.
  var titled: [(title: String, table: TextTable)] {
    let cases = study.cases.indices.map { (caseTitle($0), caseTable($0)) }
    return study.cases.count > 1 ? cases + [("all cases by their weights", mixTable())] : cases
  }

  private func caseTitle(_ index: Int) -> String {
    let studied = study.cases[index]
    let weight = study.share(of: studied)
    let runs = study.arms.map { study.table(studied.name, $0)?.replications.count ?? 0 }
    let each = Set(runs).count == 1 ? "\(runs[0]) runs each" : "runs: \(list(of: runs))"
    return Escaping.terminal(
      "case \(studied.name) (weight \(Quantities.percent(share: weight)), \(each))")
  }

  private func list(of runs: [Int]) -> String {
    zip(study.arms, runs).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  private func emptyTable(_ value: String) -> TextTable {
    TextTable([
      ("metric", .left), ("arm", .left), (value, .right),
      ("difference (\(confidence))", .left), ("verdict", .left),
    ])
  }

  private func caseTable(_ index: Int) -> TextTable {
    var table = emptyTable("mean")
    for metric in shown {
      for (number, summary) in metric.summaries(index, study).enumerated() {
        let comparison = number == 0 ? nil : metric.candidates[number - 1].cases[index]
        add(metric, number, summary, comparison, to: &table)
      }
    }
    return table
  }

  private func mixTable() -> TextTable {
    var table = emptyTable("weighted")
    for metric in shown {
      for number in study.arms.indices {
        let comparison = number == 0 ? nil : metric.overall(number - 1)
        let summary = metric.weighted(number)
        let places = number == 0 ? nil : metric.places(number - 1, study)
        let place = places.map { " in " + $0.joined(separator: ", ") } ?? ""
        add(metric, number, summary, comparison, place: place, to: &table)
      }
    }
    return table
  }

  private func add(
    _ metric: MetricComparisons, _ arm: Int, _ summary: String, _ comparison: MetricComparison?,
    place: String = "", to table: inout TextTable
  ) {
    let definition = metric.definition
    let unit = ["s", "%", "share"].contains(definition.unit) ? "" : "  \(definition.unit)"
    let words = comparison.map { ComparisonWords($0, definition, alpha: study.settings.alpha) }
    table.add([
      arm == 0 ? definition.name : arm == 1 ? unit : "", study.arms[arm], summary,
      words?.difference ?? "", (words?.verdict ?? "") + place,
    ])
  }

  /// The quantiles over runs of the metrics that decide, and their differences.
  func quantiles() -> [String] {
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
}
