import Determinism
import DiscreteEvents
import RolloutStrategies

/// The placement of a service over clusters: what it learns, what it asks, how clusters follow, and
/// where users go.
extension Simulation where List: ~Copyable {
  // MARK: News

  /// Lets the placement know what has changed in a cluster that it goes by.
  mutating func tellPlacement(of cluster: ClusterID) {
    let state = clusters[cluster]
    guard let plan = placementDesk?.model.plan else { return }
    if state.isReachable != placed[cluster].isHeard {
      placed[cluster].isHeard = state.isReachable
      // Who leaves says so; who falls silent is waited for.
      let since = state.isMember ? now : now - plan.policy.after
      post(state.isReachable ? .heard : .silent(since: since), of: cluster, after: plan.latency)
      if state.isReachable { scale(cluster) }
    }
    let isUp = state.downCount == 0 && state.isMember
    let serves = isUp ? placed[cluster].replicas : 0
    if serves != placed[cluster].told {
      placed[cluster].told = serves
      post(.serves(Int(serves)), of: cluster, after: plan.routing)
    }
  }

  private mutating func post(
    _ news: PlacementDesk.News, of cluster: ClusterID, after delay: Microseconds
  ) {
    let at = planPlacementLook(at: now + delay)
    placementDesk?.letters.append(.init(at: at, cluster: cluster, news: news))
  }

  /// Lets the placement look at an instant, or as soon after it as the order of classes allows.
  ///
  /// Returns when it looks.
  @discardableResult
  private mutating func planPlacementLook(at instant: Instant) -> Instant {
    let isLate = eventClass >= EventKind.placementLooks.eventClass
    let at = max(instant, isLate ? now + Microseconds(1) : now)
    guard let looks = placementDesk?.looks, !looks.contains(at) else { return at }
    placementDesk?.looks.append(at)
    insert(
      .placementLooks, entity: UInt32(world.fleet.count + desks.count + coordinators.count),
      at: at, source: 0, attempt: 0)
    return at
  }

  // MARK: Looking

  mutating func placementLooks() {
    guard var desk = placementDesk else { preconditionFailure("nothing is placed") }
    desk.looks.removeAll { $0 <= now }
    desk.takeNews(at: now)
    let before = desk.asked
    let changed = desk.decide(at: now)
    placementDesk = desk
    for cluster in changed {
      let wanted = desk.asked[cluster.offset]
      recorder.movedReplicas += max(0, wanted - before[cluster.offset])
      schedule(
        .replicasAsked, of: cluster, after: desk.model.plan.latency, source: wanted)
    }
    if !changed.isEmpty { coverage.placementMoves += 1 }
    if desk.isStuck { coverage.placementsStuck += 1 }
    routeUsers(desk)
    if let next = desk.nextLoss(after: now) { planPlacementLook(at: next) }
  }

  /// Divides all users in proportion to the replicas that serve; while none does, they stay.
  private mutating func routeUsers(_ desk: PlacementDesk) {
    let own: [Int64] = world.fleet.clusters.map { world.users(of: $0) }
    let last = divisions.last ?? own
    guard let parts = desk.division(of: own, in: world.fleet), parts != last else { return }
    divisions.append(parts)
    for cluster in world.fleet.clusters where parts[cluster.offset] != last[cluster.offset] {
      schedule(.demandArrives, of: cluster, at: now, source: divisions.count - 1)
    }
  }

  // MARK: Scaling

  /// A cluster is asked to have another number of replicas.
  mutating func replicasAsked(_ cluster: ClusterID, _ wanted: Int) {
    coverage.messages += 1
    placed[cluster].wanted = Int32(wanted)
    scale(cluster)
  }

  /// Goes on towards the number of replicas that a cluster is asked to have, as far as it can.
  ///
  /// It gives none back in the midst of an update.
  mutating func scale(_ cluster: ClusterID) {
    let service = placedService
    guard service >= 0, clusters[cluster].isReachable, placed[cluster].starting == 0 else { return }
    let missing = placed[cluster].wanted - placed[cluster].replicas
    let phase = instances[cluster, service].phase
    if missing > 0, phase != .failed {
      grow(cluster, service, by: missing)
    } else if missing < 0, phase == .idle || phase == .available {
      shrink(cluster, service)
    }
  }

