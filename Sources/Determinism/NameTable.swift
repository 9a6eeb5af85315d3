/// Many names in one buffer: a million names without a million allocations.
///
/// Names need not be distinct. Four bytes a name beyond its text.
public struct NameTable: Equatable, Sendable {
  /// The UTF-8 bytes of all names, one after the other.
  private var bytes: [UInt8] = []
  /// Where each name ends.
  private var ends: [UInt32] = []
  /// Which of them are in the table, in its order; nil: all.
  private var chosen: [UInt32]?

  /// A table without names.
  public init() {}

  /// A table of some names in their order.
  public init(_ names: some Sequence<String>) {
    for name in names { append(name) }
  }

  /// The names at some positions of another table, of which nothing is copied; adding a name traps.
  ///
  /// Shape: 4 bytes a name.
  public init(_ positions: [UInt32], of table: NameTable) {
    bytes = table.bytes
    ends = table.ends
    chosen = table.chosen.map { earlier in positions.map { earlier[Int($0)] } } ?? positions
  }

  /// The number of names.
  public var count: Int { chosen?.count ?? ends.count }

  /// Makes room for names to come, and for their letters.
  public mutating func reserveCapacity(_ names: Int, bytes byteCount: Int) {
    ends.reserveCapacity(names)
    bytes.reserveCapacity(byteCount)
  }

  /// Adds a name and returns its position; traps when the text exceeds 4 GiB.
  @discardableResult
  public mutating func append(_ name: String) -> Int {
    precondition(chosen == nil, "\(name) is added to a part of another table")
    bytes.append(contentsOf: name.utf8)
    ends.append(UInt32(bytes.count))
    return ends.count - 1
  }

  /// Adds a name by its UTF-8 bytes, which must be sound.
  public mutating func append(utf8 name: [UInt8]) {
    precondition(chosen == nil, "a name is added to a part of another table")
    bytes.append(contentsOf: name)
    ends.append(UInt32(bytes.count))
  }

  /// The name at a position; traps beyond the last.
  public subscript(position: Int) -> String {
    String(decoding: utf8(position), as: UTF8.self)
  }

  /// The position of the first such name, if there is any; O(count).
  ///
  /// For many look-ups make an `order` once.
  public func index(of name: String) -> Int? {
    let text = Array(name.utf8)
    return (0..<count).first { utf8($0).elementsEqual(text) }
  }

  /// The positions sorted by the bytes of their names, then by position; O(count × log count).
  public func order() -> [UInt32] {
    (0..<UInt32(count)).sorted { a, b in
      let (first, second) = (utf8(Int(a)), utf8(Int(b)))
      if first.lexicographicallyPrecedes(second) { return true }
      return a < b && !second.lexicographicallyPrecedes(first)
    }
  }

  /// The position of the first such name, if there is any; O(log count).
  ///
  /// - Parameters:
  ///   - name: The name to look for.
  ///   - order: What `order()` returned for this table as it is.
  /// - Returns: The lowest position with this name.
  public func index(of name: String, in order: [UInt32]) -> Int? {
    precondition(order.count == count, "an order of \(order.count) names for \(count)")
    let text = Array(name.utf8)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if utf8(Int(order[middle])).lexicographicallyPrecedes(text) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < count, utf8(Int(order[low])).elementsEqual(text) else { return nil }
    return Int(order[low])
  }

  /// The bytes of the name at a position.
  private func utf8(_ position: Int) -> ArraySlice<UInt8> {
    let position = chosen.map { Int($0[position]) } ?? position
    let start = position == 0 ? 0 : Int(ends[position - 1])
    return bytes[start..<Int(ends[position])]
  }
}

extension NameTable {
  /// Whether the names are the same, wherever they are kept.
  public static func == (a: NameTable, b: NameTable) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { a.utf8($0) == b.utf8($0) }
  }
}

extension NameTable: Codable {
  /// Decodes an array of strings.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    while !container.isAtEnd { append(try container.decode(String.self)) }
  }

  /// Encodes as an array of strings.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for position in 0..<count { try container.encode(self[position]) }
  }
}
