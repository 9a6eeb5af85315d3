import FleetModel
import Foundation
import GRDB
import Testing

@testable import ResultStore

/// SQLite is content with any value in the right place; only the digests beside the rows are not.
@Suite("Changed values")
struct ChangedValueTests {
  /// A column of a table.
  struct Column: CustomTestStringConvertible, Sendable {
    var table: String
    var name: String

    var testDescription: String { "\(table).\(name)" }

    /// Every column of every table of ours.
    static let all: [Column] =
      (try? DatabaseQueue().inDatabase { db in
        for statement in Schema.migrations.joined() { try db.execute(sql: statement) }
        let sql = """
          SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
          WHERE t.type = 'table' ORDER BY t.name, c.cid
          """
        return try Row.fetchAll(db, sql: sql).map { Column(table: $0[0], name: $0[1]) }
      }) ?? []
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path("a.sqlite") }

  private func makeFile() throws {
    let database = try ResultDatabase.open(path: path, mode: .write)
    try database.add(Fixture.scenario())
    try database.record((0..<2).map { Fixture.run($0, points: 20, detail: .events) })
    try database.close()
  }

  /// Changes the last row's value, whatever the constraints say.
  ///
  /// - Returns: how many rows were changed.
  private func change(_ column: Column, to expression: String) throws -> Int {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.inDatabase { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let key = try String.fetchAll(
        db, sql: "SELECT name FROM pragma_table_info('\(column.table)') WHERE pk > 0 ORDER BY pk")
      let order = key.map { "\($0) DESC" }.joined(separator: ", ")
      let keys = key.joined(separator: ", ")
      try db.execute(
        sql: """
          UPDATE \(column.table) SET \(column.name) = \(expression) WHERE (\(keys)) =
            (SELECT \(keys) FROM \(column.table) ORDER BY \(order) LIMIT 1)
          """)
      return db.changesCount
    }
  }

  @Test("no column of any table holds a value that can be changed unnoticed", arguments: Column.all)
  func changed(_ column: Column) throws {
    try makeFile()
    let name = column.name
    let other = """
      CASE typeof(\(name)) WHEN 'integer' THEN \(name) + 100 WHEN 'real' THEN \(name) + 1e-6
        WHEN 'text' THEN \(name) || ' ' WHEN 'blob' THEN zeroblob(length(\(name))) ELSE 0 END
      """
    #expect(try change(column, to: other) == 1)
    let verified = try? ResultDatabase.open(path: path, mode: .read).verify()
    #expect(verified?.isSound != true)
  }

  @Test("no row of any table can go unnoticed", arguments: Set(Column.all.map(\.table)).sorted())
  func removed(table: String) throws {
    try makeFile()
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { db in
      let key = try String.fetchAll(
        db, sql: "SELECT name FROM pragma_table_info('\(table)') WHERE pk > 0 ORDER BY pk")
      let keys = key.joined(separator: ", ")
      try db.execute(
        sql: "DELETE FROM \(table) WHERE (\(keys)) = (SELECT \(keys) FROM \(table) LIMIT 1)")
      #expect(db.changesCount == 1)
    }
    try queue.close()
    let verified = try? ResultDatabase.open(path: path, mode: .read).verify()
    #expect(verified?.isSound != true)
  }

  @Test("a file with every table filled is what the changes are made in")
  func filled() throws {
    try makeFile()
    let reader = try ResultDatabase.open(path: path, mode: .read)
    #expect(try reader.verify() == VerificationReport(scenarios: 1, runs: 2, problems: []))
    #expect(Column.all.count > 90)
  }
}
