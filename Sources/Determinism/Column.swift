/// A typed position: the number of an entity of one sort, dense from zero.
///
/// Conforming types differ only in name, so that a cluster's column cannot be read with a region's
/// number.
public protocol EntityIndex: Hashable, Comparable, Sendable, Codable, BitwiseCopyable {
  /// The number.
  var rawValue: UInt32 { get }

  /// Wraps a number.
  init(rawValue: UInt32)
}

extension EntityIndex {
  /// The number as a position in an array.
  @inlinable public var offset: Int { Int(rawValue) }

  /// The index of a position; traps when it does not fit 32 bits.
  @inlinable public init(offset: Int) { self.init(rawValue: UInt32(offset)) }

  /// Orders by number.
  @inlinable public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// Decodes a bare integer.
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(UInt32.self))
  }

  /// Encodes as a bare integer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// One property of every entity of a sort: an array that only the sort's index can subscript.
@frozen
public struct Column<Index: EntityIndex, Element> {
  /// The values in the order of the indices, for whole-column loops.
  public var elements: [Element]

  /// A column without entities.
  @inlinable public init() { elements = [] }

  /// A column of given values.
  @inlinable public init(_ elements: [Element]) { self.elements = elements }

  /// A column with the same value for a number of entities.
  @inlinable public init(repeating element: Element, count: Int) {
    elements = .init(repeating: element, count: count)
  }

  /// The number of entities.
  @inlinable public var count: Int { elements.count }

  /// Every index, in order.
  @inlinable public var indices: LazyMapSequence<Range<Int>, Index> {
    (0..<elements.count).lazy.map { Index(offset: $0) }
  }

  /// The value of an entity; traps beyond the last.
  @inlinable public subscript(index: Index) -> Element {
    get { elements[index.offset] }
    _modify { yield &elements[index.offset] }
  }

  /// Adds an entity and returns its index.
  @discardableResult
  @inlinable public mutating func append(_ element: Element) -> Index {
    elements.append(element)
    return Index(offset: elements.count - 1)
  }

  /// Makes room for a number of entities in advance.
  @inlinable public mutating func reserveCapacity(_ capacity: Int) {
    elements.reserveCapacity(capacity)
  }
}

extension Column: Sendable where Element: Sendable {}
extension Column: Equatable where Element: Equatable {}

extension Column: Codable where Element: Codable {
  /// Decodes an array of values.
  public init(from decoder: any Decoder) throws {
    elements = try decoder.singleValueContainer().decode([Element].self)
  }

  /// Encodes as an array of values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(elements)
  }
}
