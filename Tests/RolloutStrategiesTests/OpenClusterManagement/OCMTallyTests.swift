import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Rollouts of Open Cluster Management beside a plain look at every cluster")
struct OCMTallyTests {
  /// Small numbers at chosen places of a stream.
  private struct Draws {
    let stream: RandomStream
    var ordinal: UInt32 = 0

    mutating func below(_ limit: Int) -> Int {
      ordinal += 1
      let word = stream.words(entity: 1, .order, ordinal).first
      return Int(word % UInt64(limit))
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
      elements[below(elements.count)]
    }
  }

  private static let epoch = PlannerBench.epoch

  private static func limit(_ draws: inout Draws) -> OCMLimit {
    switch draws.below(12) {
    case 0...2: .unset
    case 3: .share(.percent(Int64(draws.below(120))))
    case 4: .share(.percent(10))
    case 5 where draws.below(8) == 0: .unreadable
    default: .count(draws.below(9) - 1)
    }
  }

  private static func policy(_ draws: inout Draws) -> OCMPolicy {
    let deadlines = [OCMDeadline.none, .after(.zero), .after(.minutes(3)), .after(.minutes(40))]
    let names = (0..<draws.below(3)).map { _ in
      draws.below(2) == 0
        ? OCMGroupKey(name: draws.one(of: ["west", "east"])) : OCMGroupKey(index: draws.below(4))
    }
    let rules = [
      OCMGroupStrategy.Rule(name: "west", clusters: .label("region", "west")),
      OCMGroupStrategy.Rule(name: "east", clusters: .label("region", "east")),
    ].prefix(draws.below(3))
    return OCMPolicy(
      draws.one(of: OCMPolicy.Caller.allCases),
      predicates: draws.below(5) == 0 ? [.label("region", "west")] : [],
      grouping: OCMGroupStrategy(
        clustersPerGroup: limit(&draws), rules: draws.below(2) == 0 ? [] : Array(rules)),
      rollout: OCMRolloutStrategy(
        draws.one(of: [.all, .progressive, .progressive, .progressivePerGroup]),
        progressDeadline: draws.one(of: deadlines),
        minSuccessTime: draws.one(of: [.zero, .zero, .minutes(4), .minutes(30)]),
        maxFailures: limit(&draws), maxConcurrency: limit(&draws), mandatoryGroups: names))
  }

  private static func fleet(_ draws: inout Draws) -> Fleet {
    let count = draws.one(of: [0, 1, 2, 5, 9, 17, 40])
    let regions = NarrowArray((0..<count).map { _ in UInt32(draws.below(3)) })
    return Fleet(
      names: NameTable((0..<count).map { "c\(($0 * 7 + 3) % 41)" }),
      keys: Column((0..<count).map { UInt64($0) }),
      dimensions: [
        .init(name: "region", values: ["west", "east", "north"], valueOf: regions)
      ])
  }

  /// Something that may be seen of a cluster, likely or not.
  private static func observation(
    of cluster: ClusterID, _ status: FleetStatus, at now: Instant, _ draws: inout Draws
  ) -> Observation {
    let kind = draws.below(20)
    if kind == 0 {
      return status[cluster].isMember ? .left(cluster: cluster) : .joined(cluster: cluster)
    }
    if kind == 1 { return .joined(cluster: cluster) }
    let asked = status[cluster].asked
    let isOld = draws.below(6) == 0
    let phases: [Phase] = [.available, .available, .available, .progressing, .failed, .waiting]
    return .report(
      rollout: 0, cluster: cluster,
      Observed(
        since: now - .seconds(Int64(draws.below(3) * 45)), reportedAt: now, ready: 1, total: 1,
        generation: isOld && asked.generation > 0 ? asked.generation - 1 : asked.generation,
        revision: draws.below(9) == 0 ? .previous : asked.revision, phase: draws.one(of: phases),
        health: .good))
  }

  /// A fleet that runs what it ran, in part, with some clusters away.
  private static func begin(_ draws: inout Draws) -> FleetStatus {
    var status = FleetStatus(fleet: fleet(&draws), at: epoch)
    for cluster in status.fleet.clusters {
      if draws.below(8) == 0 { status.apply(.left(cluster: cluster)) }
      if draws.below(8) == 0 {
        status.apply(observation(of: cluster, status, at: epoch, &draws))
      }
    }
    return status
  }

  @Test("both decide the same over drawn fleets, documents and observations")
  func agrees() {
    var started = 0
    var words: [String: Int] = [:]
    for seed in 0..<1_500 as Range<UInt64> {
      var draws = Draws(stream: RandomStream(seed: seed, replication: 0))
      var status = Self.begin(&draws)
      let policy = Self.policy(&draws)
      let document = RolloutPolicy.rollout(.ocm(policy))
      var admission = Admission(document, fleet: status.fleet) { _ in
        preconditionFailure("nothing is waited for")
      }
      let members = status.fleet.resolve(.all)
      let random = RandomStream(seed: 1, replication: 0)
      var now = Self.epoch
      var quick = OCMRollout(
        policy: policy, members: members, takingOver: status, at: now, random: random)
      var plain = PlainOCMRollout(
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
        let next = now + .seconds(Int64(draws.below(240)))
        now = draws.below(3) == 0 ? decided.wakeUp ?? next : next
        for cluster in status.fleet.clusters where draws.below(6) == 0 {
          status.apply(Self.observation(of: cluster, status, at: now, &draws))
          changed.append(cluster)
        }
        if draws.below(9) == 0 { changed = Array(status.fleet.clusters) }
        changed = Array(Set(changed)).sorted()
      }
    }
    // The draws are worth something: clusters are started, and rollouts end in every way there is.
    #expect(started > 8_000)
    #expect(words.count == 3 && words.values.allSatisfy { $0 > 1_000 }, "\(words)")
  }

  @Test("what is listed of one look is what a plain look lists")
  func lists() throws {
    var lengths = 0
    for seed in 0..<2_000 as Range<UInt64> {
      var draws = Draws(stream: RandomStream(seed: seed, replication: 1))
      let strategy = Self.policy(&draws).rollout
      let groups = (0..<draws.below(5)).map { index in
        OCMDecisionGroup(
          OCMGroupKey(
            name: draws.one(of: ["", "west", "east"]),
            index: draws.below(9) == 0 ? index + 3 : index),
          (0..<draws.below(6)).map { OCMRank(index + $0 * 5) })
      }
      let statuses: [OCMStatus] = [
        .toApply, .progressing, .succeeded, .failed, .timedOut, .skipped, .unknown(9),
      ]
      var existing: [OCMClusterRollout] = []
      for rank in 0..<30 as Range<OCMRank> where draws.below(2) == 0 {
        let since: Instant? =
          draws.below(6) == 0 ? nil : Self.epoch - .minutes(Int64(draws.below(6)))
        existing.insert(
          OCMClusterRollout(rank, draws.one(of: statuses), lastTransition: since),
          at: draws.below(existing.count + 1))
      }
      let expected = try? strategy.plainlyDecide(groups, existing: existing, at: Self.epoch)
      let result = try? strategy.decide(groups, existing: existing, at: Self.epoch)
      #expect(result?.toRollOut == expected?.toRollOut, "seed \(seed)")
      #expect(result?.timedOut == expected?.timedOut, "seed \(seed)")
      #expect(result?.removed == expected?.removed, "seed \(seed)")
      #expect(result?.isBreached == expected?.isBreached, "seed \(seed)")
      lengths += (expected?.toRollOut.count ?? 0) + (expected?.timedOut.count ?? 0)
    }
    #expect(lengths > 4_000)
  }
}
