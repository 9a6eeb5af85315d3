import Determinism

/// What the passes of a rollout strategy need to know of all clusters, kept up to date at the cost
/// of what changes.
struct OCMTally: Codable, Equatable, Sendable {
  /// What one cluster is for the passes.
  enum Place: UInt8, Codable, CaseIterable {
    /// It holds no place and is in no list: it is done, or in no group that is seen.
    case none
    /// It has no status, and is in a group that is not mandatory.
    case new
    /// It is to be applied.
    case offered
    /// It was applied, which nobody has confirmed.
    case held
    /// It is under way or soaks.
    case placed
    /// It has failed and its deadline has not passed.
    case failing
    /// It has passed its deadline.
    case timedOut
    /// Its caller says that it had.
    case lost
  }

  /// Several of them.
  typealias Places = RankedClasses<Place>.Selection

  /// What is kept of one cluster.
  struct Row: Codable, Equatable {
    /// What the caller says of it; nil: nothing.
    var status: OCMCallerStatus?
    /// The position of its group, or `noGroup`.
    var group = noGroup
    /// When it becomes something else by itself.
    var dueAt = Instant.never
  }

  /// A decision group, with how its clusters stand.
  struct Group: Codable, Equatable {
    let index: Int
    let isMandatory: Bool
    /// Whether its index is below the number of groups.
    let isSeen: Bool
    /// Its clusters, by name; empty in a tally of one group that clusters join and leave.
    var clusters: [OCMRank] = []
    var size = 0
    /// Those that are to be applied, or were and have not confirmed it.
    var waiting = 0
    /// Those that were not applied.
    var unapplied = 0
    var failed = 0
  }

  /// Something about a cluster at some time.
  struct Moment: Codable, Equatable, Comparable {
    var at: Instant
    var cluster: OCMRank

    static func < (a: Moment, b: Moment) -> Bool {
      a.at != b.at ? a.at < b.at : a.cluster < b.cluster
    }
  }

  static let noGroup: Int32 = -1

  private let deadline: Microseconds?
  private let soak: Microseconds
  private(set) var rows: [Row]
  private(set) var places: RankedClasses<Place>
  private(set) var groups: [Group]
  /// The positions of the mandatory groups, and of the others that are seen, by index.
  let mandatory: [Int]
  let others: [Int]
  private var dues = Heap<Moment>()
  /// When clusters failed; among them some that have recovered since.
  private var failures = Heap<Moment>()

  /// A tally of clusters without a status.
  ///
  /// `groups` may be nil: then there is one, and clusters join it.
  init(
    _ strategy: OCMRolloutStrategy, clusters: Int, groups decided: [OCMDecisionGroup]?
  ) {
    deadline = try? strategy.progressDeadline.length()
    soak = strategy.kind == .all ? .zero : strategy.minSuccessTime
    let all = decided ?? [OCMDecisionGroup(OCMGroupKey(), [])]
    groups = all.map { group in
      Group(
        index: group.key.index, isMandatory: strategy.isMandatory(group.key),
        isSeen: all.indices.contains(group.key.index), clusters: group.clusters)
    }
    let groups = groups
    let order = groups.indices.sorted { groups[$0].index < groups[$1].index }
    mandatory = order.filter { groups[$0].isMandatory }
    others = order.filter { groups[$0].isSeen && !groups[$0].isMandatory }
    rows = Array(repeating: Row(), count: clusters)
    places = RankedClasses(clusters, of: .none)
    for position in groups.indices {
      for cluster in groups[position].clusters { place(cluster, in: Int32(position)) }
    }
  }

  /// The same clusters with their statuses in other groups.
  func regrouped(
    _ strategy: OCMRolloutStrategy, groups: [OCMDecisionGroup], at now: Instant
  ) -> OCMTally {
    var other = OCMTally(strategy, clusters: rows.count, groups: groups)
    for rank in rows.indices where rows[rank].status != nil {
      other.note(rows[rank].status, of: OCMRank(rank), at: now)
    }
    return other
  }

  /// What the caller says of a cluster; nil: nothing.
  func status(of cluster: OCMRank) -> OCMCallerStatus? { rows[Int(cluster)].status }

  /// Clusters in groups that were not applied.
  var unappliedCount: Int { groups.reduce(0) { $0 + $1.unapplied } }

  // MARK: Changes

