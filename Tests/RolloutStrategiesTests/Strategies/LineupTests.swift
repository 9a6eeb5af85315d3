import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Drawn order")
struct LineupTests {
  private static let random = RandomStream(seed: 7, replication: 3)

  @Test(
    "clusters come in the order of their words, and as listed where those are equal",
    arguments: [0, 1, 2, 3, 63, 64, 65, 1_000, 10_000], [1, 2, 1_000_000])
  func drawn(_ count: Int, keys: UInt64) {
    let fleet = Fleet(
      names: NameTable((0..<count).map { "c\($0)" }),
      keys: Column((0..<count).map { SplitMix64.mix(UInt64($0) % keys) }), dimensions: [])
    let order = Lineup.candidates(
      fleet.resolve(.all), order: .drawn, in: fleet, random: Self.random)
    let words = fleet.clusters.map {
      (word: Self.random.words(entity: fleet.keys[$0], .order, 0).first, cluster: $0)
    }
    let sorted = words.sorted { ($0.word, $0.cluster) < ($1.word, $1.cluster) }
    #expect(order == sorted.map(\.cluster))
  }
}
