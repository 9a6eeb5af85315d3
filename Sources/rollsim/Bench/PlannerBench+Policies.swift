import Determinism
import RolloutStrategies

extension PlannerBench {
  /// Settings of an entry of the catalogue, for each of the algorithms it has, with which it has so
  /// many clusters under way.
  static func policies(
    of entry: StrategyPolicy.Entry, atOnce count: Int
  ) -> [StrategyPolicy] {
    let amount = Amount.count(count)
    return switch entry {
    case .allAtOnce: [.allAtOnce(AllAtOncePolicy())]
    case .progressive: [.progressive(ProgressivePolicy(maxConcurrency: amount, order: .drawn))]
    case .perGroup:
      [.perGroup(PerGroupPolicy(groupBy: "region", maxConcurrency: amount, order: .drawn))]
    case .staged:
      [.staged(StagedPolicy(stages: [Stage(name: "all", maxConcurrency: amount)], order: .drawn))]
    case .timedBatches:
      [
        .timedBatches(
          TimedBatchesPolicy(batchSize: amount, interval: .minutes(5), order: .drawn))
      ]
    case .exposure:
      [
        .exposure(
          ExposurePolicy(
            shares: (1...20).map { .percent($0) } + [.one], partial: .none, order: .drawn))
      ]
    case .blueGreen:
      [
        .blueGreen(
          BlueGreenPolicy(
            live: Selector([
              .init(key: "region", comparison: .isIn, values: (0..<5).map { "r\($0)" })
            ]), backup: .all, order: .drawn))
      ]
    case .riskRamp:
      [.riskRamp(RiskRampPolicy(budget: amount, probability: .percent(50)))]
    case .cohortCanary:
      [
        .cohortCanary(
          CohortCanaryPolicy(
            steps: [.share(.percent(1)), .share(.percent(20))],
            looks: LookRule(
              analysis: AnalysisPolicy(kind: .threshold(.percent(1)), unknown: .ignore),
              interval: .minutes(1), timeout: .zero),
            maxConcurrency: amount, order: .drawn))
      ]
    case .kubeFleetStagedRun:
      [
        .kubeFleetStaged(
          KubeFleetStagedPolicy(
            stages: [KubeFleetStage(name: "all", clusters: .all, maxConcurrency: amount)]))
      ]
    case .kubeFleetRollingUpdate:
      [.kubeFleetRolling(KubeFleetRollingPolicy(maxUnavailable: amount))]
    case .clusterGroupUpgrade: [.talm(TALMPolicy(selectors: [.all], maxConcurrency: count))]
    case .placementRollout:
      OCMPolicy.Caller.allCases.map { caller in
        .ocm(OCMPolicy(caller, rollout: .init(.progressive, maxConcurrency: .count(count))))
      }
    case .fleetBundle:
      [.fleetBundle(FleetBundlePolicy(rollout: .init(maxUnavailable: .count(count))))]
    case .clusterProfile:
      [.clusterProfile(ClusterProfilePolicy(clusterSelector: .all, maxUpdate: amount))]
    case .applicationSet:
      [
        .applicationSet(
          ApplicationSetPolicy(sync: RollingSync(steps: [.init(maxUpdate: .count(count))])))
      ]
    }
  }
}
