/// A value that lies elsewhere in memory, so that what holds it stays small.
///
/// For what is large and seldom there: whoever copies the holder copies a reference.
@dynamicMemberLookup
public struct Boxed<Value: Codable & Equatable & Sendable>: Equatable, Sendable {
  private indirect enum Box: Equatable, Sendable {
    case holding(Value)
  }

  private var box: Box

  /// Puts a value aside.
  public init(_ value: Value) { box = .holding(value) }

  /// The value.
  public var value: Value {
    get {
      switch box {
      case .holding(let value): value
      }
    }
    set { box = .holding(newValue) }
  }

  /// A member of the value.
  public subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member {
    value[keyPath: path]
  }

  /// A member of the value that can be set.
  public subscript<Member>(dynamicMember path: WritableKeyPath<Value, Member>) -> Member {
    get { value[keyPath: path] }
    set { value[keyPath: path] = newValue }
  }
}

extension Boxed: Codable {
  /// Decodes the value itself.
  public init(from decoder: any Decoder) throws { self.init(try Value(from: decoder)) }

  /// Encodes the value itself.
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
