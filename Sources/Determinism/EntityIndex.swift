/// An index that stands for one kind of entity, so that columns of one kind cannot be read with another's.
public protocol EntityIndex: Hashable, Comparable, Sendable, BitwiseCopyable, Codable {
  /// The number. Range: 0 up to the count of entities.
  var rawValue: UInt32 { get }
  /// Wraps a number.
  init(rawValue: UInt32)
}

extension EntityIndex {
  /// Wraps an array position; traps when it does not fit.
  @inlinable public init(offset: Int) { self.init(rawValue: UInt32(offset)) }

  /// The array position.
  @inlinable public var offset: Int { Int(rawValue) }

  /// Orders by number.
  @inlinable public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
