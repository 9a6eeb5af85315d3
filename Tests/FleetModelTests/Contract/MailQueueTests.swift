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

  @Test("what was sent at a later moment stays where it is")
  func later() {
    var queue = MailQueue()
    queue.add(Self.message(at: 5, cluster: 1, number: 0))
    queue.add(Self.message(at: 3, cluster: 2, number: 1))
    #expect(queue.arrived(by: Instant(sinceEpoch: 2)).isEmpty)
    #expect(queue.arrived(by: Instant(sinceEpoch: 3)).map(\.cluster.rawValue) == [2])
    queue.drop(arrivedBy: Instant(sinceEpoch: 3))
    #expect(queue.arrivesAt == Instant(sinceEpoch: 5))
    queue.drop(arrivedBy: Instant(sinceEpoch: 5))
    #expect(queue.arrivesAt == .never)
  }

  @Test("a message has no gaps, for there are many millions")
  func size() {
    #expect(MemoryLayout<ClusterMail>.stride == 56)
  }

  /// A message that is told by the number of its report.
  static func message(at instant: Int64, cluster: UInt32, number: Int64) -> ClusterMail {
    ClusterMail(
      at: Instant(sinceEpoch: instant), cluster: ClusterID(rawValue: cluster),
      content: .silent(since: Instant(sinceEpoch: number)))
  }
}

/// A course of sending and looking, drawn from a seed.
private struct Course {
  private(set) var seen: [Int64] = []
  private(set) var expected: [Int64] = []
  private var lanes: [MailQueue]
  private var desk: [MailQueue]
  private var pending: [ClusterMail] = []
  private let stream: RandomStream
  private var drawn: UInt32 = 0

  init(seed: UInt64, laneBits: Int) {
    stream = RandomStream(seed: seed, replication: 0)
    lanes = Array(repeating: MailQueue(), count: 1 << laneBits)
    desk = lanes
    var sent: Int64 = 0
    for now in 0..<Int64(40) {
      for _ in 0..<below(40) {
        send(at: now + Int64(below(6)), from: UInt32(below(30)), number: sent)
        sent += 1
      }
      for lane in lanes.indices { desk[lane].take(&lanes[lane]) }
      if below(3) == 0 { look(at: now) }
    }
    look(at: 100)
  }

  private mutating func send(at instant: Int64, from cluster: UInt32, number: Int64) {
    let message = MailQueueTests.message(at: instant, cluster: cluster, number: number)
    lanes[Int(cluster) % lanes.count].add(message)
    pending.append(message)
  }

  private mutating func look(at instant: Int64) {
    let now = Instant(sinceEpoch: instant)
    seen += [ClusterMail](merging: desk.map { $0.arrived(by: now) }).map(Self.number)
    for lane in desk.indices { desk[lane].drop(arrivedBy: now) }
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
