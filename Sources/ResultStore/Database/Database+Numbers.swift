import GRDB
import GRDBSQLite

extension Database {
  /// Inserts rows of nothing but whole numbers, several a statement.
  ///
  /// They are handed to SQLite itself: to make arguments of them costs more than all the rest.
  func insertNumbers<Element, let width: Int>(
    _ sql: String, _ elements: [Element], _ values: (Int, Element) throws -> [width of Int64]
  ) throws {
    try forEachBatch(of: elements.count, sql) { statement, rows in
      // GRDB executes a statement with whatever is bound once it has been given no arguments.
      statement.setUncheckedArguments([])
      var place: CInt = 0
      for no in rows {
        let values = try values(no, elements[no])
        for column in values.indices {
          place += 1
          let code = unsafe sqlite3_bind_int64(statement.sqliteStatement, place, values[column])
          guard code == SQLITE_OK else { throw DatabaseError(resultCode: .init(rawValue: code)) }
        }
      }
    }
  }
}
