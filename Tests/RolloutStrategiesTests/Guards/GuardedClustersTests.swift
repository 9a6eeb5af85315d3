import Determinism
import Testing

@testable import RolloutStrategies

@Suite("GuardedClusters")
struct GuardedClustersTests {
  @Test(
    "counts are those of the clusters that wait, whatever is parked, moved and let go",
    arguments: 1...20)
  func counts(seed: UInt64) {
    let stream = RandomStream(seed: seed, replication: 0)
    let (rules, clusterCount) = (3, 8)
    var guarded = GuardedClusters(rules: rules, clusterCount: clusterCount)
    let clusters = (0..<clusterCount).map { ClusterID(offset: $0) }
    for draw in 0..<200 as Range<UInt32> {
      let words = stream.words(entity: 0, .test, draw)
      let cluster = clusters[Int(words.first % UInt64(clusterCount))]
      switch words.second % 4 {
      case 0: guarded.unpark(cluster)
      case 1: _ = guarded.setInFlight(cluster, words.second & 16 != 0)
      default: guarded.park(cluster, for: Int(words.second >> 8 % UInt64(rules)))
      }
      #expect(guarded.waitingCount == clusters.count(where: guarded.isWaiting), "seed \(seed)")
      for rule in 0..<rules {
        let waiting = clusters.count { guarded.isWaiting($0, for: rule) }
        #expect(guarded.waitingCount(rule) == waiting, "seed \(seed)")
      }
      #expect(guarded.inFlightCount == clusters.count(where: guarded.isInFlight), "seed \(seed)")
    }
  }
}
