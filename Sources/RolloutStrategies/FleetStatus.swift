public import Determinism

/// What a cluster runs or is asked to run, seen from one rollout.
@frozen
public enum Revision: UInt8, Codable, Sendable, BitwiseCopyable {
  /// What it ran before the rollout.
  case previous
  /// What the rollout brings.
  case target
}

/// How far a cluster's agent is with what it was asked for.
@frozen
public enum Phase: UInt8, Codable, Sendable, BitwiseCopyable {
  /// Nothing is under way.
  case idle
  /// It has taken the directive and waits for room.
  case waiting
  /// Pods are being replaced.
  case progressing
  /// Every pod runs the revision and is available.
  case available
  /// The update is reported failed.
  case failed
}

/// What a cluster's own monitoring says.
@frozen
public enum Health: UInt8, Codable, Sendable, BitwiseCopyable {
  /// Users are served as they should be.
  case good
  /// They are not.
  case bad
  /// Nobody can tell.
  case unknown
}

/// What a planner last asked of a cluster: written only when it decides.
@frozen
public struct Asked: Codable, Equatable, Sendable, BitwiseCopyable {
  /// When.
  public var since: Instant
  /// Counts the directives to the cluster; 0: it was never asked.
  public var generation: UInt16
  /// The revision it is to run.
  public var revision: Revision
  /// Whether it is to wait before its next step.
  public var isPaused: Bool
  /// Whether a guard holds the directive back, or rollouts that are to go back first: the strategy
  /// has asked, and nothing was sent yet.
  public var isHeld: Bool
  /// The rung of a ladder of exposure up to which it is to show the target; nil: wholly.
  public var rung: UInt8?
  /// How many times it was asked for this again because its update had failed; nil: never.
  public var retries: UInt8?

  /// Nothing was ever asked.
  public static let nothing = Asked(
    since: .distantPast, generation: 0, revision: .previous, isPaused: false)

  /// States what was asked.
  public init(
    since: Instant, generation: UInt16, revision: Revision, isPaused: Bool = false,
    isHeld: Bool = false, rung: UInt8? = nil, retries: UInt8? = nil
  ) {
    self.since = since
    self.generation = generation
    self.revision = revision
    self.isPaused = isPaused
    self.isHeld = isHeld
    self.rung = rung
    self.retries = retries
  }
}

/// What a cluster last reported: written only by reports.
@frozen
public struct Observed: Codable, Equatable, Sendable, BitwiseCopyable {
  /// When the report was sent.
  public var reportedAt: Instant
  /// Pods that are available.
  public var ready: Int32
  /// Pods it is to have.
  public var total: Int32
  /// Since when its revision and phase are these; health does not move it.
  public var since: Instant
  /// The last directive it has taken.
  public var generation: UInt16
  /// What it runs; while pods are being replaced, what it goes to.
  public var revision: Revision
  /// How far it is.
  public var phase: Phase
  /// How its users fare.
  public var health: Health

  /// States a report.
  public init(
    since: Instant, reportedAt: Instant, ready: Int32, total: Int32, generation: UInt16,
    revision: Revision, phase: Phase, health: Health
  ) {
    self.since = since
    self.reportedAt = reportedAt
    self.ready = ready
    self.total = total
    self.generation = generation
    self.revision = revision
    self.phase = phase
    self.health = health
  }

  /// Whether every pod runs the target and is available.
  public var isAvailableAtTarget: Bool { revision == .target && phase == .available }
}

/// How a cluster's membership has changed since a rollout began.
@frozen
public enum MembershipChange: UInt8, Codable, Sendable, BitwiseCopyable {
  /// It was no member then, and joined.
  case joined
  /// It was a member then, and left.
  case left
}

