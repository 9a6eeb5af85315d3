import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// What clusters tell is looked at in order of arrival, and of clusters where it arrives together,
/// in whichever lanes they are.
@Suite struct MailQueueTests {
  @Test("however they are sent and looked at, messages are seen once and in order")
  func order() {
    for seed in DrawnSeeds.all {
      for bits in 0...2 {
        let course = Course(seed: seed, laneBits: bits)
        #expect(course.seen == course.expected, DrawnSeeds.replay(seed, "MailQueueTests"))
      }
    }
  }

  @Test("what arrives later is looked at later")
  func later() {
    var queue = MailQueue()
    queue.add(Self.message(at: 3, cluster: 2, number: 1))
    queue.add(Self.message(at: 5, cluster: 1, number: 0))
    #expect(queue.arrived(by: Instant(sinceEpoch: 2)).isEmpty)
    #expect(queue.arrived(by: Instant(sinceEpoch: 3)).map(\.cluster.rawValue) == [2])
    queue.drop(arrivedBy: Instant(sinceEpoch: 3))
    #expect(queue.arrivesAt == Instant(sinceEpoch: 5))
    queue.drop(arrivedBy: Instant(sinceEpoch: 5))
    #expect(queue.arrivesAt == .never)
  }

  @Test("a message has 56 bytes, for there are many millions")
  func size() {
    #expect(MemoryLayout<ClusterMail>.stride == 56)
  }

  @Test("many looked-at messages are forgotten while others are on their way")
  func forgetting() {
    var queue = MailQueue()
    for number in 0..<Int64(20_000) {
      queue.add(Self.message(at: number, cluster: UInt32(number), number: number))
    }
    for now in stride(from: Int64(999), to: 20_000, by: 1_000) {
      let seen = queue.arrived(by: Instant(sinceEpoch: now)).map(\.cluster.rawValue)
      #expect(seen == Array(UInt32(now) - 999...UInt32(now)))
      queue.drop(arrivedBy: Instant(sinceEpoch: now))
    }
    #expect(queue.arrivesAt == .never)
  }

  @Test("mail of others comes before a cluster's of the same instant, and after all without one")
  func mailOfOthers() {
    var mail = PlannerMail(laneCount: 2)
    let keys = World(Scenario.small(clusters: 4)).fleetOf[0].keys
    func approved(_ stage: Int, at instant: Int64, _ cluster: UInt32 = .max) -> Mail {
      Mail(
        at: Instant(sinceEpoch: instant), cluster: ClusterID(rawValue: cluster),
        .approved(rollout: 0, stage: stage))
    }
    mail.receive(approved(3, at: 8))
    mail.receive(approved(1, at: 5))
    mail.receive(approved(0, at: 5, 2))
    var even = MailQueue()
    even.add(Self.message(at: 5, cluster: 2, number: 10))
    even.add(Self.message(at: 9, cluster: 0, number: 11))
    var odd = MailQueue()
    odd.add(Self.message(at: 5, cluster: 1, number: 12))
    odd.add(Self.message(at: 7, cluster: 3, number: 13))
    mail.receive(&even, of: 0, by: 0)
    mail.receive(&odd, of: 1, by: 1)
    func silent(_ cluster: UInt32, _ number: Int64) -> Observation {
      .silent(cluster: ClusterID(rawValue: cluster), since: Instant(sinceEpoch: number))
    }
    #expect(mail.take(at: Instant(sinceEpoch: 4), keys: keys).observations == [])
    #expect(
      mail.take(at: Instant(sinceEpoch: 7), keys: keys).observations == [
        silent(1, 12), .approved(rollout: 0, stage: 0), silent(2, 10),
        .approved(rollout: 0, stage: 1), silent(3, 13),
      ])
    #expect(
      mail.take(at: Instant(sinceEpoch: 9), keys: keys).observations == [
        .approved(rollout: 0, stage: 3), silent(0, 11),
      ])
    #expect(mail.arrivesAt == .never)
  }

  @Test("a message of a cluster counts in the digest of a look as the same from others does")
  func digests() {
    let fleet = World(Scenario.small(clusters: 4)).fleetOf[0]
    let now = Instant(sinceEpoch: 9)
    let contents: [ClusterMail.Content] = [
      .silent(since: Instant(sinceEpoch: 5)), .heard, .joined, .left,
    ]
    var seen: [UInt64] = []
    for (cluster, content) in zip(fleet.clusters, contents) {
      let message = ClusterMail(
        at: now, cluster: cluster, key: fleet.keys[cluster], content: content)
      var own = PlannerMail(laneCount: 1)
      var queue = MailQueue()
      queue.add(message)
      own.receive(&queue, of: 0, by: 0)
      var others = PlannerMail(laneCount: 1)
      others.receive(Mail(at: now, cluster: cluster, message.observation))
      seen.append(own.take(at: now, keys: fleet.keys).digest)
      #expect(others.take(at: now, keys: fleet.keys).digest == seen.last)
    }
    #expect(Set(seen).count == contents.count)
  }

  /// A message that is told by the number of its report.
  static func message(at instant: Int64, cluster: UInt32, number: Int64) -> ClusterMail {
    ClusterMail(
      at: Instant(sinceEpoch: instant), cluster: ClusterID(rawValue: cluster), key: 0,
      content: .silent(since: Instant(sinceEpoch: number)))
  }
}

