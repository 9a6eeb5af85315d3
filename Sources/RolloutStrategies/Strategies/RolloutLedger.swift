import Determinism

/// What a cluster counts as, for a strategy, at one moment.
enum Standing: UInt8, Codable, CaseIterable {
  /// Not part of the rollout, not a member of the fleet, or passed over for now.
  case outside
  /// Not yet asked for the target.
  case pending
  /// Asked, and not yet available.
  case inFlight
  /// Available, and its soak is not over.
  case soaking
  /// Available and soaked.
  case done
  /// Failed, for one of the causes there are.
  case failed
  /// Asked to go back, and not yet there.
  case returning
  /// The same, but it cannot be reached.
  case lost
  /// Gone back.
  case returned
  /// Failed, but to be asked again after a wait: it holds its slot and has not failed yet.
  case retrying
  /// The same, and the wait is over: it holds no slot, and is asked once there is one and guards
  /// let it.
  case retriable

  /// How many there are.
  static let count = allCases.count
}

/// The standing of every cluster and how many there are of each, kept up to date at the cost of
/// what changes.
///
/// A standing is a function of status and time alone. That is what makes over-reporting harmless
/// and a takeover exact: the ledger can be thrown away and made again at any moment.
struct RolloutLedger: Codable, Equatable, Sendable {
  /// What is kept of one cluster.
  ///
  /// Shape: 16 bytes, so that one place in memory holds all of it.
  private struct Row: Codable, Equatable {
    /// When its standing may change by itself.
    var dueAt = Instant.never
    /// The part of the rollout that it is counted in, or `noPart`.
    var part: UInt32
    var standing = Standing.outside
    /// Whether it is listed as having joined or left though none should.
    var hasDrifted = false
  }

  /// A moment at which a cluster's standing may change by itself.
  private struct Due: Codable, Equatable, Comparable {
    var at: Instant
    var cluster: ClusterID

    static func < (a: Due, b: Due) -> Bool {
      a.at != b.at ? a.at < b.at : a.cluster < b.cluster
    }
  }

  /// The last of several clusters to come to rest, kept up to date as long as that is cheap.
  private struct LastRest: Codable, Equatable {
    var at = Instant.distantPast
    var cluster: ClusterID?
    /// Whether that cluster rests no longer, so that only a look at all of them tells.
    var isStale = false

    mutating func note(_ cluster: ClusterID, restedAt: Instant) {
      if restedAt >= at {
        self = LastRest(at: restedAt, cluster: cluster)
      } else if cluster == self.cluster {
        isStale = true
      }
    }
  }

  private let acceptance: Acceptance
  private var rows: Column<ClusterID, Row>
  private var dues = Heap<Due>()
  /// Clusters by part and standing, part-major.
  private var counts: [Int]
  private var totals: [Int]
  /// What the failed clusters carry.
  private(set) var failedDemand: Int64 = 0
  /// By part: the cluster that was the last to come to rest.
  private var lastRest: [LastRest]
  /// Clusters whose wait for another try was over when they were looked at, and the ranks of those
  /// that there was no slot for since.
  private var retriable: [ClusterID] = []
  private var ready = Heap<UInt32>()
  /// Clusters that joined or left though none should.
  private(set) var drifted: [ClusterID] = []

  /// The mark of a cluster that is in no part.
  static let noPart = UInt32.max

  /// Classifies every cluster.
  ///
  /// `partOf` is the part of the rollout that each cluster is counted in, or `noPart`.
  init(
    acceptance: Acceptance, partOf: Column<ClusterID, UInt32>, parts: Int, fleet: FleetStatus,
    at now: Instant
  ) {
    self.acceptance = acceptance
    rows = Column(partOf.elements.map { Row(part: $0) })
    counts = Array(repeating: 0, count: parts * Standing.count)
    totals = Array(repeating: 0, count: Standing.count)
    lastRest = Array(repeating: LastRest(), count: parts)
    for cluster in fleet.fleet.clusters where rows[cluster].part != Self.noPart {
      counts[slot(rows[cluster].part, .outside)] += 1
      totals[Int(Standing.outside.rawValue)] += 1
      refresh(cluster, fleet: fleet, at: now)
    }
  }

