import Foundation
import GRDB
import Testing

@testable import ResultStore

/// Whoever reads a file in which somebody was killed as they wrote sees what was there before.
@Suite("Files in which writing was not finished")
struct UnfinishedWritingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A good file with two runs, and beside it a copy with the journal of a transaction that changed
  /// some of its pages and was not ended; returns what the good one holds.
  private func makeFile(changing before: String = "") throws -> Data {
    let whole = folder.path("whole.sqlite")
    try Fixture.makeFile(at: whole)
    let queue = try DatabaseQueue(path: whole)
    try queue.inDatabase { db in try db.execute(sql: before) }
    let good = try Data(contentsOf: URL(fileURLWithPath: whole))
    try queue.inDatabase { db in
      try db.execute(
        sql: """
          PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE begun (x);
          INSERT INTO begun
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 99)
          SELECT randomblob(8000) FROM n
          """)
      for end in ["", "-journal"] {
        try FileManager.default.copyItem(
          atPath: whole + end, toPath: folder.path("a.sqlite") + end)
      }
      try db.execute(sql: "ROLLBACK")
    }
    try queue.close()
    #expect(try bytes() != good, "nothing was begun")
    return good
  }

  private func bytes() throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path("a.sqlite")))
  }

  @Test("what was begun is undone for whoever reads, and nothing of it is left")
  func undone() throws {
    let good = try makeFile()
    let database = try ResultDatabase.open(path: folder.path("a.sqlite"), mode: .read)
    #expect(try database.runs().count == 2)
    try database.close()
    #expect(try bytes() == good)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.sqlite-journal")))
  }

  @Test("whoever writes goes on from there")
  func continued() throws {
    _ = try makeFile()
    let database = try ResultDatabase.open(path: folder.path("a.sqlite"), mode: .write)
    #expect(try database.runs().count == 2)
    try database.close()
  }

  @Test("another application's file is said to be one and stays as it is")
  func foreign() throws {
    _ = try makeFile(changing: "PRAGMA application_id = 7")
    let before = try bytes()
    for mode in [ResultDatabase.Mode.read, .write] {
      Failure.expect(.otherApplication) {
        _ = try ResultDatabase.open(path: folder.path("a.sqlite"), mode: mode)
      }
    }
    #expect(try bytes() == before)
  }

  @Test("a file that is nobody's yet is left to whoever may write it")
  func nobodys() throws {
    _ = try makeFile(changing: "PRAGMA application_id = 0")
    let before = try bytes()
    Failure.expect(.readOnly) {
      _ = try ResultDatabase.open(path: folder.path("a.sqlite"), mode: .read)
    }
    #expect(try bytes() == before)
  }
}