/// A course of sending and looking, drawn from a seed.
///
/// Reports take three instants, and other messages none.
private struct Course {
  private(set) var seen: [Int64] = []
  private(set) var expected: [Int64] = []
  private let laneCount: Int
  /// What lanes have sent and what has come to the desk, by lanes and routes.
  private var sent: [MailQueue]
  private var desk: [MailQueue]
  private var pending: [ClusterMail] = []
  private let stream: RandomStream
  private var drawn: UInt32 = 0

  init(seed: UInt64, laneBits: Int) {
    stream = RandomStream(seed: seed, replication: 0)
    laneCount = 1 << laneBits
    sent = Array(repeating: MailQueue(), count: laneCount * MailRoute.count)
    desk = sent
    var number: Int64 = 0
    for now in 0..<Int64(40) {
      for _ in 0..<below(40) {
        send(by: below(2) == 0 ? .report : .prompt, at: now, from: UInt32(below(30)), number)
        number += 1
      }
      for queue in sent.indices { desk[queue].take(&sent[queue]) }
      if below(3) == 0 { look(at: now) }
    }
    look(at: 100)
  }

  private mutating func send(
    by route: MailRoute, at now: Int64, from cluster: UInt32, _ number: Int64
  ) {
    let message = MailQueueTests.message(
      at: route == .report ? now + 3 : now, cluster: cluster, number: number)
    sent[Int(cluster) % laneCount * MailRoute.count + route.rawValue].add(message)
    pending.append(message)
  }

  private mutating func look(at instant: Int64) {
    let now = Instant(sinceEpoch: instant)
    seen += [ClusterMail](merging: desk.map { $0.arrived(by: now) }).map(Self.number)
    for queue in desk.indices { desk[queue].drop(arrivedBy: now) }
    let due = pending.filter { $0.at <= now }.sorted {
      ($0.at, $0.cluster, Self.number(of: $0)) < ($1.at, $1.cluster, Self.number(of: $1))
    }
    expected += due.map(Self.number)
    pending.removeAll { $0.at <= now }
  }

  private static func number(of message: ClusterMail) -> Int64 {
    guard case .silent(let since) = message.content else { return -1 }
    return since.sinceEpoch
  }

  private mutating func below(_ bound: UInt64) -> UInt64 {
    drawn += 1
    return stream.words(entity: 1, .pollPhase, drawn).below(bound)
  }
}