  /// Clusters of the whole rollout with a standing.
  func count(_ standing: Standing) -> Int { totals[Int(standing.rawValue)] }

  /// Clusters of one part with a standing.
  func count(_ standing: Standing, in part: Int) -> Int {
    counts[slot(UInt32(part), standing)]
  }

  /// The latest moment at which a cluster of a part came to rest; the distant past: none has.
  ///
  /// O(1), unless the last one to rest was disturbed since: then O(part).
  mutating func restedAt(_ part: Int, of lineup: Lineup, fleet: FleetStatus) -> Instant {
    if lastRest[part].isStale {
      lastRest[part] = LastRest()
      for cluster in lineup.clusters(of: part) {
        lastRest[part].note(cluster, restedAt: restedAt(cluster, fleet: fleet))
      }
    }
    return lastRest[part].at
  }

  /// When a cluster came to rest: was done or failed; the distant past: it does not rest.
  @inline(__always)
  private func restedAt(_ cluster: ClusterID, fleet: FleetStatus) -> Instant {
    let standing = rows[cluster].standing
    guard standing == .done || standing == .failed else { return .distantPast }
    let asked = fleet[cluster].asked
    let observed = fleet[cluster].observed
    // One that came after its deadline was at rest from then on: it does not hold its stage up
    // twice.
    let deadline = asked.generation > 0 ? deadline(asked) : .never
    guard observed.generation == asked.generation, observed.since <= deadline else {
      return deadline
    }
    switch observed.phase {
    case .available: return observed.since + acceptance.soak
    case .failed: return observed.since
    case .idle, .waiting, .progressing: return deadline
    }
  }

  /// A cluster's standing.
  subscript(cluster: ClusterID) -> Standing { rows[cluster].standing }

  /// Those of some clusters that would be found to stand otherwise, or the same for another time,
  /// because they fell silent or were heard.
  func outdated(
    among clusters: [ClusterID], fleet: FleetStatus, at now: Instant
  ) -> [ClusterID] {
    guard countMine(of: clusters) > 0 else { return [] }
    return clusters.filter { cluster in
      guard rows[cluster].part != Self.noPart, hangsOnReach(rows[cluster].standing) else {
        return false
      }
      let (standing, due) = judge(cluster, fleet: fleet, at: now)
      return standing != rows[cluster].standing || (due ?? .never) != rows[cluster].dueAt
    }
  }

  /// Whether a cluster that was last found to stand so may stand otherwise because it fell silent
  /// or was heard; whatever else has changed is looked at anyway.
  ///
  /// Most of a fleet mostly does not, and then nobody need read what is known of the cluster, which
  /// lies elsewhere in memory.
  @inline(__always)
  private func hangsOnReach(_ standing: Standing) -> Bool {
    switch standing {
    case .outside, .pending: acceptance.offline == .skip
    case .inFlight, .retrying, .retriable, .returned: false
    case .soaking, .done, .failed, .returning, .lost: true
    }
  }

  /// Counts the clusters that are in some part.
  ///
  /// A pass of its own before each is looked at: it reads every row, and memory answers many such
  /// reads in the time of one.
  private func countMine(of clusters: [ClusterID]) -> Int {
    clusters.count { rows[$0].part != Self.noPart }
  }

