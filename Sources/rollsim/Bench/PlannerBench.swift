import Determinism
import RolloutStrategies

/// Steps of a planner over a large fleet, under every strategy of the catalogue.
struct PlannerBench {
  /// How many rounds of reports are measured.
  var rounds: Int

  /// From one round of reports to the next; all planners that poll look at least once meanwhile.
  private static let pause = Microseconds.minutes(5)
  /// Rounds that come first and are not measured: planners that compare every cluster once do so
  /// in them.
  private static let warmUp = 3

  /// What reports of a hundredth of the clusters cost, with all steps to which they lead.
  func rows(clusters: Int) -> [BenchRow] {
    let fleet = Self.fleet(of: clusters)
    let changes = max(1, clusters / 100)
    return StrategyPolicy.Entry.allCases.flatMap { entry in
      Self.policies(of: entry, atOnce: changes).map { policy in
        BenchRound.row(
          of: measure(policy, fleet: fleet, changes: changes), work: "planner \(clusters)",
          engine: Self.name(policy), entities: clusters)
      }
    }
  }

  private func measure(_ policy: StrategyPolicy, fleet: Fleet, changes: Int) -> [BenchRound] {
    var shell = PlannerShell(policy, fleet: fleet)
    shell.run(until: shell.now + Self.pause)
    for _ in 0..<Self.warmUp { _ = round(&shell, changes) }
    return (0..<rounds).map { _ in round(&shell, changes) }
  }

  private func round(_ shell: inout PlannerShell, _ changes: Int) -> BenchRound {
    let end = shell.now + Self.pause
    let reports = shell.reports(changes)
    let measured = BenchRound.measure {
      shell.step(reports)
      shell.run(until: end)
      return changes
    }
    return BenchRound(
      wall: measured.wall, processor: measured.processor, events: measured.events, bytes: 0,
      digest: 0)
  }

  private static func fleet(of clusters: Int) -> Fleet {
    let stream = RandomStream(seed: 1, replication: 0)
    let names = (0..<clusters).map { "c\(String($0 + clusters, radix: 36))" }
    // Half of the clusters could carry the demand of all.
    let demand = Column<ClusterID, Int64>(repeating: 100, count: clusters)
    let capacity = Column<ClusterID, Int64>(repeating: 200, count: clusters)
    return Fleet(
      names: NameTable(names),
      keys: Column((0..<clusters).map { stream.words(entity: UInt64($0), .order, 0).first }),
      dimensions: [
        .init(
          name: "region", values: (0..<10).map { "r\($0)" },
          valueOf: NarrowArray((0..<clusters).map { UInt32($0 % 10) }))
      ], load: Fleet.Load(demand: demand, capacity: capacity))
  }

  private static func name(_ policy: StrategyPolicy) -> String {
    if case .ocm(let policy) = policy { return policy.caller.rawValue }
    return policy.kind
  }
}

/// A planner of one rollout whose clusters do as they are asked.
private struct PlannerShell {
  private(set) var now = Instant(sinceEpoch: 1_772_064_000_000_000)
  private var planner: Planner
  private var wakeUp: Instant?
  /// What was asked so far; the first ones were answered.
  private var asked: [Directive] = []
  private var answered = 0

  init(_ policy: StrategyPolicy, fleet: Fleet) {
    planner = Planner(
      name: "hub", fleet: fleet,
      rollouts: [
        RolloutPolicy(
          name: "x", service: "x", target: "v2", clusters: .all, startAt: now, strategy: policy)
      ], seed: RandomStream(seed: 1, replication: 0), at: now)
    step([])
  }

  mutating func step(_ observations: [Observation]) {
    let decision = planner.step(at: now, observing: observations)
    asked += decision.rollouts.flatMap(\.directives)
    wakeUp = decision.wakeUp
  }

  /// Steps whenever the planner wants to, until some time.
  mutating func run(until end: Instant) {
    while let next = wakeUp, next <= end {
      now = next
      step([])
    }
    now = end
  }

  /// Reports of so many clusters: those that were asked longest ago say that they have done it;
  /// where there are no more, others say once more what they said.
  mutating func reports(_ count: Int) -> [Observation] {
    let newest = asked[answered...].prefix(count)
    let again = asked[..<answered].prefix(count - newest.count)
    answered += newest.count
    return (newest + again).map { directive in
      .report(
        rollout: 0, cluster: directive.cluster,
        Observed(
          since: now, reportedAt: now, ready: 1, total: 1, generation: directive.generation,
          revision: directive.revision, phase: .available, health: .good))
    }
  }
}
