import Determinism
import Experiments
import FleetModel
import LocatedYAML

extension MapSpec {
  static let decide = MapSpec(
    "decide", "What makes an arm better than the baseline.",
    [
      .standard(
        "primary", "metric", "usersHarmed.integral", "The metric that is to become better."),
      .standard(
        "margin", "number or duration", "0", "The least difference of it that matters."),
      .standard(
        "guardrails", "list", "[]", "Metrics that must not get worse.", map: "guardrail"),
      .optional(
        "summary", "list of texts", absent: "there is no such table",
        "The columns of a table with one line for each arm: METRIC, or METRIC in CASE."),
    ])

  static let guardrail = MapSpec(
    "guardrail", "A metric that must not get worse by more than a margin.",
    [
      .required("metric", "metric", "The metric."),
      .required("margin", "number or duration", "How much worse is tolerated."),
    ])
}

extension DecisionRule {
  /// Reads a rule; `metrics` nil: the fleet's levels are not known, and names are not checked.
  init(_ cursor: Cursor, metrics: MetricTable?) {
    let fields = cursor.fields(.decide)
    let primary = fields["primary"].metric(in: metrics, needsDirection: true)
    self.init(
      primary: primary.name, marginMillionths: fields["margin"].margin(unit: primary.unit),
      guardrails: fields["guardrails"].items().map { Guardrail($0, metrics: metrics) },
      summary: fields.written("summary")?.summary(metrics: metrics))
    fields["guardrails"].items().reportRepeated(guardrails.map(\.metric))
  }
}

extension DecisionRule.Guardrail {
  fileprivate init(_ cursor: Cursor, metrics: MetricTable?) {
    let fields = cursor.fields(.guardrail)
    let metric = fields["metric"].metric(in: metrics, needsDirection: true)
    self.init(
      metric: metric.name, marginMillionths: fields["margin"].margin(unit: metric.unit))
  }
}

extension DecisionRule.SummaryColumn {
  /// Reads `METRIC` or `METRIC in CASE`.
  fileprivate init(_ cursor: Cursor, metrics: MetricTable?) {
    let words = (cursor.text ?? "").split(separator: " ").map(String.init)
    let hasCase = words.count == 3 && words[1] == "in"
    if cursor.text != nil, words.count != 1, !hasCase {
      cursor.report(
        .wrongShape, "this is no column of a summary", help: "write METRIC, or METRIC in CASE")
    } else if let name = words.first {
      _ = cursor.known(name, in: metrics)
    }
    if hasCase, let origin = cursor.origin {
      cursor.reading.book.refer(to: .case, words[2], at: origin)
    }
    self.init(metric: words.first ?? "", caseName: hasCase ? words[2] : nil)
  }
}

extension Cursor {
  /// The columns of a summary, each once and so few that they fit.
  fileprivate func summary(metrics: MetricTable?) -> [DecisionRule.SummaryColumn] {
    let items = items(atLeast: 1)
    items.reportRepeated(items.map { $0.value?.scalar ?? "" })
    if items.count > 8 {
      report(.outOfRange, "a summary has at most 8 columns", help: "leave some out")
    }
    return items.map { DecisionRule.SummaryColumn($0, metrics: metrics) }
  }

  /// The definition of a metric of a name; nil: there is none, which has been reported, or it is
  /// not known which there are.
  func known(_ name: String, in metrics: MetricTable?) -> MetricDefinition? {
    guard let metrics else { return nil }
    if let index = metrics.index(of: name) { return metrics.definitions[index] }
    return refuse(
      .unknownMetric, "there is no metric \(quoted(name))",
      help: Suggestions.text(for: name, among: metrics.definitions.map(\.name)), use: nil)
  }

  /// The name of a metric and its unit; unit nil: unknown.
  fileprivate func metric(
    in metrics: MetricTable?, needsDirection: Bool
  ) -> (name: String, unit: String?) {
    guard let text, let definition = known(text, in: metrics) else { return (text ?? "", nil) }
    if needsDirection, definition.better == .none {
      report(.noDirection, "neither more nor less of \(text) is better")
    }
    return (text, definition.unit)
  }

  /// A difference of a metric's values in millionths of its unit; a duration only where the unit
  /// is a time.
  fileprivate func margin(unit: String?) -> Int64 {
    guard let text else { return 0 }
    guard let parsed = try? WrittenNumber.duration(text) else { return decimalMargin(text) }
    guard let unit else { return 0 }
    // A second has a million microseconds, so microseconds are millionths of seconds.
    if unit == "s" { return parsed.count }
    if unit.hasSuffix("minutes") { return parsed.count / 60 }
    if unit.hasSuffix("hours") { return parsed.count / 3_600 }
    return refuse(
      .badDecimal, "the metric is not a time but counted in \(unit)",
      help: "write a number of \(unit)", use: 0)
  }

  private func decimalMargin(_ text: String) -> Int64 {
    do {
      return try WrittenNumber.decimal(text, decimals: 6)
    } catch {
      return refuse(
        error.isRange ? .outOfRange : .badDecimal, error.message,
        help: "write a number such as 0.5, or a duration such as 2h for metrics of time", use: 0)
    }
  }
}
