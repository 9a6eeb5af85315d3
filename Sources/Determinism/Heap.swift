/// A queue that gives its smallest element first: a four-ary heap in an array.
///
/// Elements must be totally ordered for its output to be; the layout of equal contents may differ,
/// so compare heaps by what they give, or keep elements distinct.
@frozen
public struct Heap<Element: Comparable> {
  /// The elements, each not after its four children at 4i + 1 … 4i + 4.
  @usableFromInline var elements: [Element]

  /// An empty heap.
  @inlinable public init() { elements = [] }

  /// The number of elements.
  @inlinable public var count: Int { elements.count }

  /// The number of elements for which there is room.
  @inlinable public var capacity: Int { elements.capacity }

  /// Whether there is none.
  @inlinable public var isEmpty: Bool { elements.isEmpty }

  /// The smallest element, if there is any; O(1).
  @inlinable public var min: Element? { elements.first }

  /// Makes room for a number of elements in advance.
  @inlinable public mutating func reserveCapacity(_ capacity: Int) {
    elements.reserveCapacity(capacity)
  }

  /// Adds an element; O(log count).
  @inlinable public mutating func push(_ element: Element) {
    var hole = elements.count
    elements.append(element)
    var places = elements.mutableSpan
    while hole > 0 {
      let parent = (hole &- 1) &>> 2
      guard element < places[parent] else { break }
      places[hole] = places[parent]
      hole = parent
    }
    places[hole] = element
  }

  /// Removes and returns the smallest element, if there is any; O(log count).
  @inlinable public mutating func popMin() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let smallest = elements.first else { return last }
    sinkFromRoot(last)
    return smallest
  }

  /// Removes and returns all elements in no particular order.
  @inlinable public mutating func removeAll() -> [Element] {
    defer { elements.removeAll(keepingCapacity: true) }
    return elements
  }

  /// Overwrites the root by an element and moves it down to its place.
  @inlinable mutating func sinkFromRoot(_ element: Element) {
    // A span is asked once whether somebody else has the array, and not at every write.
    var places = elements.mutableSpan
    var hole = 0
    while true {
      let first = hole &* 4 &+ 1
      guard first < places.count else { break }
      var least = first
      if first &+ 3 < places.count {
        // Chosen without a branch: which of four is least can not be foreseen.
        let left = places[first &+ 1] < places[first] ? first &+ 1 : first
        let right = places[first &+ 3] < places[first &+ 2] ? first &+ 3 : first &+ 2
        least = places[right] < places[left] ? right : left
      } else {
        for child in first &+ 1..<places.count where places[child] < places[least] {
          least = child
        }
      }
      guard places[least] < element else { break }
      places[hole] = places[least]
      hole = least
    }
    places[hole] = element
  }
}

extension Heap: Sendable where Element: Sendable {}
extension Heap: Equatable {}

extension Heap: Codable where Element: Codable {
  /// Decodes an array of elements; throws when it does not have the order of a heap.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    elements = try container.decode([Element].self)
    guard elements.indices.dropFirst().allSatisfy({ elements[$0] >= elements[($0 - 1) / 4] })
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the elements are not in the order of a heap")
    }
  }

  /// Encodes the elements as an array in the order of the heap, so that decoding restores it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(elements)
  }
}
