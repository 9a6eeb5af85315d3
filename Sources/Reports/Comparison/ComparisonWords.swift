import Determinism
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
    let means = comparison.means.flatMap { $0.baseline == 0 ? nil : $0 }
    return means.map { $0.difference / abs($0.baseline) }.flatMap { abs($0) < 10 ? $0 : nil }
  }

  private func points(_ share: Double) -> String {
    (share > 0 ? "+" : "") + Quantities.percent(share: share)
  }

  /// What stands before a change of a mean that has no honest interval.
  static let roughly = "~"

  /// The change and the verdict in the fewest words: `-44.7 % better`.
  var brief: String {
    switch comparison.verdict {
    case .identical: return "same"
    case .notEstimable(.noPairs), .notEstimable(.noWeight): return "-"
    default: break
    }
    let margin = format.value(comparison.margin)
    let word =
      comparison.verdict == .equivalent
      ? " within \(margin)" : definition.better == .none ? "" : " " + verdict
    switch comparison.method {
    case .pairedMean, .weightedMean: return shortChange + word
    case .signTest, .weightedSigns: return Self.roughly + shortChange + word
    case .finished, .weightedFinished: return points(comparison.difference ?? 0) + " reached" + word
    }
  }

  /// The relative change of the means or, of times and shares, the absolute one.
  private var shortChange: String {
    let relative = definition.unit == "s" ? nil : shownChange
    return relative.map(points) ?? format.difference(comparison.means?.difference ?? 0)
  }

  /// The size of the difference as part of a sentence: `11,136 user-minutes less harm to users`.
  ///
  /// `place` is the case in which it was found, if it is told.
  func sentence(in place: String? = nil) -> String {
    let place = place.map { " in \($0)" } ?? ""
    let name = definition.name
    guard let difference = comparison.difference, comparison.verdict != .identical else {
      return "\(name)\(place): " + (comparison.verdict == .identical ? "no change" : verdict)
    }
    let (now, before) = (comparison.candidate ?? 0, comparison.baseline ?? 0)
    func share(_ value: Double) -> String { Quantities.percent(share: value) }
    switch comparison.method {
    case .pairedMean where definition.unit == "share",
      .weightedMean where definition.unit == "share":
      return "\(name)\(place) in \(share(now)) of runs instead of \(share(before))"
    case .pairedMean, .weightedMean:
      let direction = difference < 0 ? "less" : "more"
      let size = "\(format.named(abs(difference))) \(direction)"
      let details = "\(name)" + spread(of: difference)
      return MetricPhrase.noun(name).map { "\(size) \($0)\(place) (\(details))" }
        ?? "\(size)\(place) (\(details))"
    case .finished, .weightedFinished:
      return "\(name)\(place) reached in \(share(now)) of runs instead of \(share(before))"
    case .signTest, .weightedSigns:
      let runs = comparison.method == .signTest ? "runs" : "the weighted runs"
      let size = comparison.means.map { " (mean \(means($0)))" } ?? ""
      guard comparison.margin > 0 else {
        return
          "\(name)\(place) better in \(share(now)) of \(runs), worse in \(share(before))\(size)"
      }
      let margin = format.named(comparison.margin)
      let average = comparison.means.map { " on average \(means($0));" } ?? ""
      return "\(name)\(place)\(average) more than \(margin) better in \(share(now)) of \(runs), "
        + "more than that worse in \(share(before))"
    }
  }

  /// How far apart means without an honest interval are.
  private func means(_ means: ArmMeans) -> String {
    let change = shownChange.map { ", \(points($0))" } ?? ""
    return "\(format.value(means.candidate)) instead of \(format.named(means.baseline))\(change)"
  }

  /// The change alone, without its interval: `+18.6s (+3.96 %)`.
  var change: String {
    guard let means = comparison.means, comparison.difference != nil else {
      return comparison.difference == nil ? verdict : difference
    }
    let size =
      format.difference(means.difference) + (shownChange.map { " (\(points($0)))" } ?? "")
    switch comparison.method {
    case .signTest, .weightedSigns: return Self.roughly + size
    case .pairedMean, .weightedMean, .finished, .weightedFinished: return size
    }
  }

  /// The difference with its interval, without the metric: `11,136 user-minutes less (...)`.
  var size: String {
    guard let difference = comparison.difference else { return verdict }
    switch comparison.method {
    case .pairedMean, .weightedMean:
      let details = String(spread(of: difference).drop { ",; ".contains($0) })
      return "\(format.named(abs(difference))) \(difference < 0 ? "less" : "more") (\(details))"
    case .finished, .weightedFinished, .signTest, .weightedSigns:
      return [difference == 0 ? nil : self.difference, typical].compactMap { $0 }
        .joined(separator: "; ")
    }
  }

  /// The median where the method gives no size, or means where the medians are alike.
  private var typical: String? {
    let median = comparison.quantiles.first { $0.quantile == .percent(50) }
    if let now = median?.candidate?.value, let before = median?.baseline?.value, now != before {
      return "median \(format.value(now)) instead of \(format.named(before))"
        + range(of: median)
    }
    return comparison.means.map { "mean \(means($0)), too skewed for an interval" }
  }

  private func range(of quantile: QuantileDifference?) -> String {
    guard let interval = quantile?.interval, abs(interval.lower) < .infinity,
      abs(interval.upper) < .infinity
    else { return "" }
    let ends = "\(format.difference(interval.lower)) to \(format.difference(interval.upper))"
    return " (\(confidence) of the change: \(ends))"
  }

  private func spread(of difference: Double) -> String {
    let change = shownChange.map {
      ", \(Quantities.percent(share: abs($0))) \($0 < 0 ? "less" : "more")"
    }
    guard let interval = comparison.interval else { return change ?? "" }
    let ends =
      difference < 0 ? (-interval.upper, -interval.lower) : (interval.lower, interval.upper)
    return (change ?? "") + "; \(confidence): \(format.value(ends.0)) to \(format.value(ends.1))"
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

extension MetricFormat {
  /// One side of a comparison over the mix: the mean or, where there is none, how many finished.
  func mixed(_ comparison: MetricComparison, isBaseline: Bool) -> String {
    if let means = comparison.means {
      return value(isBaseline ? means.baseline : means.candidate)
    }
    let share = isBaseline ? comparison.baseline : comparison.candidate
    return share.map { "in \(Quantities.percent(share: $0))" } ?? "-"
  }
}
