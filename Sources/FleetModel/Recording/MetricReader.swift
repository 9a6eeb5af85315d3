import Determinism
import DiscreteEvents
import RolloutStrategies

/// Reads the value of each metric of the table off a finished run.
struct MetricReader {
  private let world: World
  private let recorder: Recorder
  private let totals: LaneTotals
  private let outcomes: [RunRecord.RolloutOutcome]
  private let origin: Instant
  private let firstActiveAt: Instant?
  private let firstStopAt: Instant?
  private let firstReturnAt: Instant?
  private let atDetection: (carrying: Int64, active: Int64, harm: Int64, exposed: Int64)?
  private let refusals: Int
  private let directives: Int
  private let overruns: Int
  private let eligible: Int
  /// Whether the case holds a defect of a version that is rolled out.
  private let hasDefect: Bool
  /// Clusters that carry a defect which affects them, at the end.
  private let badCarriers: Int
  private let offlineBad: Int
  /// When the last of the clusters that are reachable at the end was updated; nil: not all were.
  private let reachableUpdated: Instant?

  init<List: EventList & ~Copyable>(
    _ run: borrowing Simulation<List>, outcomes: [RunRecord.RolloutOutcome]
  ) {
    world = run.world
    recorder = run.observers.recorder
    totals = run.totals
    self.outcomes = outcomes
    let earliest = run.world.scenario.rollouts.map(\.startsAfter).min() ?? .zero
    origin = run.world.startAt + earliest
    firstActiveAt = run.totals.firstActiveAt
    firstStopAt = run.observers.journal.firstStopAt
    firstReturnAt = run.observers.journal.firstReturnAt
    atDetection = run.atDetection.map { ($0.carrying, $0.active, $0.harm, $0.exposed) }
    refusals = run.desks.reduce(0) { $0 + $1.planner.refusalCount }
    directives = run.desks.reduce(0) { $0 + $1.directives }
    overruns = run.windows.overrunCount
    eligible = outcomes.isEmpty ? 0 : run.eligibleCount
    hasDefect = !run.model.defects.isEmpty
    (badCarriers, offlineBad) = run.badCarriers()
    reachableUpdated = run.reachableUpdated()
  }

  /// The values, in the table's order.
  func values() -> [MetricValue] { world.metrics.definitions.map { value(of: $0.name) } }

  private func value(of name: String) -> MetricValue {
    let parts = name.split(separator: ".")
    switch parts[0] {
    case "duration": return outcomes.isEmpty ? .notApplicable : duration(String(parts[1]))
    case "updated": return ratio(gauge(.updated).value, eligible)
    case "carrying": return defect(String(parts[1]), gauge(.carrying), atDetection?.carrying)
    case "active": return defect(String(parts[1]), gauge(.active), atDetection?.active)
    case "exposed": return exposed(String(parts[1]))
    case "usersHarmed": return harm(String(parts[1]))
    case "downtime": return downtime(String(parts[1]))
    case "unserved":
      return parts[1] == "peak"
        ? .finite(Double(recorder.unserved.peak)) : minutes(recorder.unserved.integral)
    case "replicas":
      return parts[1] == "moved"
        ? .finite(Double(recorder.movedReplicas)) : hours(recorder.placedPods.integral)
    case "clusters": return hours(gauge(parts[1] == "idle" ? .idle : .member).integral)
    case "domain": return domain(parts.map(String.init))
    default: return single(name)
    }
  }

  private func gauge(_ condition: Impact.Conditions) -> Gauge { recorder.gauge(condition) }

  private func seconds(_ instant: Instant?, since: Instant) -> MetricValue {
    instant.map { .finite(Double(($0 - since).count) / 1e6) } ?? .never
  }

  private func hours(_ integral: Int128) -> MetricValue { .finite(Double(integral) / 3.6e9) }
  private func minutes(_ integral: Int128) -> MetricValue { .finite(Double(integral) / 6e7) }

  private func ratio(_ part: Int64, _ whole: Int) -> MetricValue {
    whole == 0 ? .notApplicable : .finite(Double(part) * 100 / Double(whole))
  }

  private func duration(_ which: String) -> MetricValue {
    // How fast a bad version would have spread is no merit: a rollout that stopped for cause has no
    // duration.
    if hasDefect, hasStopped { return .notApplicable }
    switch which {
    case "p50": return seconds(recorder.milestones[0], since: origin)
    case "p90": return seconds(recorder.milestones[1], since: origin)
    case "p100": return seconds(recorder.milestones[2], since: origin)
    default: return seconds(reachableUpdated, since: origin)
    }
  }

  private func defect(_ which: String, _ gauge: Gauge, _ atDetection: Int64?) -> MetricValue {
    guard hasDefect else { return .finite(0) }
    switch which {
    case "peak": return .finite(Double(gauge.peak))
    case "atDetection": return atDetection.map { .finite(Double($0)) } ?? .notApplicable
    default: return hours(gauge.integral)
    }
  }

  private func exposed(_ which: String) -> MetricValue {
    let all = world.fleet.clusters.reduce(Int64(0)) { $0 + world.users(of: $1) }
    let users = which == "peak" ? recorder.exposed.peak : atDetection?.exposed
    guard let users, all > 0 else { return .notApplicable }
    return .finite(Double(users) / 1e7 / Double(all))
  }

  private func harm(_ which: String) -> MetricValue {
    switch which {
    case "peak": .finite(Double(recorder.harm.peak) / 1e9)
    case "atDetection": atDetection.map { .finite(Double($0.harm) / 1e9) } ?? .notApplicable
    case "integral": .finite(Double(recorder.harm.integral) / 6e16)
    default: .notApplicable
    }
  }

