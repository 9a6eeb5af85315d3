public import Determinism

/// An Argo CD ApplicationSet on its way to its clusters: step after step, as far as its controller
/// knows.
///
/// What the controller knows of an Application is as old as its last comparison. Until then it
/// looks in sync and well on the old version, so that its step looks complete, and the next one may
/// open before it. It knows no failures: what does not become well keeps its place, and its step,
/// for ever.
///
/// - Source: Argo CD after v3.5.0-rc3, ApplicationSet controller. Differences: a pass comes a
///   second after the one that changed a status; an Application is compared with the new version
///   once; a sync that is attached once more changes nothing and is not asked for; an Application
///   that vanishes while it is synced and comes back is still being synced; a sync that a guard
///   holds back counts as begun, which keeps its place as one that is pending would.
public struct ApplicationSetRollout: RolloutStrategy {
  /// From one pass to the next that it leads to.
  private static let lag = Microseconds.seconds(1)
  private static let noRank = UInt32.max

  /// A first comparison with the new version.
  private struct Comparison: Codable, Equatable {
    var at: Instant
    var rank: Int
  }

  private let policy: ApplicationSetPolicy
  /// The clusters that Applications are generated for, by name.
  private let clusters: [ClusterID]
  private let names: [String]
  /// The position of each cluster of the fleet in `clusters`, or `noRank`.
  private let rankOf: Column<ClusterID, UInt32>
  private let foundAt: [Instant]
  /// The first comparisons, by time.
  private let comparisons: [Comparison]
  private var comparedCount = 0
  private var rows: [ApplicationRow]
  private var counts: StepCounts
  /// Applications of each step that wait; some may do so no more.
  private var waiting: [Heap<UInt32>]
  /// Applications that may be synced and have not been told, ascending.
  private var pending: [Int] = []
  /// Applications to look at in the next pass.
  private var unseen: [Int] = []
  private var isUnseen: [Bool]
  private var lastPassAt = Instant.distantPast
  /// Whether something else than the last pass gives reason for another.
  private var hasNews = true
  private var memberCount = 0
  private var doneCount = 0

  /// Begins a rollout, or takes one over.
  ///
  /// The real one keeps its statuses in its own object. Who takes over without that takes those
  /// that were asked to be progressing, and all others to be as they were before.
  public init(
    policy: ApplicationSetPolicy, members: ClusterTest, takingOver fleet: FleetStatus,
    at now: Instant, random: RandomStream
  ) {
    self.policy = policy
    let table = fleet.fleet
    let test = table.resolve(policy.clusters)
    clusters = table.byName(
      table.clusters.filter { members.chooses($0, of: table) && test.chooses($0, of: table) })
    names = clusters.map { table.names[$0.offset] }
    var rankOf = Column<ClusterID, UInt32>(repeating: Self.noRank, count: table.count)
    for (rank, cluster) in clusters.enumerated() { rankOf[cluster] = UInt32(rank) }
    self.rankOf = rankOf
    let start = fleet.rollout.startedAt == .never ? now : fleet.rollout.startedAt
    let delay = UInt64(policy.source.longestDelay.count) + 1
    foundAt = clusters.map { cluster in
      let words = random.words(entity: table.keys[cluster], .order, 1)
      return start + Microseconds(Int64(words.below(delay)))
    }
    comparisons = foundAt.enumerated().map { Comparison(at: $0.element, rank: $0.offset) }
      .sorted { ($0.at, $0.rank) < ($1.at, $1.rank) }
    let plan = policy.plan(of: clusters, in: table)
    counts = StepCounts(plan)
    waiting = counts.total.map { _ in Heap() }
    isUnseen = Array(repeating: false, count: clusters.count)
    var isWritten = true
    if case .template = policy.source { isWritten = false }
    rows = clusters.map { _ in ApplicationRow(isWritten: isWritten) }
    for rank in clusters.indices { begin(rank, fleet[clusters[rank]], at: now) }
  }

  /// What is remembered of an Application when the version changes: it was well on the old one.
  private mutating func begin(_ rank: Int, _ cluster: ClusterStatus, at now: Instant) {
    guard cluster.isMember else { return }
    enter(rank, cluster)
    guard rows[rank].status == nil else { return }
    replaceStatus(
      rank,
      ApplicationStatus(
        application: names[rank], phase: .healthy, step: -1, revisions: ApplicationRow.previous,
        changedAt: now))
  }

