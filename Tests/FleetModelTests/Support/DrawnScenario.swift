import Determinism
import RolloutStrategies

@testable import FleetModel

extension Choices {
  /// A length in seconds in a range.
  mutating func seconds(_ range: ClosedRange<Int>) -> Microseconds {
    .seconds(Int64(number(range)))
  }
}

/// A scenario in which anything may come together with anything, drawn from a seed.
struct DrawnScenario {
  let scenario: Scenario
  private var choices: Choices

  /// Draws a scenario.
  ///
  /// - Parameters:
  ///   - seed: the same seed draws the same scenario.
  ///   - isOrderFree: whether nothing in it may depend on the order in which the fleet lists its
  ///     clusters.
  /// - Returns: the scenario.
  static func of(seed: UInt64, isOrderFree: Bool = false) -> Scenario {
    var drawn = DrawnScenario(seed: seed, isOrderFree: isOrderFree)
    return drawn.draw()
  }

  private let isOrderFree: Bool
  /// Whether a bad version meets batches that start when the only planner looks, so that halts and
  /// batches fall together.
  private let isPaced: Bool

  private init(seed: UInt64, isOrderFree: Bool) {
    choices = Choices(seed: seed)
    isPaced = choices.happens(30)
    self.isOrderFree = isOrderFree
    scenario = .small(clusters: 0, horizon: .hours(3))
  }

  private mutating func draw() -> Scenario {
    var scenario = scenario
    scenario.fleet = fleet()
    scenario.services = [service("web"), service("api")]
    scenario.planners = planners()
    scenario.rollouts = rollouts()
    scenario.environment = environment()
    scenario.signals = SignalPlan(
      detection: choices.happens(50)
        ? .constant(choices.seconds(0...90)) : .exponential(mean: choices.seconds(1...90)))
    scenario.cases = [CasePlan(name: "only", weight: .one, defects: defects())]
    scenario.arms = [
      ArmPlan(
        name: "only",
        strategies: scenario.rollouts.map { rollout in
          let policy = strategy()
          return .init(rollout: rollout.name, strategy: policy.kind, policy: policy)
        })
    ]
    return scenario
  }

  // MARK: Fleet

  private static let sites = ["s1", "s2", "s3", "s4"]

  private mutating func fleet() -> FleetPlan {
    var fleet = FleetPlan(
      name: "drawn", levels: ["region", "site"], groups: ["power"],
      classes: [clusterClass("one"), clusterClass("two")])
    for index in 1...choices.number(4...12) {
      let site = choices.number(0...3)
      fleet.clusters.append(
        ClusterPlan(
          name: "k\(index)", clusterClass: choices.one(of: ["one", "two"]),
          labels: [
            Label(key: "power", value: choices.one(of: ["p", "q"])),
            Label(key: "region", value: site < 2 ? "east" : "west"),
            Label(key: "site", value: Self.sites[site]),
            Label(key: "timeZone", value: choices.one(of: ["UTC", "Europe/Berlin"])),
          ]))
    }
    return fleet
  }

  private mutating func clusterClass(_ name: String) -> ClassPlan {
    let polls: [ClassPlan.Poll] = [
      .push, .push, .every(.seconds(60)), .jittered(from: .seconds(30), to: .seconds(90)),
    ]
    let nodes = choices.number(1...3)
    var plan = ClassPlan(
      name: name, nodes: nodes, nodeLimit: nodes + choices.number(0...1),
      podsPerNode: 7 / nodes + choices.number(1...4), otherPods: choices.number(0...2),
      users: choices.number(1...100), poll: choices.one(of: polls))
    if choices.happens(30) {
      plan.link = .init(
        up: .exponential(mean: .minutes(60)), down: .exponential(mean: .minutes(8)))
    }
    if choices.happens(20) {
      plan.background = .init(
        up: .exponential(mean: .hours(20)), down: .exponential(mean: .minutes(10)))
    }
    return plan
  }

  private mutating func service(_ name: String) -> ServicePlan {
    var plan = ServicePlan(name: name, version: "v1", replicas: choices.number(1...3))
    plan.podStart =
      choices.happens(50)
      ? .constant(choices.seconds(0...60))
      : .lognormal(median: .seconds(20), sigma: .percent(60))
    plan.imagePull =
      choices.happens(50) ? .constant(.zero) : .uniform(from: .zero, to: .seconds(60))
    plan.minReady = choices.seconds(0...10)
    plan.progressDeadline = choices.seconds(60...300)
    if choices.happens(20) { plan.initial = [.init(version: "v2", share: .percent(30))] }
    if choices.happens(10) { plan.initiallyUnhealthy = .percent(10) }
    return plan
  }

  // MARK: Planners and rollouts

  private mutating func planners() -> [PlannerPlan] {
    let partings: [[[String]]] = [
      [Self.sites], [["s1", "s2"], ["s3", "s4"]], [["s1"], ["s2", "s3"], ["s4"]],
    ]
    let parts = isPaced ? [Self.sites] : choices.one(of: partings)
    return parts.enumerated().map { index, sites in
      var plan = PlannerPlan(
        name: "hub-\(index)",
        clusters: Selector([.init(key: "site", comparison: .isIn, values: sites)]),
        reportLatency: choices.one(of: [.zero, .seconds(1), .seconds(20)]),
        deliveryLatency: choices.one(of: [.zero, .seconds(1), .seconds(7)]),
        lookInterval: isPaced
          ? .seconds(30) : choices.one(of: [.zero, .seconds(45), .seconds(30)]),
        staleAfter: choices.seconds(30...400), approval: .exponential(mean: .minutes(10)))
      if choices.happens(20) {
        plan.outages = [
          Span(after: choices.seconds(0...3_600), duration: choices.seconds(1...1_800))
        ]
      }
      return plan
    }
  }

