import Determinism
import DiscreteEvents
import RolloutStrategies

/// One run of a scenario: the world as it really is, the planners in it, and the loop that moves
/// both.
///
/// The loop takes the next event, lets the entity it belongs to handle it, and writes down what
/// changed. A handler touches only its own cluster and sends messages; planners see what has
/// arrived and nothing else.
///
/// Functions that only read are inlined wherever handlers call them: the compiler passes a large
/// structure that is not changed as a copy, and this one has one and a half kilobytes.
///
/// Read the handlers by topic: `Simulation+Weather`, `+Agents`, `+Execution`, `+Signals`,
/// `+Planners`.
struct Simulation<List: EventList & ~Copyable>: ~Copyable {
  let world: World
  let casePlan: CasePlan
  let options: RunOptions
  let random: RandomStream
  let weather: Weather
  let classes: [ClassModel]
  let planners: [PlannerModel]
  let services: [ServiceModel]
  /// The number of clusters, which are the first entities.
  let clusterCount: UInt32
  /// The service that each rollout changes.
  let serviceOf: [Int?]
  let defects: [DefectModel]

  var list = List()
  var now: Instant
  /// The class of the event being handled; before the first, lower than any.
  var eventClass = -1

  var clusters: OwnedTable<ClusterState>
  var instances: OwnedTable<ServiceState>
  /// Whether there are deliveries that are driven, and their states.
  let hasDriven: Bool
  var driven: OwnedTable<DrivenState>
  var desks: [PlannerDesk]
  var coordinators: [CoordinationDesk]

  /// Whether demand moves between clusters; if so, the users of each cluster now, and every
  /// division of demand that a planner has told, by position in the fleet.
  let hasRouting: Bool
  var users: OwnedTable<Int64>
  var divisions: [[Int64]] = []

  /// The service that is placed over clusters, or −1; how it is in each cluster, and who places it.
  let placedService: Int
  var placed: OwnedTable<PlacedState>
  var placementDesk: PlacementDesk?

  var recorder: Recorder
  var journal: Journal
  var draws: SummedDigest
  /// The chains of the planners, and the total over them and the clusters, whose chains are in
  /// their rows.
  var events: ChainedDigest
  var eventCount = 0
  /// What touching ahead has read, so that it is not left out.
  private var touched: UInt64 = 0
  var coverage = Coverage()
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

