import Determinism

@testable import RolloutStrategies

extension OCMPolicy {
  /// A rollout of every type, with and without groups of a name and limits out of range.
  static func drawn(_ caller: Caller, from draws: inout Draws) -> OCMPolicy {
    let rules = draws.chance(50) ? [OCMGroupStrategy.Rule(name: "r0", clusters: r0)] : []
    let mandatory: [OCMGroupKey] =
      draws.chance(40) ? [draws.chance(50) ? .init(name: "r0") : .init(index: 1)] : []
    return OCMPolicy(
      caller, predicates: draws.chance(20) ? [r0, .label("rack", "k0")] : [],
      grouping: OCMGroupStrategy(
        clustersPerGroup: draws.chance(30) ? .share(.one) : limit(from: &draws), rules: rules),
      rollout: OCMRolloutStrategy(
        draws.pick(OCMRolloutStrategy.Kind.allCases),
        progressDeadline: draws.chance(70) ? .after(draws.seconds(300...7_200)) : .none,
        minSuccessTime: draws.chance(60) ? draws.seconds(0...1_800) : .zero,
        maxFailures: limit(from: &draws), maxConcurrency: limit(from: &draws),
        mandatoryGroups: mandatory))
  }

  private static let r0 = Selector.label("region", "r0")

  private static func limit(from draws: inout Draws) -> OCMLimit {
    draws.chance(50) ? .count(draws.int(0...8)) : .share(.percent(Int64(draws.int(0...100))))
  }
}