  /// Looks again at what changed and at what is due.
  ///
  /// `waiting` is called for each cluster of `changed` that may be started.
  mutating func update(
    changed: [ClusterID], fleet: FleetStatus, at now: Instant, waiting: (ClusterID) -> Void
  ) {
    let mine = countMine(of: changed)
    for cluster in changed where mine > 0 && rows[cluster].part != Self.noPart {
      refresh(cluster, fleet: fleet, at: now)
      if rows[cluster].standing == .pending { waiting(cluster) }
    }
    while let due = dues.min, due.at <= now {
      _ = dues.popMin()
      guard rows[due.cluster].dueAt == due.at else { continue }
      rows[due.cluster].dueAt = .never
      refresh(due.cluster, fleet: fleet, at: now)
    }
  }

  /// Notes what the strategy has just decided to ask, before the status says so.
  mutating func note(
    _ cluster: ClusterID, asked revision: Revision, isSilent: Bool, fleet: FleetStatus,
    at now: Instant
  ) {
    switch revision {
    case .target:
      let deadline = acceptance.progressDeadline.map { now + $0 }
      move(cluster, to: .inFlight, due: deadline, fleet: fleet.fleet)
    case .previous:
      move(cluster, to: isSilent ? .lost : .returning, due: nil, fleet: fleet.fleet)
    }
  }

  /// The next moment at which something is due.
  mutating func nextDue() -> Instant? {
    while let due = dues.min {
      if rows[due.cluster].dueAt == due.at { return due.at }
      _ = dues.popMin()
    }
    return nil
  }

  /// Why and since when a failed cluster counts as failed.
  func cause(of cluster: ClusterID, fleet: FleetStatus) -> (FailureCause, Instant) {
    let asked = fleet[cluster].asked
    let observed = fleet[cluster].observed
    guard observed.generation == asked.generation else {
      return (.deadlinePassed, deadline(asked))
    }
    if observed.phase == .failed { return (.updateFailed, observed.since) }
    if observed.phase == .available, observed.health == .bad {
      return (.unhealthy, observed.reportedAt)
    }
    return (.deadlinePassed, deadline(asked))
  }

  @inline(__always)
  private func deadline(_ asked: Asked) -> Instant {
    guard !asked.isPaused, let allowed = acceptance.progressDeadline else { return .never }
    return asked.since + allowed
  }

  @inline(__always)
  private func slot(_ part: UInt32, _ standing: Standing) -> Int {
    Int(part) * Standing.count + Int(standing.rawValue)
  }

  /// The first cluster of the lineup that may be asked again now; it is taken out.
  mutating func nextRetry(of lineup: Lineup) -> ClusterID? {
    for cluster in retriable { ready.push(lineup.rankOf[cluster]) }
    retriable.removeAll(keepingCapacity: true)
    while let rank = ready.popMin() {
      let cluster = lineup.order[Int(rank)]
      if rows[cluster].standing == .retriable { return cluster }
    }
    return nil
  }

  /// Lists every cluster again that may be asked again now.
  mutating func relistRetries(of lineup: Lineup) {
    ready = Heap()
    retriable = lineup.order.filter { rows[$0].standing == .retriable }
  }

  private mutating func refresh(_ cluster: ClusterID, fleet: FleetStatus, at now: Instant) {
    let (standing, due) = judge(cluster, fleet: fleet, at: now)
    move(cluster, to: standing, due: due, fleet: fleet.fleet)
    if standing == .retriable { retriable.append(cluster) }
    noteDrift(cluster, fleet: fleet)
    lastRest[Int(rows[cluster].part)].note(cluster, restedAt: restedAt(cluster, fleet: fleet))
  }

  private mutating func move(
    _ cluster: ClusterID, to new: Standing, due: Instant?, fleet: Fleet
  ) {
    let old = rows[cluster].standing
    if old != new {
      if old == .failed { failedDemand &-= fleet.demand(of: cluster) }
      if new == .failed { failedDemand &+= fleet.demand(of: cluster) }
      counts[slot(rows[cluster].part, old)] -= 1
      counts[slot(rows[cluster].part, new)] += 1
      totals[Int(old.rawValue)] -= 1
      totals[Int(new.rawValue)] += 1
      rows[cluster].standing = new
    }
    let due = due ?? .never
    guard rows[cluster].dueAt != due else { return }
    rows[cluster].dueAt = due
    if due != .never { dues.push(Due(at: due, cluster: cluster)) }
  }

