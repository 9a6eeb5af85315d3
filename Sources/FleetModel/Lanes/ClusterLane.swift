import Determinism
import DiscreteEvents
import RolloutStrategies

/// A part of the clusters of one run as they really are, and the loop that moves them.
///
/// The loop takes the next event, lets the cluster it belongs to handle it, and writes down what
/// others are to know of it. A handler touches only its own cluster, so lanes have nothing to do
/// with each other until a planner looks; what they write down is told in between.
///
/// Functions that only read are inlined wherever handlers call them: the compiler passes a large
/// structure that is not changed as a copy, and this one has more than half a kilobyte.
///
/// Read the handlers by topic: `ClusterLane+Weather`, `+Agents`, `+Execution`, `+Deliveries`,
/// `+Signals`, `+Counts`, `+Placement`; and what clusters add to the totals in `+Accounting`.
struct ClusterLane<List: EventList & ~Copyable>: ~Copyable {
  let model: RunModel
  let weather: Weather
  let share: LaneShare

  var list = List()
  var clock: EventClock
  /// The event being handled, or the last one.
  private(set) var event: EventKey

  var clusters: OwnedTable<ClusterState>
  /// The clusters' room for pods, and the users whom they add to the totals.
  var serving: OwnedTable<ServingState>
  var instances: OwnedTable<ServiceState>
  /// The deliveries that are driven.
  var driven: OwnedTable<DrivenState>
  /// How the service that is placed is in each cluster.
  var placed: OwnedTable<PlacedState>
  /// The users of each cluster now, where demand moves, and every division of demand that a planner
  /// has told, by position in the fleet.
  var users: OwnedTable<Int64>
  var divisions: [[Int64]]
  /// What planners want counted.
  var counts: OpenCounts

  var log: LaneLog
  var totals = LaneTotals()
  var draws = SummedDigest()
  /// The total over the clusters, whose chains are in their rows.
  var events: ChainedDigest
  private(set) var eventCount = 0
  var coverage = Coverage()
  /// The first flaw of the state, if it is looked for.
  private(set) var flaw: String?
  /// What touching ahead has read, so that it is not left out.
  private var touched: UInt64 = 0
  private var untilTouch = 0

  init(
    _ model: RunModel, _ weather: Weather, share: LaneShare, chart: DomainChart,
    divisions: [[Int64]]
  ) {
    self.model = model
    self.weather = weather
    self.share = share
    self.divisions = divisions
    let world = model.world
    counts = OpenCounts(world)
    log = LaneLog(plannerCount: model.planners.count)
    clock = EventClock(model)
    event = EventKey(at: world.startAt, kind: 0, entity: 0, source: 0, attempt: 0)
    clusters = ClusterState.initial(model, share, chart: chart)
    serving = ServingState.initial(model, share)
    instances = ServiceState.initial(model, share, digest: &draws)
    driven = DrivenState.initial(model, instances, digest: &draws)
    placed = PlacedState.initial(model, share)
    users = OwnedTable(width: model.hasRouting ? 1 : 0, of: share, in: world.fleet) { cluster, _ in
      divisions.last?[cluster.offset] ?? world.users(of: cluster)
    }
    events = ChainedDigest(entityCount: 0, from: world.startAt, to: world.endAt)
  }

  /// The instant of the event being handled.
  @inline(__always)
  var now: Instant { clock.now }

  /// Runs until an event comes that is not before a bound.
  ///
  /// - Parameters:
  ///   - bound: where to stop.
  ///   - limit: the most events to handle.
  ///   - isAlone: whether there is no other lane: it stops as well where somebody may act on what
  ///     it tells.
  mutating func run(before bound: EventKey, atMost limit: Int = .max, isAlone: Bool = false) {
    guard flaw == nil else { return }
    var bound = bound
    var toldAt = Instant.never
    var rest = limit
    while rest > 0, let key = list.popNext(before: bound) {
      rest -= 1
      if untilTouch == 0 { touchAhead() }
      untilTouch -= 1
      handle(key)
      if model.options.looksForFlaws, isFlawed() { break }
      if isAlone, log.arrivesAt < toldAt {
        toldAt = log.arrivesAt
        if let look = model.firstLook(from: toldAt) { bound = min(bound, look) }
      }
    }
  }

