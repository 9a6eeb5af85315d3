import Determinism
import RolloutStrategies

/// The entries of the catalogue.
enum CatalogueEntry: String, CaseIterable, Sendable {
  case allAtOnce, progressive, perGroup, staged, timedBatches, exposure, blueGreen, riskRamp
  case cohortCanary
  case kubeFleetStaged, kubeFleetRolling, talm
  case ocmWork, ocmAddOn
  case fleetBundle, clusterProfile, applicationSet

  /// Our own, all of which keep every law.
  static let own: [CatalogueEntry] = [
    .allAtOnce, .progressive, .perGroup, .staged, .timedBatches, .exposure, .blueGreen,
    .riskRamp, .cohortCanary,
  ]

  /// Settings of the entry.
  func drawPolicy(from draws: inout Draws, order: TakeOrder) -> StrategyPolicy {
    let acceptance = Self.drawAcceptance(from: &draws)
    switch self {
    case .allAtOnce: return .allAtOnce(AllAtOncePolicy(order: order, acceptance: acceptance))
    case .progressive:
      return .progressive(
        ProgressivePolicy(
          maxConcurrency: Self.drawConcurrency(from: &draws), order: order, acceptance: acceptance))
    case .perGroup:
      return .perGroup(
        PerGroupPolicy(
          groupBy: "region", first: draws.chance(30) ? ["r1"] : [],
          maxConcurrency: Self.drawConcurrency(from: &draws),
          groupSoak: draws.chance(50) ? draws.seconds(0...3_600) : .zero, order: order,
          acceptance: acceptance))
    case .staged:
      return .staged(Self.drawStages(from: &draws, order: order, acceptance: acceptance))
    case .timedBatches:
      return .timedBatches(
        TimedBatchesPolicy(
          batchSize: draws.chance(50)
            ? .count(draws.int(1...8)) : .share(.percent(Int64(draws.int(5...60)))),
          interval: draws.seconds(60...3_600),
          jitter: draws.chance(40) ? .percent(Int64(draws.int(0...100))) : nil, order: order,
          acceptance: acceptance))
    case .exposure:
      return .exposure(Self.drawLadder(from: &draws, order: order, acceptance: acceptance))
    case .blueGreen:
      return .blueGreen(Self.drawEnvironments(from: &draws, order: order, acceptance: acceptance))
    case .riskRamp:
      return .riskRamp(
        RiskRampPolicy(
          budget: draws.chance(50)
            ? .count(draws.int(1...4)) : .share(.percent(Int64(draws.int(1...30)))),
          probability: .percent(Int64(draws.int(0...60))),
          batchSoak: draws.chance(50) ? draws.seconds(0...3_600) : .zero,
          order: order == .listed ? .listed : .drawn, acceptance: acceptance))
    case .cohortCanary:
      return .cohortCanary(.drawn(from: &draws, order: order, acceptance: acceptance))
    case .kubeFleetStaged: return .kubeFleetStaged(.drawn(from: &draws))
    case .kubeFleetRolling: return .kubeFleetRolling(.drawn(from: &draws))
    case .talm: return .talm(.drawn(from: &draws))
    case .ocmWork: return .ocm(.drawn(.work, from: &draws))
    case .ocmAddOn: return .ocm(.drawn(.addOn, from: &draws))
    case .fleetBundle: return .fleetBundle(.drawn(from: &draws))
    case .clusterProfile: return .clusterProfile(.drawn(from: &draws))
    case .applicationSet: return .applicationSet(.drawn(from: &draws))
    }
  }

  private static func drawAcceptance(from draws: inout Draws) -> Acceptance {
    Acceptance(
      soak: draws.chance(60) ? draws.seconds(0...1_800) : .zero,
      progressDeadline: draws.chance(60) ? draws.seconds(300...7_200) : nil,
      failureBudget: draws.chance(50)
        ? .count(draws.int(0...3)) : .share(.percent(Int64(draws.int(0...60)))),
      demandBudget: draws.chance(20) ? .percent(Int64(draws.int(0...80))) : nil,
      onBreach: draws.pick(Acceptance.Breach.allCases),
      offline: draws.chance(40) ? draws.pick(Acceptance.Offline.allCases) : nil,
      retry: draws.chance(30) ? drawRetry(from: &draws) : nil,
      membership: draws.chance(20)
        ? MembershipRule(
          joins: draws.pick(MembershipRule.Joins.allCases),
          leaves: draws.pick(MembershipRule.Leaves.allCases)) : nil)
  }

