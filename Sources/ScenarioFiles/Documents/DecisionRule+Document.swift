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
      guardrails: fields["guardrails"].items().map { Guardrail($0, metrics: metrics) })
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

extension Cursor {
  /// The name of a metric and its unit; unit nil: unknown.
  fileprivate func metric(
    in metrics: MetricTable?, needsDirection: Bool
  ) -> (name: String, unit: String?) {
    guard let text, let metrics else { return (text ?? "", nil) }
    guard let index = metrics.index(of: text) else {
      return refuse(
        .unknownMetric, "there is no metric \(quoted(text))",
        help: Suggestions.text(for: text, among: metrics.definitions.map(\.name)), use: (text, nil))
    }
    let definition = metrics.definitions[index]
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
