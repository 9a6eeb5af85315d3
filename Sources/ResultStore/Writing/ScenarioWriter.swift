import FleetModel
import GRDB

/// Writes the rows of scenarios.
struct ScenarioWriter {
  let db: Database
  let path: String

  func add(_ scenario: StoredScenario) throws {
    var encoding = RunEncoding(scenario)
    guard !encoding.holdsNUL else {
      throw StoreError(
        .unstorable, path: path, "scenario '\(scenario.name)' holds a NUL character",
        nextStep: "remove it from the scenario's file")
    }
    let hash = scenario.hash
    let present = try db.first(Schema.Select.scenarioID, [hash.blob]) { try $0.integer(0) }
    let id = try present ?? insert(scenario, hash)
    try db.run(Schema.Insert.scenarioQuestion, scenario.questionJSON, id)
    try setMetrics(scenario.metrics, of: id)
    guard let stored = try RunReader(db: db).scenario(id) else { return }
    encoding = RunEncoding(stored)
    try db.run(Schema.Insert.scenarioDigest, encoding.digest.blob, id)
    try MetaTable(db: db).set([
      (MetaTable.newest, hash.hex), (MetaTable.newest + ":" + scenario.name, hash.hex),
    ])
  }

  private func insert(_ scenario: StoredScenario, _ hash: Digest256) throws -> Int64 {
    try db.run(
      Schema.Insert.scenario, hash.blob, scenario.name, scenario.canonicalJSON,
      scenario.questionJSON, scenario.sourceText)
    let id = db.lastInsertedRowID
    for (no, arm) in scenario.arms.enumerated() {
      var encoding = RunEncoding()
      encoding.add(strategy: arm)
      try db.run(
        Schema.Insert.strategy, encoding.digest.blob, arm.name, arm.kind, arm.paramsJSON)
      try db.run(
        Schema.Insert.armStrategy, id, no, arm.arm, arm.rollout, encoding.digest.blob)
    }
    return id
  }

  /// Makes the scenario's list of metrics the given one, which may have become longer.
  private func setMetrics(_ metrics: [MetricDefinition], of scenario: Int64) throws {
    let before = try db.all(Schema.Select.metrics, [scenario]) { try $0.integer(4) }
    let now = try metrics.map(id)
    guard now != before else { return }
    guard before.allSatisfy(now.contains) else {
      throw StoreError(
        .unstorable, path: path, "the file has runs of this scenario with metrics unknown here",
        nextStep: "write to a new file")
    }
    try db.run(Schema.Insert.clearScenarioMetrics, scenario)
    try db.insert(Schema.Insert.scenarioMetric, now) { no, metric in [scenario, no, metric] }
  }

  private func id(of metric: MetricDefinition) throws -> Int64 {
    try db.run(
      Schema.Insert.metric, metric.name, metric.unit, metric.better.rawValue, metric.meaning)
    let stored = try db.first(Schema.Select.metricByName, [metric.name]) {
      (unit: try $0.text(0), better: try $0.text(1), id: try $0.integer(2))
    }
    guard let stored, stored.unit == metric.unit, stored.better == metric.better.rawValue else {
      throw StoreError(
        .unstorable, path: path,
        "the file has the metric \(metric.name) with another unit or direction",
        nextStep: "write to a new file")
    }
    return stored.id
  }
}
