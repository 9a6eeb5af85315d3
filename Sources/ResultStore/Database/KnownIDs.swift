import GRDB

/// The ids that the file gave to scenarios, domains and words, as far as they were needed.
///
/// Keys are bytes and not texts, because Swift takes two spellings of "é" for one text and SQLite
/// does not.
struct KnownIDs: Sendable {
  /// A scenario's id, and those of its metrics in the order of a record's values.
  struct Scenario: Sendable {
    var id: Int64
    var metrics: [Metric]
    var domains: [[UInt8]: Int64]
  }

  /// A metric's id and name.
  struct Metric: Sendable {
    var id: Int64
    var name: String
  }

  private(set) var scenarios: [Digest256: Scenario] = [:]
  private var words: [[UInt8]: Int64]?

  /// What is known about a scenario; nil: the file does not have it.
  mutating func scenario(_ hash: Digest256, in db: Database) throws -> Scenario? {
    if let scenario = scenarios[hash] { return scenario }
    let found = try db.first(Schema.Select.scenarioID, [hash.blob]) { try $0.integer(0) }
    guard let id = found else { return nil }
    let metrics = try db.all(Schema.Select.metrics, [id]) {
      Metric(id: try $0.integer(4), name: try $0.text(0))
    }
    var domains: [[UInt8]: Int64] = [:]
    _ = try db.all(Schema.Select.domains, [id]) {
      let key = Self.key(level: try $0.text(1), name: try $0.text(2), clusters: try $0.count(3))
      domains[key] = try $0.integer(0)
    }
    let scenario = Scenario(id: id, metrics: metrics, domains: domains)
    scenarios[hash] = scenario
    return scenario
  }

  /// Forgets a scenario whose rows changed.
  mutating func forget(_ hash: Digest256) { scenarios[hash] = nil }

  /// The id of a domain, which is stored when it is new.
  mutating func domain(
    level: String, name: String, clusters: Int, of hash: Digest256, in db: Database
  ) throws -> Int64 {
    let key = Self.key(level: level, name: name, clusters: clusters)
    if let id = scenarios[hash]?.domains[key] { return id }
    guard let scenario = try scenario(hash, in: db) else {
      preconditionFailure("a domain of a scenario that is not stored: \(hash)")
    }
    if let id = scenario.domains[key] { return id }
    try db.run(Schema.Insert.domain, scenario.id, level, name, clusters)
    scenarios[hash]?.domains[key] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  /// The id of a word, which is stored when it is new.
  mutating func word(_ text: String, in db: Database) throws -> Int64 {
    if words == nil {
      var known: [[UInt8]: Int64] = [:]
      _ = try db.all(Schema.Select.words) { known[Array(try $0.text(1).utf8)] = try $0.integer(0) }
      words = known
    }
    let key = Array(text.utf8)
    if let id = words?[key] { return id }
    try db.run(Schema.Insert.word, text)
    words?[key] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  private static func key(level: String, name: String, clusters: Int) -> [UInt8] {
    var encoding = RunEncoding()
    encoding.add(level)
    encoding.add(name)
    encoding.add(clusters)
    return encoding.bytes
  }
}
