import Determinism
import Experiments
import FleetModel
import RolloutStrategies
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

/// What `FullScenario` states, written down by hand.
@Suite("A scenario with every field")
struct FullScenarioTests {
  let experiment: Experiment
  var scenario: Scenario { experiment.scenario }

  init() throws {
    let loaded = try load(
      FullScenario.main,
      ["parts/fleet.yaml": FullScenario.fleet, "parts/staged.yaml": FullScenario.staged])
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.sourceText == FullScenario.main)
    experiment = loaded.experiment
  }

  private static let hours = WindowRule(
    days: [.monday, .tuesday], from: .hours(9), to: .hours(17), timeZone: "America/New_York")

  @Test("time and services") func services() {
    #expect(scenario.name == "full")
    // date -ud 2026-03-02T17:00:00Z +%s
    #expect(scenario.startAt == Instant(sinceEpoch: 1_772_470_800_000_000))
    #expect(scenario.horizon == .hours(168))
    #expect(
      scenario.services == [
        ServicePlan(
          name: "pos", version: "v1.10", replicas: 20,
          imagePull: .uniform(from: .minutes(2), to: .minutes(3)),
          podStart: .lognormal(median: .seconds(10), sigma: Ratio(partsPerBillion: 600_000_000)),
          minReady: .seconds(5), progressDeadline: .minutes(90),
          initiallyUnhealthy: Ratio(partsPerBillion: 2_500_000),
          initial: [.init(version: "v1.9", share: Ratio(partsPerBillion: 1_000_000))]),
        ServicePlan(
          name: "db", version: "1.0", replicas: 1,
          requests: RequestPlan(perUserHour: 12, failing: Ratio(partsPerBillion: 3_000_000))),
      ])
  }

  @Test("planners") func planners() {
    #expect(
      scenario.planners == [
        PlannerPlan(
          name: "east", clusters: .label("region", "east"), reportLatency: .seconds(2),
          deliveryLatency: .milliseconds(250), lookInterval: .seconds(10),
          staleAfter: .minutes(6), approval: .exponential(mean: .minutes(20)),
          resume: ResumePlan(response: .constant(.minutes(20)), hours: Self.hours, times: 2),
          outages: [Span(after: .hours(1), duration: .minutes(30))]),
        PlannerPlan(
          name: "rest",
          clusters: Selector([.init(key: "region", comparison: .isNotIn, values: ["east"])])),
      ])
  }

  @Test("the fleet") func fleet() {
    let classes = [
      ClassPlan(
        name: "edge", nodes: 1, nodeLimit: 2, nodeStart: .minutes(2), podsPerNode: 50,
        podLimit: 90, otherPods: 7, users: 40, downWhileUpdating: false,
        poll: .jittered(from: .minutes(2), to: .minutes(3)),
        link: .init(up: .exponential(mean: .hours(72)), down: .constant(.minutes(10))),
        background: .init(up: .exponential(mean: .hours(1_000)), down: .constant(.minutes(20))),
        replicas: [.init(service: "pos", count: 4)]),
      ClassPlan(name: "hub", poll: .every(.seconds(60))),
    ]
    let hq = ClusterPlan(
      name: "hq", clusterClass: "hub",
      labels: [
        Label(key: "adminGroup", value: "core"), Label(key: "hardware", value: "gen3"),
        Label(key: "region", value: "west"),
        Label(key: "timeZone", value: "America/Los_Angeles"),
        Label(key: "zone", value: "central"),
      ], key: .max)
    let rule = GeneratePlan(
      clusters: 1_000, prefix: "store",
      hierarchy: [
        .init(
          level: "region", count: 2, names: ["east", "west"], weights: [3, 1],
          labels: [.init(key: "timeZone", values: ["America/New_York", "UTC"])]),
        .init(
          level: "zone", count: 5,
          labels: [
            .init(key: "adminGroup", values: ["a", "b"]),
            .init(key: "power", values: ["grid", "solar"]),
          ]),
      ],
      classes: [
        .init(value: "edge", share: Ratio(partsPerBillion: 995_000_000)),
        .init(value: "hub", share: Ratio(partsPerBillion: 5_000_000)),
      ],
      labels: [
        .init(
          key: "hardware",
          values: [
            .init(value: "gen1", share: .percent(70)), .init(value: "gen2", share: .percent(30)),
          ])
      ])
    #expect(
      scenario.fleet
        == FleetPlan(
          name: "stores", levels: ["region", "zone"], groups: ["hardware"], classes: classes,
          clusters: [hq], generate: rule))
  }

  @Test("rollouts, guards and triggers") func rollouts() {
    let night = GuardPolicy(
      name: "night",
      clusters: Selector([.init(key: "hardware", comparison: .isIn, values: ["gen1", "gen2"])]),
      rule: .window(
        WindowRule(
          days: [.monday, .sunday], from: .minutes(1_350), to: .hours(5),
          timeZone: "America/Chicago", applies: .completion, reserve: .minutes(45),
          atClose: .pause)))
    // date -ud 2026-12-20 +%s, date -ud 2027-01-03 +%s
    let holidays = GuardPolicy(
      name: "holidays",
      rule: .freeze(FreezeRule(from: .seconds(1_797_724_800), to: .seconds(1_798_934_400))))
    let oneRegion = GuardPolicy(
      name: "one-region", rule: .domainLimit(DomainLimitRule(level: "region", atMost: 1)))
    let trigger = TriggerPolicy(
      sources: [
        .init(
          rollout: "db-2", state: .available, scope: .domain("region"), share: .percent(90),
          soak: .minutes(15), onRollback: .rollBack),
        .init(rollout: "db-2", scope: .fleet),
      ], require: .any)
    #expect(
      scenario.rollouts == [
        RolloutPlan(
          name: "db-2", service: "db", to: "2.0",
          emergency: EmergencyPlan(
            after: .hours(6),
            limits: EmergencyPolicy(
              canary: .share(.percent(2)), canarySoak: .minutes(3),
              maxConcurrency: .share(.percent(40)), soak: .minutes(1), failureBudget: .count(4)))),
        RolloutPlan(
          name: "pos-v2", service: "pos", to: "v2",
          clusters: Selector([
            .init(key: "class", comparison: .isIn, values: ["edge"]),
            .init(key: "timeZone", comparison: .exists, values: []),
          ]), startsAfter: .minutes(10),
          delivery: .rollingUpdate(maxSurge: .count(3), maxUnavailable: .share(.percent(10))),
          guards: [night, holidays, oneRegion], trigger: trigger),
      ])
  }

  @Test("environment and signals") func environment() {
    let points: [Distribution.Point] = [
      .init(at: .zero, .minutes(1)), .init(at: .percent(50), .minutes(10)),
      .init(at: .one, .hours(2)),
    ]
    #expect(
      scenario.environment
        == EnvironmentPlan(
          failures: [
            .init(
              level: "region", between: .exponential(mean: .hours(720)),
              repair: .empirical(points: points), effect: .down),
            .init(
              level: "cluster", between: .constant(.hours(720)), repair: .constant(.hours(1)),
              effect: .controlPlaneDown),
          ],
          outages: [
            .init(
              name: "cut", clusters: .label("zone", "zone-3"),
              span: Span(after: .hours(2), duration: .minutes(20)), effect: .linkDown)
          ],
          membership: [
            .init(
              clusters: .label("name", "store-000001"), joinsAfter: .hours(1),
              leavesAfter: .hours(120))
          ]))
    #expect(
      scenario.signals
        == SignalPlan(
          detection: .mixture([
            .init(weight: .percent(90), .constant(.minutes(1))),
            .init(weight: .percent(10), .exponential(mean: .minutes(10))),
          ]), errorThreshold: .percent(2)))
  }

  @Test("cases") func cases() {
    #expect(
      scenario.cases == [
        CasePlan(name: "good", weight: .percent(95)),
        CasePlan(
          name: "bad", weight: .percent(5),
          defects: [
            DefectPlan(
              service: "pos", version: "v2", trigger: .afterStart(.minutes(5)),
              affects: .label("hardware", "gen2"), share: .percent(50),
              effect: .errorRate(.percent(4))),
            DefectPlan(
              service: "db", version: "2.0", trigger: .at(.hours(3)), effect: .neverReady),
          ]),
      ])
  }

  @Test("arms, in the order of the rollouts") func arms() {
    let quick = StrategyPolicy.allAtOnce(
      AllAtOncePolicy(
        acceptance: Acceptance(
          soak: .minutes(2), failureBudget: .count(3), onBreach: .rollBackStage)))
    let staged = StrategyPolicy.staged(
      StagedPolicy(
        stages: [
          Stage(
            name: "canary", clusters: .label("region", "east"), size: .share(.percent(1)),
            maxConcurrency: .count(2), soak: .hours(1), failureBudget: .count(1),
            gate: .approval),
          Stage(name: "half", size: .share(.percent(50)), gate: .timedWait(.hours(1))),
          Stage(
            name: "most", size: .share(.percent(90)),
            gate: .timedApproval(timeout: .hours(2), then: .proceed)),
          Stage(name: "rest"),
        ], order: .drawn, acceptance: Acceptance(soak: .minutes(10))))
    let perGroup = StrategyPolicy.perGroup(
      PerGroupPolicy(
        groupBy: "region", first: ["west"], maxConcurrency: .count(2), groupSoak: .hours(1),
        order: .drawn))
    let batches = StrategyPolicy.timedBatches(
      TimedBatchesPolicy(
        batchSize: .share(.percent(5)), interval: .minutes(10), jitter: .percent(20),
        acceptance: Acceptance(
          offline: .skip,
          retry: RetryRule(limit: 3, after: .minutes(5), factor: 2, cap: .hours(1)),
          membership: MembershipRule(joins: .ignore, leaves: .abort))))
    let progressive = StrategyPolicy.progressive(
      ProgressivePolicy(
        maxConcurrency: .share(.percent(10)), order: .stratified,
        acceptance: Acceptance(
          soak: .minutes(1), progressDeadline: .minutes(20), failureBudget: .share(.percent(1)),
          demandBudget: Ratio(partsPerBillion: 25_000_000), onBreach: .rollBackAll)))
    let ramp = StrategyPolicy.riskRamp(
      RiskRampPolicy(
        budget: .share(.percent(1)), probability: Ratio(partsPerBillion: 25_000_000),
        batchSoak: .hours(1), order: .listed, acceptance: Acceptance(onBreach: .rollBackAll)))
    let canary = StrategyPolicy.cohortCanary(
      CohortCanaryPolicy(
        steps: [.count(3), .share(.percent(20))],
        looks: LookRule(
          analysis: AnalysisPolicy(
            kind: .ratio(factor: .percent(150), level: .percent(1)), minimumRequests: 500,
            unknown: .fail),
          interval: .minutes(2), checks: 4, failedChecks: 2, timeout: .seconds(90)),
        control: .share(.percent(5)), maxConcurrency: .share(.percent(10)),
        stepSoak: .minutes(30), order: .stratified))
    #expect(
      scenario.arms == [
        ArmPlan(
          name: "at-once",
          strategies: [
            .init(rollout: "db-2", strategy: "quick", policy: quick),
            .init(rollout: "pos-v2", strategy: "quick", policy: quick),
          ]),
        ArmPlan(
          name: "careful",
          strategies: [
            .init(rollout: "db-2", strategy: "perGroup", policy: perGroup),
            .init(rollout: "pos-v2", strategy: "staged", policy: staged),
          ]),
        ArmPlan(
          name: "others",
          strategies: [
            .init(
              rollout: "db-2", strategy: "progressive", policy: progressive,
              emergency: EmergencyPlan()),
            .init(rollout: "pos-v2", strategy: "timedBatches", policy: batches),
          ]),
        ArmPlan(
          name: "ramp",
          strategies: [
            .init(rollout: "db-2", strategy: "cohortCanary", policy: canary),
            .init(rollout: "pos-v2", strategy: "riskRamp", policy: ramp),
          ]),
      ])
  }

  @Test("the decision; durations become millionths of the metric's unit") func decision() {
    #expect(
      experiment.decide
        == DecisionRule(
          primary: "usersHarmed.excess", marginMillionths: 1_500_000,
          guardrails: [
            // 7,200 s; 90 minutes.
            .init(metric: "duration.p90", marginMillionths: 7_200_000_000),
            .init(metric: "downtime.planned", marginMillionths: 90_000_000),
          ], summary: [.init(metric: "escaped"), .init(metric: "duration.p90", caseName: "good")]))
    #expect(
      experiment.expect == [
        ArmExpectation(
          metric: "usersHarmed.integral", caseName: "bad", left: "careful",
          relation: .lessThan, right: "at-once", factor: .percent(50)),
        ArmExpectation(
          metric: "duration.p90", caseName: "good", left: "careful", relation: .atLeast,
          right: "at-once"),
      ])
  }

  @Test("what is said of arms and shown of them is read, and is no part of the scenario")
  func notes() {
    #expect(
      experiment.notes == [
        ArmNote(
          arm: "at-once", because: "It asks everybody and waits for nobody.",
          expresses: [.init(part: "canary 1 %", words: "no"), .init(part: "soak", words: "2 m")])
      ])
  }
}
