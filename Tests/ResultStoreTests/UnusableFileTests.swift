import FleetModel
import Foundation
import GRDB
import Testing

@testable import ResultStore

@Suite("Files that can not be used")
struct UnusableFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path("a.sqlite") }

  private func makeFile() throws { try Fixture.makeFile(at: path) }

  /// Changes the file behind our back.
  private func tamper(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func expectUnusable(
    _ kind: StoreError.Kind, _ modes: [ResultDatabase.Mode] = [.read, .write],
    _ location: SourceLocation = #_sourceLocation
  ) {
    let before = try? Data(contentsOf: URL(fileURLWithPath: path))
    for mode in modes {
      Failure.expect(kind, location) {
        _ = try ResultDatabase.open(path: path, mode: mode, busyTimeoutSeconds: 0.05)
      }
    }
    let after = try? Data(contentsOf: URL(fileURLWithPath: path))
    #expect(before == after, "the file was changed", sourceLocation: location)
  }

  @Test("a missing file is only made for writing, with its folder")
  func missing() throws {
    expectUnusable(.missing, [.read])
    #expect(!FileManager.default.fileExists(atPath: path))
    let nested = folder.path("results/new.sqlite")
    try ResultDatabase.open(path: nested, mode: .write).close()
    #expect(try ResultDatabase.open(path: nested, mode: .read).runs().isEmpty)
    Failure.expect(.cannotOpen) {
      _ = try ResultDatabase.open(path: folder.path("no/such/x.sqlite"), mode: .write)
    }
  }

  @Test("an empty file is only filled for writing")
  func empty() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    expectUnusable(.empty, [.read])
    try makeFile()
    #expect(try ResultDatabase.open(path: path, mode: .read).runs().count == 2)
  }

  @Test("a folder, a device and a text are refused")
  func otherThings() throws {
    Failure.expect(.directory) {
      _ = try ResultDatabase.open(path: folder.url.path, mode: .write)
    }
    Failure.expect(.notAFile) { _ = try ResultDatabase.open(path: "/dev/null", mode: .write) }
    try Data("apiVersion: rollsim.dev/v1alpha1\n".utf8).write(to: URL(fileURLWithPath: path))
    expectUnusable(.notADatabase)
  }

  @Test("another application's database is refused")
  func otherApplication() throws {
    try tamper("CREATE TABLE note(text TEXT)")
    expectUnusable(.otherApplication)
    try tamper("PRAGMA application_id = 42")
    expectUnusable(.otherApplication)
  }

  @Test("a newer version is refused")
  func newer() throws {
    try makeFile()
    try tamper("PRAGMA user_version = 99")
    expectUnusable(.newerVersion)
  }

  @Test("a version that never was is refused", arguments: [0, -1])
  func neverWas(version: Int) throws {
    try makeFile()
    try tamper("PRAGMA user_version = \(version)")
    expectUnusable(.damaged)
  }

  @Test(
    "another file's log beside a file is refused, and rubbish changes nothing unnoticed",
    arguments: ["-wal", "-journal", "-shm"], [true, false])
  func strayLog(suffix: String, isRubbish: Bool) throws {
    let other = try ResultDatabase.open(path: folder.path("other.sqlite"), mode: .write)
    try other.add(Fixture.scenario())
    for replication in 7..<12 { try other.record([Fixture.run(replication)]) }
    let log = try Data(contentsOf: URL(fileURLWithPath: folder.path("other.sqlite-wal")))
    try makeFile()
    let expected = try ResultDatabase.open(path: path, mode: .read).contentDigest()
    try (isRubbish ? Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }) : log)
      .write(to: URL(fileURLWithPath: path + suffix))
    if suffix == "-wal" { return expectUnusable(.strayLog) }
    for mode in [ResultDatabase.Mode.read, .write] {
      guard let database = try? ResultDatabase.open(path: path, mode: mode, busyTimeoutSeconds: 0),
        try database.verify().isSound
      else { continue }
      #expect(try database.contentDigest() == expected)
      try database.close()
    }
  }

  @Test("a file that was cut off is refused", arguments: [0.02, 0.5, 0.99])
  func truncated(share: Double) throws {
    try makeFile()
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try data.prefix(Int(Double(data.count) * share)).write(to: URL(fileURLWithPath: path))
    expectUnusable(.damaged)
  }

  @Test("nothing is added to a file of which a page was lost")
  func zeroedPages() throws {
    try makeFile()
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let pageBytes = 8192
    try #require(data.count / pageBytes > 10)
    for start in stride(from: pageBytes, to: data.count, by: pageBytes) {
      var damaged = data
      damaged.replaceSubrange(start..<start + pageBytes, with: Data(count: pageBytes))
      try damaged.write(to: URL(fileURLWithPath: path))
      expectUnusable(.damaged, [.write])
    }
  }

  @Test("a file that another process writes is refused after the wait, and usable after it")
  func locked() throws {
    try makeFile()
    let other = try ResultDatabase.open(path: path, mode: .write)
    for mode in [ResultDatabase.Mode.read, .write] {
      Failure.expect(.locked) {
        _ = try ResultDatabase.open(path: path, mode: mode, busyTimeoutSeconds: 0.05)
      }
    }
    try other.record([Fixture.run(2)])
    try other.close()
    #expect(try ResultDatabase.open(path: path, mode: .read).runs().count == 3)
  }

  @Test("a read-only file can be read and not written")
  func readOnly() throws {
    try makeFile()
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    #expect(try ResultDatabase.open(path: path, mode: .read).runs().count == 2)
    // The superuser may write whatever the permissions say.
    guard !FileManager.default.isWritableFile(atPath: path) else { return }
    expectUnusable(.readOnly, [.write])
  }

  @Test(
    "a file with foreign code in the place of ours is refused",
    arguments: [
      "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END",
      "DROP VIEW v_run; CREATE VIEW v_run AS SELECT 1 AS run_key",
      "DROP VIEW v_run",
      "ALTER TABLE run RENAME TO old; CREATE VIEW run AS SELECT * FROM old",
      "CREATE INDEX extra ON run(length(arm))",
      "DROP TABLE mark; CREATE TABLE mark(run_id, no, after_us, kind, planner, rollout, subject)",
      "CREATE TABLE extra(x); CREATE TRIGGER t AFTER INSERT ON extra BEGIN DELETE FROM run; END",
    ])
  func foreignObjects(sql: String) throws {
    try makeFile()
    try tamper(sql)
    expectUnusable(.foreignObjects)
  }

  @Test("tables that somebody added beside ours do no harm")
  func extraTable() throws {
    try makeFile()
    try tamper("CREATE TABLE notes(text TEXT); CREATE VIEW mine AS SELECT * FROM v_run")
    #expect(try ResultDatabase.open(path: path, mode: .read).verify().isSound)
  }

  @Test("after an unclean end, what was stored is there")
  func uncleanEnd() throws {
    let writer = try ResultDatabase.open(path: path, mode: .write)
    try writer.add(Fixture.scenario())
    try writer.record([Fixture.run(0)])
    try writer.record([Fixture.run(1)])
    // The files as a killed process leaves them: the runs are in the log alone.
    for name in ["killed.sqlite", "again.sqlite"] {
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(
          atPath: path + suffix, toPath: folder.path(name + suffix))
      }
    }
    let reader = try ResultDatabase.open(path: folder.path("killed.sqlite"), mode: .read)
    #expect(try reader.runs().count == 2)
    let again = try ResultDatabase.open(path: folder.path("again.sqlite"), mode: .write)
    #expect(try again.record([Fixture.run(0), Fixture.run(2)]).added == 1)
    #expect(try again.verify().isSound)
    try again.close()
    #expect(!FileManager.default.fileExists(atPath: folder.path("again.sqlite-wal")))
  }

  @Test("a log that was cut off loses whole batches and nothing else", arguments: [0.3, 0.7, 0.95])
  func tornLog(share: Double) throws {
    let writer = try ResultDatabase.open(path: path, mode: .write)
    try writer.add(Fixture.scenario())
    for batch in 0..<5 {
      try writer.record([Fixture.run(2 * batch), Fixture.run(2 * batch + 1)])
    }
    let torn = folder.path("torn.sqlite")
    try FileManager.default.copyItem(atPath: path, toPath: torn)
    let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    try log.prefix(Int(Double(log.count) * share)).write(to: URL(fileURLWithPath: torn + "-wal"))
    let reader = try ResultDatabase.open(path: torn, mode: .write)
    let runs = try reader.runs()
    #expect(runs.count < 10 && runs.count.isMultiple(of: 2))
    #expect(try reader.verify().isSound)
  }

  @Test("when the file may not grow, the earlier runs stay and the error says so")
  func full() throws {
    let database = try ResultDatabase.open(path: path, mode: .write)
    try database.add(Fixture.scenario())
    try database.queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 60") }
    var stored = 0
    Failure.expect(.full) {
      for replication in 0..<200 {
        try database.record([Fixture.run(replication)])
        stored += 1
      }
    }
    #expect(stored > 0)
    #expect(try database.runs().count == stored)
    #expect(try database.verify().isSound)
    try database.queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    #expect(try database.record([Fixture.run(stored)]).added == 1)
    #expect(try database.verify().isSound)
  }
}