  init(_ world: World, casePlan: CasePlan, arm: ArmPlan?, random: RandomStream, options: RunOptions)
  {
    self.world = world
    self.casePlan = casePlan
    self.options = options
    self.random = random
    clusterCount = UInt32(world.fleet.count)
    now = world.startAt
    classes = world.scenario.fleet.classes.map { ClassModel($0) }
    planners = world.scenario.planners.map { PlannerModel($0, startAt: world.startAt) }
    let policies = arm.map(world.policies) ?? []
    services = ServiceModel.all(of: world, policies)
    serviceOf = world.scenario.rollouts.indices.map { [services] rollout in
      services.firstIndex { $0.rollout == rollout }
    }
    defects = DefectModel.resolve(casePlan.defects, world)
    var draws = SummedDigest()
    weather = Weather(world, random: random, digest: &draws)
    self.draws = draws
    let placement = PlacementModel(world, arm: arm)
    placedService = placement?.service ?? -1
    placementDesk = placement.map {
      PlacementDesk($0, absent: world.absentAtStart(), at: world.startAt)
    }
    placed = OwnedTable(placementDesk?.initialStates() ?? [], width: 1)
    instances = OwnedTable(
      ServiceState.initial(
        world, services: services, placement: placement, random: random, digest: &self.draws),
      width: services.count)
    driven = DrivenState.initial(
      world, services, instances.all, random: random, digest: &self.draws)
    hasRouting = placement != nil || policies.contains(where: \.strategy.movesDemand)
    let own = hasRouting ? world.fleet.clusters.map { world.users(of: $0) } : []
    divisions = placementDesk.flatMap { $0.division(of: own, in: world.fleet) }.map { [$0] } ?? []
    users = OwnedTable(divisions.first ?? own, width: 1)
    hasDriven = services.contains { $0.drivenPosition != nil }
    recorder = Recorder(
      world, eligible: Self.eligible(world, policies), wantsChart: options.detail >= .waves)
    clusters = OwnedTable(
      ClusterState.initial(
        world, hasPlanners: !policies.isEmpty, chart: recorder.chart, placement: placement),
      width: 1)
    journal = Journal(world, detail: options.detail)
    windows = WindowWatch(world, policies)
    events = ChainedDigest(
      entityCount: world.scenario.planners.count, from: world.startAt,
      to: world.endAt)
    desks = []
    coordinators = CoordinationDesk.desks(of: policies, fleet: world.fleet)
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

  /// Runs to the end.
  mutating func run() {
    var untilTouch = 0
    while let key = list.popNext(before: world.endAt) {
      if untilTouch == 0 {
        touchAhead()
        untilTouch = Self.touchCount
      }
      untilTouch -= 1
      if windows.nextAt < key.time { noteOverruns(before: key.time) }
      handle(key)
      if options.looksForFlaws, isFlawed() { break }
    }
    noteOverruns(before: world.endAt)
    now = world.endAt
    events.finish()
    recorder.finish(at: now)
  }

  /// Whether there is no point in going on: a flaw was found, or the run does not end.
  private mutating func isFlawed() -> Bool {
    if flaw == nil, eventCount > options.eventLimit {
      let passed = (now - world.startAt).count
      flaw = "more than \(options.eventLimit) events, and no more than \(passed) µs have passed"
    }
    return flaw != nil
  }

  /// Events whose clusters are touched together.
  private static var touchCount: Int { 16 }

  /// Reads the rows of the clusters whose events come next.
  ///
  /// Memory answers many such reads in the time of one, which is what most events of a large fleet
  /// would otherwise wait for.
  @inline(__always)
  private mutating func touchAhead() {
    var sum: UInt64 = 0
    let count = clusterCount
    let mask = options.entityMask
    let clusters = clusters
    let instances = instances
    let domains = world.domainsOf
    let width = world.domainDimensions.count
    list.forEachSoon(Self.touchCount) { entity in
      guard entity ^ mask < count else { return }
      let cluster = ClusterID(rawValue: entity ^ mask)
      sum &+= clusters.touch(cluster) { $0.key ^ UInt64(bitPattern: $0.silentSince.sinceEpoch) }
      sum &+= instances.touch(cluster) {
        UInt64(bitPattern: $0.since.sinceEpoch) ^ UInt64($0.rounds)
      }
      if width > 0 { sum &+= UInt64(domains[cluster.offset * width]) }
    }
    touched = sum
  }

  private mutating func handle(_ key: EventKey) {
    guard let kind = EventKind(rawValue: key.kind) else {
      preconditionFailure("an event of unknown kind \(key.kind)")
    }
    let entity = key.entity ^ options.entityMask
    coverage.note(at: key.time, entity: entity)
    now = key.time
    eventClass = kind.eventClass
    eventCount += 1
    events.advance(to: now)
    guard entity < clusterCount else {
      handle(kind, ofPlanner: Int(entity - clusterCount), key)
      return
    }
    let cluster = ClusterID(rawValue: entity)
    open(for: cluster)
    fold(cluster, key)
    dispatch(kind, of: cluster, key)
    account(for: cluster)
    journal.trace(kind, of: cluster, key, at: now)
    if options.looksForFlaws, flaw == nil, let found = self.flaw(of: cluster) {
      flaw = "after \(kind) at \(now.sinceEpoch) µs, \(world.fleet.names[cluster.offset]) \(found)"
    }
  }

  /// Lets an event touch the state of one cluster; nil: of none.
  @inline(__always)
  mutating func open(for cluster: ClusterID?) {
    clusters.open(for: cluster)
    instances.open(for: cluster)
    if hasDriven { driven.open(for: cluster) }
    if hasRouting { users.open(for: cluster) }
    if placedService >= 0 { placed.open(for: cluster) }
  }

  private mutating func dispatch(_ kind: EventKind, of cluster: ClusterID, _ key: EventKey) {
    switch kind {
    case .domainFails: domainFails(cluster, key)
    case .domainRecovers: domainRecovers(cluster, key)
    case .healthChanges: healthChanges(cluster)
    case .linkChanges: linkChanges(cluster)
    case .silenceNoticed: silenceNoticed(cluster, key.attempt)
    case .joins: joins(cluster)
    case .leaves: leaves(cluster)
    case .agentPolls: agentPolls(cluster)
    case .pullDone: pullDone(cluster, Int(key.source), course: key.attempt)
    case .roundDone: roundDone(cluster, Int(key.source), course: key.attempt)
    case .nodeReady: nodeReady(cluster)
    case .defectActs: defectActs(cluster, Int(key.source), attempt: key.attempt)
    case .podsReady: podsReady(cluster, source: Int(key.source), course: key.attempt)
    case .deliveryLooks: deliveryLooks(cluster, Int(key.source), look: key.attempt)
    case .healthNoticed: healthNoticed(cluster, Int(key.source), ailment: key.attempt)
    case .stallNoticed: stallNoticed(cluster, Int(key.source), course: key.attempt)
    case .directiveArrives:
      directiveArrives(
        cluster, DirectiveSource(rawValue: Int(key.source)), DirectiveTag(rawValue: key.attempt))
    case .demandArrives: demandArrives(cluster, division: Int(key.source))
    case .replicasReady: replicasReady(cluster, Int(key.source), course: key.attempt)
    case .replicasAsked: replicasAsked(cluster, Int(key.source))
    case .approvalArrives, .gateOpens, .claimArrives, .placementLooks, .plannerLooks:
      preconditionFailure("\(kind) came to cluster \(cluster.rawValue)")
    }
  }

  private mutating func handle(_ kind: EventKind, ofPlanner planner: Int, _ key: EventKey) {
    open(for: nil)
    switch kind {
    case .approvalArrives:
      approvalArrives(planner, rollout: Int(key.source), stage: Int(key.attempt))
    case .gateOpens: gateOpens(planner, request: Int(key.source))
    case .claimArrives: claimsArrive(planner - desks.count)
    case .placementLooks: placementLooks()
    case .plannerLooks: plannerLooks(planner, look: key.attempt)
    default: preconditionFailure("\(kind) came to planner \(planner)")
    }
  }

  /// Takes an event into its cluster's chain; the position of the cluster is not part of it.
  private mutating func fold(_ cluster: ClusterID, _ key: EventKey) {
    let what = UInt64(key.kind) << 48 | UInt64(key.source) << 16 | UInt64(key.attempt)
    let key = clusters[cluster].key
    events.fold(
      into: &clusters[cluster].chain, key: key, UInt64(bitPattern: now.sinceEpoch), what)
  }

  // MARK: Causing events

  /// Lets something happen to a cluster after a while.
  ///
  /// At its own instant an event may cause only events of a later class; what comes too early for
  /// that comes at the next microsecond.
  mutating func schedule(
    _ kind: EventKind, of cluster: ClusterID, after delay: Microseconds, source: Int = 0,
    attempt: UInt16 = 0
  ) {
    schedule(kind, of: cluster, at: now + delay, source: source, attempt: attempt)
  }

  /// Lets something happen to a cluster at an instant, or as soon after it as the order of classes
  /// allows.
  mutating func schedule(
    _ kind: EventKind, of cluster: ClusterID, at instant: Instant, source: Int = 0,
    attempt: UInt16 = 0
  ) {
    insert(kind, entity: cluster.rawValue, at: instant, source: source, attempt: attempt)
  }

  mutating func insert(
    _ kind: EventKind, entity: UInt32, at instant: Instant, source: Int, attempt: UInt16
  ) {
    var instant = instant
    if instant <= now {
      instant = kind.eventClass > eventClass ? now : now + Microseconds(1)
    }
    guard instant < world.endAt else { return }
    list.insert(
      EventKey(
        at: instant, kind: kind.rawValue, entity: entity ^ options.entityMask,
        source: UInt32(source), attempt: attempt & 0xFFF))
  }

  /// A draw of a cluster's own.
  mutating func draw(
    _ purpose: RandomPurpose, of cluster: ClusterID, _ ordinal: UInt32
  ) -> RandomWords {
    draws.draw(random, clusters[cluster].key, purpose, ordinal)
  }

  // MARK: Accounting

  /// Brings what the cluster adds to the totals up to date.
  mutating func account(for cluster: ClusterID) {
    if placedService >= 0 { accountForPlacement(cluster) }
    if instances.isChanged || placedService >= 0 {
      clusters[cluster].serving = serviceImpact(of: cluster)
    }
    let new = impact(of: cluster)
    let old = clusters[cluster].impact
    guard new != old else { return }
    clusters[cluster].impact = new
    recorder.change(
      cluster, chartRow: clusters[cluster].chartRow, from: old, to: new, at: now)
    if new.conditions.symmetricDifference(old.conditions).contains(.impaired) {
      journal.noteImpaired(cluster, new.conditions.contains(.impaired), at: now)
    }
    if new.conditions.contains(.active), !old.conditions.contains(.active) {
      journal.noteActive(cluster, at: now)
    }
  }
}
