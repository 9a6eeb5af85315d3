import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What a planner foresees is what happens in a world in which all goes well.
@Suite struct ForecastAgreementTests {
  private static let strategies: [StrategyPolicy] = [
    .allAtOnce(AllAtOncePolicy(acceptance: Acceptance(soak: .minutes(7)))),
    .progressive(
      ProgressivePolicy(
        maxConcurrency: .share(.percent(25)), order: .drawn,
        acceptance: Acceptance(soak: .minutes(5)))),
    .perGroup(PerGroupPolicy(groupBy: "site", maxConcurrency: .count(2), groupSoak: .hours(1))),
    .staged(
      StagedPolicy(
        stages: [
          Stage(name: "pilot", size: .count(1), soak: .minutes(30), gate: .approval),
          Stage(name: "few", size: .share(.percent(20)), gate: .timedWait(.minutes(10))),
          Stage(name: "rest", maxConcurrency: .count(4)),
        ])),
    .timedBatches(TimedBatchesPolicy(batchSize: .count(4), interval: .minutes(10))),
    .riskRamp(
      RiskRampPolicy(budget: .count(2), probability: .percent(20), batchSoak: .minutes(10))),
    .cohortCanary(
      CohortCanaryPolicy(
        steps: [.count(1), .share(.percent(40))],
        looks: LookRule(
          analysis: AnalysisPolicy(kind: .difference(margin: .zero, level: .percent(1))),
          interval: .minutes(3), checks: 2),
        control: .count(3), stepSoak: .minutes(10))),
    .talm(
      TALMPolicy(selectors: [.all], canaries: ["c-000003"], maxConcurrency: 5)),
    .kubeFleetRolling(KubeFleetRollingPolicy()),
    .kubeFleetStaged(
      KubeFleetStagedPolicy(
        stages: [
          KubeFleetStage(
            name: "one", clusters: .label("site", "site-1"),
            afterTasks: [KubeFleetTask(.timedWait, waitTime: .minutes(20))]),
          KubeFleetStage(
            name: "two", clusters: .label("site", "site-2"), maxConcurrency: .share(.percent(30)),
            beforeTasks: [KubeFleetTask(.approval)]),
        ])),
    .ocm(
      OCMPolicy(
        .work,
        rollout: OCMRolloutStrategy(
          .progressive, minSuccessTime: .minutes(3), maxConcurrency: .share(.percent(30))))),
  ]

  @Test("the same clusters start at the same times, and it is complete when it was foreseen")
  func waves() throws {
    for strategy in Self.strategies {
      let scenario = Scenario.small(strategy, clusters: 15, sites: 2) { scenario in
        scenario.hub.approval = .constant(.minutes(15))
      }
      let run = scenario.run()
      let planner = try #require(
        run.world.planners(
          arm: scenario.arms[0], random: RandomStream(seed: 1, replication: 0)
        ).first)
      let forecast = Forecast(
        of: planner, at: .monday,
        assumptions: .init(updateTakes: .seconds(60), approvalTakes: .minutes(15)))
      let course = forecast.courses[0]
      let happened = run.result.transcript.flatMap { step in
        step.decision.rollouts.flatMap(\.directives).map { (step.at, $0.cluster) }
      }
      let foreseen = course.waves.flatMap { wave in wave.clusters.map { (wave.at, $0) } }
      #expect(happened.map(\.1) == foreseen.map(\.1), "\(strategy.kind)")
      // In the world every message takes a microsecond at least.
      for (one, other) in zip(happened, foreseen) {
        #expect(abs((one.0 - other.0).count) < 1_000, "\(strategy.kind)")
      }
      let completesAt = try #require(course.completesAt, "\(strategy.kind)")
      let late = try run.decidedAfter() - (completesAt - .monday)
      #expect(abs(late.count) < 1_000, "\(strategy.kind)")
    }
  }
}
