import Determinism
import DiscreteEvents
import RolloutStrategies

/// One run of a scenario: the world as it really is, the planners in it, and the loop that moves
/// both.
///
/// Clusters are divided into lanes, which run apart from each other for as long as no planner can
/// look; then what they have to say is told in an order that does not depend on lanes, planners
/// look and decide, and lanes go on. Planners see what has arrived and nothing else. How many lanes
/// there are changes nothing.
///
/// Read what planners and others do by topic: `Simulation+Planners`, `+Coordination`, `+Counts`,
/// `+Demand`, `+Placement`, `+Takeover`.
struct Simulation<List: EventList & ~Copyable>: ~Copyable {
  let model: RunModel
  let weather: Weather

  /// The clusters, in two to the power of `laneBits` lanes.
  var lanes: Lanes<ClusterLane<List>>
  let laneBits: Int
  /// Events of planners and others that are not clusters.
  var list = List()
  var clock: EventClock
  /// The end of the slice of time that clusters may go on in.
  private var sliceEnd: Instant
  /// Whether clusters had enough to do, when they last went on, for several threads.
  private var isBusy = false

  var desks: [PlannerDesk]
  var coordinators: [CoordinationDesk]
  /// Every division of demand that a planner has told, by position in the fleet.
  var divisions: [[Int64]]
  /// What planners want counted.
  var counts: OpenCounts
  /// Who places the service that is placed.
  var placementDesk: PlacementDesk?

  var observers: Observers
  var draws: SummedDigest
  /// The chains of the planners.
  var events: ChainedDigest
  var eventCount = 0
  var coverage = Coverage()
  /// What lanes have to tell of their whole time.
  var totals = LaneTotals()
  var transcript: [PlannerStep] = []
  var windows: WindowWatch
  /// The first flaw of the state, if it is looked for.
  var flaw: String?
  /// The totals when a rollout first stopped by itself.
  var atDetection: Detection?

  /// Totals at one moment.
  struct Detection {
    var carrying: Int64
    var active: Int64
    var harm: Int64
    var exposed: Int64
  }

  init(_ world: World, _ request: RunRequest, _ options: RunOptions) {
    let policies = request.armIndex.map { world.policies(arm: world.scenario.arms[$0]) } ?? []
    let model = RunModel(world, request, policies, options)
    self.model = model
    clock = EventClock(model)
    laneBits = model.laneBits
    draws = SummedDigest()
    let weather = Weather(world, random: request.random, digest: &draws)
    self.weather = weather
    placementDesk = model.placement.map {
      PlacementDesk($0, absent: world.absentAtStart(), at: world.startAt)
    }
    let own = placementDesk == nil ? [] : world.fleet.clusters.map { world.users(of: $0) }
    let divided = placementDesk.flatMap { $0.division(of: own, in: world.fleet) }.map { [$0] } ?? []
    divisions = divided
    counts = OpenCounts(world)
    let chart = DomainChart(world, isOn: options.detail >= .waves)
    observers = Observers(
      Recorder(world, eligible: Self.eligible(world, policies), chart: chart),
      Journal(world, detail: options.detail), laneCount: 1 << model.laneBits)
    windows = WindowWatch(world, policies)
    events = ChainedDigest(
      entityCount: world.scenario.planners.count, from: world.startAt, to: world.endAt)
    sliceEnd = world.startAt + events.bucketLength
    desks = []
    coordinators = CoordinationDesk.desks(of: policies, fleet: world.fleet)
    let bits = model.laneBits
    lanes = Lanes(count: 1 << bits, on: options.executor) { position in
      ClusterLane(
        bits == 0 ? model : RunModel(world, request, policies, options),
        bits == 0 ? weather : weather.unshared,
        share: LaneShare(position: position, bits: bits), chart: chart, divisions: divided)
    }
    begin(policies)
  }

