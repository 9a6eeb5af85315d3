import Determinism
import Foundation
import Testing

@Suite("Numbers in as few bytes as they need")
struct NarrowArrayTests {
  static let lists: [[UInt32]] = [
    [], [0], [.max], [254, .max, 0], [254, 255, .max, 1], [255], [65_534, .max], [65_535, 3, .max],
    [7, 300, 70_000, .max, .max - 1],
  ]

  @Test("what goes in comes out, at once or one by one", arguments: lists)
  func kept(_ numbers: [UInt32]) throws {
    var grown = NarrowArray()
    for number in numbers { grown.append(number) }
    let made = NarrowArray(numbers)
    #expect(Array(grown) == numbers && Array(made) == numbers && grown == made)
    #expect(made.count == numbers.count)
  }

  @Test("a number added so many times is added as often as one by one", arguments: lists)
  func repeated(_ numbers: [UInt32]) {
    var grown = NarrowArray()
    var list: [UInt32] = []
    for (times, number) in numbers.enumerated() {
      grown.append(number, times: times)
      list += Array(repeating: number, count: times)
    }
    #expect(Array(grown) == list)
  }

  @Test("it is written as a plain list and read back", arguments: lists)
  func written(_ numbers: [UInt32]) throws {
    let data = try JSONEncoder().encode(NarrowArray(numbers))
    #expect(try JSONDecoder().decode([UInt32].self, from: data) == numbers)
    #expect(try JSONDecoder().decode(NarrowArray.self, from: data) == NarrowArray(numbers))
  }

  @Test("two are equal if their numbers are, however wide they once were")
  func equality() {
    var grown = NarrowArray([1, 2])
    #expect(grown == NarrowArray([1, 2]) && grown != NarrowArray([1, 3]))
    grown.append(1_000_000)
    #expect(grown == NarrowArray([1, 2, 1_000_000]) && grown != NarrowArray([1, 2]))
  }
}
