import Determinism
import Testing

@testable import RolloutStrategies

/// Something that keeps its elements in one block of memory.
private protocol MemoryBlock {
  /// Where the block is. Equal before and after a change: the change was made in place.
  var address: UInt { get }
}

extension Column: MemoryBlock {
  fileprivate var address: UInt {
    unsafe elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
}

@Suite("Cost of a step")
struct StepCostTests {
  private static let clusters = 1_000

  /// The places of all columns inside a value.
  private static func addresses(in value: Any) -> [UInt] {
    if let block = value as? any MemoryBlock { return [block.address] }
    return Mirror(reflecting: value).children.flatMap { addresses(in: $0.value) }
  }

  @Test(
    "a step changes what is known and what waits in place, whatever the strategy",
    arguments: [
      StrategyPolicy.allAtOnce(AllAtOncePolicy()),
      .progressive(ProgressivePolicy(maxConcurrency: .count(10))),
      .perGroup(PerGroupPolicy(groupBy: "region", maxConcurrency: .count(10))),
      .staged(StagedPolicy(stages: [Stage(name: "all", maxConcurrency: .count(10))])),
      .timedBatches(TimedBatchesPolicy(batchSize: .count(10), interval: .minutes(1))),
      .riskRamp(RiskRampPolicy(budget: .count(10), probability: .percent(5))),
      .cohortCanary(
        CohortCanaryPolicy(
          steps: [.count(10), .share(.one)],
          looks: LookRule(
            analysis: AnalysisPolicy(kind: .threshold(.percent(1))), interval: .minutes(1)))),
      .kubeFleetStaged(
        KubeFleetStagedPolicy(
          stages: [KubeFleetStage(name: "all", clusters: .all, maxConcurrency: .count(10))])),
      .kubeFleetRolling(KubeFleetRollingPolicy(maxUnavailable: .count(10))),
      .talm(TALMPolicy(selectors: [.all], maxConcurrency: 10)),
      .fleetBundle(FleetBundlePolicy(rollout: .init(maxUnavailable: .count(10)))),
      .clusterProfile(ClusterProfilePolicy(clusterSelector: .all, maxUpdate: .count(10))),
      .ocm(OCMPolicy(.work, rollout: .init(.progressive, maxConcurrency: .count(10)))),
    ])
  func changesInPlace(_ policy: StrategyPolicy) {
    let night = WindowRule(from: .zero, to: .hours(4), timeZone: "UTC", atClose: .pause)
    let trigger = TriggerPolicy(sources: [.init(rollout: "x", scope: .fleet, share: .percent(1))])
    var bench = PlannerBench(
      clusters: Self.clusters, domains: [("region", Array(repeating: "a", count: Self.clusters))],
      .rollout(
        policy,
        guards: [
          GuardPolicy(
            name: "regions", rule: .domainLimit(DomainLimitRule(level: "region", atMost: 1))),
          GuardPolicy(name: "night", rule: .window(night)),
        ]),
      .rollout(policy, name: "y", trigger: trigger))
    bench.step(minute: 0)
    let before = Self.addresses(in: bench.planner)
    #expect(before.count >= 15)
    for minute in 1...5 as ClosedRange<Int64> {
      bench.answer(minute: minute, [Int(minute)])
      #expect(Self.addresses(in: bench.planner) == before)
    }
    bench.step(minute: 240)
    #expect(Self.addresses(in: bench.planner) == before)
  }
}
