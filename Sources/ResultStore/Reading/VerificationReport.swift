import GRDB

/// What `verify` found.
public struct VerificationReport: Equatable, Sendable {
  /// Scenarios looked at.
  public var scenarios: Int
  /// Runs looked at.
  public var runs: Int
  /// What is wrong, a sentence each, without the full stop.
  public var problems: [String]

  /// Whether nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}

extension ResultDatabase {
  /// Checks that the file is whole and holds what was stored.
  ///
  /// SQLite's own check finds about half of all single flipped bits and no change of a value; so
  /// the digest of every row's contents is made again.
  ///
  /// - Complexity: reads the whole file.
  public func verify() throws(StoreError) -> VerificationReport {
    try read { db in
      var verifier = Verifier(db: db)
      return verifier.report()
    }
  }

  /// A digest of everything deterministic in the file, whatever the order in which it was stored.
  ///
  /// - Complexity: reads the whole file except the facts about hosts.
  public func contentDigest() throws(StoreError) -> Digest256 {
    try read { db in
      var encoding = RunEncoding()
      encoding.add("rollsim contents 1")
      let scenarios = try db.all(Schema.Select.scenarios) {
        (hash: try $0.digest(0), name: try $0.text(1))
      }
      encoding.add(scenarios) { encoding, scenario in
        encoding.add(scenario.hash)
        encoding.add(scenario.name)
      }
      let digests = try Verifier.heads(of: db).map { head in
        let rows = try RunReader(db: db).rows(head.id, head.summary)
        return RunEncoding(rows.run, metrics: rows.metrics).digest
      }
      encoding.add(digests.sorted()) { $0.add($1) }
      return encoding.digest
    }
  }
}

/// Compares what the file holds with what was stored.
private struct Verifier {
  let db: Database
  private var problems: [String] = []

  init(db: Database) { self.db = db }

  /// Every run's id and head.
  static func heads(of db: Database) throws -> [(id: Int64, summary: RunSummary)] {
    try db.all(Schema.Select.runs) { (try $0.integer(0), try RunReader.summary($0)) }
  }

  mutating func report() -> VerificationReport {
    attempt("the database's structure") { verifier in
      let findings = try verifier.db.all("PRAGMA integrity_check(20)") { try $0.text(0) }
      verifier.problems += findings.filter { $0 != "ok" }
      let dangling = try verifier.db.all("PRAGMA foreign_key_check") { try $0.text(0) }
      verifier.problems += dangling.map { "a row of \($0) refers to nothing" }
      let strays = try verifier.db.all(Schema.Select.unrelatedRows) {
        (try $0.text(0), try $0.count(1))
      }
      verifier.problems += strays.filter { $0.1 > 0 }.map { "\($0.1) rows of \($0.0) are unused" }
      let lists = try verifier.db.all(Schema.Select.brokenLists) {
        (try $0.text(0), try $0.count(1))
      }
      verifier.problems += lists.filter { $0.1 > 0 }
        .map { "\($0.1) lists in \($0.0) have other positions than were stored" }
      guard try !MetaTable(db: verifier.db).isSound() else { return }
      verifier.problems.append("the file's facts about itself have changed")
    }
    let scenarios = checkScenarios()
    let runs = checkRuns()
    return VerificationReport(scenarios: scenarios, runs: runs, problems: problems)
  }

  private mutating func checkScenarios() -> Int {
    var ids: [Int64] = []
    attempt("the list of scenarios") { verifier in
      ids = try verifier.db.all(Schema.Select.scenarioIDs) { try $0.integer(0) }
    }
    for id in ids {
      attempt("scenario \(id)") { verifier in try verifier.checkScenario(id) }
    }
    return ids.count
  }

  private mutating func checkScenario(_ id: Int64) throws {
    let stored = try db.first(Schema.Select.scenario, [id]) {
      (rows: try $0.digest(4), hash: try $0.digest(5))
    }
    guard let stored, let scenario = try RunReader(db: db).scenario(id) else { return }
    if RunEncoding(scenario).digest != stored.rows || scenario.hash != stored.hash {
      problems.append("the rows of scenario \(stored.hash.hex) have changed")
    }
    let strategies = try db.all(Schema.Select.arms, [id]) { try $0.digest(5) }
    for (arm, hash) in zip(scenario.arms, strategies) {
      var encoding = RunEncoding()
      encoding.add(strategy: arm)
      guard encoding.digest != hash else { continue }
      problems.append("the hash of strategy \(arm.name) has changed")
    }
  }

  private mutating func checkRuns() -> Int {
    var heads: [(id: Int64, summary: RunSummary)] = []
    attempt("the list of runs") { verifier in heads = try Self.heads(of: verifier.db) }
    for head in heads {
      let key = head.summary.identity.key
      attempt("run \(key.hex)") { verifier in
        let rows = try RunReader(db: verifier.db).rows(head.id, head.summary)
        if RunEncoding(rows.run, metrics: rows.metrics).digest != rows.digest {
          verifier.problems.append("the rows of run \(key.hex) have changed")
        }
        if RunEncoding(rows.run.host, of: key).digest != rows.hostDigest {
          verifier.problems.append("the host facts of run \(key.hex) have changed")
        }
      }
    }
    return heads.count
  }

  /// Does one check; that it can not be done is a finding too.
  private mutating func attempt(_ what: String, _ check: (inout Verifier) throws -> Void) {
    do {
      try check(&self)
    } catch let damage as DamagedRow {
      problems.append("\(what) holds \(damage.finding)")
    } catch {
      problems.append("\(what) can not be read: \(error)")
    }
  }
}
