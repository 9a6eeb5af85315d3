import Experiments
import FleetModel

/// The arms on one line each, where the scenario asks for that, and what it says of them.
struct SummaryTables {
  let report: ComparisonReport

  private var study: ComparisonStudy { report.study }

  /// The tables with their titles: numbers, and what the arms can express.
  var titled: [(title: String, table: TextTable)] {
    [("each arm in one line", numbers()), ("what each arm can express", expressions())]
      .compactMap { title, table in table.map { (title, $0) } }
  }

  private func numbers() -> TextTable? {
    let columns = (study.decide.summary ?? []).compactMap { column in
      report.shown.first { $0.definition.name == column.metric }
        .map { (metric: $0, caseName: column.caseName) }
    }
    guard !columns.isEmpty else { return nil }
    var table = TextTable(
      [("arm", .left)]
        + columns.map { metric, caseName in
          (metric.definition.name + (caseName.map { " in \($0)" } ?? ""), .right)
        })
    for (arm, name) in study.arms.enumerated() {
      table.add([name] + columns.map { value(of: $0.metric, in: $0.caseName, arm) })
    }
    return table
  }

  private func value(of metric: MetricComparisons, in caseName: String?, _ arm: Int) -> String {
    guard let caseName else { return metric.weighted(arm) }
    let index = study.cases.firstIndex { $0.name == caseName }
    return index.map { metric.summaries($0, study)[arm] } ?? "-"
  }

  private func expressions() -> TextTable? {
    let stated = study.notes.flatMap { $0.expresses ?? [] }.map(\.part)
    let parts = stated.enumerated().filter { stated.firstIndex(of: $1) == $0 }.map(\.element)
    guard !parts.isEmpty else { return nil }
    var table = TextTable([("arm", .left)] + parts.map { ($0, .left) })
    for arm in study.arms {
      let own = study.notes.first { $0.arm == arm }?.expresses
      table.add(
        [arm]
          + parts.map { part in
            guard let own else { return "-" }
            return own.first { $0.part == part }?.words ?? "cannot express"
          })
    }
    return table
  }

  /// Why the arms come to what they do, in the scenario's words.
  func reasons() -> [String] {
    let lines = study.arms.compactMap { arm in
      study.notes.first { $0.arm == arm }?.because
        .map { "  \(Escaping.terminal(arm)): \(Escaping.terminal($0))" }
    }
    return lines.isEmpty ? [] : ["Why, as the scenario has it:"] + lines
  }
}
