import Determinism
import RolloutStrategies

@testable import FleetModel

extension Scenario {
  /// A scenario in which nothing is left to chance and no message takes time, to be bent by a test.
  ///
  /// One planner rolls service `web` from `v1` to `v2` over clusters `c-000001`…, which are spread
  /// evenly over `sites`. A pod takes a minute to start, trouble is noticed at once, and every
  /// cluster is told at once.
  static func small(
    _ strategy: StrategyPolicy = .allAtOnce(AllAtOncePolicy()), clusters: Int, sites: Int = 1,
    defects: [DefectPlan] = [], horizon: Microseconds = .hours(24),
    edit: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    var scenario = Scenario(
      name: "small", startAt: .monday, horizon: horizon,
      fleet: FleetPlan(
        name: "small", levels: ["site"], classes: [ClassPlan(name: "plain")],
        generate: GeneratePlan(
          clusters: clusters, prefix: "c", hierarchy: [.init(level: "site", count: sites)],
          classes: [.init(value: "plain", share: .one)])),
      services: [
        ServicePlan(
          name: "web", version: "v1", replicas: 1, podStart: .constant(.seconds(60)))
      ],
      planners: [PlannerPlan(name: "hub", reportLatency: .zero, deliveryLatency: .zero)],
      rollouts: [RolloutPlan(name: "web-v2", service: "web", to: "v2")],
      signals: SignalPlan(detection: .constant(.zero)),
      cases: [CasePlan(name: "only", weight: .one, defects: defects)],
      arms: [
        ArmPlan(
          name: "only",
          strategies: [.init(rollout: "web-v2", strategy: strategy.kind, policy: strategy)])
      ])
    edit(&scenario)
    return scenario
  }

  /// The settings of the only class of a small scenario.
  var plain: ClassPlan {
    get { fleet.classes[0] }
    set { fleet.classes[0] = newValue }
  }

  /// The only service of a small scenario.
  var web: ServicePlan {
    get { services[0] }
    set { services[0] = newValue }
  }

  /// The only planner of a small scenario.
  var hub: PlannerPlan {
    get { planners[0] }
    set { planners[0] = newValue }
  }

  /// The only rollout of a small scenario.
  var rollout: RolloutPlan {
    get { rollouts[0] }
    set { rollouts[0] = newValue }
  }
}

extension Instant {
  /// Monday, 2 March 2026, 00:00 UTC.
  static let monday = Instant(sinceEpoch: 1_772_409_600_000_000)
}

extension DefectPlan {
  /// A defect of the version that small scenarios roll out.
  static func ofTarget(
    _ effect: Effect, _ trigger: Trigger = .atStart, affects: Selector = .all, share: Ratio = .one
  ) -> DefectPlan {
    DefectPlan(
      service: "web", version: "v2", trigger: trigger, affects: affects, share: share,
      effect: effect)
  }
}

extension Selector {
  /// Chooses clusters by name.
  static func named(_ names: String...) -> Selector {
    Selector([.init(key: "name", comparison: .isIn, values: names)])
  }
}

extension Microseconds {
  /// The length in seconds.
  var inSeconds: Double { Double(count) / 1e6 }
}
