import Testing

@testable import ScenarioFiles

/// Comma-separated values as RFC 4180 has them, and as spreadsheets and enemies write them.
@Suite("Comma-separated values")
struct CSVTableTests {
  private func fields(_ text: String) throws -> [[CSVTable.Field]] {
    var table = CSVTable(Array(text.utf8))
    var rows: [[CSVTable.Field]] = []
    while let row = try table.next() { rows.append(row) }
    return rows
  }

  private func rows(_ text: String) throws -> [[String]] {
    try fields(text).map { $0.map(\.text) }
  }

  @Test(
    "lines, quotes and ends of lines are read as they are meant",
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("a\n\n\nb", [["a"], ["b"]]), ("a,\n,b\n", [["a", ""], ["", "b"]]),
      ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]), ("\"\",\"\"", [["", ""]]),
      ("ä,日本\n", [["ä", "日本"]]), ("", []), ("\n\r\n", []), (",", [["", ""]]),
      ("=1+1,@x,'a", [["=1+1", "@x", "'a"]]),
    ])
  func meant(_ text: String, _ expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("a\n\"b", 1, 2, "not closed"), ("a,\"b\nc\"", 0, 4, "not closed"),
      ("a,b\"c", 0, 3, "quotes stand"), ("\"a\"b", 0, 3, "comma is expected"),
      ("ä,\"x\"y", 0, 5, "comma is expected"), ("a\rb", 0, 2, "carriage return"),
      (String(repeating: ",", count: 300), 0, 256, "more than 256"),
    ])
  func wrong(_ text: String, _ line: Int, _ column: Int, _ part: String) throws {
    let error = try #require(throws: CSVTable.SyntaxError.self) { try rows(text) }
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(error.message.contains(part), "\(error)")
  }

  @Test("every value knows where it stands")
  func places() throws {
    let rows = try fields("né,b\n\"x\",y\n")
    #expect(rows[0].map(\.column) == [0, 3])
    #expect(rows[1].map(\.line) == [1, 1] && rows[1].map(\.column) == [0, 4])
  }
}
