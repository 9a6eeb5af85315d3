import Determinism
import Experiments
import FleetModel
import ResultStore

/// The comparison on one screen: a row for each case and arm, a column for each metric that tells.
struct ComparisonTable {
  /// What a terminal shows without breaking lines.
  private static let mostWidth = 100
  /// Metrics that get a column where the arms differ in them, as long as there is room.
  private static let telling = [
    "escaped", "falseHalt", "carrying.peak", "downtime.unplanned", "stragglers",
  ]

  private let report: ComparisonReport
  private let columns: [MetricComparisons]

  private var study: ComparisonStudy { report.study }

  init(_ report: ComparisonReport) {
    self.report = report
    let deciding = [report.study.decide.primary] + report.study.decide.guardrails.map(\.metric)
    func find(_ names: [String]) -> [MetricComparisons] {
      names.compactMap { name in report.shown.first { $0.definition.name == name } }
    }
    var columns = find(deciding)
    let more = find(Self.telling.filter { !deciding.contains($0) })
    for metric in more where metric.tellsArmsApart(report.study) {
      let wider = Self.table(report, columns + [metric])
      if wider.lines().allSatisfy({ $0.count <= Self.mostWidth }) { columns.append(metric) }
    }
    self.columns = columns
  }

  /// The table.
  var table: TextTable { Self.table(report, columns) }

  private static func table(
    _ report: ComparisonReport, _ columns: [MetricComparisons]
  ) -> TextTable {
    let study = report.study
    let isTold = !study.endings.isEmpty
    let cells = columns.map { MetricColumn($0, study).cells }
    var table = TextTable(
      [("case", .left), ("arm", .left)] + (isTold ? [("ended", .left)] : [])
        + columns.map { ($0.definition.name, .left) })
    var last = ""
    for (row, label) in labels(study).enumerated() where hasRuns(study, row: row) {
      let ended = isTold ? [EndingWords(study, row: row).text] : []
      table.add(
        [label == last ? "" : label, study.arms[row % study.arms.count]] + ended
          + cells.map { $0[row] })
      last = label
    }
    return table
  }

  /// Whether an arm has runs in a case or, in the rows of the mix, in every case.
  private static func hasRuns(_ study: ComparisonStudy, row: Int) -> Bool {
    let place = row / study.arms.count
    let arm = study.arms[row % study.arms.count]
    let cases = place < study.cases.count ? [study.cases[place]] : study.cases
    return cases.allSatisfy { study.table($0.name, arm)?.replications.isEmpty == false }
  }

  /// The first column: each row's case with its weight.
  private static func labels(_ study: ComparisonStudy) -> [String] {
    var titles = study.cases.map {
      "\($0.name) \(Quantities.percent(share: study.share(of: $0)))"
    }
    if study.cases.count > 1 { titles.append("all, by weight") }
    return titles.flatMap { title in study.arms.map { _ in title } }
  }

  /// What the table shows and what it leaves out.
  func notes() -> [String] {
    let units = columns.compactMap { column -> String? in
      let unit = column.definition.unit
      return ["s", "%", "share"].contains(unit) ? nil : "\(column.definition.name) in \(unit)"
    }
    let means =
      study.arms.count > 1
      ? "Means over runs; behind them the change against \(study.arms[0])" : "Means over runs"
    let shown = columns.map(\.definition.name)
    let others = report.shown.filter { !shown.contains($0.definition.name) }
    let differing = others.filter { $0.tellsArmsApart(study) }.map(\.definition.name)
    var lines = [([means] + units).joined(separator: "; ") + "."]
    if isRough {
      lines.append("~: too rare or too skewed for an interval; the verdict counts runs.")
    }
    lines += columns.flatMap(places)
    lines += same(others.filter { !differing.contains($0.definition.name) })
    if !differing.isEmpty {
      lines.append(
        "The arms differ also in: \(differing.joined(separator: ", ")) (--all shows them).")
    }
    return lines.map(Escaping.terminal)
  }

  /// Whether a change in the table is of a mean without an interval.
  private var isRough: Bool {
    table.rows.contains { $0.contains { $0.contains(ComparisonWords.roughly) } }
  }