  private mutating func grow(_ cluster: ClusterID, _ service: Int, by missing: Int32) {
    let room = room(in: cluster)
    if room < missing { askForNode(cluster) }
    let pods = min(missing, Int32(max(0, room)))
    guard pods > 0 else {
      coverage.placementWaits += 1
      return
    }
    // Pods of a version that cannot start here are not even counted as starting.
    guard stall(cluster, service) == nil else { return }
    let isFirst = placed[cluster].replicas == 0
    placed[cluster].starting = pods
    placed[cluster].course &+= 1
    clusters[cluster].pods += pods
    recorder.noteRoom(room - Int(pods))
    if clusters[cluster].updating > 0 { coverage.placementsDuringUpdate += 1 }
    let plan = services[service].plan
    var start = isFirst ? plan.imagePull.sample(placementDraw(cluster, 0)) : .zero
    start = start + plan.podStart.sample(placementDraw(cluster, 1), maxOf: Int(pods))
    schedule(
      .replicasReady, of: cluster, after: start + plan.minReady, source: service,
      attempt: placed[cluster].course)
  }

  private mutating func placementDraw(_ cluster: ClusterID, _ which: UInt32) -> RandomWords {
    draw(.placedPods, of: cluster, UInt32(placed[cluster].course) << 1 | which)
  }

  private mutating func shrink(_ cluster: ClusterID, _ service: Int) {
    clusters[cluster].pods -= placed[cluster].replicas - placed[cluster].wanted
    placed[cluster].replicas = placed[cluster].wanted
    instances[cluster, service].newPods = placed[cluster].wanted
    if placed[cluster].wanted == 0 { clearDefects(cluster, service) }
    healthMayHaveChanged(cluster, service)
    retryWaiting(cluster)
  }

  /// Pods that were starting are ready, of the version that the cluster is asked to run.
  mutating func replicasReady(_ cluster: ClusterID, _ service: Int, course: UInt16) {
    guard course == placed[cluster].course & 0xFFF, placed[cluster].starting > 0 else { return }
    let isFirst = placed[cluster].replicas == 0
    placed[cluster].replicas += placed[cluster].starting
    instances[cluster, service].newPods += placed[cluster].starting
    placed[cluster].starting = 0
    if isFirst { awaitDefects(cluster, service) }
    healthMayHaveChanged(cluster, service)
    scale(cluster)
  }

  /// A cluster goes down or leaves: pods that were starting have to be started again.
  mutating func interruptPlacement(_ cluster: ClusterID) {
    guard placementDesk != nil, placed[cluster].starting > 0 else { return }
    clusters[cluster].pods -= placed[cluster].starting
    placed[cluster].starting = 0
    placed[cluster].course &+= 1
  }

  // MARK: Accounting

  /// Users of a cluster whom no ready replica has room for.
  func unservedUsers(of cluster: ClusterID) -> Int64 {
    guard let model = placementDesk?.model else { return 0 }
    let state = clusters[cluster]
    let isUp = state.downCount == 0 && state.isMember
    let ready = isUp ? readyPods(cluster, model.service) : 0
    return max(0, users(of: cluster) - Int64(ready) * Int64(model.plan.usersPerReplica))
  }

  /// Brings what the placed service of a cluster adds to the totals up to date.
  mutating func accountForPlacement(_ cluster: ClusterID) {
    tellPlacement(of: cluster)
    let unserved = unservedUsers(of: cluster)
    let pods = placed[cluster].replicas + placed[cluster].starting
    recorder.unserved.change(by: unserved - placed[cluster].unserved, at: now)
    recorder.placedPods.change(by: Int64(pods - placed[cluster].counted), at: now)
    placed[cluster].unserved = unserved
    placed[cluster].counted = pods
  }
}
