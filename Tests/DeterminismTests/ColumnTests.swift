import Determinism
import Testing

private struct Site: EntityIndex {
  let rawValue: UInt32
}

@Suite("Column")
struct ColumnTests {
  @Test("holds one value for each index, in order")
  func values() {
    var column = Column<Site, String>()
    let (a, b) = (column.append("a"), column.append("b"))
    column[a] += "!"
    #expect(column[a] == "a!" && column[b] == "b" && column.count == 2)
    #expect(Array(column.indices) == [a, b])
    #expect(a < b && b.offset == 1 && Site(offset: 1) == b)
  }

  @Test("encodes as a bare array, and an index as a bare integer")
  func coding() throws {
    let column = Column<Site, Site>([Site(rawValue: 3), Site(rawValue: 0)])
    let bytes = try CanonicalJSON.encode(column)
    #expect(String(decoding: bytes, as: UTF8.self) == "[3,0]")
    #expect(try CanonicalJSON.decode(Column<Site, Site>.self, from: bytes) == column)
  }

  @Test("an index beyond the last entity traps")
  func range() async {
    await #expect(processExitsWith: .failure) {
      let column = Column<Site, Int>(repeating: 0, count: 2)
      _ = column[Site(rawValue: 2)]
    }
  }
}

@Suite("NameTable")
struct NameTableTests {
  @Test("a part of a table has the chosen names in the chosen order, and so has a part of that")
  func part() throws {
    let table = NameTable(["a", "bb", "", "dddd"])
    let part = NameTable([3, 0, 2], of: table)
    #expect((0..<part.count).map { part[$0] } == ["dddd", "a", ""])
    #expect(part == NameTable(["dddd", "a", ""]) && part != NameTable(["dddd", "a"]))
    #expect(part.index(of: "a") == 1 && part.index(of: "bb") == nil)
    #expect(part.order() == [2, 1, 0])
    #expect(NameTable([1], of: part) == NameTable(["a"]))
    let bytes = try CanonicalJSON.encode(part)
    #expect(try CanonicalJSON.decode(NameTable.self, from: bytes) == part)
  }

  @Test("a name may be added by its bytes, and has the key of its text")
  func bytes() {
    var table = NameTable()
    for name in names { table.append(utf8: Array(name.utf8)) }
    #expect(table == NameTable(names))
    for name in names { #expect(EntityKey.hash(of: Array(name.utf8)) == EntityKey.hash(of: name)) }
  }

  let names = ["west", "", "éast", "a", "west", "ab"]

  @Test("gives back the names in their order")
  func order() throws {
    let table = NameTable(names)
    #expect((0..<table.count).map { table[$0] } == names)
    let bytes = try CanonicalJSON.encode(table)
    #expect(String(decoding: bytes, as: UTF8.self) == #"["west","","éast","a","west","ab"]"#)
    #expect(try CanonicalJSON.decode(NameTable.self, from: bytes) == table)
  }

  @Test("finds the first position of a name, with and without an order")
  func search() {
    let table = NameTable(names)
    let order = table.order()
    #expect(order == [1, 3, 5, 0, 4, 2])
    for name in names + ["b", "wes", "weste", "zz"] {
      #expect(table.index(of: name) == names.firstIndex(of: name))
      #expect(table.index(of: name, in: order) == names.firstIndex(of: name))
    }
  }
}
