/// JSON in one canonical form: equal values give equal bytes.
///
/// Members sorted by the UTF-8 bytes of their names, integers only, no white space, only the
/// escapes that JSON demands (`\"`, `\\`, and control characters, short where there is a short
/// form), UTF-8. Decoding accepts any JSON of integers, sorted or not, with white space.
public enum CanonicalJSON {
  /// How deep arrays and objects may be nested.
  public static let maximumDepth = 64

  /// Why some bytes are not the JSON that is accepted here.
  public struct SyntaxError: Error, Equatable, CustomStringConvertible {
    /// The offset of the offending byte.
    public let offset: Int
    /// What is wrong there, as a clause.
    public let reason: String

    /// Reports a reason at an offset.
    public init(offset: Int, reason: String) {
      self.offset = offset
      self.reason = reason
    }

    /// The offset and the reason.
    public var description: String { "byte \(offset): \(reason)" }
  }

  /// The canonical bytes of a value.
  ///
  /// - Throws: `EncodingError` for a floating-point number, and for nesting beyond `maximumDepth`.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let node = EncodingNode(path: nil)
    try value.encode(to: node)
    var writer = JSONWriter()
    try writer.write(node.value, depth: 0)
    return writer.bytes
  }

  /// The canonical form of a value as text.
  ///
  /// - Throws: As `encode`.
  public static func string(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }

  /// The value that some bytes describe.
  ///
  /// - Throws: `SyntaxError` for bytes that are not JSON, repeat a member, hold a number that is
  ///   not a 64-bit integer, or go on after the value; `DecodingError` when the value does not have
  ///   the type.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8]
  ) throws -> Value {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.parseDocument()
    return try Value(from: ValueDecoder(value: value, path: nil))
  }
}

/// A JSON value.
enum JSONValue {
  case null
  case bool(Bool)
  /// An integer that is negative or fits.
  case signed(Int64)
  /// An integer above the largest signed one.
  case unsigned(UInt64)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])
  /// What a nested encoder has collected; only while encoding.
  case node(EncodingNode)

  /// The least form of an unsigned integer.
  init(_ integer: UInt64) {
    self = Int64(exactly: integer).map(JSONValue.signed) ?? .unsigned(integer)
  }
}

/// A name and a value of a JSON object.
struct JSONMember {
  let name: String
  let value: JSONValue
}

/// A coding path as a list from its end, which shares its beginnings.
final class CodingPath: Sendable {
  let parent: CodingPath?
  let key: any CodingKey

  init(_ parent: CodingPath?, _ key: any CodingKey) {
    self.parent = parent
    self.key = key
  }

  /// The keys from the root to the end of a path.
  static func keys(_ path: CodingPath?) -> [any CodingKey] {
    var keys: [any CodingKey] = []
    var rest = path
    while let link = rest {
      keys.append(link.key)
      rest = link.parent
    }
    return keys.reversed()
  }
}

/// The key of a position in an array, and of `super`.
struct PositionKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ index: Int) {
    stringValue = "Index \(index)"
    intValue = index
  }

  init?(intValue: Int) { self.init(intValue) }

  init?(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  /// The key under which a superclass encodes itself.
  static let superKey = PositionKey(superValue: "super")

  private init(superValue: String) {
    stringValue = superValue
    intValue = nil
  }
}
