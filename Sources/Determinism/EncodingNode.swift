/// An encoder that collects one JSON value; its containers share it.
final class EncodingNode: Encoder {
  /// Where the value stands, for error messages.
  let path: CodingPath?
  /// What has been collected.
  enum Content {
    case nothing
    case scalar(JSONValue)
    case elements([JSONValue])
    case members([JSONMember])
  }
  var content = Content.nothing

  init(path: CodingPath?) { self.path = path }

  var codingPath: [any CodingKey] { CodingPath.keys(path) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The collected value; a value that encodes nothing is an empty object.
  var value: JSONValue {
    switch content {
    case .nothing: .object([])
    case .scalar(let value): value
    case .elements(let elements): .array(elements)
    case .members(let members): .object(members)
    }
  }

  /// The same, but leaving arrays and objects to be resolved when they are complete.
  var settled: JSONValue {
    if case .scalar(let value) = content { return value }
    return .node(self)
  }

  func append(_ value: JSONValue) {
    // Emptied first, so that the array has one owner and grows in place.
    guard case .elements(var elements) = content else {
      preconditionFailure("elements and members encoded into one value at \(codingPath)")
    }
    content = .nothing
    elements.append(value)
    content = .elements(elements)
  }

  func insert(_ value: JSONValue, _ name: String) {
    guard case .members(var members) = content else {
      preconditionFailure("members and elements encoded into one value at \(codingPath)")
    }
    content = .nothing
    members.append(JSONMember(name: name, value: value))
    content = .members(members)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .nothing = content { content = .members([]) }
    return KeyedEncodingContainer(MemberEncoding<Key>(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .nothing = content { content = .elements([]) }
    return ElementEncoding(node: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { ScalarEncoding(node: self) }
}

/// The refusal of a number that is not an integer.
private func refuse(_ value: some BinaryFloatingPoint, at path: [any CodingKey]) -> EncodingError {
  .invalidValue(
    value,
    .init(codingPath: path, debugDescription: "canonical JSON has integers only, not \(value)"))
}

/// The JSON of a value, with a shortcut for the values that arrays are mostly made of.
private func json<Value: Encodable>(
  _ value: Value, path: @autoclosure () -> CodingPath
) throws -> JSONValue {
  if Value.self == Int.self, let value = value as? Int { return .signed(Int64(value)) }
  if Value.self == Int64.self, let value = value as? Int64 { return .signed(value) }
  if Value.self == UInt64.self, let value = value as? UInt64 { return JSONValue(value) }
  if Value.self == String.self, let value = value as? String { return .string(value) }
  let node = EncodingNode(path: path())
  try value.encode(to: node)
  return node.settled
}

/// Encodes the members of an object.
private struct MemberEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }

  private func nested(_ key: some CodingKey) -> EncodingNode {
    let child = EncodingNode(path: CodingPath(node.path, key))
    node.insert(.node(child), key.stringValue)
    return child
  }

  func encodeNil(forKey key: Key) { node.insert(.null, key.stringValue) }
  func encode(_ value: Bool, forKey key: Key) { node.insert(.bool(value), key.stringValue) }
  func encode(_ value: String, forKey key: Key) { node.insert(.string(value), key.stringValue) }
  func encode(_ value: Double, forKey key: Key) throws {
    throw refuse(value, at: codingPath + [key])
  }
  func encode(_ value: Float, forKey key: Key) throws {
    throw refuse(value, at: codingPath + [key])
  }
  func encode(_ value: Int, forKey key: Key) { node.insert(.signed(Int64(value)), key.stringValue) }
  func encode(_ value: Int8, forKey key: Key) {
    node.insert(.signed(Int64(value)), key.stringValue)
  }
  func encode(_ value: Int16, forKey key: Key) {
    node.insert(.signed(Int64(value)), key.stringValue)
  }
  func encode(_ value: Int32, forKey key: Key) {
    node.insert(.signed(Int64(value)), key.stringValue)
  }
  func encode(_ value: Int64, forKey key: Key) {
    node.insert(.signed(Int64(value)), key.stringValue)
  }
  func encode(_ value: UInt, forKey key: Key) {
    node.insert(JSONValue(UInt64(value)), key.stringValue)
  }
  func encode(_ value: UInt8, forKey key: Key) {
    node.insert(JSONValue(UInt64(value)), key.stringValue)
  }
  func encode(_ value: UInt16, forKey key: Key) {
    node.insert(JSONValue(UInt64(value)), key.stringValue)
  }
  func encode(_ value: UInt32, forKey key: Key) {
    node.insert(JSONValue(UInt64(value)), key.stringValue)
  }
  func encode(_ value: UInt64, forKey key: Key) {
    node.insert(JSONValue(UInt64(value)), key.stringValue)
  }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    node.insert(try json(value, path: CodingPath(node.path, key)), key.stringValue)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    nested(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    nested(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { nested(PositionKey.superKey) }
  func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}

/// Encodes the elements of an array.
private struct ElementEncoding: UnkeyedEncodingContainer {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }
  var count: Int {
    guard case .elements(let elements) = node.content else { return 0 }
    return elements.count
  }

  private func nested() -> EncodingNode {
    let child = EncodingNode(path: CodingPath(node.path, PositionKey(count)))
    node.append(.node(child))
    return child
  }

  func encodeNil() { node.append(.null) }
  func encode(_ value: Bool) { node.append(.bool(value)) }
  func encode(_ value: String) { node.append(.string(value)) }
  func encode(_ value: Double) throws { throw refuse(value, at: codingPath) }
  func encode(_ value: Float) throws { throw refuse(value, at: codingPath) }
  func encode(_ value: Int) { node.append(.signed(Int64(value))) }
  func encode(_ value: Int8) { node.append(.signed(Int64(value))) }
  func encode(_ value: Int16) { node.append(.signed(Int64(value))) }
  func encode(_ value: Int32) { node.append(.signed(Int64(value))) }
  func encode(_ value: Int64) { node.append(.signed(Int64(value))) }
  func encode(_ value: UInt) { node.append(JSONValue(UInt64(value))) }
  func encode(_ value: UInt8) { node.append(JSONValue(UInt64(value))) }
  func encode(_ value: UInt16) { node.append(JSONValue(UInt64(value))) }
  func encode(_ value: UInt32) { node.append(JSONValue(UInt64(value))) }
  func encode(_ value: UInt64) { node.append(JSONValue(UInt64(value))) }
  func encode(_ value: some Encodable) throws {
    node.append(try json(value, path: CodingPath(node.path, PositionKey(count))))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    nested().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
  func superEncoder() -> any Encoder { nested() }
}

/// Encodes a single value.
private struct ScalarEncoding: SingleValueEncodingContainer {
  let node: EncodingNode

  var codingPath: [any CodingKey] { node.codingPath }

  func encodeNil() { node.content = .scalar(.null) }
  func encode(_ value: Bool) { node.content = .scalar(.bool(value)) }
  func encode(_ value: String) { node.content = .scalar(.string(value)) }
  func encode(_ value: Double) throws { throw refuse(value, at: codingPath) }
  func encode(_ value: Float) throws { throw refuse(value, at: codingPath) }
  func encode(_ value: Int) { node.content = .scalar(.signed(Int64(value))) }
  func encode(_ value: Int8) { node.content = .scalar(.signed(Int64(value))) }
  func encode(_ value: Int16) { node.content = .scalar(.signed(Int64(value))) }
  func encode(_ value: Int32) { node.content = .scalar(.signed(Int64(value))) }
  func encode(_ value: Int64) { node.content = .scalar(.signed(Int64(value))) }
  func encode(_ value: UInt) { node.content = .scalar(JSONValue(UInt64(value))) }
  func encode(_ value: UInt8) { node.content = .scalar(JSONValue(UInt64(value))) }
  func encode(_ value: UInt16) { node.content = .scalar(JSONValue(UInt64(value))) }
  func encode(_ value: UInt32) { node.content = .scalar(JSONValue(UInt64(value))) }
  func encode(_ value: UInt64) { node.content = .scalar(JSONValue(UInt64(value))) }
  func encode(_ value: some Encodable) throws { try value.encode(to: node) }
}