  private static func drawRetry(from draws: inout Draws) -> RetryRule {
    RetryRule(
      limit: draws.int(1...3), after: draws.seconds(0...1_200), factor: draws.int(1...3),
      cap: draws.chance(50) ? draws.seconds(1_200...3_600) : nil)
  }

  private static func drawLadder(
    from draws: inout Draws, order: TakeOrder, acceptance: Acceptance
  ) -> ExposurePolicy {
    let means: [PartialRollout] = [.none, .replicas(4), .weights(outOf: 100)]
    var acceptance = acceptance
    acceptance.soak = .zero
    return ExposurePolicy(
      shares: draws.pick([[1, 5, 25, 100], [10, 100], [100], [40, 60, 80, 100]]).map {
        .percent($0)
      },
      partial: draws.pick(means),
      exceptions: draws.chance(30)
        ? [.init(clusters: .label("region", "r0"), partial: draws.pick(means))] : [],
      routingWeights: draws.chance(60) ? draws.pick([100, 1_000]) : nil,
      drain: draws.seconds(0...300), soak: draws.chance(70) ? draws.seconds(0...1_800) : .zero,
      order: order,
      acceptance: acceptance)
  }

  private static func drawEnvironments(
    from draws: inout Draws, order: TakeOrder, acceptance: Acceptance
  ) -> BlueGreenPolicy {
    let racks = ["k0", "k1", "k2"]
    return BlueGreenPolicy(
      live: Selector([
        .init(key: "rack", comparison: .isIn, values: Array(racks.prefix(draws.int(1...3))))
      ]),
      backup: draws.chance(70)
        ? .all : Selector([.init(key: "rack", comparison: .isNotIn, values: racks)]),
      pairBy: draws.chance(60) ? "region" : nil,
      steps: draws.pick([[100], [10, 50, 100], [1, 100]]).map { .percent($0) },
      stepSoak: draws.chance(70) ? draws.seconds(0...1_800) : .zero,
      hold: draws.chance(70) ? draws.seconds(0...3_600) : .zero, order: order,
      acceptance: acceptance)
  }

  private static func drawConcurrency(from draws: inout Draws) -> Amount {
    draws.chance(50) ? .count(draws.int(1...8)) : .share(.percent(Int64(draws.int(1...100))))
  }

  private static func drawStages(
    from draws: inout Draws, order: TakeOrder, acceptance: Acceptance
  ) -> StagedPolicy {
    var stages = (0..<draws.int(0...3)).map { index in
      Stage(
        name: "s\(index)", clusters: draws.chance(40) ? .label("region", "r0") : .all,
        size: draws.chance(50)
          ? .count(draws.int(0...5)) : .share(.percent(Int64(draws.int(1...40)))),
        maxConcurrency: .count(draws.int(1...6)),
        soak: draws.chance(50) ? draws.seconds(0...3_600) : .zero,
        failureBudget: draws.chance(40) ? .count(draws.int(0...2)) : nil,
        gate: draws.pick([
          .open, .timedWait(draws.seconds(0...3_600)), .approval,
          .timedApproval(
            timeout: draws.seconds(60...3_600), then: draws.pick(Gate.TimeoutAction.allCases)),
        ]))
    }
    stages.append(
      Stage(
        name: "rest", maxConcurrency: .count(draws.int(1...8)),
        gate: draws.chance(20) ? .approval : .open))
    return StagedPolicy(stages: stages, order: order, acceptance: acceptance)
  }
}

/// A drawn fleet with rollouts of one entry of the catalogue.
struct LawCase {
  /// When the rollouts begin at the earliest.
  static let epoch = Instant(sinceEpoch: 1_772_000_000_000_000)

  let entry: CatalogueEntry
  let seed: UInt64
  var fleet: Fleet
  var policies: [RolloutPolicy]
  /// What is known at the beginning: clusters outside the fleet, and some that run the target
  /// already.
  var seen: [Observation]

