import FleetModel
import GRDB

extension ResultDatabase {
  /// The keys of a scenario's runs.
  public func existingKeys(of scenario: Digest256) throws(StoreError) -> Set<Digest256> {
    Set(try read { db in try db.all(Schema.Select.runKeys, [scenario.blob]) { try $0.digest(0) } })
  }

  /// The scenarios, by hash.
  public func scenarios() throws(StoreError) -> [ScenarioSummary] {
    try read { db in
      let meta = MetaTable(db: db)
      return try db.all(Schema.Select.scenarios) { fields in
        let hash = try fields.digest(0)
        let name = try fields.text(1)
        return ScenarioSummary(
          hash: hash, name: name, runs: try fields.count(2),
          isNewest: try meta.value(MetaTable.newest + ":" + name) == hash.hex)
      }
    }
  }

  /// The scenario that was added last, of a name or, when that is nil, of any.
  public func newestScenario(named name: String? = nil) throws(StoreError) -> Digest256? {
    try read { db in
      let key = name.map { MetaTable.newest + ":" + $0 } ?? MetaTable.newest
      return try MetaTable(db: db).value(key).flatMap(Digest256.init(hex:))
    }
  }

  /// A scenario as it was stored; nil: the file does not have it.
  public func scenario(_ hash: Digest256) throws(StoreError) -> StoredScenario? {
    try read { db in
      try db.first(Schema.Select.scenarioID, [hash.blob]) { try $0.integer(0) }
        .flatMap(RunReader(db: db).scenario)
    }
  }

  /// The groups of comparable runs of a scenario; the one written last is the last one.
  public func groups(of scenario: Digest256) throws(StoreError) -> [RunGroup] {
    try read { db in
      try db.all(Schema.Select.groups, [scenario.blob]) {
        RunGroup(
          seed: try $0.bits(0), engineSemantics: try $0.count(1), optionsJSON: try $0.text(2))
      }
    }
  }

  /// The heads of runs, by scenario, case, arm, seed and replication.
  public func runs(_ filter: RunFilter = RunFilter()) throws(StoreError) -> [RunSummary] {
    try read { db in
      try db.all(filter.statement, filter.arguments) { try RunReader.summary($0) }
    }
  }

  /// Everything about a run; nil: the file does not have it.
  ///
  /// The record's metrics are in the order of the scenario's; one that the scenario only has since
  /// the run was stored does not apply to it.
  public func run(_ key: Digest256) throws(StoreError) -> StoredRun? {
    try read { db in
      let filter = RunFilter(keyPrefix: key.hex)
      let head = try db.first(filter.statement, filter.arguments) {
        (
          id: try $0.integer(0), scenario: try $0.integer(RunReader.scenarioColumn),
          summary: try RunReader.summary($0)
        )
      }
      guard let head else { return nil }
      let reader = RunReader(db: db)
      let rows = try reader.rows(head.id, head.summary)
      let values = Dictionary(
        rows.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      var run = rows.run
      run.record.metrics =
        try reader.scenario(head.scenario)?.metrics.map { values[$0.name] ?? .notApplicable } ?? []
      return run
    }
  }

  /// The metrics of a group's runs, by case and arm; runs without any rollout come first.
  public func samples(
    of scenario: Digest256, in group: RunGroup
  ) throws(StoreError) -> [SampleTable] {
    try read { db in
      let id = try db.first(Schema.Select.scenarioID, [scenario.blob]) { try $0.integer(0) }
      guard let id else { return [] }
      let metrics = try db.all(Schema.Select.metrics, [id]) { try $0.integer(4) }
      var collector = SampleCollector(metrics: metrics)
      let arguments: [(any DatabaseValueConvertible)?] = [
        scenario.blob, Int64(bitPattern: group.seed), group.engineSemantics, group.optionsJSON,
      ]
      _ = try db.all(Schema.Select.samples, arguments) { fields in
        try collector.add(
          caseName: try fields.text(0), arm: try fields.text(1), replication: try fields.count(2),
          metric: try fields.integer(3), value: try RunReader.value(fields, at: 4))
      }
      return collector.tables
    }
  }
}

/// Gathers rows that are ordered by case, arm and replication into tables.
private struct SampleCollector {
  private(set) var tables: [SampleTable] = []
  private let positions: [Int64: Int]

  init(metrics: [Int64]) {
    positions = Dictionary(
      zip(metrics, metrics.indices), uniquingKeysWith: { first, _ in first })
  }

  mutating func add(
    caseName: String, arm: String, replication: Int, metric: Int64, value: MetricValue
  ) throws {
    guard let position = positions[metric] else { throw DamagedRow("an unknown metric") }
    let arm = arm.isEmpty ? nil : arm
    if tables.last?.caseName != caseName || tables.last?.arm != arm || tables.isEmpty {
      tables.append(
        SampleTable(
          caseName: caseName, arm: arm, replications: [],
          values: Array(repeating: [], count: positions.count)))
    }
    let table = tables.count - 1
    if tables[table].replications.last != replication {
      tables[table].replications.append(replication)
      for metric in tables[table].values.indices {
        tables[table].values[metric].append(.notApplicable)
      }
    }
    tables[table].values[position][tables[table].replications.count - 1] = value
  }
}

extension RunFilter {
  private var conditions: [(sql: String, argument: any DatabaseValueConvertible)] {
    typealias Condition = Schema.Condition
    let parts: [(String, (any DatabaseValueConvertible)?)] = [
      (Condition.scenario, scenario?.blob), (Condition.caseName, caseName),
      (Condition.arm, arm), (Condition.seed, (group?.seed).map(Int64.init(bitPattern:))),
      (Condition.engineSemantics, group?.engineSemantics),
      (Condition.options, group?.optionsJSON), (Condition.replication, replication),
      (Condition.keyPrefix, keyPrefix?.lowercased()),
    ]
    return parts.compactMap { part in part.1.map { (part.0, $0) } }
  }

  var statement: String {
    let all = conditions.map(\.sql).joined(separator: " AND ")
    return Schema.Select.runs + (all.isEmpty ? "" : " WHERE " + all) + Schema.Condition.runOrder
  }

  var arguments: [(any DatabaseValueConvertible)?] { conditions.map(\.argument) }
}
