import Determinism
import DiscreteEvents
import RolloutStrategies

/// The placed service of a cluster: how it follows what it is asked, and what is told of it.
extension ClusterLane where List: ~Copyable {
  // MARK: News

  /// Lets the placement know what has changed in a cluster that it goes by.
  mutating func tellPlacement(of cluster: ClusterID) {
    let state = clusters[cluster]
    guard let plan = model.placement?.plan else { return }
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
    let isLate = clock.eventClass >= EventKind.placementLooks.eventClass
    let at = max(now + delay, isLate ? now + Microseconds(1) : now)
    log.add(.init(at: at, cluster: cluster, news: news))
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
    let service = model.placedService
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
    serving[cluster].pods += pods
    totals.noteRoom(room - Int(pods))
    if clusters[cluster].updating > 0 { coverage.placementsDuringUpdate += 1 }
    let plan = model.services[service].plan
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
    serving[cluster].pods -= placed[cluster].replicas - placed[cluster].wanted
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
    guard model.placement != nil, placed[cluster].starting > 0 else { return }
    serving[cluster].pods -= placed[cluster].starting
    placed[cluster].starting = 0
    placed[cluster].course &+= 1
  }

  // MARK: Accounting

  /// Users of a cluster whom no ready replica has room for.
  func unservedUsers(of cluster: ClusterID) -> Int64 {
    guard let placement = model.placement else { return 0 }
    let state = clusters[cluster]
    let isUp = state.downCount == 0 && state.isMember
    let ready = isUp ? readyPods(cluster, placement.service) : 0
    return max(0, users(of: cluster) - Int64(ready) * Int64(placement.plan.usersPerReplica))
  }

  /// Brings what the placed service of a cluster adds to the totals up to date.
  mutating func accountForPlacement(_ cluster: ClusterID) {
    tellPlacement(of: cluster)
    let unserved = unservedUsers(of: cluster)
    let pods = placed[cluster].replicas + placed[cluster].starting
    let added = (
      unserved: unserved - placed[cluster].unserved, pods: Int64(pods - placed[cluster].counted)
    )
    guard added != (0, 0) else { return }
    note(.placed(unserved: added.unserved, pods: added.pods), of: cluster)
    placed[cluster].unserved = unserved
    placed[cluster].counted = pods
  }
}
