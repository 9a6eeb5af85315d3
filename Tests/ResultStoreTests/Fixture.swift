import Determinism
import FleetModel
import RolloutStrategies

@testable import ResultStore

/// Scenarios and runs that look like real ones.
enum Fixture {
  static let levels = ["region", "site"]

  static func scenario(_ name: String = "two-coasts", version: Int = 1) -> StoredScenario {
    StoredScenario(
      name: name, canonicalJSON: #"{"name":"\#(name)","version":\#(version)}"#,
      questionJSON: #"{"primary":"usersHarmed.integral"}"#, sourceText: "kind: Scenario\n",
      arms: [
        .init(
          arm: "at-once", rollout: "pos-v2", name: "all-at-once", kind: "allAtOnce",
          paramsJSON: "{}"),
        .init(
          arm: "staged", rollout: "pos-v2", name: "careful", kind: "staged",
          paramsJSON: #"{"stages":3}"#),
      ],
      metrics: MetricTable(levels: levels).definitions)
  }

  /// Makes a good file with two runs.
  static func makeFile(at path: String) throws {
    let database = try ResultDatabase.open(path: path, mode: .write)
    try database.add(scenario())
    try database.record([run(0), run(1)])
    try database.close()
  }

  /// A run of the default detail, made of its number.
  static func run(
    _ replication: Int, arm: String? = "staged", caseName: String = "bad",
    of scenario: StoredScenario = Fixture.scenario(), points: Int = 200,
    detail: RecordingDetail = .waves
  ) -> StoredRun {
    let name = "\(scenario.name) \(caseName) \(arm ?? "-") \(replication)"
    let record = record(replication, points: points, detail: detail)
    return StoredRun(
      scenario: scenario.hash,
      identity: RunIdentity(
        key: .of(name.utf8), caseName: caseName, arm: arm, seed: .max - 6,
        replication: replication),
      engineSemantics: 1, optionsJSON: #"{"detail":"\#(detail.rawValue)"}"#,
      simulated: .hours(12), record: record,
      host: HostFacts(
        toolVersion: "0.1", platform: "linux x86_64", startedUTC: "2026-03-02T17:00:00Z",
        wall: .milliseconds(37), threads: 2))
  }

  private static func record(
    _ replication: Int, points: Int, detail: RecordingDetail
  ) -> RunRecord {
    var record = RunRecord()
    record.status = .rolledBack
    record.metrics = MetricTable(levels: levels).definitions.indices.map { index in
      switch index % 5 {
      case 0: .finite(Double(index * 1_000 + replication) / 7)
      case 1: .never
      case 2: .notApplicable
      case 3: .finite(-0.0)
      default: .finite(Double(index))
      }
    }
    record.rollouts = [
      .init(
        planner: "hub", rollout: "pos-v2",
        verdict: .rolledBack(
          Evidence(
            failed: 7, budget: 5, stage: "canary",
            causes: [
              .init(
                cluster: "store-000012", cause: .unhealthy,
                since: Instant(sinceEpoch: 1_772_470_800_000_000))
            ])), decidedAfter: .minutes(192), clusters: 400, updated: 0, stragglers: 3),
      .init(
        planner: "hub", rollout: "menu-v3", verdict: .rolling, decidedAfter: nil, clusters: 400,
        updated: 12, stragglers: 0),
    ]
    record.waves = (0..<6).map {
      .init(
        planner: "hub", rollout: "pos-v2", number: $0, name: "stage-\($0)",
        startsAfter: .minutes(Int64($0) * 30),
        endsAfter: $0 == 5 ? nil : .minutes(Int64($0) * 30 + 29),
        clusters: 10 + $0, failed: $0 / 2)
    }
    record.marks = [
      .init(
        after: .zero, kind: .rolloutStarted, planner: "hub", rollout: "pos-v2", subject: "pos-v2",
        clusters: 400),
      .init(
        after: .minutes(185), kind: .defectActive, planner: nil, rollout: nil,
        subject: "store-000012", clusters: 1),
    ]
    record.bucketLength = .minutes(3)
    record.domains = (0..<points).map { point in
      .init(
        level: point < points / 4 ? "region" : "site", domain: "domain-\(point / 10)",
        clusters: 40, bucket: point % 10 * 7, updating: point % 3, updated: point % 40,
        impaired: point % 5, unreachable: 0)
    }
    if detail >= .clusters {
      record.clusters = (0..<50).map { (number: Int) -> RunRecord.ClusterOutcome in
        let updated: Microseconds? = number % 2 == 0 ? nil : .minutes(Int64(number))
        return RunRecord.ClusterOutcome(
          cluster: "store-\(number)", versions: ["v1", "v\(number % 3)"], updatedAfter: updated,
          impaired: .seconds(Int64(number)))
      }
    }
    if detail >= .events {
      record.trace = (0..<50).map {
        .init(after: .seconds(Int64($0)), kind: "report", entity: "store-\($0)", detail: -$0)
      }
    }
    record.eventCount = 12_345
    record.eventDigest = 0xfedc_ba98_7654_3210 &+ UInt64(replication)
    record.eventCheckpoints = (0..<240).map { UInt64($0) &* 0x9e37_79b9_7f4a_7c15 }
    record.drawDigest = 17
    record.outcomeDigest = UInt64.max - UInt64(replication)
    return record
  }
}
