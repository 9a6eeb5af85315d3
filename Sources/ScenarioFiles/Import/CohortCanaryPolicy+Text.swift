import Determinism
import LocatedYAML
import RolloutStrategies

extension CohortCanaryPolicy {
  /// The settings as a document states them, without those that all strategies have.
  var lines: [String] {
    var lines = [
      "cohortCanary:", "  steps: [\(steps.map(DocumentText.amount).joined(separator: ", "))]",
      "  interval: \(DocumentText.duration(looks.interval))",
      "  analysis: {\(looks.analysis.text)}", "  checks: \(looks.checks)",
      "  failedChecks: \(looks.failedChecks)",
      "  timeout: \(DocumentText.duration(looks.timeout))",
    ]
    if let control { lines.append("  control: \(DocumentText.amount(control))") }
    return lines + [
      "  maxConcurrency: \(DocumentText.amount(maxConcurrency))",
      "  stepSoak: \(DocumentText.duration(stepSoak))", "  order: \(order.rawValue)",
    ]
  }
}

extension AnalysisPolicy {
  fileprivate var text: String {
    "\(kind.text), minimumRequests: \(minimumRequests), unknown: \(unknown.rawValue)"
  }
}

extension AnalysisKind {
  fileprivate var text: String {
    switch self {
    case .threshold(let limit): "threshold: \(percentText(limit))"
    case .difference(let margin, let level):
      "difference: {margin: \(percentText(margin)), level: \(percentText(level))}"
    case .ratio(let factor, let level):
      "ratio: {factor: \(Self.multiple(factor)), level: \(percentText(level))}"
    case .sequential(let test):
      "sequential: {good: \(percentText(test.good)), bad: \(percentText(test.bad)),"
        + " falseAlarm: \(percentText(test.falseAlarm)), miss: \(percentText(test.miss))}"
    case .burnRate(let burn):
      "burnRate: {errorBudget: \(percentText(burn.errorBudget)),"
        + " windows: [\(burn.windows.map(Self.text).joined(separator: ", "))]}"
    }
  }

  private static func text(_ window: BurnRate.Window) -> String {
    "{long: \(window.long), short: \(window.short), rate: \(multiple(window.rate))}"
  }

  /// A multiple as a decimal number.
  private static func multiple(_ ratio: Ratio) -> String {
    let (whole, rest) = ratio.partsPerBillion.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard rest > 0 else { return "\(whole)" }
    var digits = String(String(rest + 1_000_000_000).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
