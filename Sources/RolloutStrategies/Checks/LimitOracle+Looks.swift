import Determinism

extension LimitOracle {
  /// Checks that no more clusters were started than the steps so far take, and none once as many
  /// looks had failed as stop the rollout.
  func check(_ policy: CohortCanaryPolicy) throws {
    let sizes = policy.stageSizes(of: chosen.count)
    let stage = status.rollout.stage
    let asked = chosen.filter { status[$0].isMember && status[$0].asked.generation > 0 }
    try require(asked.count, atMost: sizes.prefix(stage + 1).reduce(0, +), "started")
    guard let analysis = status.rollout.analysis else { return }
    try require(analysis.failed, atMost: failedLooksAllowed(policy), "failed looks")
  }

  private func failedLooksAllowed(_ policy: CohortCanaryPolicy) -> Int {
    max(policy.looks.failedChecks - 1, status.rollout.tolerated?.failedLooks ?? 0)
  }
}
