import Determinism
import Foundation
import GRDB

/// A row's values by position, checked: a damaged file must give an error and never a trap.
struct Fields {
  let row: Row

  func integer(_ column: Int) throws -> Int64 {
    guard let value = try optionalInteger(column) else { throw DamagedRow("a number is missing") }
    return value
  }

  func optionalInteger(_ column: Int) throws -> Int64? {
    switch value(column).storage {
    case .null: nil
    case .int64(let value): value
    default: throw DamagedRow("something else than a whole number")
    }
  }

  func optionalReal(_ column: Int) throws -> Double? {
    switch value(column).storage {
    case .null: nil
    case .double(let value): value
    default: throw DamagedRow("something else than a number")
    }
  }

  func text(_ column: Int) throws -> String {
    guard let value = try optionalText(column) else { throw DamagedRow("a text is missing") }
    return value
  }

  func optionalText(_ column: Int) throws -> String? {
    switch value(column).storage {
    case .null: nil
    case .string(let value): value
    default: throw DamagedRow("something else than a text")
    }
  }

  func bytes(_ column: Int) throws -> [UInt8] {
    guard case .blob(let value) = value(column).storage else {
      throw DamagedRow("something else than bytes")
    }
    return Array(value)
  }

  func count(_ column: Int) throws -> Int { Int(try integer(column)) }

  func bits(_ column: Int) throws -> UInt64 { UInt64(bitPattern: try integer(column)) }

  func length(_ column: Int) throws -> Microseconds { Microseconds(try integer(column)) }

  func optionalLength(_ column: Int) throws -> Microseconds? {
    try optionalInteger(column).map(Microseconds.init)
  }

  func digest(_ column: Int) throws -> Digest256 {
    let bytes = try bytes(column)
    guard bytes.count == 32 else { throw DamagedRow("a digest of \(bytes.count) bytes") }
    return Digest256(bytes)
  }

  /// A word of a closed list.
  func word<Word: RawRepresentable>(_ column: Int, _: Word.Type) throws -> Word
  where Word.RawValue == String {
    let text = try text(column)
    guard let word = Word(rawValue: text) else { throw DamagedRow("the unknown word '\(text)'") }
    return word
  }

  private func value(_ column: Int) -> DatabaseValue { row[column] }
}

/// A row that this code can not have written.
struct DamagedRow: Error {
  var finding: String

  init(_ finding: String) { self.finding = finding }
}

extension Database {
  /// Every row of a query, each made into a value.
  func all<Value>(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = [],
    _ make: (Fields) throws -> Value
  ) throws -> [Value] {
    let cursor = try Row.fetchCursor(
      try cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    var values: [Value] = []
    while let row = try cursor.next() { values.append(try make(Fields(row: row))) }
    return values
  }

  /// The first row of a query, made into a value; nil: there is none.
  func first<Value>(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = [],
    _ make: (Fields) throws -> Value
  ) throws -> Value? {
    let cursor = try Row.fetchCursor(
      try cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    return try cursor.next().map { try make(Fields(row: $0)) }
  }

  /// Runs a statement once.
  func run(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws {
    let statement = try cachedStatement(sql: sql)
    statement.setUncheckedArguments(StatementArguments(arguments))
    try statement.execute()
  }

  /// Inserts rows, several a statement: most of the cost of a small row is the statement's.
  ///
  /// `values` gives those of one element's row, of its position. They are written there as a
  /// literal, because GRDB makes arguments of a list of values several times as slowly.
  func insert<Element>(
    _ sql: String, _ elements: [Element], _ values: (Int, Element) throws -> StatementArguments
  ) throws {
    try forEachBatch(of: elements.count, sql) { statement, rows in
      var arguments = StatementArguments()
      for no in rows { arguments += try values(no, elements[no]) }
      statement.setUncheckedArguments(arguments)
    }
  }

  /// Executes a statement that inserts rows as often as there are rows, as many at once as it can.
  ///
  /// `bind` binds the values of some rows, by position.
  func forEachBatch(
    of count: Int, _ sql: String, bind: (Statement, Range<Int>) throws -> Void
  ) throws {
    var start = 0
    for size in [64, 16, 1] where count - start >= size {
      let statement = try rowsStatement(sql, rows: size)
      while count - start >= size {
        try bind(statement, start..<start + size)
        try statement.execute()
        start += size
      }
    }
  }

  /// A statement that ends in `VALUES`, after the only list in it, for so many rows.
  private func rowsStatement(_ sql: String, rows: Int) throws -> Statement {
    let columns = sql.utf8.count { $0 == UInt8(ascii: ",") } + 1
    let row = "(" + repeatElement("?", count: columns).joined(separator: ",") + ")"
    return try cachedStatement(
      sql: sql + " " + repeatElement(row, count: rows).joined(separator: ","))
  }
}

extension Digest256 {
  /// The digest as SQLite stores it.
  var blob: Data { Data(bytes) }
}
