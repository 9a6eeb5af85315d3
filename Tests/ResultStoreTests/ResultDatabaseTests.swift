import Determinism
import FleetModel
import Foundation
import GRDB
import Testing

@testable import ResultStore

@Suite("ResultDatabase")
struct ResultDatabaseTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func database(_ name: String = "a.sqlite") throws -> ResultDatabase {
    let database = try ResultDatabase.open(path: folder.path(name), mode: .write)
    try database.add(Fixture.scenario())
    return database
  }

  @Test("a run comes back as it was stored, whatever its detail and arm")
  func roundTrip() throws {
    let runs = [
      Fixture.run(0), Fixture.run(1, detail: .events), Fixture.run(2, arm: nil),
      Fixture.run(3, points: 0),
    ]
    let writer = try database()
    #expect(try writer.record(runs) == RecordingSummary(added: 4, present: 0))
    try writer.close()
    let reader = try ResultDatabase.open(path: folder.path("a.sqlite"), mode: .read)
    for run in runs { #expect(try reader.run(run.identity.key) == run) }
    #expect(try reader.scenario(Fixture.scenario().hash) == Fixture.scenario())
    #expect(try reader.verify() == VerificationReport(scenarios: 1, runs: 4, problems: []))
  }

  @Test("the negative zero is stored as zero")
  func negativeZero() throws {
    let run = Fixture.run(0)
    let database = try database()
    try database.record([run])
    guard case .finite(let value)? = try database.run(run.identity.key)?.record.metrics[3] else {
      Issue.record("the fourth metric is not finite")
      return
    }
    #expect(value == 0 && value.sign == .plus)
  }

  @Test("what is not a number is refused, and nothing of its batch is stored")
  func notANumber() throws {
    let database = try database()
    for value in [Double.nan, .infinity, -.infinity] {
      var bad = Fixture.run(1)
      bad.record.metrics[0] = .finite(value)
      Failure.expect(.unstorable) { try database.record([Fixture.run(0), bad]) }
    }
    #expect(try database.runs().isEmpty)
    #expect(try database.record([Fixture.run(0)]).added == 1)
    #expect(try database.verify().isSound)
  }

  @Test("storing a run again changes nothing; another result under its key is refused")
  func keyConflict() throws {
    let database = try database()
    try database.record([Fixture.run(0)])
    let before = try database.contentDigest()
    #expect(try database.record([Fixture.run(0)]) == RecordingSummary(added: 0, present: 1))
    var other = Fixture.run(0)
    other.record.drawDigest += 1
    Failure.expect(.conflictingRun) { try database.record([Fixture.run(1), other]) }
    #expect(try database.contentDigest() == before)
  }

  @Test("a run of a scenario that was not added is refused")
  func unknownScenario() throws {
    let database = try database()
    Failure.expect(.unknownScenario) {
      try database.record([Fixture.run(0, of: Fixture.scenario("other"))])
    }
  }

  @Test("the digest of the contents does not know the order or the host they came from")
  func contentDigest() throws {
    let runs = (0..<6).map { Fixture.run($0, detail: .events) }
    let (a, b) = (try database("a.sqlite"), try database("b.sqlite"))
    try a.record(runs)
    for var run in runs.reversed() {
      run.host.threads += 1
      try b.record([run])
    }
    #expect(try a.contentDigest() == b.contentDigest())
    try b.record([Fixture.run(6)])
    #expect(try a.contentDigest() != b.contentDigest())
  }

  @Test("the scenario added last is the newest of its name, even when it was there before")
  func newest() throws {
    let database = try database()
    try database.add(Fixture.scenario(version: 2))
    try database.add(Fixture.scenario("other"))
    #expect(try database.newestScenario(named: "two-coasts") == Fixture.scenario(version: 2).hash)
    #expect(try database.newestScenario() == Fixture.scenario("other").hash)
    try database.add(Fixture.scenario())
    #expect(try database.newestScenario(named: "two-coasts") == Fixture.scenario().hash)
    #expect(
      try database.scenarios().filter(\.isNewest).map(\.name).sorted() == ["other", "two-coasts"])
    #expect(try database.verify().isSound)
  }

  @Test("samples are by case and arm, in the order of the replications")
  func samples() throws {
    let database = try database()
    let runs = [2, 0, 1].flatMap { [Fixture.run($0), Fixture.run($0, arm: nil, caseName: "good")] }
    try database.record(runs)
    let hash = Fixture.scenario().hash
    let group = try #require(try database.groups(of: hash).last)
    let tables = try database.samples(of: hash, in: group)
    #expect(tables.map(\.caseName) == ["bad", "good"])
    #expect(tables.map(\.arm) == ["staged", nil])
    #expect(tables.map(\.replications) == [[0, 1, 2], [0, 1, 2]])
    #expect(tables[0].values[5].map { $0 } == (0..<3).map { .finite(Double(5_000 + $0) / 7) })
    #expect(tables[0].values[1] == [.never, .never, .never])
    #expect(tables[0].values[2] == [.notApplicable, .notApplicable, .notApplicable])
  }

  @Test("a filter narrows to what it names")
  func filter() throws {
    let database = try database()
    try database.record((0..<3).flatMap { [Fixture.run($0), Fixture.run($0, arm: nil)] })
    #expect(try database.runs(RunFilter(arm: "staged")).map(\.identity.replication) == [0, 1, 2])
    #expect(try database.runs(RunFilter(arm: "", replication: 1)).count == 1)
    let key = Fixture.run(2).identity.key
    #expect(
      try database.runs(RunFilter(keyPrefix: String(key.hex.prefix(12)))).map(\.identity.key) == [
        key
      ])
    #expect(try database.existingKeys(of: Fixture.scenario().hash).count == 6)
    #expect(try database.existingKeys(of: Fixture.scenario("other").hash).isEmpty)
  }

  @Test("a metric of the same name but another unit is refused")
  func otherUnit() throws {
    let database = try database()
    var other = Fixture.scenario("other")
    other.metrics[0].unit = "h"
    Failure.expect(.unstorable) { try database.add(other) }
  }

  @Test("a scenario may gain metrics, which do not apply to its earlier runs")
  func moreMetrics() throws {
    let database = try database()
    try database.record([Fixture.run(0)])
    var richer = Fixture.scenario()
    richer.metrics.insert(.init("new", unit: "s", better: .lower, "New."), at: 1)
    try database.add(richer)
    let metrics = try database.run(Fixture.run(0).identity.key)?.record.metrics
    #expect(metrics?[1] == .notApplicable)
    #expect(metrics?[2] == .never)
    #expect(try database.verify().isSound)
  }

  @Test("each view can be read by a person, with one row for what it is about")
  func views() throws {
    let database = try database()
    try database.record([Fixture.run(0), Fixture.run(0, arm: "at-once"), Fixture.run(1)])
    let metrics = Fixture.scenario().metrics.count
    let rows = ["v_run": 3, "v_metric": 3 * metrics, "v_pair": 2 * metrics, "v_wave": 18]
    for (view, count) in rows {
      let found = try database.queue.inDatabase {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM \(view)")
      }
      #expect(found == count, "\(view)")
    }
    let seed = try database.queue.inDatabase {
      try String.fetchOne($0, sql: "SELECT seed FROM v_run WHERE arm = 'at-once'")
    }
    #expect(seed == String(UInt64.max - 6))
    let worst = try database.queue.inDatabase {
      try Double.fetchOne($0, sql: "SELECT max(impaired_share_peak) FROM v_domain_worst")
    }
    #expect(worst == 0.1)
  }

  @Test("two spellings of one letter are two names, and a NUL in a name is refused")
  func names() throws {
    let database = try database()
    var run = Fixture.run(0, detail: .clusters)
    run.record.clusters[0].cluster = "caf\u{E9}"
    run.record.clusters[1].cluster = "cafe\u{301}"
    try database.record([run])
    let names = try database.run(run.identity.key)?.record.clusters.prefix(2)
    #expect(names?.map { Array($0.cluster.utf8).count } == [5, 6])
    #expect(try database.verify().isSound)
    var cut = Fixture.run(1)
    cut.record.waves[0].name = "a\0b"
    Failure.expect(.unstorable) { try database.record([cut]) }
  }

  @Test("after closing a single file is left")
  func singleFile() throws {
    let database = try database()
    try database.record([Fixture.run(0)])
    try database.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.sqlite"])
    Failure.expect(.closed) { try database.record([Fixture.run(1)]) }
  }

  @Test("a run of the default detail takes at most 50 KB")
  func size() throws {
    let database = try database()
    try database.record((0..<100).map { Fixture.run($0) })
    try database.close()
    let size = try FileManager.default.attributesOfItem(atPath: folder.path("a.sqlite"))[.size]
    #expect(try #require(size as? NSNumber).intValue / 100 < 50_000)
  }
}
