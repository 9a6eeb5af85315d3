import Determinism
public import Experiments
import FleetModel
import ResultStore

/// Arms compared with the baseline, metric by metric, and what that decides.
public struct ComparisonReport: Sendable {
  /// Which metrics are shown.
  public enum Detail: Sendable {
    /// One table of those that tell the arms apart, of those that most people ask for.
    case essential
    /// A table for each case of all that apply to any run, and quantiles.
    case all
  }

  /// What came of an expectation.
  public struct ExpectationResult: Sendable {
    /// The expectation.
    public let expectation: ArmExpectation
    /// In how many replications it held; nil: metric, case or arm is not there.
    public let count: ExpectationCount?

    /// Whether it held in 95 of 100 replications.
    public var isMet: Bool { count?.meets(atLeast: .share(.percent(95))) ?? false }
  }

  let study: ComparisonStudy
  let detail: Detail
  /// The metrics shown.
  let shown: [MetricComparisons]
  /// What is decided over the mix of cases; nil: there is only one arm, or no metric that decides.
  public let decision: ComparisonDecision?
  /// What came of the expectations, in their order.
  public let expectations: [ExpectationResult]

  /// Compares.
  public init(_ study: ComparisonStudy, detail: Detail = .essential) {
    self.study = study
    self.detail = detail
    let comparisons = MetricSelection(study, detail).positions.map {
      MetricComparisons(metric: $0, of: study)
    }
    shown = comparisons
    // What is decided, and at what price, must not depend on how much is shown.
    let essential = MetricSelection(study, .essential).positions
    decision = Self.decision(study, comparisons.filter { essential.contains($0.position) })
    expectations = study.expect.map { Self.result(of: $0, in: study) }
  }

  private static func decision(
    _ study: ComparisonStudy, _ comparisons: [MetricComparisons]
  ) -> ComparisonDecision? {
    let primary = comparisons.first { $0.definition.name == study.decide.primary }
    guard let primary, study.arms.count > 1 else { return nil }
    let guarding = study.decide.guardrails.compactMap { guardrail in
      comparisons.first { $0.definition.name == guardrail.metric }
    }
    let named = [study.decide.primary] + study.decide.guardrails.map(\.metric)
    let others = comparisons.filter {
      $0.definition.better != .none && !named.contains($0.definition.name)
    }
    let candidates = study.arms.dropFirst().indices.map { arm in
      CandidateArm(
        name: study.arms[arm], primary: primary.overall(arm - 1),
        guardrails: guarding.map { $0.overall(arm - 1) }, others: others.map { $0.overall(arm - 1) }
      )
    }
    return ComparisonDecision.decide(candidates: Array(candidates), settings: study.settings)
  }

  private static func result(
    of expectation: ArmExpectation, in study: ComparisonStudy
  ) -> ExpectationResult {
    let metric = study.metrics.firstIndex { $0.name == expectation.metric }
    let isKnown =
      study.table(expectation.caseName, expectation.left) != nil
      && study.table(expectation.caseName, expectation.right) != nil
    guard let metric, isKnown else { return .init(expectation: expectation, count: nil) }
    let samples = study.paired(
      metric, in: expectation.caseName, expectation.left, expectation.right)
    return .init(
      expectation: expectation,
      count: expectation.count(left: samples.left, right: samples.right))
  }
}

/// One metric of all arms: compared with the baseline in each case and over the mix.
struct MetricComparisons: Sendable {
  let definition: MetricDefinition
  /// Its place in the samples.
  let position: Int
  /// One for each arm but the baseline.
  let candidates: [WeightedComparison]

  init(metric: Int, of study: ComparisonStudy) {
    position = metric
    definition = study.metrics[metric]
    let decides =
      definition.name == study.decide.primary
      || study.decide.guardrails.contains { [definition] in $0.metric == definition.name }
    var settings = study.settings
    // Resampling costs more than all the rest, so only metrics that decide have quantiles.
    if !decides { settings.quantiles = [] }
    let baseline = study.arms.first ?? ""
    candidates = study.arms.dropFirst().map { [definition] arm in
      WeightedComparison.compare(
        metric: definition.name,
        cases: study.cases.map { studied in
          let samples = study.paired(metric, in: studied.name, baseline, arm)
          return CaseSamples(
            name: studied.name, weight: studied.weight, baseline: samples.left,
            candidate: samples.right)
        }, direction: definition.better == .higher ? .higherIsBetter : .lowerIsBetter,
        margin: study.margin(of: definition.name), settings: settings)
    }
  }

  /// The comparison that decides: over the mix or, of a single case, its own, which is exact.
  func overall(_ candidate: Int) -> MetricComparison {
    let weighted = candidates[candidate]
    return weighted.cases.count == 1 ? weighted.cases[0] : weighted.overall
  }
}

extension MetricComparisons {
  /// Whether the arms differ in it, in any case.
  func tellsArmsApart(_ study: ComparisonStudy) -> Bool {
    study.cases.indices.contains { index in
      let isDifferent = candidates.contains {
        let verdict = $0.cases[index].verdict
        return verdict != .identical && verdict != .notEstimable(.noPairs)
      }
      return isDifferent || Set(summaries(index, study)).count > 1
    }
  }

  /// What each arm's runs of a case show.
  func summaries(_ index: Int, _ study: ComparisonStudy) -> [String] {
    study.arms.map { arm in
      let values = study.table(study.cases[index].name, arm)?.values[position] ?? []
      return ArmWords(values: values, unit: definition.unit).summary
    }
  }

  /// What an arm's runs come to over the mix of cases.
  func weighted(_ arm: Int) -> String {
    let told = candidates.isEmpty ? nil : overall(max(0, arm - 1))
    return told.map { MetricFormat(unit: definition.unit).mixed($0, isBaseline: arm == 0) } ?? "-"
  }

  /// The cases that the comparison over the mix is made of, where that is not all with a weight.
  func places(_ candidate: Int, _ study: ComparisonStudy) -> [String]? {
    let weights = candidates[candidate].weights
    let counting = study.cases.indices.filter { weights[$0] > 0 }
    let weighted = study.cases.indices.filter { study.cases[$0].weight > .zero }
    guard !counting.isEmpty, counting != weighted else { return nil }
    return counting.map { study.cases[$0].name }
  }
}

/// Which metrics a report shows, and in which order.
private struct MetricSelection {
  /// Those that most people ask for.
  private static let essential = [
    "duration.p50", "duration.p90", "duration.p100", "carrying.peak", "usersHarmed.integral",
    "usersHarmed.excess", "downtime.planned", "downtime.unplanned", "down.peak", "inFlight.peak",
    "detection.delay", "rollback.duration", "escaped", "falseHalt", "stragglers",
  ]

  let positions: [Int]

  init(_ study: ComparisonStudy, _ detail: ComparisonReport.Detail) {
    let deciding = [study.decide.primary] + study.decide.guardrails.map(\.metric)
    let summed = (study.decide.summary ?? []).map(\.metric)
    let essential = Self.essential + summed.filter { !Self.essential.contains($0) }
    let wanted = detail == .all ? study.metrics.map(\.name) : essential
    let names = deciding + wanted.filter { !deciding.contains($0) }
    positions = names.compactMap { name in
      guard let position = study.metrics.firstIndex(where: { $0.name == name }) else { return nil }
      let applies = study.samples.contains { table in
        table.arm != nil && table.values[position].contains { $0 != .notApplicable }
      }
      return applies || deciding.contains(name) ? position : nil
    }
  }
}
