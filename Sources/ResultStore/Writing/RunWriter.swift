import Determinism
import FleetModel
import Foundation
import GRDB
import RolloutStrategies

/// Writes the rows of runs.
struct RunWriter {
  let db: Database
  var known: KnownIDs
  let path: String

  /// Whether the file has the run; throws when it has another result under its key.
  func isPresent(_ run: StoredRun) throws -> Bool {
    let stored = try db.first(Schema.Select.runDigests, [run.identity.key.blob]) {
      [try $0.bits(0), try $0.bits(1), try $0.bits(2)]
    }
    guard let stored else { return false }
    let record = run.record
    let mine = [record.eventDigest, record.drawDigest, record.outcomeDigest]
    guard stored != mine else { return true }
    let differing = zip(["events", "draws", "outcome"], zip(stored, mine))
      .filter { $0.1.0 != $0.1.1 }.map(\.0).joined(separator: ", ")
    throw StoreError(
      .conflictingRun, path: path,
      "run \(run.identity.key.hex) was stored with another result (\(differing) differ)",
      nextStep: "the simulation is not deterministic here; keep the file and report both machines")
  }

  mutating func insert(_ run: StoredRun) throws {
    guard let scenario = try known.scenario(run.scenario, in: db) else {
      throw StoreError(
        .unknownScenario, path: path, "run \(run.identity.key.hex) belongs to an unknown scenario",
        nextStep: "add the scenario first")
    }
    precondition(
      scenario.metrics.count == run.record.metrics.count,
      "\(run.record.metrics.count) values for \(scenario.metrics.count) metrics")
    precondition(
      run.identity.arm?.isEmpty != true, "an arm without a name: run \(run.identity.key)")
    let digest = try digest(of: run, scenario)
    try insertRun(run, of: scenario.id, digest: digest)
    let id = db.lastInsertedRowID
    try insertHost(run, id)
    try insertMetrics(run.record, of: scenario, id)
    try insertRollouts(run.record, id)
    try insertMarks(run.record, id)
    try insertDomains(run, id)
    try insertClusters(run.record, id)
    try insertTrace(run.record, id)
  }

  private func digest(of run: StoredRun, _ scenario: KnownIDs.Scenario) throws -> Digest256 {
    let named = zip(scenario.metrics, run.record.metrics).map {
      NamedMetric(name: $0.name, value: $1)
    }
    for metric in named {
      guard case .finite(let value) = metric.value, !value.isFinite else { continue }
      throw unstorable("\(metric.name) of run \(run.identity.key.hex) is \(value)")
    }
    let encoding = RunEncoding(run, metrics: named)
    guard !encoding.holdsNUL else {
      throw unstorable("a name in run \(run.identity.key.hex) holds a NUL character")
    }
    return encoding.digest
  }

  private func unstorable(_ problem: String) -> StoreError {
    StoreError(
      .unstorable, path: path, problem, nextStep: "report this: the simulation must not do it")
  }

  private func insertRun(_ run: StoredRun, of scenario: Int64, digest: Digest256) throws {
    let record = run.record
    var checkpoints = RunEncoding()
    for checkpoint in record.eventCheckpoints { checkpoints.add(checkpoint) }
    try db.run(
      Schema.Insert.run, run.identity.key.blob, scenario, run.identity.caseName,
      run.identity.arm ?? "", Int64(bitPattern: run.identity.seed), run.identity.replication,
      run.engineSemantics, run.optionsJSON, record.status.rawValue, run.simulated.count,
      record.bucketLength.count, record.eventCount, Int64(bitPattern: record.eventDigest),
      Int64(bitPattern: record.drawDigest), Int64(bitPattern: record.outcomeDigest),
      Data(checkpoints.bytes), digest.blob)
  }

  private func insertHost(_ run: StoredRun, _ id: Int64) throws {
    let host = run.host
    try db.run(
      Schema.Insert.host, id, host.toolVersion, host.platform, host.startedUTC, host.wall.count,
      host.threads, RunEncoding(host, of: run.identity.key).digest.blob)
  }

  private func insertMetrics(
    _ record: RunRecord, of scenario: KnownIDs.Scenario, _ id: Int64
  ) throws {
    try db.insert(Schema.Insert.runMetric, record.metrics) { no, value in
      let metric = scenario.metrics[no].id
      switch value {
      // Adding zero turns the negative zero, which SQLite does not keep, into zero.
      case .finite(let number): return [id, metric, number + 0.0, "finite"]
      case .never: return [id, metric, nil, "never"]
      case .notApplicable: return [id, metric, nil, "notApplicable"]
      }
    }
  }

  private func insertRollouts(_ record: RunRecord, _ id: Int64) throws {
    try db.insert(Schema.Insert.rolloutOutcome, record.rollouts) { no, outcome in
      [
        id, no, outcome.planner, outcome.rollout, outcome.verdict.word,
        try outcome.verdict.evidence.map(EvidenceText.encode), outcome.decidedAfter?.count,
        outcome.clusters, outcome.updated, outcome.stragglers,
      ]
    }
    try db.insert(Schema.Insert.wave, record.waves) { no, wave in
      [
        id, no, wave.planner, wave.rollout, wave.number, wave.name, wave.startsAfter.count,
        wave.endsAfter?.count, wave.clusters, wave.failed,
      ]
    }
  }

  private func insertMarks(_ record: RunRecord, _ id: Int64) throws {
    try db.insert(Schema.Insert.mark, record.marks) { no, mark in
      [
        id, no, mark.after.count, mark.kind.rawValue, mark.planner, mark.rollout, mark.subject,
        mark.clusters,
      ]
    }
  }

  private mutating func insertDomains(_ run: StoredRun, _ id: Int64) throws {
    var last: RunRecord.DomainPoint?
    var domain: Int64 = 0
    try db.insertNumbers(Schema.Insert.domainPoint, run.record.domains) { no, point in
      if last?.domain != point.domain || last?.level != point.level
        || last?.clusters != point.clusters
      {
        domain = try known.domain(
          level: point.level, name: point.domain, clusters: point.clusters, of: run.scenario,
          in: db)
        last = point
      }
      return [
        id, Int64(no), domain, Int64(point.bucket), Int64(point.updating), Int64(point.updated),
        Int64(point.impaired), Int64(point.unreachable),
      ]
    }
  }

  private mutating func insertClusters(_ record: RunRecord, _ id: Int64) throws {
    try db.insert(Schema.Insert.clusterOutcome, record.clusters) { no, outcome in
      [
        id, no, try known.word(outcome.cluster, in: db),
        try known.word(VersionsText.encode(outcome.versions), in: db),
        outcome.updatedAfter?.count, outcome.impaired.count,
      ]
    }
  }

  private mutating func insertTrace(_ record: RunRecord, _ id: Int64) throws {
    try db.insert(Schema.Insert.event, record.trace) { no, event in
      [
        id, no, event.after.count, try known.word(event.kind, in: db),
        try known.word(event.entity, in: db), event.detail,
      ]
    }
  }
}
