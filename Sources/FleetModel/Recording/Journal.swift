import Determinism
import DiscreteEvents
import RolloutStrategies

/// What happened in a run that is worth telling: marks, waves, and at the highest detail the first
/// events.
struct Journal {
  /// A wave while it goes on.
  private struct OpenWave {
    var number: Int
    var name: String
    var startsAt: Instant?
    var clusters = 0
  }

  private static let markLimit = 400
  /// Marks of what blocks one rollout of one planner.
  private static let blockMarkLimit = 20

  private let world: World
  private let detail: RecordingDetail
  private(set) var marks: [RunRecord.Mark] = []
  /// Whether the first active defect and the first wait for room, which alone are marked, were.
  private var hasMarkedActive = false
  private var hasMarkedWait = false
  private(set) var trace: [RunRecord.TracedEvent] = []
  private(set) var waves: [RunRecord.Wave] = []
  private var open: [OpenWave?]
  private var blockMarks: [Int]
  /// Whether each rollout froze and has not gone on.
  private var isFrozen: [Bool]
  /// The wave that each cluster was last started in.
  ///
  /// Shape: one per cluster and rollout, 2 bytes.
  private(set) var waveOf: [UInt16]
  /// Time in which each cluster was impaired, and since when it is.
  ///
  /// Shape: one per cluster, at that detail.
  private var impaired: [Microseconds] = []
  private var impairedSince: [Instant] = []
  /// When a rollout first stopped by itself, and when one first decided to go back.
  private(set) var firstStopAt: Instant?
  private(set) var firstReturnAt: Instant?

  init(_ world: World, detail: RecordingDetail) {
    self.world = world
    self.detail = detail
    let rollouts = world.scenario.rollouts.count
    open = Array(repeating: nil, count: world.scenario.planners.count * rollouts)
    blockMarks = open.map { _ in 0 }
    isFrozen = open.map { _ in false }
    if detail >= .clusters {
      impaired = Array(repeating: .zero, count: world.fleet.count)
      impairedSince = Array(repeating: .never, count: world.fleet.count)
    }
    waveOf = detail >= .waves ? Array(repeating: 0, count: world.fleet.count * rollouts) : []
  }

  // MARK: The world

  /// Takes in that a cluster's users begin or cease to be harmed.
  mutating func noteImpaired(_ cluster: ClusterID, _ isImpaired: Bool, at now: Instant) {
    guard detail >= .clusters else { return }
    if isImpaired {
      impairedSince[cluster.offset] = now
    } else {
      impaired[cluster.offset] = impairedTime(of: cluster, at: now)
      impairedSince[cluster.offset] = .never
    }
  }

  /// Time in which a cluster's users were harmed, up to an instant.
  func impairedTime(of cluster: ClusterID, at now: Instant) -> Microseconds {
    let since = impairedSince[cluster.offset]
    return impaired[cluster.offset] + (since == .never ? .zero : now - since)
  }

  mutating func noteActive(_ cluster: ClusterID, at now: Instant) {
    guard !hasMarkedActive else { return }
    hasMarkedActive = true
    mark(.defectActive, cluster, at: now)
  }

  mutating func noteWait(_ cluster: ClusterID, at now: Instant) {
    guard !hasMarkedWait else { return }
    hasMarkedWait = true
    mark(.surgeWaits, cluster, at: now)
  }

  mutating func noteMembership(joined: Bool, _ cluster: ClusterID, at now: Instant) {
    mark(joined ? .joined : .left, cluster, at: now)
  }

  private mutating func mark(_ kind: RunRecord.Mark.Kind, _ cluster: ClusterID, at now: Instant) {
    add(kind, at: now, subject: world.fleet.names[cluster.offset], clusters: 1)
  }

  mutating func add(
    _ kind: RunRecord.Mark.Kind, at instant: Instant, planner: Int? = nil, rollout: Int? = nil,
    subject: String, clusters: Int = 0
  ) {
    guard detail >= .waves, marks.count < Self.markLimit else { return }
    marks.append(
      .init(
        after: instant - world.startAt, kind: kind,
        planner: planner.map { world.scenario.planners[$0].name },
        rollout: rollout.map { world.scenario.rollouts[$0].name }, subject: subject,
        clusters: clusters))
  }

  mutating func trace(_ event: EventKey, of cluster: ClusterID) {
    guard trace.count < RunRecord.traceLimit, let kind = EventKind(rawValue: event.kind) else {
      return
    }
    trace.append(
      .init(
        after: event.time - world.startAt, kind: "\(kind)",
        entity: world.fleet.names[cluster.offset],
        detail: Int(event.source) << 12 | Int(event.attempt)))
  }

