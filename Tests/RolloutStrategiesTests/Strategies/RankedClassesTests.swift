import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Things in a row, by class")
struct RankedClassesTests {
  private enum Colour: UInt8, Codable, CaseIterable {
    case red, green, blue
  }

  @Test(
    "counts and ranks are those of the list of classes",
    arguments: [0, 1, 15, 16, 17, 256, 257, 5_000])
  func agrees(_ count: Int) {
    let stream = RandomStream(seed: UInt64(count), replication: 0)
    var list = Array(repeating: Colour.red, count: count)
    var row = RankedClasses<Colour>(count, of: .red)
    let selection = RankedClasses<Colour>.Selection(.green, .blue)
    for round in 0..<200 as Range<UInt32> {
      if count > 0 {
        let word = stream.words(entity: 1, .order, round).first
        let rank = Int(word % UInt64(count))
        list[rank] = Colour.allCases[Int(word >> 40) % 3]
        row[rank] = list[rank]
        #expect(row[rank] == list[rank])
      }
      let ranks = list.indices.filter { list[$0] != .red }
      let end = count * Int(round) / 199
      #expect(row.count(selection) == ranks.count)
      #expect(row.count(selection, before: end) == ranks.count { $0 < end })
      let number = Int(round) / 3
      #expect(row.rank(of: number, in: selection) == ranks.dropFirst(number).first)
      #expect(row.first(number, in: selection) == Array(ranks.prefix(number)))
    }
  }
}
