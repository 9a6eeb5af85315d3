/// Many names in one buffer: four bytes a name beside its letters.
public struct NameTable: Equatable, Sendable {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  /// No names.
  public init() {}

  /// The given names, in order.
  public init(_ names: [String]) {
    for name in names { append(name) }
  }

  /// The number of names.
  public var count: Int { ends.count }

  /// Adds a name at the end; traps when all names together exceed 4 GiB.
  public mutating func append(_ name: String) {
    bytes.append(contentsOf: name.utf8)
    ends.append(UInt32(bytes.count))
  }

  /// The name at a position.
  public subscript(position: Int) -> String {
    let start = position == 0 ? 0 : Int(ends[position - 1])
    return String(decoding: bytes[start..<Int(ends[position])], as: UTF8.self)
  }

  /// Makes room for names to come.
  public mutating func reserve(names: Int, bytes byteCount: Int) {
    ends.reserveCapacity(names)
    bytes.reserveCapacity(byteCount)
  }
}

extension NameTable: Codable {
  /// Decodes an array of names.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String].self))
  }

  /// Encodes an array of names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode((0..<count).map { self[$0] })
  }
}
