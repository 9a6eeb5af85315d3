import Determinism
import RolloutStrategies

/// A message on its way to a planner from somebody who is no cluster, or from whoever planned
/// before.
struct Mail {
  var at: Instant
  /// The cluster that it is about, in the planner's fleet; after all of them if there is none.
  var cluster: ClusterID
  var observation: Observation

  init(
    at instant: Instant, cluster: ClusterID = ClusterID(rawValue: .max), _ observation: Observation
  ) {
    at = instant
    self.cluster = cluster
    self.observation = observation
  }

  /// Whether it is looked at before another message, whoever was handled first.
  func precedes(_ other: Mail) -> Bool {
    if at != other.at { return at < other.at }
    return cluster != other.cluster ? cluster < other.cluster : rank < other.rank
  }

  /// Orders what comes from several others than clusters: operators, and coordinators of budgets.
  private var rank: (kind: Int, rollout: Int, rule: Int, place: Int) {
    switch observation {
    case .approved(let rollout, let stage): (1, rollout, 0, stage)
    case .gateOpened(let rollout, let rule, let gate): (2, rollout, rule, gate)
    case .granted(let rollout, let rule, let domain, _): (3, rollout, rule, domain)
    case .resumed(let rollout), .recalled(let rollout): (4, rollout, 0, 0)
    case .measured(let rollout, let look, _, _): (5, rollout, look, 0)
    default: (0, 0, 0, 0)
    }
  }
}

/// A message of a cluster on its way to its planner.
///
/// Shape: 56 bytes without references, for there are many millions.
struct ClusterMail: BitwiseCopyable {
  /// What a cluster tells.
  enum Content: BitwiseCopyable {
    case report(rollout: Int32, Observed)
    case silent(since: Instant)
    case heard
    case joined
    case left
  }

  var at: Instant
  /// The cluster, in the planner's fleet.
  var cluster: ClusterID
  var content: Content

  /// Whether it is looked at before another message; those of one cluster that arrive together are
  /// looked at in the order in which they were sent.
  @inline(__always)
  func precedes(_ other: ClusterMail) -> Bool {
    at != other.at ? at < other.at : cluster < other.cluster
  }

  /// Whether it is looked at before a message of others.
  func precedes(_ other: Mail) -> Bool {
    at != other.at ? at < other.at : cluster < other.cluster
  }

  /// What the planner sees.
  var observation: Observation {
    switch content {
    case .report(let rollout, let seen):
      .report(rollout: Int(rollout), cluster: cluster, seen)
    case .silent(let since): .silent(cluster: cluster, since: since)
    case .heard: .heard(cluster: cluster)
    case .joined: .joined(cluster: cluster)
    case .left: .left(cluster: cluster)
    }
  }
}

/// Messages of some clusters to one planner, in order of arrival.
struct MailQueue {
  private var messages: [ClusterMail] = []
  /// The position of the next message; those before were looked at.
  private var next = 0

  /// When the next message arrives; `never`: there is none.
  var arrivesAt: Instant { next < messages.count ? messages[next].at : .never }

  /// The messages that have arrived by an instant.
  func arrived(by now: Instant) -> ArraySlice<ClusterMail> {
    var from = next
    var to = messages.count
    // Often all of them.
    if from < to, messages[to - 1].at <= now { from = to }
    while from < to {
      let middle = (from + to) / 2
      if messages[middle].at <= now { from = middle + 1 } else { to = middle }
    }
    return messages[next..<to]
  }

  /// Adds a message; it comes after those that arrive when it does.
  mutating func add(_ message: ClusterMail) {
    var place = messages.count
    messages.append(message)
    while place > next, message.at < messages[place - 1].at {
      messages.swapAt(place, place - 1)
      place -= 1
    }
  }

  /// Takes all messages of another queue, of which none was looked at, and leaves it empty.
  mutating func take(_ other: inout MailQueue) {
    if messages.isEmpty { return swap(&messages, &other.messages) }
    if messages[messages.count - 1].at <= other.arrivesAt {
      messages += other.messages
    } else {
      for message in other.messages { add(message) }
    }
    other.messages.clear()
  }

  /// Forgets the messages that have arrived by an instant, which were looked at.
  mutating func drop(arrivedBy now: Instant) {
    next = arrived(by: now).endIndex
    if next == messages.count {
      messages.clear()
      next = 0
    } else if next > 4_096, next * 2 > messages.count {
      messages.removeFirst(next)
      next = 0
    }
  }
}

extension ArraySlice<ClusterMail> {
  /// Whether messages that arrive together are in the order of their clusters.
  var isOrdered: Bool { indices.dropFirst().allSatisfy { !self[$0].precedes(self[$0 - 1]) } }
}

extension Array<ClusterMail> {
  /// All messages of several lists, each in order of arrival: in that order, and of clusters where
  /// they arrived together.
  init(merging lists: [ArraySlice<ClusterMail>]) {
    self = []
    reserveCapacity(lists.reduce(0) { $0 + $1.count })
    let lists = lists.filter { !$0.isEmpty }
    if lists.count == 1 { self += lists[0] } else { merge(lists) }
    if !self[...].isOrdered { orderInstants() }
  }

  private mutating func merge(_ lists: [ArraySlice<ClusterMail>]) {
    var next = lists.map { $0.startIndex }
    while true {
      var first: Int?
      for list in lists.indices where next[list] < lists[list].endIndex {
        if let best = first, !lists[list][next[list]].precedes(lists[best][next[best]]) { continue }
        first = list
      }
      guard let list = first else { return }
      append(lists[list][next[list]])
      next[list] += 1
    }
  }

  /// Puts messages of one instant into the order of their clusters.
  private mutating func orderInstants() {
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, self[end].at == self[start].at { end += 1 }
      if !self[start..<end].isOrdered { order(start..<end) }
      start = end
    }
  }

  private mutating func order(_ instant: Range<Int>) {
    let sent = self[instant]
    let positions = instant.sorted { a, b in
      sent[a].cluster != sent[b].cluster ? sent[a].cluster < sent[b].cluster : a < b
    }
    replaceSubrange(instant, with: positions.map { sent[$0] })
  }
}
