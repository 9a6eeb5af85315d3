import Experiments
import FleetModel

/// Says in words and numbers what a comparison of one metric found.
struct ComparisonWords {
  let comparison: MetricComparison
  let definition: MetricDefinition
  /// The probability that the intervals shown cover, in percent.
  let confidence: String

  init(_ comparison: MetricComparison, _ definition: MetricDefinition, alpha: Double) {
    self.comparison = comparison
    self.definition = definition
    confidence = Quantities.percent(share: 1 - alpha)
  }

  private var format: MetricFormat { MetricFormat(unit: definition.unit) }

  /// The verdict in a word or two.
  var verdict: String {
    switch comparison.verdict {
    case .notEstimable(.noPairs):
      return comparison.pairs > 0 ? "not in all" : "no pairs"
    case .notEstimable(.tooFewPairs(_, let needed)):
      return "needs \(needed) runs"
    case .notEstimable(.noWeight): return "no weight"
    case .identical: return "identical"
    case _ where definition.better == .none: return "-"
    case .better: return "better"
    case .worse: return "worse"
    case .equivalent: return "same within \(format.value(comparison.margin))"
    case .inconclusive: return "undecided"
    }
  }

  /// The difference to the baseline with its interval.
  var difference: String {
    guard let difference = comparison.difference, comparison.verdict != .identical else {
      return comparison.verdict == .identical ? "none in \(comparison.pairs) pairs" : "-"
    }
    switch comparison.method {
    case .pairedMean, .weightedMean:
      return format.difference(difference) + range { format.difference($0) } + relative
    case .finished, .weightedFinished:
      return "reached in " + points(difference) + range(points)
    case .signTest, .weightedSigns:
      let better = Quantities.percent(share: comparison.candidate ?? 0)
      let worse = Quantities.percent(share: comparison.baseline ?? 0)
      return "better in \(better), worse in \(worse)"
    }
  }

  private func range(_ write: (Double) -> String) -> String {
    guard let interval = comparison.interval else { return "" }
    return " (\(write(interval.lower)) to \(write(interval.upper)))"
  }

  private var relative: String {
    guard let change = shownChange else { return "" }
    return ", " + (change > 0 ? "+" : "") + Quantities.percent(share: change)
  }

  /// The relative change; nil where it confuses: of a share, or of next to nothing.
  private var shownChange: Double? {
    guard !["%", "share"].contains(definition.unit) else { return nil }
    return comparison.relativeChange.flatMap { abs($0) < 10 ? $0 : nil }
  }

  private func points(_ share: Double) -> String {
    (share > 0 ? "+" : "") + Quantities.percent(share: share)
  }

  /// The size of the difference as part of a sentence: `11,136 user-minutes less (95 %: ...)`.
  var sentence: String {
    guard let difference = comparison.difference else { return "\(definition.name): \(verdict)" }
    switch comparison.method {
    case .pairedMean, .weightedMean:
      let direction = difference < 0 ? "less" : "more"
      let size = format.named(abs(difference))
      return "\(definition.name): \(size) \(direction)" + spread(of: difference)
    case .finished, .weightedFinished:
      let (now, before) = (comparison.candidate ?? 0, comparison.baseline ?? 0)
      return "\(definition.name): reached in \(Quantities.percent(share: now)) of runs instead of "
        + Quantities.percent(share: before)
    case .signTest, .weightedSigns:
      return "\(definition.name): " + self.difference + " of runs"
    }
  }

  private func spread(of difference: Double) -> String {
    guard let interval = comparison.interval else { return "" }
    let ends =
      difference < 0 ? (-interval.upper, -interval.lower) : (interval.lower, interval.upper)
    let change = shownChange.map {
      ", \(Quantities.percent(share: abs($0))) \($0 < 0 ? "less" : "more")"
    }
    return " (\(confidence): \(format.value(ends.0)) to \(format.value(ends.1)))" + (change ?? "")
  }
}

/// What the runs of one arm in one case show of a metric.
struct ArmWords {
  let values: [MetricValue]
  let unit: String

  /// The mean or, where a value is never, how many are not and the median.
  var summary: String {
    let applicable = values.compactMap(\.extended)
    guard !applicable.isEmpty else { return "n/a" }
    let format = MetricFormat(unit: unit)
    let finite = applicable.filter { $0 < .infinity }
    guard finite.count < applicable.count else {
      return format.value(finite.reduce(0, +) / Double(finite.count))
    }
    guard !finite.isEmpty else { return "never" }
    let share = Quantities.percent(share: Double(finite.count) / Double(applicable.count))
    let median = applicable.sorted()[(applicable.count - 1) / 2]
    return "in \(share), median \(format.value(median))"
  }
}