  // MARK: Planners

  /// Takes in what a planner decided about a rollout.
  mutating func note(
    _ made: RolloutDecision, by planner: Int, policy: RolloutPolicy, isFirst: Bool, stage: Int,
    at now: Instant
  ) {
    let rollout = made.rollout
    let slot = planner * world.scenario.rollouts.count + rollout
    if isFirst {
      add(.rolloutStarted, at: now, planner: planner, rollout: rollout, subject: policy.target)
      begin(made.stage == nil ? stage : 0, slot, policy)
    }
    if let stage = made.stage {
      close(slot, planner: planner, rollout: rollout, at: now)
      begin(stage, slot, policy)
      let name = policy.strategy.stageName(stage) ?? "\(stage + 1)"
      add(.stageEntered, at: now, planner: planner, rollout: rollout, subject: name)
    }
    if let verdict = made.verdict {
      // What goes on after a freeze does so in the wave in which it froze.
      if isFrozen[slot], verdict == .rolling, open[slot] == nil { begin(stage, slot, policy) }
      isFrozen[slot] = verdict.isFrozen
    }
    start(made, slot, planner: planner, at: now)
    for block in made.blocks ?? [] where blockMarks[slot] < Self.blockMarkLimit {
      blockMarks[slot] += 1
      let until = block.until.map { ", until \(Timestamp.format($0))" } ?? ""
      add(
        .blocked, at: now, planner: planner, rollout: rollout, subject: block.name + until,
        clusters: block.clusters)
    }
    if let look = made.look, look.finding.verdict == .fail {
      add(
        .lookFailed, at: now, planner: planner, rollout: rollout, subject: "look \(look.look)")
    }
    if let stage = made.wantsApproval {
      let name = policy.strategy.stageName(stage) ?? "\(stage + 1)"
      add(.approvalRequested, at: now, planner: planner, rollout: rollout, subject: name)
    }
    if let verdict = made.verdict {
      note(verdict, planner: planner, rollout: rollout, subject: policy.target, at: now)
      if verdict.word != "rolling" { close(slot, planner: planner, rollout: rollout, at: now) }
    }
  }

  private mutating func note(
    _ verdict: Verdict, planner: Int, rollout: Int, subject: String, at now: Instant
  ) {
    let kind: RunRecord.Mark.Kind?
    switch verdict {
    case .waiting, .rolling, .paused: kind = nil
    case .halted: kind = verdict.isFrozen ? .frozen : .halted
    case .rollingBack: kind = .rollingBack
    case .rolledBack: kind = .rolledBack
    case .complete: kind = .completed
    }
    guard let kind else { return }
    if verdict.evidence != nil, firstStopAt == nil { firstStopAt = now }
    if case .rollingBack = verdict, firstReturnAt == nil { firstReturnAt = now }
    add(
      kind, at: now, planner: planner, rollout: rollout, subject: subject,
      clusters: verdict.evidence?.failed ?? 0)
  }

  private mutating func begin(_ stage: Int, _ slot: Int, _ policy: RolloutPolicy) {
    open[slot] = OpenWave(
      number: stage, name: policy.strategy.stageName(stage) ?? "\(stage + 1)", startsAt: nil)
  }

  private mutating func start(
    _ made: RolloutDecision, _ slot: Int, planner: Int, at now: Instant
  ) {
    guard detail >= .waves, let wave = open[slot] else { return }
    var started = 0
    for directive in made.directives
    where directive.revision == .target && !directive.isPaused {
      let cluster = world.clustersOf[planner][directive.cluster.offset]
      waveOf[made.rollout * world.fleet.count + cluster.offset] = UInt16(
        truncatingIfNeeded: wave.number)
      started += 1
    }
    guard started > 0 else { return }
    open[slot]?.clusters += started
    if wave.startsAt == nil { open[slot]?.startsAt = now }
  }

  /// Ends the wave that a rollout is in.
  mutating func close(_ slot: Int, planner: Int, rollout: Int, at now: Instant?) {
    defer { open[slot] = nil }
    guard let wave = open[slot], let startsAt = wave.startsAt else { return }
    waves.append(
      .init(
        planner: world.scenario.planners[planner].name,
        rollout: world.scenario.rollouts[rollout].name, number: wave.number, name: wave.name,
        startsAfter: startsAt - world.startAt, endsAfter: now.map { $0 - world.startAt },
        clusters: wave.clusters, failed: 0))
  }
}
