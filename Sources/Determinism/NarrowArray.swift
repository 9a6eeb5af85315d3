/// Whole numbers in as few bytes as the largest of them needs.
///
/// Shape: 1, 2 or 4 bytes a number. `UInt32.max`, which marks what is absent, takes no more room
/// than the others: the largest number of a width stands for it.
@frozen
public struct NarrowArray: RandomAccessCollection, Sendable {
  @usableFromInline enum Storage: Sendable {
    case bytes([UInt8])
    case words([UInt16])
    case longs([UInt32])
  }

  @usableFromInline var storage = Storage.bytes([])

  /// No numbers.
  public init() {}

  /// Some numbers.
  public init(_ numbers: [UInt32]) {
    let most = numbers.reduce(0) { Swift.max($0, $1 &+ 1) }
    if most <= UInt8.max {
      storage = .bytes(numbers.map { UInt8(truncatingIfNeeded: $0) })
    } else if most <= UInt16.max {
      storage = .words(numbers.map { UInt16(truncatingIfNeeded: $0) })
    } else {
      storage = .longs(numbers)
    }
  }

  /// The position of the first number.
  @inlinable public var startIndex: Int { 0 }

  /// The position after the last.
  @inlinable public var endIndex: Int {
    switch storage {
    case .bytes(let numbers): numbers.count
    case .words(let numbers): numbers.count
    case .longs(let numbers): numbers.count
    }
  }

  /// The number at a position; traps beyond the last.
  @inlinable public subscript(position: Int) -> UInt32 {
    switch storage {
    case .bytes(let numbers): Self.widened(numbers[position])
    case .words(let numbers): Self.widened(numbers[position])
    case .longs(let numbers): numbers[position]
    }
  }

  /// Adds a number so many times.
  ///
  /// O(1) each on average, O(count) each of the two times that all have to be widened.
  public mutating func append(_ number: UInt32, times: Int = 1) {
    widen(for: number)
    // The array is taken out before it is changed, so that it is not copied.
    switch storage {
    case .bytes(var numbers):
      storage = .bytes([])
      numbers.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: number), count: times))
      storage = .bytes(numbers)
    case .words(var numbers):
      storage = .bytes([])
      numbers.append(contentsOf: repeatElement(UInt16(truncatingIfNeeded: number), count: times))
      storage = .words(numbers)
    case .longs(var numbers):
      storage = .bytes([])
      numbers.append(contentsOf: repeatElement(number, count: times))
      storage = .longs(numbers)
    }
  }

  /// Makes each number wide enough for another one.
  private mutating func widen(for number: UInt32) {
    guard number != .max else { return }
    if case .bytes(let numbers) = storage, number >= UInt8.max {
      storage = .words(numbers.map { UInt16(truncatingIfNeeded: Self.widened($0)) })
    }
    if case .words(let numbers) = storage, number >= UInt16.max {
      storage = .longs(numbers.map(Self.widened))
    }
  }

  @inlinable static func widened<Narrow: FixedWidthInteger>(_ number: Narrow) -> UInt32 {
    number == .max ? .max : UInt32(truncatingIfNeeded: number)
  }
}

extension NarrowArray: Equatable {
  /// Whether the numbers are the same; how wide they are kept does not matter.
  public static func == (a: NarrowArray, b: NarrowArray) -> Bool { a.elementsEqual(b) }
}

extension NarrowArray: Codable {
  /// Decodes an array of numbers.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([UInt32].self))
  }

  /// Encodes as an array of numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Array(self))
  }
}