/// What a planner can know about one cluster of a rollout.
///
/// Shape: 56 bytes.
@frozen
public struct ClusterStatus: Codable, Equatable, Sendable, BitwiseCopyable {
  /// What it reported.
  public internal(set) var observed: Observed
  /// What it was asked.
  public internal(set) var asked: Asked
  /// Whether it belongs to the fleet now.
  public internal(set) var isMember: Bool
  /// How that has changed since the rollout began; nil: it has not, or it is back.
  public internal(set) var membershipChange: MembershipChange?

  /// A member that runs what it ran, as far as is known at an instant.
  init(at now: Instant) {
    asked = .nothing
    observed = Observed(
      since: now, reportedAt: now, ready: 0, total: 0, generation: 0, revision: .previous,
      phase: .idle, health: .good)
    isMember = true
  }

  /// Whether it was asked for something that it has not yet reported finished, well or badly.
  var isInFlight: Bool {
    guard asked.generation > 0, isMember else { return false }
    guard observed.generation == asked.generation else { return true }
    return observed.phase == .waiting || observed.phase == .progressing
  }

  /// Whether guards count it as in flight: it is, and what was asked has been sent, or it is to go
  /// back and waits for that where it is.
  package var isUnderWay: Bool { isInFlight && !(asked.isHeld && asked.revision == .target) }

  /// Whether it has done what it was asked and runs what it ran before.
  var isBack: Bool {
    asked.generation > 0 && asked.revision == .previous
      && observed.generation == asked.generation && observed.revision == .previous
      && observed.phase != .progressing && observed.phase != .waiting
  }

  /// Whether it is to go back and waits until rollouts that depend on this one have.
  var isHeldBack: Bool { asked.isHeld && asked.revision == .previous }

  /// Whether it rests on a rung of a ladder and can be asked for the next.
  var mayShowMore: Bool {
    asked.rung != nil && asked.revision == .target && isMember && !isInFlight
  }

  /// Whether its update has failed, so that it can be asked again.
  var mayTryAgain: Bool {
    asked.revision == .target && asked.generation > 0 && isMember && !isInFlight
      && observed.phase == .failed
  }

  /// Whether a guard holds back what it was asked, and it is there to be sent it.
  var canBeSent: Bool { asked.isHeld && asked.revision == .target && isMember }
}

/// What a planner can know about the clusters of one rollout; never the truth itself.
public struct FleetStatus: Codable, Equatable, Sendable {
  /// The clusters.
  public let fleet: Fleet
  private var rows: Column<ClusterID, ClusterStatus>
  /// Since when each cluster is silent; `never`: it is not.
  ///
  /// Apart from the rest, for most of what is seen of a large fleet is silence, and then mostly no
  /// row is read.
  private var silences: Column<ClusterID, Instant>
  /// What is recorded of the rollout.
  public internal(set) var rollout: RolloutStatus

  /// A fleet of which nothing is known yet but that its clusters are there and run what they ran.
  ///
  /// `now` is when that is known.
  public init(fleet: Fleet, at now: Instant) {
    self.fleet = fleet
    rows = Column(repeating: ClusterStatus(at: now), count: fleet.count)
    silences = Column(repeating: .never, count: fleet.count)
    rollout = RolloutStatus()
  }

  /// What is known about one cluster.
  public internal(set) subscript(cluster: ClusterID) -> ClusterStatus {
    _read { yield rows[cluster] }
    _modify { yield &rows[cluster] }
  }

  /// Since when a cluster is silent; `never`: it is not.
  @inline(__always)
  public func silentSince(_ cluster: ClusterID) -> Instant { silences[cluster] }

  /// Whether a cluster is silent.
  @inline(__always)
  public func isSilent(_ cluster: ClusterID) -> Bool { silences[cluster] != .never }

  /// Whether a cluster was asked for something that it has not yet reported finished, well or
  /// badly.
  @inline(__always)
  public func isInFlight(_ cluster: ClusterID) -> Bool {
    rows[cluster].isInFlight
  }

  /// Whether a cluster is yet to be asked for the target and does not run it already.
  public func isPending(_ cluster: ClusterID) -> Bool {
    guard rows[cluster].isMember, rows[cluster].asked.generation == 0 else { return false }
    return !rows[cluster].observed.isAvailableAtTarget
  }