  /// Whether an event that comes before a bound is left to handle.
  mutating func hasMore(before bound: EventKey) -> Bool {
    guard flaw == nil, let key = list.nextKey else { return false }
    return key < bound
  }

  /// Ends the lane's time.
  mutating func finish() {
    clock.now = clock.endAt
    events.finish()
  }

  /// Whether there is no point in going on: a flaw was found, or the run does not end.
  private mutating func isFlawed() -> Bool {
    if flaw == nil {
      flaw = model.options.endlessness(after: eventCount, now - model.world.startAt)
    }
    return flaw != nil
  }

  /// Events whose clusters are touched together.
  private static var touchLimit: Int { 16 }

  /// Reads the rows of the clusters whose events come next.
  ///
  /// Memory answers many such reads in the time of one, which is what most events of a large fleet
  /// would otherwise wait for.
  @inline(__always)
  private mutating func touchAhead() {
    var sum: UInt64 = 0
    var touchCount = 0
    let mask = model.options.entityMask
    list.forEachSoon(Self.touchLimit) { key in
      let cluster = ClusterID(rawValue: key.entity ^ mask)
      touchCount += 1
      sum &+= clusters.touch(cluster) { $0.key }
      if EventKind.concernsServices(key.kind) {
        sum &+= serving.touch(cluster) { UInt64(truncatingIfNeeded: $0.harm) }
        sum &+= instances.touch(cluster) { $0.ofEveryLine }
      }
    }
    touched = sum
    // The list may not name as many, or none at all.
    untilTouch = touchCount + 1
  }

  private mutating func handle(_ key: EventKey) {
    guard let kind = EventKind(rawValue: key.kind) else {
      preconditionFailure("an event of unknown kind \(key.kind)")
    }
    let cluster = ClusterID(rawValue: key.entity ^ clock.entityMask)
    coverage.note(at: key.time, entity: cluster.rawValue)
    event = key
    clock.now = key.time
    clock.eventClass = kind.eventClass
    eventCount += 1
    events.advance(to: now)
    open(for: cluster)
    fold(cluster, key)
    let standing = clusters[cluster].standing
    dispatch(kind, of: cluster, key)
    account(for: cluster, since: standing)
    if model.options.detail >= .events { note(.handled, of: cluster) }
    if model.options.looksForFlaws, flaw == nil, let found = self.flaw(of: cluster) {
      let name = model.world.fleet.names[cluster.offset]
      flaw = "after \(kind) at \(now.sinceEpoch) µs, \(name) \(found)"
    }
  }

  /// Takes what happens to a cluster before the first event for an event of its own.
  mutating func begin(with cluster: ClusterID) {
    event = EventKey(
      at: now, kind: 0, entity: cluster.rawValue ^ clock.entityMask, source: 0, attempt: 0)
    open(for: cluster)
  }

  /// Lets an event touch the state of one cluster.
  @inline(__always)
  mutating func open(for cluster: ClusterID) {
    clusters.open(for: cluster)
    serving.open(for: cluster)
    instances.open(for: cluster)
    if model.hasDriven { driven.open(for: cluster) }
    if model.hasRouting { users.open(for: cluster) }
    if model.placedService >= 0 { placed.open(for: cluster) }
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
    case .requestsCounted: requestsCounted(cluster, CountSource(rawValue: Int(key.source)))
    case .approvalArrives, .gateOpens, .freezeAnswered, .claimArrives, .placementLooks,
      .countsGathered,
      .plannerLooks:
      preconditionFailure("\(kind) came to cluster \(cluster.rawValue)")
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
    let key = clock.key(
      kind, entity: cluster.rawValue, at: instant, source: source, attempt: attempt)
    if let key { list.insert(key) }
  }

  /// A draw of a cluster's own.
  mutating func draw(
    _ purpose: RandomPurpose, of cluster: ClusterID, _ ordinal: UInt32
  ) -> RandomWords {
    draws.draw(model.random, clusters[cluster].key, purpose, ordinal)
  }

  // MARK: Telling

  /// Lets observers take in something about a cluster.
  mutating func note(_ note: LaneLog.Note, of cluster: ClusterID) {
    log.add(.init(event: event, cluster: cluster, note: note))
  }
}
