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
    guard arrivesAt <= now else { return [] }
    var from = next + 1
    var to = messages.count
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

  /// Takes all messages of another queue, and leaves it empty.
  mutating func take(_ other: inout MailQueue) {
    if next == messages.count {
      drop(0)
      swap(&self, &other)
    } else {
      for message in other.messages[other.next...] { add(message) }
      other.messages.clear()
    }
  }

  /// Forgets the next messages, which were looked at.
  mutating func drop(_ count: Int) {
    next += count
    if next == messages.count {
      messages.clear()
      next = 0
    } else if next > 4_096, next * 2 > messages.count {
      messages.removeFirst(next)
      next = 0
    }
  }
}

extension Array<ClusterMail> {
  /// All messages of several lists, each in order of arrival: in that order, and of clusters where
  /// they arrived together.
  init(merging lists: [ArraySlice<ClusterMail>]) {
    self = lists.count == 1 ? Array(lists[0]) : []
    if lists.count > 1 { merge(lists) }
    orderInstants()
  }

  private mutating func merge(_ lists: [ArraySlice<ClusterMail>]) {
    reserveCapacity(lists.reduce(0) { $0 + $1.count })
    var next = lists.map(\.startIndex)
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

  /// Puts messages of one instant into the order of their clusters, where they are not in it.
  private mutating func orderInstants() {
    var start = 0
    while start < count {
      var end = start + 1
      var isOrdered = true
      while end < count, self[end].at == self[start].at {
        if self[end].cluster < self[end - 1].cluster { isOrdered = false }
        end += 1
      }
      if !isOrdered { order(start..<end) }
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