  /// One step of the strategy; costs what changed, not the fleet.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed where rankOf[cluster] != Self.noRank {
      see(Int(rankOf[cluster]), fleet[cluster])
    }
    while comparedCount < comparisons.count, comparisons[comparedCount].at <= now {
      look(comparisons[comparedCount].rank)
      hasNews = true
      comparedCount += 1
    }
    var decision = Decision()
    if isPassDue(at: now) { pass(at: now, &decision) }
    decision.verdict = doneCount == memberCount ? .complete : .rolling
    decision.stage = max(0, min(counts.firstUnfinished, counts.unfinished.count - 1))
    decision.wakeUp = wakeUp(after: now)
    return decision
  }

  /// Two passes never fall together: what one writes, only a later one can read.
  private func isPassDue(at now: Instant) -> Bool {
    guard !unseen.isEmpty else { return false }
    return now >= lastPassAt + Self.lag || hasNews && now > lastPassAt
  }

  private func wakeUp(after now: Instant) -> Instant? {
    let next = comparedCount < comparisons.count ? comparisons[comparedCount].at : nil
    guard !unseen.isEmpty else { return next }
    return min(next ?? .never, lastPassAt + Self.lag)
  }

  // MARK: One pass

  private mutating func pass(at now: Instant, _ decision: inout Decision) {
    lastPassAt = now
    hasNews = false
    let looked = unseen.sorted()
    unseen = []
    for rank in looked { isUnseen[rank] = false }
    for rank in looked where rows[rank].isMember { observe(rank, at: now) }
    sync(at: now, &decision)
    promote(at: now)
  }

  private mutating func observe(_ rank: Int, at now: Instant) {
    let application = rows[rank].seen(names[rank], foundAt: foundAt[rank], at: now)
    rows[rank].isWritten = true
    let step = counts.isInStep(rank) ? counts.place(of: rank) : nil
    let status = ApplicationStatus.observed(
      rows[rank].status, application, step: step, at: now)
    guard status != rows[rank].status else { return }
    replaceStatus(rank, status)
    look(rank)
  }

  /// Attaches a sync to those that were already pending and are allowed.
  private mutating func sync(at now: Instant, _ decision: inout Decision) {
    var held: [Int] = []
    for rank in pending where rows[rank].isMember && rows[rank].status?.phase == .pending {
      guard counts.allows(rank) else {
        held.append(rank)
        continue
      }
      rows[rank].syncedAt = now
      look(rank)
      guard !rows[rank].isAsked else { continue }
      rows[rank].ask()
      decision.directives.append((clusters[rank], .target))
    }
    pending = held
  }

  private mutating func promote(at now: Instant) {
    var promoted: [Int] = []
    for step in 0..<min(policy.sync.steps.count, counts.firstUnfinished + 1) {
      while let first = waiting[step].min {
        let rank = Int(first)
        let isWaiting = rows[rank].isMember && rows[rank].status?.phase == .waiting
        if isWaiting {
          let busy = counts.busy[step]
          guard policy.sync.admits(busy: busy, of: counts.total[step], in: step) else { break }
        }
        _ = waiting[step].popMin()
        guard isWaiting, var status = rows[rank].status else { continue }
        status.move(to: .pending, at: now)
        replaceStatus(rank, status)
        look(rank)
        promoted.append(rank)
      }
    }
    guard !promoted.isEmpty else { return }
    pending = (pending + promoted).sorted()
  }

  // MARK: What is known

  private mutating func look(_ rank: Int) {
    guard !isUnseen[rank] else { return }
    isUnseen[rank] = true
    unseen.append(rank)
  }

  private mutating func see(_ rank: Int, _ cluster: ClusterStatus) {
    guard cluster.isMember else {
      leave(rank)
      return
    }
    guard rows[rank].isMember else {
      enter(rank, cluster)
      return
    }
    let old = rows[rank]
    rows[rank].see(cluster)
    guard rows[rank] != old else { return }
    look(rank)
    hasNews = true
  }

  private mutating func enter(_ rank: Int, _ cluster: ClusterStatus) {
    rows[rank].see(cluster)
    rows[rank].isMember = true
    memberCount += 1
    counts.count(rank, nil, 1)
    look(rank)
    hasNews = true
    guard rows[rank].isAsked else { return }
    rows[rank].syncedAt = cluster.asked.since
    replaceStatus(
      rank,
      ApplicationStatus(
        application: names[rank], phase: .progressing, step: -1, revisions: ApplicationRow.target,
        changedAt: cluster.asked.since))
  }

  private mutating func leave(_ rank: Int) {
    guard rows[rank].isMember else { return }
    replaceStatus(rank, nil)
    counts.count(rank, nil, -1)
    rows[rank] = ApplicationRow(isWritten: true)
    memberCount -= 1
    look(rank)
    hasNews = true
  }

  private mutating func replaceStatus(_ rank: Int, _ status: ApplicationStatus?) {
    counts.count(rank, rows[rank].status?.phase, -1)
    if rows[rank].isDone { doneCount -= 1 }
    rows[rank].status = status
    counts.count(rank, status?.phase, 1)
    if rows[rank].isDone { doneCount += 1 }
    guard status?.phase == .waiting, counts.isInStep(rank) else { return }
    waiting[counts.place(of: rank)].push(UInt32(rank))
  }
}
