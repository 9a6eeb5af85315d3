import DiscreteEvents
import Testing

@Suite("StateRows")
struct StateRowsTests {
  @Test("rows are made in order and keep what they are changed to")
  func changing() {
    var rows = StateRows(count: 1_000) { "row \($0)" }
    rows[7] += "!"
    #expect(rows.count == 1_000)
    #expect(rows[0] == "row 0")
    #expect(rows[7] == "row 7!")
    #expect(rows[999] == "row 999")
  }

  @Test("the first row begins at a line of memory")
  func alignment() {
    var rows = StateRows(count: 5) { (UInt64($0), UInt32(0)) }
    let address = unsafe withUnsafeMutablePointer(to: &rows[0]) { UInt(bitPattern: $0) }
    #expect(address % 64 == 0)
  }

  @Test("there may be none")
  func empty() {
    let rows = StateRows(count: 0) { $0 }
    #expect(rows.count == 0)
  }

  @Test("what rows hold is given back with them")
  func givingBack() {
    final class Token {}
    weak var token: Token?
    do {
      let rows = StateRows(count: 3) { _ in Token() }
      token = rows[1]
      #expect(token != nil)
      _ = consume rows
    }
    #expect(token == nil)
  }

  @Test("a row beyond the last traps, and so does one before the first", arguments: [-1, 3])
  func beyond(position: Int) async {
    await #expect(processExitsWith: .failure) { [position] in
      let rows = StateRows(count: 3) { $0 }
      _ = rows[position]
    }
  }
}
