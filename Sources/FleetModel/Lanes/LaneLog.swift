import Determinism
import DiscreteEvents
import RolloutStrategies

/// What the events of a lane have to say to others: to observers, planners, and who places a
/// service.
///
/// Kept until all lanes have come to the same moment. What observers take in is then told in the
/// order of events, whatever lanes there are; mail is put into its order by the planner.
struct LaneLog {
  /// Something that observers take in.
  struct Entry {
    /// The event that it comes of.
    var event: EventKey
    var cluster: ClusterID
    var note: Note
  }

  /// What observers take in.
  enum Note {
    /// What a cluster adds to the totals is another.
    case impact(chartRow: UInt32, ImpactChange)
    /// So is what its placed service adds: users not served, and pods.
    case placed(unserved: Int64, pods: Int64)
    /// An update has to wait for room.
    case waited
    case joined
    case left
    /// The event itself.
    case handled
  }

  /// What a cluster has counted of its requests.
  struct Counted {
    /// The planner that wants to know, and what it is for.
    var planner: Int
    var source: CountSource
    var requests: RequestCounts
  }

  private(set) var entries: [Entry] = []
  /// Messages to each planner, by their routes.
  private var mail: [MailQueue]
  /// News for who places a service.
  private(set) var news: [PlacementDesk.Letter] = []
  /// Counts of requests; whoever waits for them looks at a moment of their own.
  private(set) var counted: [Counted] = []
  /// When the first message or news arrives; `never`: there are none.
  private(set) var arrivesAt = Instant.never

  init(plannerCount: Int) {
    mail = Array(repeating: MailQueue(), count: plannerCount * MailRoute.count)
  }

  /// Adds what observers take in.
  mutating func add(_ entry: Entry) { entries.append(entry) }

  /// Adds a message to a planner.
  mutating func add(_ message: ClusterMail, to planner: Int, by route: MailRoute) {
    arrivesAt = min(arrivesAt, message.at)
    mail[planner * MailRoute.count + route.rawValue].add(message)
  }

  /// Hands the messages to a planner over.
  ///
  /// - Parameters:
  ///   - planner: the planner.
  ///   - take: takes all of a route, which it is told; not called where there are none.
  /// - Returns: when the first of them arrives; `never`: there are none.
  mutating func handOver(
    to planner: Int, _ take: (inout MailQueue, _ route: Int) -> Void
  ) -> Instant {
    var first = Instant.never
    for route in 0..<MailRoute.count {
      let position = planner * MailRoute.count + route
      let arrives = mail[position].arrivesAt
      guard arrives != .never else { continue }
      first = min(first, arrives)
      take(&mail[position], route)
    }
    return first
  }

  /// Adds news for who places a service.
  mutating func add(_ letter: PlacementDesk.Letter) {
    arrivesAt = min(arrivesAt, letter.at)
    news.append(letter)
  }

  /// Adds what a cluster has counted.
  mutating func add(_ counted: Counted) { self.counted.append(counted) }

  /// Forgets what was told, when planners have taken their mail; `hear` takes what observers take
  /// in, in exchange for empty room.
  mutating func clear(_ hear: (inout [Entry]) -> Void) {
    hear(&entries)
    news.clear()
    counted.clear()
    arrivesAt = .never
  }
}

/// What observers need of the events of a lane when a run is over.
struct LaneTotals {
  /// Times that an update waited for room.
  var surgeWaits = 0
  /// Least room that a cluster had left; nil: none has taken any.
  private(set) var leastRoom: Int?
  /// Least share of a service's pods that was available in a cluster as it updated; nil: none has
  /// updated.
  private(set) var leastCapacity: Ratio?
  /// When a defect first acted.
  private(set) var firstActiveAt: Instant?

  /// Takes in how much room is left in a cluster.
  mutating func noteRoom(_ pods: Int) { leastRoom = min(leastRoom ?? pods, pods) }

  /// Takes in how many of a service's pods are available while others start.
  mutating func noteCapacity(_ ready: Int32, of replicas: Int32) {
    let share = Ratio(partsPerBillion: Int64(ready) * 1_000_000_000 / Int64(replicas))
    leastCapacity = min(leastCapacity ?? share, share)
  }

  /// Takes in that a defect acts.
  mutating func noteActive(at now: Instant) {
    firstActiveAt = min(firstActiveAt ?? now, now)
  }

  /// Takes in what another lane has.
  mutating func merge(_ other: LaneTotals) {
    surgeWaits += other.surgeWaits
    if let room = other.leastRoom { noteRoom(room) }
    if let share = other.leastCapacity { leastCapacity = min(leastCapacity ?? share, share) }
    if let instant = other.firstActiveAt { noteActive(at: instant) }
  }
}

extension Array {
  /// Removes all there is and keeps the room; nothing at all where nothing is.
  @inline(__always)
  mutating func clear() {
    if !isEmpty { removeAll(keepingCapacity: true) }
  }
}
