import Determinism
import RolloutStrategies

/// How long messages of clusters travel: those that travel alike arrive in the order in which they
/// are sent.
enum MailRoute: Int {
  /// As long as reports do.
  case report
  /// No time at all, where reports take some. What arrives with a report of its cluster was sent
  /// after it, so this route comes second.
  case prompt

  static let count = 2
}

/// Messages of some clusters to one planner on one route, in order of arrival.
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

  /// Adds a message, which arrives no earlier than those before.
  mutating func add(_ message: ClusterMail) {
    precondition(
      (messages.last?.at ?? .distantPast) <= message.at, "mail overtakes other mail of its route")
    messages.append(message)
  }

  /// Takes all messages of another queue, which arrive no earlier and of which none was looked at,
  /// and leaves it empty.
  mutating func take(_ other: inout MailQueue) {
    precondition(other.next == 0, "\(other.next) messages of the other queue were looked at")
    if messages.isEmpty { return swap(&messages, &other.messages) }
    precondition(
      messages[messages.count - 1].at <= other.arrivesAt, "mail overtakes other mail of its route")
    messages += other.messages
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

  /// The messages in the order of their clusters, those of one cluster in the order they have.
  fileprivate var byCluster: [ClusterMail] {
    let positions = indices.sorted { a, b in
      self[a].cluster != self[b].cluster ? self[a].cluster < self[b].cluster : a < b
    }
    return positions.map { self[$0] }
  }
}

extension Array<ClusterMail> {
  /// All messages of several lists, each in order of arrival: in that order, and of clusters where
  /// they arrived together; those of one cluster in the order of the lists.
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
      var first: (list: Int, at: Instant)?
      for list in lists.indices where next[list] < lists[list].endIndex {
        let at = lists[list][next[list]].at
        if let best = first, best.at <= at { continue }
        first = (list, at)
      }
      guard let list = first?.list else { return }
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
    // Not beside a slice of itself, for whose sake all would be copied.
    let ordered = self[instant].byCluster
    replaceSubrange(instant, with: ordered)
  }
}