  init(_ entry: CatalogueEntry, seed: UInt64, order: TakeOrder? = nil) {
    var draws = Draws(seed: seed)
    self.entry = entry
    self.seed = seed
    let fleet = Self.drawFleet(from: &draws)
    self.fleet = fleet
    let drawnOrder = draws.pick([TakeOrder.drawn, .listed, .stratified])
    var policies = [
      Self.drawRollout("x", entry, from: &draws, order: order ?? drawnOrder, after: nil)
    ]
    if draws.chance(40) {
      policies.append(
        Self.drawRollout(
          "y", draws.pick(CatalogueEntry.own), from: &draws, order: order ?? drawnOrder,
          after: Self.drawTrigger(from: &draws)))
      policies[1].letGoBack(from: &draws)
    }
    for index in policies.indices where policies[index].strategy.canHurry {
      policies[index].drawEmergency(from: &draws)
    }
    self.policies = policies
    seen = fleet.clusters.compactMap { cluster in
      if draws.chance(8) { return .left(cluster: cluster) }
      guard draws.chance(8) else { return nil }
      return .report(
        rollout: 0, cluster: cluster,
        Observed(
          since: Self.epoch - .hours(1), reportedAt: Self.epoch - .minutes(1), ready: 3, total: 3,
          generation: 0, revision: .target, phase: .available, health: .good))
    }
  }

  /// A planner that has seen nothing but what is known at the beginning.
  func makePlanner() -> Planner {
    Planner(
      name: "hub", fleet: fleet, rollouts: policies,
      seed: RandomStream(seed: seed, replication: 0), seen: seen, at: Self.epoch)
  }

  private static func drawFleet(from draws: inout Draws) -> Fleet {
    let count = draws.int(3...30)
    let regions = draws.int(1...4)
    let rackCount = draws.int(1...8)
    let region = (0..<count).map { _ in
      draws.chance(10) ? Fleet.Dimension.none : UInt32(draws.int(0...regions - 1))
    }
    let rack = (0..<count).map { _ in UInt32(draws.int(0...rackCount - 1)) }
    return Fleet(
      names: NameTable((0..<count).map { "c\($0)" }),
      keys: Column((0..<count).map { _ in UInt64(draws.int(0...1 << 60)) }),
      dimensions: [
        .init(name: "region", values: (0..<regions).map { "r\($0)" }, valueOf: NarrowArray(region)),
        .init(name: "rack", values: (0..<rackCount).map { "k\($0)" }, valueOf: NarrowArray(rack)),
      ], load: drawLoad(of: count, from: &draws))
  }

  private static func drawLoad(of count: Int, from draws: inout Draws) -> Fleet.Load {
    let demand = (0..<count).map { _ in Int64(draws.int(1...10)) }
    return Fleet.Load(
      demand: Column(demand), capacity: Column(demand.map { $0 + Int64(draws.int(0...20)) }))
  }

  private static func drawRollout(
    _ name: String, _ entry: CatalogueEntry, from draws: inout Draws, order: TakeOrder,
    after trigger: TriggerPolicy?
  ) -> RolloutPolicy {
    var guards = drawGuards(from: &draws)
    if trigger != nil, draws.chance(30) {
      let skew = VersionSkewRule(
        atMost: 1, to: 3, others: [.init(rollout: "x", from: 1, to: 2)],
        scope: draws.pick([.sameCluster, .domain("region"), .fleet]))
      guards.append(GuardPolicy(name: "skew", rule: .versionSkew(skew)))
    }
    let overridable = guards.filter(\.canBeOverridden).map(\.name)
    let overridesFrom = epoch + draws.seconds(0...10_000)
    return RolloutPolicy(
      name: name, service: name, target: "v2",
      clusters: draws.chance(20) ? .label("region", "r0") : .all,
      startAt: epoch + (draws.chance(50) ? draws.seconds(0...3_600) : .zero),
      strategy: entry.drawPolicy(from: &draws, order: order), guards: guards, trigger: trigger,
      deadline: draws.chance(20)
        ? DeadlinePolicy(
          at: overridesFrom + .hours(1), overridesFrom: overridesFrom, overrides: overridable)
        : nil)
  }

