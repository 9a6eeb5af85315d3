import Determinism
import FleetModel
import GRDB
import RolloutStrategies

/// Makes runs and scenarios of their rows again.
struct RunReader {
  let db: Database

  /// A run as its rows say, with its metrics by name.
  struct Rows {
    var run: StoredRun
    var metrics: [NamedMetric]
    var digest: Digest256
    var hostDigest: Digest256
  }

  /// A scenario and what was stored beside it.
  func scenario(_ id: Int64) throws -> StoredScenario? {
    let arms = try db.all(Schema.Select.arms, [id]) {
      StoredScenario.ArmStrategy(
        arm: try $0.text(0), rollout: try $0.text(1), name: try $0.text(2), kind: try $0.text(3),
        paramsJSON: try $0.text(4))
    }
    let metrics = try db.all(Schema.Select.metrics, [id]) {
      MetricDefinition(
        try $0.text(0), unit: try $0.text(1), better: try $0.word(2, MetricDirection.self),
        try $0.text(3))
    }
    return try db.first(Schema.Select.scenario, [id]) {
      StoredScenario(
        name: try $0.text(0), canonicalJSON: try $0.text(1), questionJSON: try $0.optionalText(2),
        sourceText: try $0.optionalText(3), arms: arms, metrics: metrics)
    }
  }

  /// Where `Schema.Select.runs` has the id of the scenario.
  static let scenarioColumn = 15

  /// The head of a run, as `Schema.Select.runs` gives it.
  static func summary(_ fields: Fields) throws -> RunSummary {
    let arm = try fields.text(4)
    return RunSummary(
      scenario: try fields.digest(2),
      identity: RunIdentity(
        key: try fields.digest(1), caseName: try fields.text(3), arm: arm.isEmpty ? nil : arm,
        seed: try fields.bits(5), replication: try fields.count(6)),
      engineSemantics: try fields.count(7), optionsJSON: try fields.text(8),
      status: try fields.word(9, RunStatus.self), simulated: try fields.length(10),
      eventCount: try fields.count(11), eventDigest: try fields.bits(12),
      drawDigest: try fields.bits(13), outcomeDigest: try fields.bits(14))
  }

  /// Everything about a run.
  func rows(_ id: Int64, _ summary: RunSummary) throws -> Rows {
    var record = RunRecord()
    record.status = summary.status
    record.eventCount = summary.eventCount
    record.eventDigest = summary.eventDigest
    record.drawDigest = summary.drawDigest
    record.outcomeDigest = summary.outcomeDigest
    let digest = try db.first(Schema.Select.runRest, [id]) {
      record.bucketLength = try $0.length(0)
      record.eventCheckpoints = try Self.checkpoints(try $0.bytes(1))
      return try $0.digest(2)
    }
    try readChildren(of: id, into: &record)
    guard let digest, let host = try host(of: id) else { throw DamagedRow("no host facts") }
    let run = StoredRun(
      scenario: summary.scenario, identity: summary.identity,
      engineSemantics: summary.engineSemantics, optionsJSON: summary.optionsJSON,
      simulated: summary.simulated, record: record, host: host.facts)
    return Rows(run: run, metrics: try metrics(of: id), digest: digest, hostDigest: host.digest)
  }

  private func host(of id: Int64) throws -> (facts: HostFacts, digest: Digest256)? {
    try db.first(Schema.Select.host, [id]) {
      let facts = HostFacts(
        toolVersion: try $0.text(0), platform: try $0.text(1), startedUTC: try $0.text(2),
        wall: try $0.length(3), threads: try $0.count(4))
      return (facts, try $0.digest(5))
    }
  }

  private func metrics(of id: Int64) throws -> [NamedMetric] {
    try db.all(Schema.Select.runMetrics, [id]) {
      NamedMetric(name: try $0.text(0), value: try Self.value($0, at: 1))
    }
  }

  /// A metric's value, of its number and its state behind it.
  static func value(_ fields: Fields, at column: Int) throws -> MetricValue {
    switch (try fields.text(column + 1), try fields.optionalReal(column)) {
    case ("finite", let value?): .finite(value)
    case ("never", nil): .never
    case ("notApplicable", nil): .notApplicable
    default: throw DamagedRow("a state of a metric that does not fit its value")
    }
  }

  private func readChildren(of id: Int64, into record: inout RunRecord) throws {
    record.rollouts = try db.all(Schema.Select.rolloutOutcomes, [id]) {
      RunRecord.RolloutOutcome(
        planner: try $0.text(0), rollout: try $0.text(1),
        verdict: try EvidenceText.verdict(
          try $0.text(2), try $0.optionalText(3).map(EvidenceText.decode)),
        decidedAfter: try $0.optionalLength(4), clusters: try $0.count(5),
        updated: try $0.count(6), stragglers: try $0.count(7))
    }
    record.waves = try db.all(Schema.Select.waves, [id]) {
      RunRecord.Wave(
        planner: try $0.text(0), rollout: try $0.text(1), number: try $0.count(2),
        name: try $0.text(3), startsAfter: try $0.length(4), endsAfter: try $0.optionalLength(5),
        clusters: try $0.count(6), failed: try $0.count(7))
    }
    record.marks = try db.all(Schema.Select.marks, [id]) {
      RunRecord.Mark(
        after: try $0.length(0), kind: try $0.word(1, RunRecord.Mark.Kind.self),
        planner: try $0.optionalText(2), rollout: try $0.optionalText(3),
        subject: try $0.text(4), clusters: try $0.count(5))
    }
    record.domains = try db.all(Schema.Select.domainPoints, [id]) {
      RunRecord.DomainPoint(
        level: try $0.text(0), domain: try $0.text(1), clusters: try $0.count(2),
        bucket: try $0.count(3), updating: try $0.count(4), updated: try $0.count(5),
        impaired: try $0.count(6), unreachable: try $0.count(7))
    }
    record.clusters = try db.all(Schema.Select.clusterOutcomes, [id]) {
      RunRecord.ClusterOutcome(
        cluster: try $0.text(0), versions: try VersionsText.decode(try $0.text(1)),
        updatedAfter: try $0.optionalLength(2), impaired: try $0.length(3))
    }
    record.trace = try db.all(Schema.Select.events, [id]) {
      RunRecord.TracedEvent(
        after: try $0.length(0), kind: try $0.text(1), entity: try $0.text(2),
        detail: try $0.count(3))
    }
  }

  private static func checkpoints(_ bytes: [UInt8]) throws -> [UInt64] {
    guard bytes.count.isMultiple(of: 8) else { throw DamagedRow("a broken list of checkpoints") }
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }
  }
}
