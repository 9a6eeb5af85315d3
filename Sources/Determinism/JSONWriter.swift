/// Writes JSON values in the canonical form.
struct JSONWriter {
  /// What has been written.
  var bytes: [UInt8] = []

  /// Appends a value; throws when it is nested too deeply.
  mutating func write(_ value: JSONValue, depth: Int) throws {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .signed(let value):
      if value < 0 { bytes.append(UInt8(ascii: "-")) }
      write(value.magnitude)
    case .unsigned(let value): write(value)
    case .string(let value): write(value)
    case .node(let node):
      switch node.content {
      case .elements(let elements): try write(elements, depth: depth)
      case .members(let members): try write(members, depth: depth)
      case .nothing, .scalar: try write(node.value, depth: depth)
      }
    case .array(let elements): try write(elements, depth: depth)
    case .object(let members): try write(members, depth: depth)
    }
  }

  /// Appends an array.
  private mutating func write(_ elements: [JSONValue], depth: Int) throws {
    try check(depth)
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      try write(element, depth: depth + 1)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Appends an object with its members in the order of the bytes of their names.
  private mutating func write(_ members: [JSONMember], depth: Int) throws {
    try check(depth)
    bytes.append(UInt8(ascii: "{"))
    let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (index, member) in sorted.enumerated() {
      if index > 0 {
        precondition(sorted[index - 1].name != member.name, "member \(member.name) encoded twice")
        bytes.append(UInt8(ascii: ","))
      }
      write(member.name)
      bytes.append(UInt8(ascii: ":"))
      try write(member.value, depth: depth + 1)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Refuses what could not be decoded again.
  private func check(_ depth: Int) throws {
    guard depth < CanonicalJSON.maximumDepth else {
      let limit = CanonicalJSON.maximumDepth
      throw EncodingError.invalidValue(
        depth, .init(codingPath: [], debugDescription: "nested more than \(limit) deep"))
    }
  }

  /// Appends ASCII text as it is.
  private mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: "\(text)".utf8)
  }

  /// Appends the decimal digits of a number.
  private mutating func write(_ number: UInt64) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Appends a string in quotes.
  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append("\\u00")
        bytes.append(UInt8(ascii: "0") + byte >> 4)
        bytes.append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