  /// How many observations are in conflict with the time: of silence, those that tell of a later
  /// one or follow one; of all else, those that follow something asked later.
  func lateCount(among observations: Span<Observation>, at now: Instant) -> Int {
    var count = 0
    for index in observations.indices {
      guard let cluster = observations[index].cluster else { continue }
      if observations[index].isAboutReach {
        let since = silences[cluster]
        count &+= since > now && since != .never ? 1 : 0
        if case .silent(_, let told) = observations[index], told > now { count &+= 1 }
      } else {
        count &+= rows[cluster].asked.since > now ? 1 : 0
      }
    }
    return count
  }

  /// Writes down what was seen of one cluster.
  ///
  /// The only way in which observations enter.
  ///
  /// A report that was sent before the one that is known changes nothing: it was overtaken.
  public mutating func apply(_ observation: Observation) {
    switch observation {
    case .report(_, let cluster, let report):
      guard report.reportedAt >= rows[cluster].observed.reportedAt else { return }
      rows[cluster].observed = report
    case .silent(let cluster, let since): silences[cluster] = since
    case .heard(let cluster): silences[cluster] = .never
    case .joined(let cluster): setMember(cluster, true)
    case .left(let cluster): setMember(cluster, false)
    case .asked(_, let cluster, let asked): rows[cluster].asked = asked
    case .underWay(_, let status):
      rollout = status
      rollout.leavers = nil
      note(status.leavers ?? [], .left)
      note(status.newcomers ?? [], .joined)
    case .approved(_, let stage): approve(stage)
    case .measured(_, let look, let cohort, let control):
      rollout.analysis?.value.take(look: look, cohort: cohort, control: control)
    case .gateOpened, .granted: break
    case .paused: rollout.isPaused = true
    case .resumed: rollout.isPaused = false
    case .recalled: recall()
    case .emergency: rollout.wantsEmergency = true
    }
  }

  /// Writes down that an operator wants the rollout to go back, if it froze.
  private mutating func recall() {
    guard rollout.isFrozen == true else { return }
    rollout.isPaused = false
    rollout.isRecalled = true
  }

  /// What is recorded of the rollout, for another planner: with the names of who left.
  ///
  /// O(n) in the clusters.
  public var handedOn: RolloutStatus {
    var handedOn = rollout
    let leavers = fleet.clusters.filter { rows[$0].membershipChange == .left }
    handedOn.leavers = leavers.isEmpty ? nil : leavers.map { fleet.names[$0.offset] }
    return handedOn
  }

  /// Writes down which clusters joined or left after somebody else began the rollout; some of them
  /// may be other planners'.
  private mutating func note(_ names: [String], _ change: MembershipChange) {
    guard !names.isEmpty else { return }
    let order = fleet.names.order()
    for name in names {
      guard let position = fleet.names.index(of: name, in: order) else { continue }
      rows[ClusterID(offset: position)].membershipChange = change
    }
  }

  /// Writes down that a cluster joined or left, and after the beginning that this is a change.
  private mutating func setMember(_ cluster: ClusterID, _ isMember: Bool) {
    guard rows[cluster].isMember != isMember else { return }
    rows[cluster].isMember = isMember
    guard rollout.startedAt != .never else { return }
    switch (rows[cluster].membershipChange, isMember) {
    case (nil, true):
      rows[cluster].membershipChange = .joined
      rollout.newcomers = rollout.newcomers ?? []
      rollout.newcomers?.append(fleet.names[cluster.offset])
    case (nil, false): rows[cluster].membershipChange = .left
    case (.left, true): rows[cluster].membershipChange = nil
    case (.left, false), (.joined, _): break
    }
  }

  private mutating func approve(_ stage: Int) {
    guard !rollout.approved.contains(stage) else { return }
    rollout.approved.append(stage)
    rollout.approved.sort()
  }
}
