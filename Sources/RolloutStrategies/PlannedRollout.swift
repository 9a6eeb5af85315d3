import Determinism

/// One rollout of a planner with all that belongs to it: what is known, what guards it, what decides.
struct PlannedRollout: Codable, Equatable, Sendable {
  let policy: RolloutPolicy
  /// The clusters it is for.
  let members: ClusterTest
  private(set) var status: FleetStatus
  private(set) var admission: Admission
  private(set) var wakeUp: Instant?
  private let index: Int
  private let random: RandomStream
  private var strategy: AnyStrategy?
  /// Clusters to look at in the next step.
  private var changed: [ClusterID] = []
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
  }

  // MARK: Seeing

  /// Takes in an observation that concerns this rollout.
  mutating func apply(_ observation: Observation, at now: Instant) {
    guard let cluster = observation.cluster else {
      status.apply(observation)
      wakeUp = now
      return
    }
    let wasInFlight = status.isInFlight(cluster)
    status.apply(observation)
    if wasInFlight, !status.isInFlight(cluster) { admission.finished(cluster) }
    changed.append(cluster)
  }

  /// Takes in what became known of a cluster in a rollout that this one waits for.
  mutating func see(
    _ cluster: ClusterID, of rollout: Int, status source: FleetStatus, at now: Instant
  ) {
    changed += admission.see(cluster, of: rollout, status: source, at: now)
  }

  // MARK: Deciding

  /// Looks at what changed and says what to do.
  mutating func decide(at now: Instant) -> RolloutDecision {
    var made = RolloutDecision(rollout: index)
    let isDue = wakeUp.map { $0 <= now } ?? (strategy == nil)
    guard isDue || !changed.isEmpty, begin(at: now) else { return made }
    let advance = admission.advance(to: now)
    pause(advance.paused, true, at: now, into: &made)
    pause(advance.resumed, false, at: now, into: &made)
    changed += advance.released + advance.paused + advance.resumed
    guard !status.rollout.isPaused else {
      record(.paused, into: &made)
      wakeUp = nil
      return made
    }
    repeat {
      step(at: now, into: &made)
      changed = admission.releaseNext()
    } while !changed.isEmpty
    if let change = admission.nextChange() { wakeUp = min(wakeUp ?? .never, change) }
    return made
  }

  /// Makes the strategy once the rollout's time has come.
  private mutating func begin(at now: Instant) -> Bool {
    guard strategy == nil else { return true }
    guard now >= policy.startAt else {
      wakeUp = policy.startAt
      return false
    }
    status.rollout.startedAt = now
    status.rollout.stageEnteredAt = now
    strategy = AnyStrategy(
      policy: policy.strategy, members: members, takingOver: status, at: now, random: random)
    return true
  }

  private mutating func step(at now: Instant, into made: inout RolloutDecision) {
    var changed: [ClusterID] = []
    swap(&changed, &self.changed)
    changed.sort()
    changed.removeRepeats()
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
    let generation = status.asked[cluster].generation + 1
    status.asked[cluster] = Asked(
      since: now, generation: generation, revision: revision, isPaused: isPaused)
    made.directives.append(
      Directive(
        cluster: cluster, generation: generation, revision: revision, isPaused: isPaused))
  }

  /// Pauses clusters that are under way, or lets paused ones go on.
  private mutating func pause(
    _ clusters: [ClusterID], _ isPaused: Bool, at now: Instant, into made: inout RolloutDecision
  ) {
    for cluster in clusters {
      let asked = status.asked[cluster]
      guard asked.revision == .target, asked.isPaused != isPaused,
        !isPaused || status.isInFlight(cluster)
      else { continue }
      ask(cluster, .target, isPaused: isPaused, at: now, into: &made)
    }
  }
}

extension Array where Element: Equatable {
  /// Removes elements that equal the one before them.
  mutating func removeRepeats() {
    var kept = 0
    for index in indices where index == 0 || self[index] != self[kept - 1] {
      self[kept] = self[index]
      kept += 1
    }
    removeLast(count - kept)
  }
}
