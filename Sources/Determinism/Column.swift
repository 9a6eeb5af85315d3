/// One attribute of every entity of a kind.
@frozen
public struct Column<Index: EntityIndex, Element> {
  /// The values, by entity.
  public var elements: [Element]

  /// Takes over the values, by entity.
  @inlinable public init(_ elements: [Element]) { self.elements = elements }

  /// Gives every entity the same value.
  @inlinable public init(repeating element: Element, count: Int) {
    elements = Array(repeating: element, count: count)
  }

  /// The number of entities.
  @inlinable public var count: Int { elements.count }

  /// The value of one entity; traps when there is no such entity.
  @inlinable public subscript(index: Index) -> Element {
    _read { yield elements[index.offset] }
    _modify { yield &elements[index.offset] }
  }
}

extension Column: Sendable where Element: Sendable {}
extension Column: Equatable where Element: Equatable {}

extension Column: Codable where Element: Codable {
  /// Decodes an array.
  public init(from decoder: any Decoder) throws {
    elements = try decoder.singleValueContainer().decode([Element].self)
  }

  /// Encodes an array.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(elements)
  }
}