  /// Writes down what the caller says of a cluster.
  mutating func note(_ status: OCMCallerStatus?, of cluster: OCMRank, at now: Instant) {
    let rank = Int(cluster)
    count(rank, -1)
    rows[rank].status = status
    classify(rank, at: now)
    count(rank, 1)
  }

  /// Has a cluster join the only group or leave it.
  mutating func setMember(_ cluster: OCMRank, _ isMember: Bool, at now: Instant) {
    let rank = Int(cluster)
    count(rank, -1)
    rows[rank].group = isMember ? 0 : Self.noGroup
    classify(rank, at: now)
    count(rank, 1)
  }

  /// Looks again at the clusters that have become something else by themselves.
  mutating func advance(to now: Instant) {
    while let due = dues.min, due.at <= now {
      _ = dues.popMin()
      let rank = Int(due.cluster)
      guard rows[rank].dueAt == due.at else { continue }
      count(rank, -1)
      classify(rank, at: now)
      count(rank, 1)
    }
  }

  /// Puts a cluster without a status into a group.
  private mutating func place(_ cluster: OCMRank, in group: Int32) {
    rows[Int(cluster)].group = group
    classify(Int(cluster), at: .distantPast)
    count(Int(cluster), 1)
  }

  private mutating func count(_ rank: Int, _ sign: Int) {
    guard rows[rank].group != Self.noGroup else { return }
    let group = Int(rows[rank].group)
    let status = groups[group].isSeen ? rows[rank].status : nil
    groups[group].size += sign
    if status == nil || status?.status == .toApply { groups[group].waiting += sign }
    if status?.isApplied != true { groups[group].unapplied += sign }
    switch places[rank] {
    case .failing, .timedOut, .lost: groups[group].failed += sign
    case .none, .new, .offered, .held, .placed: break
    }
  }

  private mutating func classify(_ rank: Int, at now: Instant) {
    let (place, due) = judge(rank, at: now)
    places[rank] = place
    if let at = failedAt(rank) { failures.push(Moment(at: at, cluster: OCMRank(rank))) }
    guard rows[rank].dueAt != due else { return }
    rows[rank].dueAt = due
    if due != .never { dues.push(Moment(at: due, cluster: OCMRank(rank))) }
  }

  /// What a cluster is, and when that changes by itself.
  private func judge(_ rank: Int, at now: Instant) -> (Place, Instant) {
    let row = rows[rank]
    guard row.group != Self.noGroup, groups[Int(row.group)].isSeen else { return (.none, .never) }
    guard let status = row.status else {
      return (groups[Int(row.group)].isMandatory ? .none : .new, .never)
    }
    guard status.status != .toApply else { return (status.isApplied ? .held : .offered, .never) }
    let cluster = OCMClusterRollout(
      OCMRank(rank), status.status, lastTransition: status.since)
    switch OCMClock(deadline: deadline, soak: soak, now: now).classify(cluster) {
    case .toRollOut(let cluster):
      return (cluster.status.isFailure ? .failing : .placed, cluster.recheckAt ?? .never)
    case .timedOut: return (.timedOut, .never)
    case .neither(let cluster): return (cluster.status.isFailure ? .lost : .none, .never)
    }
  }

  // MARK: Times

  /// Since when a cluster counts as failed; nil: it does not.
  private func failedAt(_ rank: Int) -> Instant? {
    let place = places[rank]
    guard place == .failing || place == .timedOut, let status = rows[rank].status else {
      return nil
    }
    let since = status.since ?? .distantPast
    return status.status == .failed ? since : since + (deadline ?? .zero)
  }

  /// The first instant at which time alone changes what one of the first clusters is; nil: there is
  /// none.
  mutating func nextDue(before end: Int) -> Instant? {
    var later: [Moment] = []
    defer { later.forEach { dues.push($0) } }
    while let due = dues.min {
      let isValid = rows[Int(due.cluster)].dueAt == due.at
      if isValid, due.cluster < end { return due.at }
      _ = dues.popMin()
      if isValid { later.append(due) }
    }
    return nil
  }

  /// Those of the first clusters that failed first, by time and then by name.
  mutating func firstFailures(_ limit: Int, before end: Int) -> [Moment] {
    var found: [Moment] = []
    var kept: [Moment] = []
    defer { kept.forEach { failures.push($0) } }
    while found.count < limit, let failure = failures.popMin() {
      guard failedAt(Int(failure.cluster)) == failure.at, kept.last != failure else { continue }
      kept.append(failure)
      if failure.cluster < end { found.append(failure) }
    }
    return found
  }
}
