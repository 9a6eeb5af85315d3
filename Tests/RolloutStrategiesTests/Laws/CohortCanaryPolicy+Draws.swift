import Determinism

@testable import RolloutStrategies

extension CohortCanaryPolicy {
  /// Settings of a canary: every kind of analysis, every answer to too few requests.
  static func drawn(
    from draws: inout Draws, order: TakeOrder, acceptance: Acceptance
  ) -> CohortCanaryPolicy {
    let steps: [[Amount]] = [
      [.count(1), .share(.percent(40))], [.share(.percent(20)), .share(.one)], [.count(3)],
      [.count(1), .count(2), .share(.percent(30)), .share(.percent(60))],
    ]
    return CohortCanaryPolicy(
      steps: draws.pick(steps),
      looks: LookRule(
        analysis: AnalysisPolicy(
          kind: draws.pick(kinds), minimumRequests: Int64(draws.int(1...500)),
          unknown: draws.pick(UnknownMeasure.allCases)),
        interval: draws.seconds(30...1_200), checks: draws.int(1...3),
        failedChecks: draws.int(1...3), timeout: draws.seconds(0...1_200)),
      control: draws.chance(50) ? .count(draws.int(1...5)) : .share(.percent(30)),
      maxConcurrency: draws.chance(50) ? .share(.one) : .count(draws.int(1...4)),
      stepSoak: draws.chance(50) ? draws.seconds(0...1_800) : .zero, order: order,
      acceptance: acceptance)
  }

  private static let kinds: [AnalysisKind] = [
    .threshold(.percent(2)), .difference(margin: .zero, level: .percent(1)),
    .ratio(factor: .one, level: .percent(1)),
    .sequential(
      SequentialTest(
        good: .percent(1), bad: .percent(10), falseAlarm: .percent(5), miss: .percent(5))),
    .burnRate(
      BurnRate(
        errorBudget: .percent(1), windows: [.init(long: 3, short: 1, rate: .percent(200))])),
  ]
}