  private mutating func noteDrift(_ cluster: ClusterID, fleet: FleetStatus) {
    guard let rule = acceptance.membership else { return }
    let hasDrifted =
      switch fleet[cluster].membershipChange {
      case nil: false
      case .joined: rule.joins == .abort
      case .left: rule.leaves == .abort
      }
    guard rows[cluster].hasDrifted != hasDrifted else { return }
    rows[cluster].hasDrifted = hasDrifted
    if hasDrifted { drifted.append(cluster) } else { drifted.removeAll { $0 == cluster } }
  }

  /// What a cluster counts as, and when to look again.
  @inline(__always)
  private func judge(
    _ cluster: ClusterID, fleet: FleetStatus, at now: Instant
  ) -> (Standing, Instant?) {
    guard fleet[cluster].isMember else { return (.outside, nil) }
    let asked = fleet[cluster].asked
    let isAdopted = acceptance.membership.map { $0.joins == .adopt } ?? true
    if !isAdopted, asked.generation == 0, fleet[cluster].membershipChange == .joined {
      return (.outside, nil)
    }
    let observed = fleet[cluster].observed
    let hasAnswered = observed.generation == asked.generation
    if asked.revision == .previous {
      guard asked.generation > 0 else {
        guard fleet.isPending(cluster) else {
          return judgeAvailable(cluster, fleet: fleet, at: now)
        }
        let isSkipped = acceptance.offline == .skip && fleet.isSilent(cluster)
        return (isSkipped ? .outside : .pending, nil)
      }
      if fleet[cluster].isBack { return (.returned, nil) }
      return (fleet.isSilent(cluster) ? .lost : .returning, nil)
    }
    if hasAnswered {
      if observed.phase == .failed { return judgeFailed(asked, since: observed.since, at: now) }
      if observed.isAvailableAtTarget {
        return judgeAvailable(cluster, fleet: fleet, at: now)
      }
    }
    let deadline = deadline(asked)
    guard deadline != .never else { return (.inFlight, nil) }
    return now >= deadline
      ? judgeFailed(asked, since: deadline, at: now) : (.inFlight, deadline)
  }

  /// Whether a cluster whose update failed is to be asked again, and when.
  @inline(__always)
  private func judgeFailed(
    _ asked: Asked, since failedAt: Instant, at now: Instant
  ) -> (Standing, Instant?) {
    let retries = Int(asked.retries ?? 0)
    guard let rule = acceptance.retry, retries < min(rule.limit, Int(UInt8.max)) else {
      return (.failed, nil)
    }
    // One that gives up at once may report the trouble that it gave up for before.
    let again = max(failedAt, asked.since) + rule.wait(after: retries)
    return now >= again ? (.retriable, nil) : (.retrying, again)
  }

  @inline(__always)
  private func judgeAvailable(
    _ cluster: ClusterID, fleet: FleetStatus, at now: Instant
  ) -> (Standing, Instant?) {
    let observed = fleet[cluster].observed
    if observed.health == .bad { return (.failed, nil) }
    let soaked = observed.since + acceptance.soak
    let isKnown = observed.health == .good && fleet.silentSince(cluster) >= soaked
    guard !isKnown else { return now >= soaked ? (.done, nil) : (.soaking, soaked) }
    // One that was paused before it was done is asked nothing more: this time runs.
    let asked = fleet[cluster].asked
    guard let allowed = acceptance.progressDeadline, asked.generation > 0 else {
      return (.soaking, nil)
    }
    let limit = asked.since + allowed + acceptance.soak
    return now >= limit ? (.failed, nil) : (.soaking, limit)
  }
}