  private static func eligible(_ world: World, _ policies: [RolloutPolicy]) -> Int {
    let tests = policies.map { world.fleet.resolve($0.clusters) }
    if tests.contains(where: \.choosesAll) { return world.clustersOf.reduce(0) { $0 + $1.count } }
    return world.fleet.clusters.reduce(0) { count, cluster in
      let isIn =
        world.plannerOf[cluster] != World.noPlanner
        && tests.contains { $0.chooses(cluster, of: world.fleet) }
      return count + (isIn ? 1 : 0)
    }
  }

  var world: World { model.world }
  var now: Instant { clock.now }

  /// Runs to the end.
  mutating func run() {
    while flaw == nil, let next = nextKey, next.time < clock.endAt {
      if windows.nextAt < next.time { noteOverruns(before: next.time) }
      runLanes(from: next)
      receive()
      handleNext()
    }
    noteOverruns(before: clock.endAt)
    clock.now = clock.endAt
    finish()
  }

  /// The next event of all.
  private var nextKey: EventKey? {
    mutating get {
      var next = list.nextKey
      for lane in 0..<lanes.count {
        guard let key = lanes[lane].list.nextKey else { continue }
        next = min(next ?? key, key)
      }
      return next
    }
  }

  /// Lets the clusters go on from an event until one of the others has something to do.
  private mutating func runLanes(from key: EventKey) {
    let bound = bound(from: key)
    // Else it is an event of one of the others, and no cluster has anything to do before.
    guard key < bound else { return }
    if lanes.count == 1 {
      lanes[0].run(before: bound, isAlone: true)
    } else {
      runSeveralLanes(before: bound)
    }
    if model.options.looksForFlaws { lookForFlaws() }
  }

  /// Lets all lanes go on to a bound.
  ///
  /// On several threads at once where they had enough to do when they last went on; else each does
  /// what does not pay to wake a thread for, and threads share what more than one has left then.
  private mutating func runSeveralLanes(before bound: EventKey) {
    let before = laneEventCount
    var unfinished = lanes.count
    if !isBusy {
      unfinished = 0
      for lane in 0..<lanes.count {
        lanes[lane].run(before: bound, atMost: model.options.leastShared / lanes.count)
        if lanes[lane].hasMore(before: bound) { unfinished += 1 }
      }
    }
    if unfinished > 1 {
      coverage.lanesTogether += 1
      lanes.changeAll(on: model.options.executor) { $0.run(before: bound) }
    } else if unfinished == 1 {
      for lane in 0..<lanes.count { lanes[lane].run(before: bound) }
    }
    isBusy = laneEventCount - before >= model.options.leastShared
  }

  /// Events that the lanes have handled.
  private var laneEventCount: Int {
    (0..<lanes.count).reduce(0) { $0 + lanes[$1].eventCount }
  }

  /// Takes down what the lanes have found, or that the others' events do not end.
  private mutating func lookForFlaws() {
    for lane in 0..<lanes.count where flaw == nil { flaw = lanes[lane].flaw }
    if flaw == nil { flaw = model.options.endlessness(after: eventCount, now - world.startAt) }
  }

  /// Takes it down if a lane has gone on past an event of one of the others.
  private mutating func lookForOverrun(of key: EventKey) {
    for lane in 0..<lanes.count where key < lanes[lane].event {
      flaw = "clusters had come to \(lanes[lane].event) before \(key) was handled"
    }
  }

  /// The key before which nothing can happen to others that is not known yet, if clusters go on
  /// from an event; a lane that is alone stops by itself.
  ///
  /// It is never further than the end of a slice of time, so that what observers are to take in
  /// does not pile up.
  private mutating func bound(from key: EventKey) -> EventKey {
    while sliceEnd <= key.time { sliceEnd = sliceEnd + events.bucketLength }
    let end = min(sliceEnd, windows.nextAt < sliceEnd ? windows.nextAt + Microseconds(1) : .never)
    var bound = EventKey(at: end, kind: 0, entity: 0, source: 0, attempt: 0)
    if lanes.count > 1 {
      let isLate = Int(key.eventClass) >= EventKind.plannerLooks.eventClass
      let told = isLate ? key.time + Microseconds(1) : key.time
      if let look = model.firstLook(from: told) { bound = min(bound, look) }
    }
    return list.nextKey.map { min(bound, $0) } ?? bound
  }

