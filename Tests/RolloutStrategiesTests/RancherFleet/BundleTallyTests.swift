import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Bundles beside a plain look at every cluster")
struct BundleTallyTests {
  /// Small numbers at chosen places of a stream.
  private struct Draws {
    let stream: RandomStream
    var ordinal: UInt32 = 0

    mutating func below(_ limit: Int) -> Int {
      ordinal += 1
      return Int(stream.words(entity: 1, .order, ordinal).first % UInt64(limit))
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
      elements[below(elements.count)]
    }
  }

  private static let epoch = PlannerBench.epoch

  private static func limit(_ draws: inout Draws) -> FleetLimit? {
    switch draws.below(6) {
    case 0: nil
    case 1: .percent(millionths: Int64(draws.below(120)) * 1_000_000)
    case 2: .quotedCount(1 + draws.below(6))
    default: .count(draws.below(7))
    }
  }

  private static func match(_ draws: inout Draws) -> BundleMatch {
    let region = draws.one(of: ["west", "east", "north"])
    return BundleMatch(
      clusterSelector: draws.below(3) == 0 ? .all : .label("region", region))
  }

  private static func policy(_ draws: inout Draws) -> RancherFleetPolicy {
    let partitions = (0..<max(0, draws.below(7) - 3)).map { index in
      RancherFleetPolicy.Partition(
        name: "p\(index)", maxUnavailable: limit(&draws), clusters: match(&draws))
    }
    return RancherFleetPolicy(
      maxUnavailable: limit(&draws), maxUnavailablePartitions: limit(&draws),
      autoPartitionSize: limit(&draws), autoPartitionThreshold: draws.one(of: [0, 1, 10, 200]),
      maxNew: draws.one(of: [0, 1, 5, 50]), partitions: partitions)
  }

  @Test("a pass over drawn targets comes to what a plain one comes to")
  func passes() {
    var counts = (created: 0, released: 0, parts: 0)
    for seed in 0..<3_000 as Range<UInt64> {
      var draws = Draws(stream: RandomStream(seed: seed, replication: 0))
      let policy = Self.policy(&draws)
      let targets = (0..<draws.one(of: [0, 1, 3, 12, 40])).map { _ in
        let deployment = BundleDeployment(
          staged: draws.below(3), released: draws.below(3), applied: draws.below(3),
          isReady: draws.below(4) > 0)
        return BundleTarget(
          desired: draws.one(of: [2, 2, 2, 1, 0]),
          deployment: draws.below(4) == 0 ? nil : deployment, isPaused: draws.below(9) == 0)
      }
      let listed = policy.partitions.map { _ in targets.indices.filter { _ in draws.below(2) == 0 }
      }
      let pass = BundlePass(policy, targets: targets, listed: listed)
      let plain = PlainBundlePass(policy, targets: targets, listed: listed)
      #expect(pass.targets == plain.targets, "seed \(seed)")
      #expect(pass.partitions == plain.partitions, "seed \(seed)")
      #expect(pass.created == plain.created && pass.released == plain.released, "seed \(seed)")
      #expect(pass.unavailable == plain.unavailable, "seed \(seed)")
      #expect(pass.unavailablePartitions == plain.unavailablePartitions, "seed \(seed)")
      #expect(pass.maxUnavailable == plain.maxUnavailable, "seed \(seed)")
      #expect(pass.maxUnavailablePartitions == plain.maxUnavailablePartitions, "seed \(seed)")
      counts.created += plain.created.count
      counts.released += plain.released.count
      counts.parts += plain.unavailablePartitions
    }
    #expect(counts.created > 1_000 && counts.released > 3_000 && counts.parts > 500, "\(counts)")
  }

  private static func begin(_ draws: inout Draws) -> FleetStatus {
    let count = draws.one(of: [0, 1, 2, 5, 13, 40])
    let regions = NarrowArray((0..<count).map { _ in UInt32(draws.below(3)) })
    let fleet = Fleet(
      names: NameTable((0..<count).map { "c\(($0 * 7 + 3) % 41)" }),
      keys: Column((0..<count).map { UInt64($0) }),
      dimensions: [
        .init(name: "region", values: ["west", "east", "north"], valueOf: regions)
      ])
    var status = FleetStatus(fleet: fleet, at: epoch)
    for cluster in fleet.clusters {
      if draws.below(8) == 0 { status.apply(.left(cluster: cluster)) }
      if draws.below(6) == 0 {
        status.apply(observation(of: cluster, status, at: epoch, &draws))
      }
    }
    return status
  }

  private static func observation(
    of cluster: ClusterID, _ status: FleetStatus, at now: Instant, _ draws: inout Draws
  ) -> Observation {
    switch draws.below(16) {
    case 0: return .left(cluster: cluster)
    case 1: return .joined(cluster: cluster)
    default: break
    }
    let asked = status[cluster].asked
    let isOld = asked.generation > 0 && draws.below(6) == 0
    let phases: [Phase] = [.available, .available, .available, .progressing, .failed, .idle]
    return .report(
      rollout: 0, cluster: cluster,
      Observed(
        since: now, reportedAt: now, ready: 1, total: 1,
        generation: isOld ? asked.generation - 1 : asked.generation,
        revision: draws.below(9) == 0 ? .previous : asked.revision, phase: draws.one(of: phases),
        health: draws.one(of: [.good, .good, .bad])))
  }

  @Test("both decide the same over drawn fleets, documents and observations")
  func agrees() {
    var started = 0
    var words: [String: Int] = [:]
    for seed in 0..<1_500 as Range<UInt64> {
      var draws = Draws(stream: RandomStream(seed: seed, replication: 1))
      var status = Self.begin(&draws)
      let policy = FleetBundlePolicy(
        rollout: Self.policy(&draws), isPaused: draws.below(12) == 0)
      var admission = Admission(.rollout(.fleetBundle(policy)), fleet: status.fleet) { _ in
        preconditionFailure("nothing is waited for")
      }
      let members = status.fleet.resolve(.all)
      let random = RandomStream(seed: 1, replication: 0)
      var now = Self.epoch
      var quick = FleetBundleRollout(
        policy: policy, members: members, takingOver: status, at: now, random: random)
      var plain = PlainFleetBundleRollout(
        policy: policy, members: members, takingOver: status, at: now, random: random)
      var changed: [ClusterID] = []
      for _ in 0..<25 {
        let decided = quick.step(at: now, changed: changed, fleet: status, admit: &admission)
        let expected = plain.step(at: now, changed: changed, fleet: status, admit: &admission)
        #expect(decided == expected, "seed \(seed), \(policy)")
        guard decided == expected else { return }
        started += decided.directives.count
        words[decided.verdict.word, default: 0] += 1
        changed = decided.directives.map(\.cluster)
        for cluster in changed {
          let generation = status[cluster].asked.generation + 1
          status[cluster].asked = Asked(since: now, generation: generation, revision: .target)
        }
        now = now + .seconds(60)
        for cluster in status.fleet.clusters where draws.below(6) == 0 {
          status.apply(Self.observation(of: cluster, status, at: now, &draws))
          changed.append(cluster)
        }
        if draws.below(9) == 0 { changed = Array(status.fleet.clusters) }
        changed = Array(Set(changed)).sorted()
      }
    }
    #expect(started > 5_000)
    #expect(words.count == 2 && words.values.allSatisfy { $0 > 1_000 }, "\(words)")
  }
}
