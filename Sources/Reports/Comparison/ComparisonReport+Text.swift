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
    var sections = [fitted(HeaderWords(study: study).lines())]
    switch detail {
    case .essential:
      let compact = ComparisonTable(self)
      sections += [table(compact.table), fitted(compact.notes())]
    case .all:
      let full = FullTables(report: self)
      sections += full.titled.map { prose([$0.title]) + table($0.table) }
      sections.append(fitted(full.quantiles()))
    }
    let summary = SummaryTables(report: self)
    sections += summary.titled.map { prose([$0.title]) + table($0.table) }
    sections += [summary.reasons(), expectationLines(), decisionLines()].map(fitted)
    // Commands are copied, so that their lines are not broken.
    sections.append(prose(Paragraph.lines(caveat) + NextSteps(report: self).lines()))
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private func expectationLines() -> [String] {
    guard !expectations.isEmpty else { return [] }
    let met = expectations.count { $0.isMet }
    let counts =
      "\(met) of \(Quantities.count(expectations.count, "expectation")) met"
    let told = expectations.filter { $0.count != nil && (detail == .all || !$0.isMet) }
    let untold = expectations.count { $0.count == nil }
    return [counts + (told.isEmpty && untold == 0 ? "." : ":")]
      + told.map { "  " + Escaping.terminal(line(for: $0)) }
      + (untold > 0 ? ["  not told of \(untold): there are no such runs"] : [])
  }

  private func line(for result: ExpectationResult) -> String {
    let expected = result.expectation
    let factor =
      expected.factor == .one
      ? "" : "\(Quantities.number(Double(expected.factor.partsPerBillion) / 1e9)) x "
    let claim =
      "\(expected.metric) in \(expected.caseName): \(expected.left) "
      + "\(expected.relation.rawValue) \(factor)\(expected.right)"
    let count = result.count ?? ExpectationCount()
    let word = result.isMet ? "met:" : "NOT met:"
    return "\(word) \(claim), in \(count.holds) of \(count.applicable) runs"
  }

  private func decisionLines() -> [String] {
    guard let decision else {
      return study.arms.count > 1
        ? ["No decision: there is no metric \(Escaping.terminal(study.decide.primary))."] : []
    }
    return DecisionWords(report: self, decision: decision).lines()
  }

  private var caveat: String {
    "Intervals tell how sure the simulation is, not how true its inputs are."
  }
}
