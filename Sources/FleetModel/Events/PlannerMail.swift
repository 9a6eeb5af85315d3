import Determinism
import RolloutStrategies

/// The mail of a planner: what has arrived or is on its way.
struct PlannerMail {
  /// What clusters tell, by their lanes and its routes.
  private var told: [MailQueue]
  /// What others send, in order of arrival.
  private var sent: [Mail] = []

  init(laneCount: Int) {
    told = Array(repeating: MailQueue(), count: laneCount * MailRoute.count)
  }

  /// When the next message arrives; `never`: there is none.
  var arrivesAt: Instant {
    told.reduce(sent.first?.at ?? .never) { min($0, $1.arrivesAt) }
  }

  /// Puts a message on its way.
  mutating func receive(_ message: consuming Mail) {
    let place = sent.lastIndex { [at = message.at] in $0.at <= at }.map { $0 + 1 } ?? 0
    sent.insert(message, at: place)
  }

  /// Puts what the clusters of a lane tell on its way.
  mutating func receive(_ messages: inout MailQueue, of lane: Int, by route: Int) {
    told[lane * MailRoute.count + route].take(&messages)
  }

  /// How many messages of clusters have arrived by an instant.
  func count(toldBy now: Instant) -> Int {
    told.reduce(0) { $0 + $1.arrived(by: now).count }
  }

  /// What has arrived, in an order that does not depend on who was handled first: that of arrival,
  /// and of clusters where it arrived together; with a digest that does not depend on the order.
  mutating func take(
    at now: Instant, keys: Column<ClusterID, UInt64>
  ) -> (observations: [Observation], digest: UInt64) {
    let seen = seen(at: now, beside: takeSent(at: now), keys: keys)
    for queue in told.indices { told[queue].drop(arrivedBy: now) }
    return seen
  }

  private func seen(
    at now: Instant, beside others: [Mail], keys: Column<ClusterID, UInt64>
  ) -> (observations: [Observation], digest: UInt64) {
    let messages = messages(at: now)
    var digest = SummedDigest()
    for message in messages { message.observation.add(to: &digest, key: message.key) }
    for other in others {
      let cluster = other.observation.cluster
      other.observation.add(to: &digest, key: cluster.map { keys[$0] } ?? 0)
    }
    return (observations(of: messages, beside: others), digest.sum)
  }

  private func observations(
    of messages: ArraySlice<ClusterMail>, beside others: [Mail]
  ) -> [Observation] {
    guard !others.isEmpty else { return messages.map { $0.observation } }
    var observations: [Observation] = []
    var next = 0
    for message in messages {
      while next < others.count, !message.precedes(others[next]) {
        observations.append(others[next].observation)
        next += 1
      }
      observations.append(message.observation)
    }
    return observations + others[next...].map { $0.observation }
  }

  /// What clusters have told, in order.
  private func messages(at now: Instant) -> ArraySlice<ClusterMail> {
    guard let first = told.firstIndex(where: { $0.arrivesAt <= now }) else { return [] }
    // Often all are of one lane and one route.
    if first == told.lastIndex(where: { $0.arrivesAt <= now }) {
      let arrived = told[first].arrived(by: now)
      if arrived.isOrdered { return arrived }
    }
    return [ClusterMail](merging: told.map { $0.arrived(by: now) })[...]
  }

  private mutating func takeSent(at now: Instant) -> [Mail] {
    guard let first = sent.first, first.at <= now else { return [] }
    let count = sent.firstIndex { $0.at > now } ?? sent.count
    let positions = (0..<count).sorted { a, b in
      sent[a].precedes(sent[b]) || (a < b && !sent[b].precedes(sent[a]))
    }
    let others = positions.map { sent[$0] }
    sent.removeFirst(count)
    return others
  }
}

extension Observation {
  /// Takes it into a digest; `key` identifies the cluster that it is about, 0: it is about none.
  @inline(__always)
  fileprivate func add(to digest: inout SummedDigest, key: UInt64) {
    digest.add((key, digestKind), digestContent)
  }

  /// What kind of thing is seen, and of which rollout.
  fileprivate var digestKind: UInt64 {
    let kind: UInt64 =
      switch self {
      case .report: 0
      case .silent: 1
      case .heard: 2
      case .joined: 3
      case .left: 4
      case .approved: 5
      case .paused: 6
      case .resumed: 7
      case .gateOpened: 8
      case .granted: 9
      case .asked: 10
      case .underWay: 11
      case .emergency: 12
      case .recalled: 13
      case .measured: 14
      }
    return kind << 16 | UInt64(rollout ?? 0)
  }

  /// What is seen.
  fileprivate var digestContent: UInt64 {
    switch self {
    case .report(_, _, let seen):
      let state =
        UInt64(seen.generation) << 8 | UInt64(seen.phase.rawValue) << 4
        | UInt64(seen.health.rawValue) << 2 | UInt64(seen.revision.rawValue)
      return SplitMix64.mix(UInt64(bitPattern: seen.since.sinceEpoch)) ^ state
    case .silent(_, let since): return UInt64(bitPattern: since.sinceEpoch)
    case .approved(_, let stage): return UInt64(stage)
    case .gateOpened(_, let rule, let gate): return UInt64(rule) << 32 | UInt64(gate)
    case .granted(_, let rule, let domain, let total):
      return SplitMix64.mix(UInt64(rule) << 32 | UInt64(domain)) ^ UInt64(total)
    case .asked(_, _, let asked):
      let state = UInt64(asked.generation) << 8 | UInt64(asked.revision.rawValue)
      return SplitMix64.mix(UInt64(bitPattern: asked.since.sinceEpoch)) ^ state
    case .underWay(_, let status):
      return SplitMix64.mix(UInt64(bitPattern: status.startedAt.sinceEpoch)) ^ UInt64(status.stage)
    case .measured(_, let look, let cohort, let control):
      let counts = [cohort, control ?? .none].flatMap { [$0.requests, $0.errors] }
      return counts.reduce(UInt64(look)) { SplitMix64.mix($0 ^ UInt64(bitPattern: $1)) }
    case .heard, .joined, .left, .paused, .resumed, .recalled, .emergency: return 0
    }
  }
}