  private func downtime(_ which: String) -> MetricValue {
    let unplanned = gauge(.unplannedDown).integral
    switch which {
    case "planned": return minutes(gauge(.plannedDown).integral)
    case "unplanned": return minutes(unplanned)
    default: return .notApplicable
    }
  }

  private func domain(_ parts: [String]) -> MetricValue {
    let name = parts[1..<(parts.count - (parts.last == "integral" ? 2 : 1))].joined(separator: ".")
    guard
      let level = recorder.levels.first(where: {
        world.fleet.dimensions[$0.dimension].name == name
      })
    else { return .notApplicable }
    switch parts[parts.count - 1] {
    case "worst": return .finite(worst(level))
    case "integral": return hours(level.over[2].integral)
    case "over1": return .finite(Double(level.over[0].peak))
    case "over10": return .finite(Double(level.over[1].peak))
    default: return .finite(Double(level.over[2].peak))
    }
  }

  private func worst(_ level: Recorder.DomainLevel) -> Double {
    zip(level.impaired, level.sizes).reduce(0) { worst, domain in
      domain.1 == 0 ? worst : max(worst, Double(domain.0.peak) * 100 / Double(domain.1))
    }
  }

  private func single(_ name: String) -> MetricValue {
    switch name {
    case "down.peak":
      return .finite(Double(recorder.down.peak))
    case "inFlight.peak": return .finite(Double(gauge(.updating).peak))
    case "mixed.integral": return hours(gauge(.mixed).integral)
    case "detection.delay":
      guard let firstActiveAt else { return .notApplicable }
      return seconds(firstStopAt.map { max($0, firstActiveAt) }, since: firstActiveAt)
    case "rollback.duration":
      guard hasDefect, let firstReturnAt else { return .notApplicable }
      return seconds(recorder.carrierFree(after: firstReturnAt), since: firstReturnAt)
    case "escaped": return hasDefect && !outcomes.isEmpty ? flag(hasEscaped) : .notApplicable
    case "falseHalt": return hasDefect || outcomes.isEmpty ? .notApplicable : flag(hasStopped)
    case "stragglers":
      return .finite(
        Double(outcomes.filter { $0.verdict.evidence == nil }.reduce(0) { $0 + $1.stragglers }))
    case "offlineBad": return .finite(Double(offlineBad))
    case "headroom.min":
      return totals.leastRoom.map { .finite(Double($0)) } ?? .notApplicable
    case "capacity.min":
      return totals.leastCapacity.map { .finite(Double($0.partsPerBillion) / 1e7) }
        ?? .notApplicable
    case "surge.waits": return .finite(Double(totals.surgeWaits))
    case "guards.refusals": return .finite(Double(refusals))
    case "guards.windowOverruns": return .finite(Double(overruns))
    case "directives": return .finite(Double(directives))
    default: preconditionFailure("metric \(name) has no reading")
    }
  }

  private func flag(_ isSo: Bool) -> MetricValue { .finite(isSo ? 1 : 0) }

  private var hasStopped: Bool { outcomes.contains { $0.verdict.evidence != nil } }

  private var hasEscaped: Bool {
    badCarriers > 0 && outcomes.allSatisfy { $0.verdict == .complete }
  }
}

extension Simulation where List: ~Copyable {
  /// Clusters that some rollout is for.
  var eligibleCount: Int { observers.recorder.eligibleCount }

  /// Clusters that carry a defect which is active or would be, at the end; and those of them that
  /// were asked to go back and cannot be reached.
  func badCarriers() -> (all: Int, offline: Int) {
    var counts = (all: 0, offline: 0)
    guard !model.defects.isEmpty else { return counts }
    for cluster in world.fleet.clusters {
      let conditions = state(of: cluster).conditions
      guard conditions.contains(.carrying), isAffected(cluster) else { continue }
      counts.all += 1
      if conditions.contains(.unreachable), wasAskedBack(cluster) { counts.offline += 1 }
    }
    return counts
  }

  private func isAffected(_ cluster: ClusterID) -> Bool {
    model.defects.enumerated().contains { index, defect in
      guard defect.test.chooses(cluster, of: world.fleet) else { return false }
      guard defect.plan.share < .one else { return true }
      return model.random.words(entity: world.fleet.keys[cluster], .affected, UInt32(index))
        .chance(defect.plan.share)
    }
  }

  private func wasAskedBack(_ cluster: ClusterID) -> Bool {
    let planner = world.plannerOf[cluster]
    guard planner != World.noPlanner, !desks.isEmpty else { return false }
    return world.scenario.rollouts.indices.contains { rollout in
      let asked = desks[Int(planner)].planner.status(of: rollout)[world.localOf[cluster]].asked
      return asked.generation > 0 && asked.revision == .previous
    }
  }

  /// When the last eligible cluster that is reachable at the end was updated; nil: not all were.
  func reachableUpdated() -> Instant? {
    guard !desks.isEmpty else { return nil }
    var last = world.startAt
    for cluster in world.fleet.clusters {
      let own = state(of: cluster)
      guard own.planner != World.noPlanner, own.isReachable else { continue }
      for index in model.services.indices {
        let state = service(index, of: cluster)
        guard state.isEligible else { continue }
        guard own.conditions.contains(.updated) else { return nil }
        last = max(last, state.since)
      }
    }
    return last
  }
}
