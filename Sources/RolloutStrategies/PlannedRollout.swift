import Determinism

/// One rollout of a planner with all that belongs to it: what is known, what guards it, what
/// decides.
struct PlannedRollout: Codable, Equatable, Sendable {
  let policy: RolloutPolicy
  /// The clusters it is for.
  let members: ClusterTest
  private(set) var status: FleetStatus
  private(set) var admission: Admission
  private(set) var wakeUp: Instant?
  private let index: Int
  private let random: RandomStream
  /// What decides; nil: its time has not come.
  private var strategy: AnyStrategy?
  private var changed: ChangedClusters
  private var approvalAsked: Int?

  init(
    _ policy: RolloutPolicy, index: Int, fleet: Fleet, members: ClusterTest,
    admission: Admission, random: RandomStream, at now: Instant
  ) {
    self.policy = policy
    self.index = index
    self.members = members
    self.admission = admission
    self.random = random
    status = FleetStatus(fleet: fleet, at: now)
    changed = ChangedClusters(clusterCount: fleet.count)
    wakeUp = policy.startAt
  }

  // MARK: Seeing

  /// Takes in an observation that concerns this rollout.
  mutating func apply(_ observation: Observation, at now: Instant) {
    status.apply(observation)
    guard let cluster = observation.cluster else {
      wakeUp = now
      return
    }
    admission.see(cluster, status: status)
    look(at: cluster)
  }

  /// Takes in what became known of a cluster in a rollout that this one waits for.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status source: FleetStatus, at now: Instant
  ) {
    for released in admission.see(cluster, of: rollout, status: source, at: now) {
      look(at: released)
    }
    if let change = admission.nextTrigger { wakeUp = min(wakeUp ?? .never, change) }
  }

  /// Has the next step look at a cluster; before the first there is no need, because that looks at
  /// all of them.
  private mutating func look(at cluster: ClusterID) {
    if hasBegun { changed.insert(cluster) }
  }

  // MARK: Deciding

  /// Looks at what changed and says what to do.
  mutating func decide(at now: Instant) -> RolloutDecision {
    var made = RolloutDecision(rollout: index)
    let isDue = wakeUp.map { $0 <= now } ?? false
    guard isDue || !changed.isEmpty, begin(at: now) else { return made }
    let advance = admission.advance(to: now)
    pause(advance.paused, true, at: now, into: &made)
    pause(advance.resumed, false, at: now, into: &made)
    advance.released.forEach { look(at: $0) }
    wakeUp = nil
    if status.rollout.isPaused, !status.rollout.verdict.isStopped {
      record(.paused, into: &made)
    } else {
      repeat {
        step(at: now, into: &made)
        admission.releaseNext().forEach { look(at: $0) }
      } while !changed.isEmpty
    }
    if let change = admission.nextChange() { wakeUp = min(wakeUp ?? .never, change) }
    return made
  }

  /// Whether there is a strategy; to ask the optional itself would copy it.
  private var hasBegun: Bool { status.rollout.startedAt != .never }

  /// Makes the strategy once the rollout's time has come.
  private mutating func begin(at now: Instant) -> Bool {
    guard !hasBegun else { return true }
    guard now >= policy.startAt else {
      wakeUp = policy.startAt
      return false
    }
    status.rollout.startedAt = now
    status.rollout.stageEnteredAt = now
    strategy = makeStrategy(at: now)
    return true
  }

  /// Makes the strategy anew from what is recorded and seen.
  mutating func takeOver(at now: Instant) {
    if hasBegun { strategy = makeStrategy(at: now) }
  }

  private func makeStrategy(at now: Instant) -> AnyStrategy {
    AnyStrategy(
      policy: policy.strategy, members: members, takingOver: status, at: now, random: random)
  }

  private mutating func step(at now: Instant, into made: inout RolloutDecision) {
    let changed = changed.takeAll()
    guard
      let decision = strategy?.step(
        at: now, changed: changed, fleet: status, admit: &admission)
    else { return }
    for (cluster, revision) in decision.directives {
      ask(cluster, revision, isPaused: false, at: now, into: &made)
    }
    record(decision.verdict, into: &made)
    if status.rollout.stage != decision.stage {
      status.rollout.stage = decision.stage
      status.rollout.stageEnteredAt = now
      made.stage = decision.stage
    }
    if let stage = decision.wantsApproval, approvalAsked != stage {
      approvalAsked = stage
      made.wantsApproval = stage
    }
    wakeUp = decision.wakeUp
  }

  private mutating func record(_ verdict: Verdict, into made: inout RolloutDecision) {
    guard status.rollout.verdict != verdict else { return }
    status.rollout.verdict = verdict
    made.verdict = verdict
  }

  /// Writes down what is asked of a cluster; between this and its report it counts as asked.
  private mutating func ask(
    _ cluster: ClusterID, _ revision: Revision, isPaused: Bool, at now: Instant,
    into made: inout RolloutDecision
  ) {
    let generation = status[cluster].asked.generation + 1
    status[cluster].asked = Asked(
      since: now, generation: generation, revision: revision, isPaused: isPaused)
    admission.see(cluster, status: status)
    made.directives.append(
      Directive(
        cluster: cluster, generation: generation, revision: revision, isPaused: isPaused))
  }

  /// Pauses clusters that are under way, or lets paused ones go on.
  private mutating func pause(
    _ clusters: [ClusterID], _ isPaused: Bool, at now: Instant, into made: inout RolloutDecision
  ) {
    for cluster in clusters {
      let asked = status[cluster].asked
      guard asked.revision == .target, asked.isPaused != isPaused,
        !isPaused || status.isInFlight(cluster)
      else { continue }
      ask(cluster, .target, isPaused: isPaused, at: now, into: &made)
      look(at: cluster)
    }
  }
}

/// Clusters to look at in the next step, each once.
private struct ChangedClusters: Codable, Equatable {
  private var clusters: [ClusterID] = []
  private var isListed: Column<ClusterID, Bool>

  init(clusterCount: Int) { isListed = Column(repeating: false, count: clusterCount) }

  var isEmpty: Bool { clusters.isEmpty }

  mutating func insert(_ cluster: ClusterID) {
    guard !isListed[cluster] else { return }
    isListed[cluster] = true
    clusters.append(cluster)
  }

  /// Empties the list.
  ///
  /// - Returns: what was in it, in ascending order.
  mutating func takeAll() -> [ClusterID] {
    var taken: [ClusterID] = []
    swap(&taken, &clusters)
    for cluster in taken { isListed[cluster] = false }
    taken.sort()
    return taken
  }
}
