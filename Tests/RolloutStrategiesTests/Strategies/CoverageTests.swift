import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Stratified order")
struct CoverageTests {
  private static func fleet(_ labels: [[UInt32]]) -> Fleet {
    Fleet(
      names: NameTable(labels[0].indices.map { "c\($0)" }),
      keys: Column(labels[0].indices.map { UInt64($0) }),
      dimensions: labels.enumerated().map { index, valueOf in
        let values = (valueOf.filter { $0 != Fleet.Dimension.none }.max() ?? 0) + 1
        return .init(
          name: "l\(index)", values: (0..<values).map { "v\($0)" }, valueOf: NarrowArray(valueOf))
      })
  }

  private static func offsets(_ clusters: [ClusterID]) -> [Int] { clusters.map(\.offset) }

  @Test("what shows most comes first, then what adds most, then the rest as listed")
  func greedy() {
    let none = Fleet.Dimension.none
    // c1 shows two labels; c3 adds two more; c4 the last value.
    let fleet = Self.fleet([[0, 0, 0, 1, 2, 0], [none, 0, 0, 1, 1, 0]])
    #expect(Self.offsets(Coverage.first(Array(fleet.clusters), in: fleet)) == [1, 3, 4, 0, 2, 5])
  }

  @Test(
    "each next cluster adds as many values as any that is left",
    arguments: 1...20 as ClosedRange<UInt64>)
  func isGreedy(_ seed: UInt64) {
    var draws = Draws(seed: seed)
    let count = draws.int(1...40)
    let labels = (0..<draws.int(1...4)).map { _ in
      (0..<count).map { _ in
        draws.chance(10) ? Fleet.Dimension.none : UInt32(draws.int(0...6))
      }
    }
    let fleet = Self.fleet(labels)
    var left = Array(fleet.clusters)
    var seen: [[UInt32]] = labels.map { _ in [Fleet.Dimension.none] }
    func gain(_ cluster: ClusterID) -> Int {
      labels.indices.count { !seen[$0].contains(labels[$0][cluster.offset]) }
    }
    for cluster in Coverage.first(left, in: fleet) {
      let best = left.map(gain).max() ?? 0
      #expect(
        left.first { gain($0) == best } == cluster, "seed \(seed): \(cluster) after \(seen)")
      for index in labels.indices { seen[index].append(labels[index][cluster.offset]) }
      left.removeAll { $0 == cluster }
    }
    #expect(left.isEmpty)
  }

  @Test("a canary stage takes the clusters that show most of what it may choose among")
  func stage() {
    let fleet = Self.fleet([[0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 2]])
    let lineup = Lineup.stages(
      [
        Stage(name: "canary", clusters: .label("l0", "v1"), size: .count(2)), Stage(name: "rest"),
      ], of: Array(fleet.clusters), in: fleet, order: .stratified)
    #expect(Self.offsets(Array(lineup.clusters(of: 0))) == [3, 4])
    #expect(Self.offsets(Array(lineup.clusters(of: 1))) == [0, 5, 1, 2])
    #expect(lineup.order.enumerated().allSatisfy { Int(lineup.rankOf[$1]) == $0 })
  }
}
