import Determinism
import RolloutStrategies

/// A planner with clusters that answer when the test says so.
struct PlannerBench {
  /// The beginning of every test that does not care when it is: a Thursday at 00:00 UTC.
  static let epoch = Instant(sinceEpoch: 1_772_064_000_000_000)

  var planner: Planner
  private(set) var now: Instant
  /// The last decision.
  private(set) var decision = PlannerDecision()

  /// A planner of clusters with domains: by label, the value of each cluster; nil: it does not
  /// carry the label.
  init(
    clusters: Int, domains: [(name: String, values: [String?])] = [], load: Fleet.Load? = nil,
    seen: [Observation] = [], at now: Instant = epoch, _ rollouts: RolloutPolicy...
  ) {
    let dimensions = domains.map { name, carried in
      let present = carried.compactMap { $0 }
      let values = present.indices.filter { !present[..<$0].contains(present[$0]) }
        .map { present[$0] }
      let positions = carried.map { value in
        value.flatMap { values.firstIndex(of: $0) }.map { UInt32($0) } ?? Fleet.Dimension.none
      }
      return Fleet.Dimension(name: name, values: values, valueOf: NarrowArray(positions))
    }
    let fleet = Fleet(
      names: NameTable((0..<clusters).map { "c\($0)" }),
      keys: Column((0..<clusters).map { UInt64($0) }), dimensions: dimensions, load: load)
    planner = Planner(
      name: "hub", fleet: fleet, rollouts: rollouts, seed: RandomStream(seed: 1, replication: 0),
      seen: seen, at: now)
    self.now = now
  }

  /// Steps the planner some minutes after the beginning.
  @discardableResult
  mutating func step(minute: Int64, _ observations: [Observation] = []) -> PlannerDecision {
    step(at: Self.epoch + .minutes(minute), observations)
  }

  /// Steps the planner.
  @discardableResult
  mutating func step(at instant: Instant, _ observations: [Observation] = []) -> PlannerDecision {
    now = instant
    decision = planner.step(at: now, observing: observations)
    return decision
  }

  /// Clusters that the last step started, by position, in order.
  func started(_ rollout: Int = 0) -> [Int] {
    directives(rollout).filter { $0.revision == .target && !$0.isPaused }.map(\.cluster.offset)
  }

  /// Clusters that the last step took back, by position, in order.
  func takenBack(_ rollout: Int = 0) -> [Int] {
    directives(rollout).filter { $0.revision == .previous }.map(\.cluster.offset)
  }

  /// Clusters that the last step paused, by position, in order.
  func paused(_ rollout: Int = 0) -> [Int] {
    directives(rollout).filter(\.isPaused).map(\.cluster.offset)
  }

  /// What the last step decided about a rollout.
  func made(_ rollout: Int = 0) -> RolloutDecision? {
    decision.rollouts.first { $0.rollout == rollout }
  }

  /// Where a rollout stands.
  func verdict(_ rollout: Int = 0) -> Verdict { planner.status(of: rollout).rollout.verdict }

  /// The reports of clusters that have done what they were last asked.
  func reports(
    _ clusters: [Int], of rollout: Int = 0, phase: Phase = .available, health: Health = .good,
    revision: Revision? = nil, since: Instant, sent: Instant? = nil
  ) -> [Observation] {
    let status = planner.status(of: rollout)
    return clusters.map { offset in
      let cluster = ClusterID(offset: offset)
      let asked = status[cluster].asked
      return .report(
        rollout: rollout, cluster: cluster,
        Observed(
          since: since, reportedAt: sent ?? since, ready: 1, total: 1,
          generation: asked.generation, revision: revision ?? asked.revision, phase: phase,
          health: health))
    }
  }

  /// Has clusters report that they are as asked, and steps.
  mutating func answer(
    minute: Int64, _ clusters: [Int], of rollout: Int = 0, phase: Phase = .available,
    health: Health = .good
  ) {
    let instant = Self.epoch + .minutes(minute)
    step(
      at: instant,
      reports(clusters, of: rollout, phase: phase, health: health, since: instant))
  }

  private func directives(_ rollout: Int) -> [Directive] { made(rollout)?.directives ?? [] }
}

extension RolloutPolicy {
  /// A rollout of some strategy, beginning with the bench.
  static func rollout(
    _ strategy: StrategyPolicy, name: String = "x", clusters: Selector = .all,
    startAt: Instant = PlannerBench.epoch, guards: [GuardPolicy] = [], trigger: TriggerPolicy? = nil
  ) -> RolloutPolicy {
    RolloutPolicy(
      name: name, service: name, target: "v2", clusters: clusters, startAt: startAt,
      strategy: strategy, guards: guards, trigger: trigger)
  }

  /// A rollout that starts everything at once.
  static func atOnce(
    name: String = "x", tolerating budget: Int = 0, onBreach: Acceptance.Breach = .halt,
    guards: [GuardPolicy] = [], trigger: TriggerPolicy? = nil
  ) -> RolloutPolicy {
    let acceptance = Acceptance(failureBudget: .count(budget), onBreach: onBreach)
    return rollout(
      .allAtOnce(AllAtOncePolicy(acceptance: acceptance)), name: name, guards: guards,
      trigger: trigger)
  }

  /// A rollout that keeps so many clusters in flight.
  static func window(of count: Int, guards: [GuardPolicy] = []) -> RolloutPolicy {
    rollout(.progressive(ProgressivePolicy(maxConcurrency: .count(count))), guards: guards)
  }
}
