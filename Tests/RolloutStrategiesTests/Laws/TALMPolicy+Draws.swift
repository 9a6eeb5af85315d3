import Determinism

@testable import RolloutStrategies

extension TALMPolicy {
  /// An upgrade of named and selected clusters, with and without canaries.
  static func drawn(from draws: inout Draws) -> TALMPolicy {
    let named = draws.chance(40) ? ["c2", "c0", "c1"].prefix(draws.int(1...3)) : []
    return TALMPolicy(
      clusters: Array(named), selectors: draws.chance(90) ? [.all] : [.label("region", "r0")],
      canaries: draws.chance(30) ? ["c1"] : [], maxConcurrency: draws.int(1...8),
      timeout: .minutes(Int64(draws.int(10...600))),
      onBatchTimeout: draws.pick(BatchTimeoutAction.allCases))
  }
}