  /// Of which cases the mix of a metric is, where it is not of all.
  private func places(_ metric: MetricComparisons) -> [String] {
    var byPlace: [(places: [String], arms: [String])] = []
    for number in metric.candidates.indices {
      guard let places = metric.places(number, study) else { continue }
      let arm = study.arms[number + 1]
      if let known = byPlace.firstIndex(where: { $0.places == places }) {
        byPlace[known].arms.append(arm)
      } else {
        byPlace.append((places, [arm]))
      }
    }
    return byPlace.map { entry in
      let arms =
        entry.arms.count == metric.candidates.count
        ? "" : " (\(entry.arms.joined(separator: ", ")))"
      return "By weight, \(metric.definition.name)\(arms) is that of "
        + "\(entry.places.joined(separator: ", ")): elsewhere it applies to no run or too few."
    }
  }

  private func same(_ metrics: [MetricComparisons]) -> [String] {
    var byValue: [(value: String, names: [String])] = []
    for metric in metrics {
      let values = Set(study.cases.indices.flatMap { metric.summaries($0, study) })
        .subtracting(["n/a"])
      let value = values.isEmpty ? "n/a" : values.count == 1 ? values.first ?? "" : "by case"
      let plain = value == "0 %" || value == "0s" ? "0" : value
      if let place = byValue.firstIndex(where: { $0.value == plain }) {
        byValue[place].names.append(metric.definition.name)
      } else {
        byValue.append((plain, [metric.definition.name]))
      }
    }
    let parts = byValue.map { "\($0.names.joined(separator: ", ")) (\($0.value))" }
    return parts.isEmpty ? [] : ["Same in all arms: \(parts.joined(separator: "; "))."]
  }
}

/// The cells of one metric, one for each row: values right-aligned, and behind them the changes.
private struct MetricColumn {
  private let metric: MetricComparisons
  private let study: ComparisonStudy

  init(_ metric: MetricComparisons, _ study: ComparisonStudy) {
    self.metric = metric
    self.study = study
  }

  var cells: [String] {
    var pairs = study.cases.indices.flatMap(pairs)
    if study.cases.count > 1 { pairs += mix() }
    let width = pairs.map(\.value.count).max() ?? 0
    return pairs.map { pair in
      let change = pair.change == "-" ? "" : pair.change
      return (String(repeating: " ", count: width - pair.value.count) + pair.value + "  " + change)
        .trimmed
    }
  }

  private func pairs(_ index: Int) -> [(value: String, change: String)] {
    metric.summaries(index, study).enumerated().map { arm, value in
      (value, arm == 0 ? "" : change(metric.candidates[arm - 1].cases[index]))
    }
  }

  private func mix() -> [(value: String, change: String)] {
    let format = MetricFormat(unit: metric.definition.unit)
    let overalls = metric.candidates.map(\.overall)
    let baselines = Set(overalls.map { format.mixed($0, isBaseline: true) })
    // Each arm meets the baseline in the runs to which the metric applies in both.
    let first = baselines.count == 1 ? baselines.first ?? "-" : "-"
    return [(first, "")] + overalls.map { (format.mixed($0, isBaseline: false), change($0)) }
  }

  private func change(_ comparison: MetricComparison) -> String {
    ComparisonWords(comparison, metric.definition, alpha: study.settings.alpha).brief
  }
}

/// How the runs of one row of the table ended; of the mix it says nothing new.
private struct EndingWords {
  private static let order: [RunStatus] = [
    .completed, .rolledBack, .halted, .frozen, .paused, .unfinished,
  ]

  let text: String

  init(_ study: ComparisonStudy, row: Int) {
    let place = row / study.arms.count
    guard place < study.cases.count else {
      text = ""
      return
    }
    let statuses = study.statuses(study.cases[place].name, study.arms[row % study.arms.count])
    let parts = Self.order.compactMap { status -> String? in
      let count = statuses.count { $0 == status }
      guard count > 0 else { return nil }
      guard count < statuses.count else { return StatusWord.of(status) }
      let share = Quantities.percent(share: Double(count) / Double(statuses.count))
      return "\(share) \(StatusWord.of(status))"
    }
    text = parts.isEmpty ? "no runs" : parts.joined(separator: ", ")
  }
}