  /// Handles the next event of those that are not clusters, if its turn has come.
  private mutating func handleNext() {
    guard let key = list.nextKey, key.time < clock.endAt, !isPreceded(key) else {
      return observers.takeIn()
    }
    _ = list.popNext()
    guard let kind = EventKind(rawValue: key.kind) else {
      preconditionFailure("an event of unknown kind \(key.kind)")
    }
    if model.options.looksForFlaws { lookForOverrun(of: key) }
    // Planners, who cannot see what observers do, look at the same time.
    if kind != .plannerLooks { observers.takeIn() }
    clock.now = key.time
    clock.eventClass = kind.eventClass
    eventCount += 1
    events.advance(to: now)
    handle(kind, of: Int((key.entity ^ clock.entityMask) - model.clusterCount), key)
    observers.takeIn()
  }

  /// Whether an event of a cluster comes first.
  private mutating func isPreceded(_ key: EventKey) -> Bool {
    for lane in 0..<lanes.count {
      if let other = lanes[lane].list.nextKey, other < key { return true }
    }
    return false
  }

  private mutating func handle(_ kind: EventKind, of planner: Int, _ key: EventKey) {
    switch kind {
    case .approvalArrives:
      approvalArrives(planner, rollout: Int(key.source), stage: Int(key.attempt))
    case .gateOpens: gateOpens(planner, request: Int(key.source))
    case .freezeAnswered:
      freezeAnswered(planner, rollout: Int(key.source), number: Int(key.attempt))
    case .claimArrives: claimsArrive(planner - desks.count)
    case .placementLooks: placementLooks()
    case .countsGathered: countsGathered(planner, CountSource(rawValue: Int(key.source)))
    case .plannerLooks: plannerLooks(planner, look: key.attempt)
    default: preconditionFailure("\(kind) came to planner \(planner)")
    }
  }

  private mutating func finish() {
    events.finish()
    observers.recorder.finish(at: now)
    coverage.lanes = lanes.count
    for lane in 0..<lanes.count {
      lanes[lane].finish()
      events.merge(lanes[lane].events)
      eventCount += lanes[lane].eventCount
      draws.merge(lanes[lane].draws)
      totals.merge(lanes[lane].totals)
      coverage.merge(lanes[lane].coverage)
    }
  }

  // MARK: Causing events

  /// Lets something happen to a cluster after a while.
  mutating func schedule(
    _ kind: EventKind, of cluster: ClusterID, after delay: Microseconds, source: Int = 0,
    attempt: UInt16 = 0
  ) {
    let key = clock.key(
      kind, entity: cluster.rawValue, at: now + delay, source: source, attempt: attempt)
    if let key { lanes[LaneShare.lane(of: cluster, bits: laneBits)].list.insert(key) }
  }

  /// Lets something happen to one of those that are not clusters.
  ///
  /// - Parameters:
  ///   - kind: what happens.
  ///   - position: to whom: planners come first, then coordinators, then who places a service.
  ///   - instant: when, or as soon after it as the order of classes allows.
  ///   - source: what it is about.
  ///   - attempt: which one.
  mutating func insert(
    _ kind: EventKind, of position: Int, at instant: Instant, source: Int, attempt: UInt16
  ) {
    let key = clock.key(
      kind, entity: model.clusterCount + UInt32(position), at: instant, source: source,
      attempt: attempt)
    if let key { list.insert(key) }
  }

  // MARK: The truth, for observers

  /// How a cluster is.
  func state(of cluster: ClusterID) -> ClusterState {
    lanes[LaneShare.lane(of: cluster, bits: laneBits)].clusters.row(of: cluster)
  }

  /// How a service of a cluster is.
  func service(_ service: Int, of cluster: ClusterID) -> ServiceState {
    lanes[LaneShare.lane(of: cluster, bits: laneBits)].instances.row(of: cluster, service)
  }
}
