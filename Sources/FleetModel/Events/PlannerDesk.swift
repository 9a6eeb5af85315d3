import Determinism
import RolloutStrategies

/// A planner in the simulated world: the planner's own code, and its mail.
struct PlannerDesk {
  var planner: Planner
  /// What has arrived or is on its way from clusters, by their lanes and its routes.
  private var told: [MailQueue]
  /// The same from others, in order of arrival.
  private var mail: [Mail] = []
  /// When it looks next; `never`: nothing is to be looked at.
  var looksAt = Instant.never
  /// Counts looks that were planned; only the last one counts.
  var look: UInt16 = 0
  var directives = 0
  /// The gates that operators were asked to open, in order.
  var requests: [(rollout: Int, request: GateRequest)] = []
  /// How often an operator was called to each rollout because it froze.
  var calls: [Int]
  var hasBegun: [Bool]
  var stages: [Int]
  /// When each rollout came to its verdict; nil: it goes on.
  var decidedAt: [Instant?]
  /// What it has seen and decided at its present look, with a digest of both, until that is carried
  /// out.
  var made: (observations: [Observation], decision: PlannerDecision, digest: UInt64)?

  /// Whether it has looked at all.
  private(set) var hasLooked = false

  /// A planner that has not looked, with rollouts that have not begun.
  init(_ planner: Planner, laneCount: Int, rolloutCount: Int) {
    self.planner = planner
    told = Array(repeating: MailQueue(), count: laneCount * MailRoute.count)
    calls = Array(repeating: 0, count: rolloutCount)
    hasBegun = Array(repeating: false, count: rolloutCount)
    stages = Array(repeating: 0, count: rolloutCount)
    decidedAt = Array(repeating: nil, count: rolloutCount)
  }

  /// When the next message arrives; `never`: there is none.
  var arrivesAt: Instant {
    told.reduce(mail.first?.at ?? .never) { min($0, $1.arrivesAt) }
  }

  /// Puts a message on its way.
  mutating func receive(_ message: consuming Mail) {
    let place = mail.lastIndex { [at = message.at] in $0.at <= at }.map { $0 + 1 } ?? 0
    mail.insert(message, at: place)
  }

  /// Puts what the clusters of a lane tell on its way.
  mutating func receive(_ messages: inout MailQueue, of lane: Int, by route: Int) {
    told[lane * MailRoute.count + route].take(&messages)
  }

  /// How much there is to look at: messages of clusters that have arrived, and at first every
  /// cluster.
  func load(at now: Instant) -> Int {
    told.reduce(hasLooked ? 0 : planner.fleet.count) { $0 + $1.arrived(by: now).count }
  }

  /// Lets the planner look at what has arrived and decide.
  mutating func step(at now: Instant) {
    hasLooked = true
    let seen = takeMail(at: now)
    let decision = planner.step(at: now, observing: seen.observations)
    made = (seen.observations, decision, seen.digest &+ digest(of: decision))
  }

  /// A digest of what was decided, whatever the order in which the fleet lists clusters.
  private func digest(of decision: PlannerDecision) -> UInt64 {
    let keys = planner.fleet.keys
    var digest = SummedDigest()
    for made in decision.rollouts {
      for directive in made.directives {
        let tag = DirectiveTag(
          generation: directive.generation, isTarget: directive.revision == .target,
          isPaused: directive.isPaused)
        let share = UInt64(bitPattern: directive.share?.partsPerBillion ?? 0)
        digest.add((keys[directive.cluster], 1 << 32), UInt64(tag.rawValue) | share << 16)
      }
      if case .weights(let weights)? = made.routing {
        for (cluster, weight) in weights.enumerated() {
          digest.add((keys[ClusterID(offset: cluster)], 1 << 33), UInt64(weight))
        }
      }
    }
    return digest.sum
  }

  /// What has arrived, in an order that does not depend on who was handled first: that of arrival,
  /// and of clusters where it arrived together; with a digest that does not depend on the order.
  mutating func takeMail(at now: Instant) -> (observations: [Observation], digest: UInt64) {
    let seen = seen(at: now, beside: takeMailOfOthers(at: now))
    for queue in told.indices { told[queue].drop(arrivedBy: now) }
    return seen
  }

  private func seen(
    at now: Instant, beside others: [Mail]
  ) -> (observations: [Observation], digest: UInt64) {
    let messages = messages(at: now)
    var digest = SummedDigest()
    for message in messages { message.observation.add(to: &digest, key: message.key) }
    for other in others {
      let cluster = other.observation.cluster
      other.observation.add(to: &digest, key: cluster.map { planner.fleet.keys[$0] } ?? 0)
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

  private mutating func takeMailOfOthers(at now: Instant) -> [Mail] {
    guard let first = mail.first, first.at <= now else { return [] }
    let count = mail.firstIndex { $0.at > now } ?? mail.count
    let positions = (0..<count).sorted { a, b in
      mail[a].precedes(mail[b]) || (a < b && !mail[b].precedes(mail[a]))
    }
    let others = positions.map { mail[$0] }
    mail.removeFirst(count)
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