  private static func drawGuards(from draws: inout Draws) -> [GuardPolicy] {
    var guards: [GuardPolicy] = []
    for level in ["region", "rack"] where draws.chance(25) {
      guards.append(
        GuardPolicy(
          name: level, rule: .domainLimit(DomainLimitRule(level: level, atMost: draws.int(1...3)))))
    }
    if draws.chance(12) {
      let share = DomainShareRule(level: "region", atMost: .percent(Int64(draws.int(1...60))))
      guards.append(GuardPolicy(name: "share", rule: .domainShare(share)))
    }
    guards += drawGates(from: &draws)
    if draws.chance(12) {
      let headroom = HeadroomRule(
        level: draws.chance(50) ? "region" : nil, reserve: .percent(Int64(draws.int(0...20))))
      guards.append(GuardPolicy(name: "headroom", rule: .headroom(headroom)))
    }
    if draws.chance(12) {
      let budget = BudgetRule(
        atMost: draws.int(1...4), level: draws.chance(50) ? "region" : nil,
        latency: draws.seconds(1...600))
      guards.append(GuardPolicy(name: "budget", rule: .budget(budget)))
    }
    if draws.chance(12) {
      let pairs = (0..<draws.int(0...6)).map { _ in (0..<2).map { _ in "c\(draws.int(0...30))" } }
      let neighbours = NeighbourRule(
        groups: pairs, labels: draws.chance(50) ? ["rack"] : [], atMost: draws.int(1...2))
      guards.append(GuardPolicy(name: "neighbours", rule: .neighbours(neighbours)))
    }
    if draws.chance(45) {
      // Closes while the rollouts run; longer than an update takes, or one that pauses never ends.
      let day = Microseconds.hours(24).count
      let closes = Microseconds(epoch.sinceEpoch % day) + draws.seconds(600...28_800)
      let opens = closes + .hours(24) - draws.seconds(7_200...80_000)
      let (from, to) = (Microseconds(opens.count % day), Microseconds(closes.count % day))
      let window = WindowRule(
        from: from, to: to, timeZone: "UTC",
        reserve: draws.chance(50) ? .minutes(10) : .zero,
        atClose: draws.chance(50) ? .pause : .finish)
      guards.append(GuardPolicy(name: "window", rule: .window(window)))
    }
    if draws.chance(15) {
      let from = Microseconds(epoch.sinceEpoch) + draws.seconds(0...7_200)
      let freeze = FreezeRule(from: from, to: from + draws.seconds(60...7_200), timeZone: "UTC")
      guards.append(GuardPolicy(name: "freeze", rule: .freeze(freeze)))
    }
    return guards
  }

  private static func drawGates(from draws: inout Draws) -> [GuardPolicy] {
    var guards: [GuardPolicy] = []
    if draws.chance(12) {
      let residency = ResidencyRule(
        label: "region",
        released: (0..<4).map { .init(value: "r\($0)", after: draws.seconds(0...7_200)) })
      guards.append(GuardPolicy(name: "residency", rule: .residency(residency)))
    }
    if draws.chance(12) {
      let approval = ApprovalRule(
        label: draws.pick(["region", "rack"]),
        timeout: draws.chance(50) ? draws.seconds(60...7_200) : nil,
        onTimeout: draws.pick(ApprovalRule.TimeoutAction.allCases))
      guards.append(GuardPolicy(name: "approval", rule: .approval(approval)))
    }
    return guards
  }

  private static func drawTrigger(from draws: inout Draws) -> TriggerPolicy {
    let sources = (0..<draws.int(1...2)).map { _ in
      TriggerPolicy.Source(
        rollout: "x", state: draws.chance(50) ? .launched : .available,
        scope: draws.pick([.sameCluster, .domain("region"), .fleet]),
        share: draws.pick([.one, .percent(50), .percent(1)]),
        soak: draws.chance(50) ? draws.seconds(0...1_800) : .zero)
    }
    return TriggerPolicy(sources: sources, require: draws.chance(50) ? .all : .any)
  }
}

extension RolloutPolicy {
  /// Gives it limits for an emergency, in some cases, to which a moment or an operator leads.
  fileprivate mutating func drawEmergency(from draws: inout Draws) {
    guard draws.chance(25) else { return }
    emergency = EmergencyPolicy(
      from: draws.chance(50) ? LawCase.epoch + draws.seconds(0...15_000) : nil,
      canary: draws.chance(50) ? .count(draws.int(1...4)) : .share(.percent(20)),
      canarySoak: draws.seconds(0...900), maxConcurrency: .count(draws.int(1...10)),
      soak: draws.chance(50) ? draws.seconds(0...600) : .zero,
      failureBudget: .count(draws.int(0...3)),
      overrides: guards.filter(\.canBeOverridden).map(\.name))
  }

  /// Has a rollout that waits for another go back with it, if it can; in some cases.
  fileprivate mutating func letGoBack(from draws: inout Draws) {
    guard strategy.canGoBackWithOthers, var sources = trigger?.sources, draws.chance(60) else {
      return
    }
    for index in sources.indices { sources[index].onRollback = .rollBack }
    trigger?.sources = sources
  }
}
