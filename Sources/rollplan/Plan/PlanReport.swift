import Determinism
import RolloutStrategies

/// A forecast as programs read it; instants in microseconds since 1970.
struct PlanReport: Encodable {
  struct Wave: Encodable {
    var at: Instant
    var stage: Int
    var stageName: String?
    var clusters: [String]
    var landsAt: Instant?
  }

  struct Hold: Encodable {
    var name: String
    var cause: String
    var clustersMax: Int
    var from: Instant
    var to: Instant?
    var until: Instant?
  }

  struct Request: Encodable {
    var at: Instant
    var subject: String
  }

  struct Number: Encodable {
    var setting: String
    var written: Amount
    var base: String
    var baseCount: Int
    var value: Int
    var rounding: String
  }

  struct Remainder: Encodable {
    var obstacle: String
    var clusters: [String]
  }

  struct Counts: Encodable {
    var updated, underWay, failed, pending, silent: Int
  }

  struct Rollout: Encodable {
    var name, service, target, strategy: String
    var counts: Counts
    var numbers: [Number]
    var waves: [Wave]
    var holds: [Hold]
    var requests: [Request]
    var emergencyFrom: Instant?
    var verdict: Verdict
    var completesAt: Instant?
    var remainders: [Remainder]
  }

  var planner: String
  var startsAt: Instant
  var updateTakes: Microseconds
  var approvalTakes: Microseconds
  var isCutOff: Bool
  var rollouts: [Rollout]

  init(_ planner: Planner, _ forecast: Forecast) {
    self.planner = planner.name
    startsAt = forecast.startsAt
    updateTakes = forecast.assumptions.updateTakes
    approvalTakes = forecast.assumptions.approvalTakes
    isCutOff = forecast.isCutOff
    rollouts = forecast.courses.map { Rollout($0, planner) }
  }
}

extension PlanReport.Rollout {
  init(_ course: Forecast.Course, _ planner: Planner) {
    let policy = planner.policies[course.rollout]
    let names = { (clusters: [ClusterID]) in clusters.map { planner.fleet.names[$0.offset] } }
    name = policy.name
    service = policy.service
    target = policy.target
    strategy = policy.strategy.kind
    let standing = course.standing
    counts = PlanReport.Counts(
      updated: standing.updated, underWay: standing.underWay, failed: standing.failed,
      pending: standing.pending, silent: standing.silent)
    numbers = course.numbers.map {
      PlanReport.Number(
        setting: $0.setting, written: $0.written, base: $0.base, baseCount: $0.baseCount,
        value: $0.value, rounding: $0.rounding)
    }
    waves = course.waves.map {
      PlanReport.Wave(
        at: $0.at, stage: $0.stage, stageName: policy.stageName($0.stage, after: course.emergency),
        clusters: names($0.clusters), landsAt: $0.landsAt)
    }
    holds = course.holds.map {
      PlanReport.Hold(
        name: $0.block.name, cause: $0.block.cause.rawValue, clustersMax: $0.clustersMax,
        from: $0.from, to: $0.to, until: $0.block.until)
    }
    requests = course.requests.map { PlanReport.Request(at: $0.at, subject: $0.subject) }
    emergencyFrom = course.emergency?.since
    verdict = course.verdict
    completesAt = course.completesAt
    remainders = course.remainders.map {
      PlanReport.Remainder(obstacle: $0.obstacle.rawValue, clusters: names($0.clusters))
    }
  }
}