  private mutating func rollouts() -> [RolloutPlan] {
    var web = RolloutPlan(name: "web-v2", service: "web", to: "v2")
    var api = RolloutPlan(name: "api-v2", service: "api", to: "v2")
    for index in 0...1 {
      let deliveries: [DeliveryPolicy] = [
        .standard, .rollingUpdate(maxSurge: .count(1), maxUnavailable: .count(0)),
        .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1)),
      ]
      let delivery = choices.one(of: deliveries)
      let guards = choices.happens(40) ? [guardRule()] : []
      let starts = choices.seconds(0...600)
      if index == 0 {
        (web.delivery, web.guards, web.startsAfter) = (delivery, guards, starts)
      } else {
        (api.delivery, api.guards, api.startsAfter) = (delivery, guards, starts)
      }
    }
    if choices.happens(60) {
      api.trigger = TriggerPolicy(sources: [
        .init(
          rollout: "web-v2", state: choices.one(of: [.launched, .available]),
          scope: choices.one(of: [.sameCluster, .domain("site"), .fleet]),
          share: choices.one(of: [.one, .percent(40)]), soak: choices.seconds(0...120))
      ])
    }
    return [web, api]
  }

  private mutating func guardRule() -> GuardPolicy {
    let window = WindowRule(
      from: .minutes(Int64(choices.number(0...30))), to: .minutes(Int64(choices.number(60...180))),
      timeZone: choices.happens(70) ? "UTC" : nil, reserve: choices.seconds(0...60),
      atClose: choices.one(of: [.finish, .pause]))
    let limit = GuardPolicy.Rule.domainLimit(DomainLimitRule(level: "site", atMost: 1))
    // Which waiting domain comes first is a matter of listing.
    return GuardPolicy(
      name: "guard", rule: !isOrderFree && choices.happens(50) ? limit : .window(window))
  }

  private mutating func strategy() -> StrategyPolicy {
    let acceptance = Acceptance(
      soak: choices.seconds(0...120),
      progressDeadline: choices.happens(40) ? choices.seconds(120...900) : nil,
      failureBudget: .count(isPaced ? 0 : choices.number(0...2)),
      onBreach: choices.one(of: [.halt, .rollBackStage, .rollBackAll]))
    let order: TakeOrder = isOrderFree ? .drawn : choices.one(of: [.listed, .drawn])
    switch isPaced ? 4 : choices.number(0...4) {
    case 0: return .allAtOnce(AllAtOncePolicy(acceptance: acceptance))
    case 1:
      return .progressive(
        ProgressivePolicy(
          maxConcurrency: .count(choices.number(1...4)), order: order, acceptance: acceptance))
    case 2:
      return .perGroup(
        PerGroupPolicy(
          groupBy: "site", first: isOrderFree ? Self.sites : [],
          maxConcurrency: .count(choices.number(1...3)), groupSoak: choices.seconds(0...120),
          order: order, acceptance: acceptance))
    case 3:
      let gate = choices.one(of: [Gate.open, .approval, .timedWait(.seconds(45))])
      return .staged(
        StagedPolicy(
          stages: [
            Stage(name: "canary", size: .count(1), soak: choices.seconds(0...300), gate: gate),
            Stage(name: "some", size: .share(.percent(30)), maxConcurrency: .count(2)),
            Stage(name: "rest"),
          ], order: order, acceptance: acceptance))
    default:
      return .timedBatches(
        TimedBatchesPolicy(
          batchSize: .count(isPaced ? 1 : choices.number(1...4)),
          interval: isPaced ? .seconds(60) : choices.seconds(10...120),
          order: order, acceptance: acceptance))
    }
  }

  // MARK: What goes wrong

  private mutating func environment() -> EnvironmentPlan {
    var plan = EnvironmentPlan()
    let effects = EnvironmentPlan.Effect.allCases
    while choices.happens(45) {
      plan.failures.append(
        .init(
          level: choices.one(of: ["site", "power", "cluster"]),
          between: .exponential(mean: .minutes(Int64(choices.number(20...120)))),
          repair: .exponential(mean: .minutes(4)), effect: choices.one(of: effects)))
    }
    if choices.happens(50) {
      plan.outages.append(
        .init(
          name: "outage", clusters: .label("region", choices.one(of: ["east", "west"])),
          span: Span(after: choices.seconds(0...900), duration: choices.seconds(10...900)),
          effect: choices.one(of: effects)))
    }
    if choices.happens(40) {
      plan.membership.append(
        .init(
          clusters: .named("k1", "k3"), joinsAfter: choices.seconds(1...1_800),
          leavesAfter: choices.happens(30) ? choices.seconds(2_000...6_000) : nil))
    }
    return plan
  }

  private mutating func defects() -> [DefectPlan] {
    guard isPaced || choices.happens(60) else { return [] }
    let triggers: [DefectPlan.Trigger] = [
      .atStart, .afterStart(choices.seconds(1...600)), .at(choices.seconds(1...3_600)),
    ]
    let effects: [DefectPlan.Effect] = [.crash, .neverReady, .errorRate(.percent(20))]
    return [
      DefectPlan(
        service: choices.one(of: ["web", "api"]), version: "v2", trigger: choices.one(of: triggers),
        affects: isPaced || choices.happens(50) ? .all : .label("class", "one"),
        share: isPaced ? .one : choices.one(of: [.one, .percent(30)]),
        effect: choices.one(of: effects))
    ]
  }
}
