import Determinism
import Experiments
import FleetModel
import ResultStore

extension ComparisonReport {
  /// The report for programs: one line of JSON with sorted keys; version 1 of its form.
  ///
  /// Values are in the metrics' units; a value that never came is the word `never`.
  public func json() -> String {
    JSONText.object([
      ("schemaVersion", .integer(1)), ("kind", .string("comparison")),
      ("scenario", .string(study.scenarioName)), ("scenarioHash", .string(study.scenarioHash.hex)),
      ("baseline", .optional(study.arms.first)), ("arms", .array(study.arms.map(JSONText.string))),
      ("alpha", .number(study.settings.alpha)), ("otherRuns", .count(study.otherRuns)),
      ("metrics", .array(shown.map(json))), ("decision", decision.map(json) ?? .null),
      ("expectations", .array(expectations.map(json))), ("notes", .array(study.notes.map(json))),
    ]).text + "\n"
  }

  private func json(_ note: ArmNote) -> JSONText {
    let parts = (note.expresses ?? []).map {
      JSONText.object([("part", .string($0.part)), ("words", .string($0.words))])
    }
    return .object([
      ("arm", .string(note.arm)), ("because", .optional(note.because)),
      ("expresses", .array(parts)),
    ])
  }

  private func json(_ metric: MetricComparisons) -> JSONText {
    let candidates = metric.candidates.indices.map { arm -> JSONText in
      let cases = study.cases.indices.map { index in
        JSONText.object([
          ("case", .string(study.cases[index].name)),
          ("comparison", json(metric.candidates[arm].cases[index])),
        ])
      }
      return .object([
        ("arm", .string(study.arms[arm + 1])), ("cases", .array(cases)),
        ("overall", json(metric.overall(arm))),
        ("overallCases", .array(counted(metric, arm))),
      ])
    }
    return .object([
      ("name", .string(metric.definition.name)), ("unit", .string(metric.definition.unit)),
      ("better", .string(metric.definition.better.rawValue)), ("candidates", .array(candidates)),
    ])
  }

  private func counted(_ metric: MetricComparisons, _ arm: Int) -> [JSONText] {
    zip(study.cases, metric.candidates[arm].weights).filter { $0.1 > 0 }
      .map { .string($0.0.name) }
  }

  private func json(_ comparison: MetricComparison) -> JSONText {
    .object([
      ("method", .string(comparison.method.rawValue)), ("pairs", .count(comparison.pairs)),
      ("dropped", .count(comparison.dropped)), ("margin", .number(comparison.margin)),
      ("baseline", .optional(comparison.baseline)), ("candidate", .optional(comparison.candidate)),
      ("difference", .optional(comparison.difference)),
      ("interval", json(comparison.interval)), ("pValue", .optional(comparison.evidence?.pValue)),
      ("relativeChange", .optional(comparison.relativeChange)),
      ("verdict", json(comparison.verdict)),
      ("quantiles", .array(comparison.quantiles.map(json))),
    ])
  }

  private func json(_ interval: Interval?) -> JSONText {
    guard let interval else { return .null }
    return .array([.optional(interval.lower), .optional(interval.upper)])
  }

  private func json(_ verdict: ComparisonVerdict) -> JSONText {
    var fields: [(key: String, value: JSONText)] = []
    switch verdict {
    case .better: fields = [("word", .string("better"))]
    case .worse: fields = [("word", .string("worse"))]
    case .equivalent: fields = [("word", .string("equivalent"))]
    case .identical: fields = [("word", .string("identical"))]
    case .inconclusive(let moreRuns):
      fields = [("word", .string("inconclusive")), ("moreRuns", .optional(moreRuns))]
    case .notEstimable(let reason):
      fields = [("word", .string("notEstimable"))]
      if case .tooFewPairs(let pairs, let needed) = reason {
        fields += [("pairs", .count(pairs)), ("needed", .count(needed))]
      }
    }
    return .object(fields)
  }

  private func json(_ quantile: QuantileDifference) -> JSONText {
    .object([
      ("partsPerBillion", .integer(quantile.quantile.partsPerBillion)),
      ("minimumRuns", .count(quantile.minimumRuns)),
      ("baseline", .optional(quantile.baseline?.value)),
      ("candidate", .optional(quantile.candidate?.value)),
      ("difference", .optional(quantile.difference)), ("interval", json(quantile.interval)),
    ])
  }

  private func json(_ decision: ComparisonDecision) -> JSONText {
    let (word, moreRuns): (String, Int?) =
      switch decision.outcome {
      case .winner: ("winner", nil)
      case .noWinnerTradeOff: ("tradeOff", nil)
      case .inconclusive(let moreRuns): ("inconclusive", moreRuns)
      case .identical: ("identical", nil)
      case .baselineStays: ("baselineStays", nil)
      }
    return .object([
      ("outcome", .string(word)), ("winner", .optional(decision.winner?.arm.name)),
      ("moreRuns", .optional(moreRuns)), ("primary", .string(study.decide.primary)),
      ("arms", .array(decision.arms.map(json))),
    ])
  }

  private func json(_ arm: ArmDecision) -> JSONText {
    let word =
      switch arm.outcome {
      case .wins: "wins"
      case .tradeOff: "tradeOff"
      case .loses: "loses"
      case .equivalent: "equivalent"
      case .identical: "identical"
      case .inconclusive: "inconclusive"
      }
    func names(_ comparisons: [MetricComparison]) -> JSONText {
      .array(comparisons.map { .string($0.metric) })
    }
    return .object([
      ("arm", .string(arm.arm.name)), ("outcome", .string(word)),
      ("moreRuns", .optional(arm.moreRuns)), ("breached", names(arm.breached)),
      ("uncleared", names(arm.uncleared)), ("price", names(arm.price)),
    ])
  }

  private func json(_ result: ExpectationResult) -> JSONText {
    let expected = result.expectation
    return .object([
      ("metric", .string(expected.metric)), ("case", .string(expected.caseName)),
      ("left", .string(expected.left)), ("relation", .string(expected.relation.rawValue)),
      ("right", .string(expected.right)),
      ("factorPartsPerBillion", .integer(expected.factor.partsPerBillion)),
      ("isMet", .bool(result.isMet)), ("holds", .optional(result.count?.holds)),
      ("fails", .optional(result.count?.fails)),
    ])
  }
}
