import Determinism
import LocatedYAML
import RolloutStrategies

/// Reads a metric of a template, with the arguments that it is told.
struct MetricReader {
  /// Its name.
  let name: String
  /// What must be true of its numbers; nil: only a cluster can say.
  private(set) var conditions: (success: MetricCondition?, failure: MetricCondition?)?
  private(set) var limits = MetricLimits()
  private(set) var interval: Microseconds?
  private(set) var initialDelay = Microseconds.zero

  private let fields: Fields
  private let arguments: [(name: String, value: String?)]

  init(_ cursor: Cursor, arguments: [(name: String, value: String?)], mustEnd: Bool) {
    fields = cursor.fields(AnalysisTemplateSpecs.metric)
    self.arguments = arguments
    name = fields["name"].text ?? ""
    interval = duration("interval")
    initialDelay = duration("initialDelay") ?? .zero
    limits.hasInterval = interval != nil
    limits.count = number("count")
    limits.failureLimit = number("failureLimit", from: -1) ?? limits.failureLimit
    limits.inconclusiveLimit = number("inconclusiveLimit") ?? limits.inconclusiveLimit
    limits.consecutiveErrorLimit = number("consecutiveErrorLimit") ?? limits.consecutiveErrorLimit
    limits.consecutiveSuccessLimit =
      number("consecutiveSuccessLimit") ?? limits.consecutiveSuccessLimit
    conditions = readConditions()
    check(cursor, mustEnd: mustEnd)
  }

  private func check(_ cursor: Cursor, mustEnd: Bool) {
    let count = limits.wantedCount
    if interval == nil, let count, count > 1 {
      cursor.report(
        .missingField, "a metric that is measured \(count) times lacks the field interval",
        help: "add interval: from one measurement to the next")
    }
    if mustEnd, count == nil, limits.consecutiveSuccessLimit == 0 {
      cursor.report(
        .neverFinishes, "\(quoted(name)) is measured for ever, and its end is waited for",
        help: "add count: how many measurements are enough")
    }
  }

  private func readConditions() -> (success: MetricCondition?, failure: MetricCondition?)? {
    let provider = fields["provider"].fields(AnalysisTemplateSpecs.provider)
    guard let kind = provider.alternative?.name, !AnalysisTemplateSpecs.verdicts.contains(kind)
    else { return nil }
    var read: [MetricCondition?] = []
    for field in ["successCondition", "failureCondition"] {
      guard let written = fields.written(field), let text = resolved(written), !text.isEmpty else {
        read.append(nil)
        continue
      }
      guard let condition = ConditionText.condition(text) else {
        written.report(
          .statedElsewhere, "only a cluster can evaluate \(quoted(text))",
          help: "bind \(quoted(name)) to what stands for its verdict")
        return nil
      }
      read.append(condition)
    }
    return (read[0], read[1])
  }

  // MARK: Values

  /// A text with its arguments filled in.
  private func resolved(_ cursor: Cursor) -> String? {
    guard var text = cursor.text else { return nil }
    for (name, value) in arguments {
      // Arguments may stand in arguments; what grows without end is for a cluster to evaluate.
      guard let value, value.utf8.count < 1_000, text.utf8.count < 10_000 else { continue }
      text = text.replacing("{{args.\(name)}}", with: value)
      text = text.replacing("{{ args.\(name) }}", with: value)
    }
    return text
  }

  private func duration(_ field: String) -> Microseconds? {
    guard let written = fields.written(field), let text = resolved(written) else { return nil }
    return KubernetesNumbers.duration(text)
      ?? written.refuse(
        .badDuration, "\(quoted(text)) is not a duration as Go writes it",
        help: "write numbers with h, m, s, ms, us or ns, as in 1h30m or 0.5s", use: nil)
  }

  private func number(_ field: String, from least: Int = 0) -> Int? {
    guard let written = fields.written(field), let text = resolved(written) else { return nil }
    guard let number = Int32(text), number >= least else {
      return written.refuse(
        .badInteger, "\(quoted(text)) is not a whole number from \(least)",
        help: "write digits", use: nil)
    }
    return Int(number)
  }
}
