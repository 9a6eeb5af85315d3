import Determinism
import DiscreteEvents
import RolloutStrategies

/// Updates inside a cluster: pulling the image, replacing pods round by round, waiting for room,
/// and going back.
extension ClusterLane where List: ~Copyable {
  @inline(__always)
  func replicas(_ cluster: ClusterID, _ service: Int) -> Int32 {
    if service == model.placedService { return placed[cluster].replicas }
    return Int32(model.services[service].updates[Int(clusters[cluster].classIndex)].replicas)
  }

  /// How the pods that a service has in a cluster are replaced.
  @inline(__always)
  private func update(_ cluster: ClusterID, _ service: Int) -> RollingUpdate {
    if service == model.placedService {
      return RollingUpdate(
        model.services[service].delivery, replicas: Int(placed[cluster].replicas))
    }
    return model.services[service].updates[Int(clusters[cluster].classIndex)]
  }

  /// Pods of any version that are available now.
  @inline(__always)
  func readyPods(_ cluster: ClusterID, _ service: Int) -> Int32 {
    if let position = drivenPosition(service) {
      return min(replicas(cluster, service), driven[cluster, position].available)
    }
    return replicas(cluster, service) - instances[cluster, service].missingPods
  }

  /// Sets how far an update is, and keeps count of updates under way.
  mutating func enter(_ phase: ServiceState.Phase, _ cluster: ClusterID, _ service: Int) {
    let old = instances[cluster, service].phase
    guard old != phase else { return }
    let wasUpdating = instances[cluster, service].isUpdating
    instances[cluster, service].phase = phase
    instances[cluster, service].since = now
    let isUpdating = instances[cluster, service].isUpdating
    if wasUpdating != isUpdating { clusters[cluster].updating &+= isUpdating ? 1 : .max }
    if (old == .replacing) != (phase == .replacing) {
      clusters[cluster].replacing &+= phase == .replacing ? 1 : .max
    }
  }

  // MARK: Course

  /// Turns a service to a version: forward, or back from where it has got to.
  mutating func beginUpdate(_ cluster: ClusterID, _ service: Int, to version: UInt8) {
    forgetUnstarted(cluster, service)
    let ready = readyPods(cluster, service)
    releaseRound(cluster, service)
    var state = instances[cluster, service]
    if version == state.from {
      state.newPods = ready - state.newPods
      state.from = state.version
    } else if version != state.version {
      state.newPods = 0
      state.from = state.version
    }
    state.gap = replicas(cluster, service) - ready
    state.version = version
    state.rounds = 0
    state.course &+= 1
    state.isBlocked = false
    let isForward = version == model.services[service].target
    if isForward { state.attempts = min(254, state.attempts) + 1 }
    instances[cluster, service] = state
    enter(.pulling, cluster, service)
    instances[cluster, service].since = now
    startPull(cluster, service)
  }

  private mutating func startPull(_ cluster: ClusterID, _ service: Int) {
    let isForward = instances[cluster, service].version == model.services[service].target
    let pull = isForward ? pullTime(cluster, service) : .zero
    if pull > .zero {
      schedule(
        .pullDone, of: cluster, after: pull, source: service,
        attempt: instances[cluster, service].course)
      report(cluster, service)
    } else {
      startRound(cluster, service)
      if instances[cluster, service].phase == .replacing { report(cluster, service) }
    }
  }

  mutating func pullTime(_ cluster: ClusterID, _ service: Int) -> Microseconds {
    if case .constant(let time) = model.services[service].plan.imagePull { return time }
    let words = draw(.pull, of: cluster, fate(cluster, service, round: 0))
    return model.services[service].plan.imagePull.sample(words)
  }

  @inline(__always)
  func fate(_ cluster: ClusterID, _ service: Int, round: UInt8) -> UInt32 {
    let state = instances[cluster, service]
    return FateOrdinal.of(
      service: service, version: state.version, attempt: state.attempts, round: round)
  }

  mutating func pullDone(_ cluster: ClusterID, _ service: Int, course: UInt16) {
    guard isCurrent(course, cluster, service) else { return }
    startRound(cluster, service)
  }

  @inline(__always)
  func isCurrent(_ course: UInt16, _ cluster: ClusterID, _ service: Int) -> Bool {
    course == instances[cluster, service].course & 0xFFF
  }

  // MARK: Rounds

  /// Replaces the next pods, or says why it cannot.
  private mutating func startRound(_ cluster: ClusterID, _ service: Int) {
    guard clusters[cluster].canChange else { return wait(cluster, service) }
    let update = update(cluster, service)
    let done = Int(instances[cluster, service].newPods)
    guard done < update.replicas else { return finishUpdate(cluster, service) }
    guard !instances[cluster, service].isPaused else { return wait(cluster, service) }
    let room = room(in: cluster)
    let step = update.next(updated: done, room: room)
    if step.surge < min(update.surge, update.replicas - done) { askForNode(cluster) }
    guard step.create > 0 else {
      if instances[cluster, service].phase != .waiting { totals.surgeWaits += 1 }
      note(.waited, of: cluster)
      return wait(cluster, service)
    }
    instances[cluster, service].isBlocked = false
    instances[cluster, service].roundPods = Int32(step.create)
    // Pods that are missing already take their own places; only the others can come on top.
    let surge = min(Int32(step.surge), Int32(step.create) - instances[cluster, service].gap)
    instances[cluster, service].roundSurge = surge
    instances[cluster, service].gap = 0
    serving[cluster].pods += surge
    totals.noteRoom(room - Int(surge))
    let serves = !model.classes[Int(clusters[cluster].classIndex)].downWhileUpdating
    totals.noteCapacity(
      serves ? readyPods(cluster, service) : 0, of: Int32(update.replicas))
    enter(.replacing, cluster, service)
    awaitRound(cluster, service, pods: step.create)
  }

  private mutating func wait(_ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].isBlocked = true
    enter(.waiting, cluster, service)
    report(cluster, service)
  }

  private mutating func awaitRound(_ cluster: ClusterID, _ service: Int, pods: Int) {
    let course = instances[cluster, service].course
    if let delay = stall(cluster, service) {
      schedule(.stallNoticed, of: cluster, after: delay, source: service, attempt: course)
      return
    }
    let start = podStart(
      cluster, service, round: instances[cluster, service].rounds, pods: pods)
    schedule(.roundDone, of: cluster, after: start, source: service, attempt: course)
  }

  /// How long pods that are created together take to become available.
  mutating func podStart(
    _ cluster: ClusterID, _ service: Int, round: UInt8, pods: Int
  ) -> Microseconds {
    let plan = model.services[service].plan
    if case .constant(let time) = plan.podStart { return time + plan.minReady }
    let words = draw(.podStart, of: cluster, fate(cluster, service, round: round))
    return plan.podStart.sample(words, maxOf: pods) + plan.minReady
  }

  mutating func roundDone(_ cluster: ClusterID, _ service: Int, course: UInt16) {
    guard isCurrent(course, cluster, service) else { return }
    guard clusters[cluster].canChange else {
      instances[cluster, service].isBlocked = true
      return
    }
    let isFirst = instances[cluster, service].rounds == 0
    instances[cluster, service].newPods += instances[cluster, service].roundPods
    instances[cluster, service].rounds = min(254, instances[cluster, service].rounds) + 1
    releaseRound(cluster, service)
    if isFirst { awaitDefects(cluster, service) }
    startRound(cluster, service)
    healthMayHaveChanged(cluster, service)
  }

  private mutating func finishUpdate(_ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].isBlocked = false
    forgetReplaced(cluster, service)
    enter(instances[cluster, service].reportsTarget ? .available : .idle, cluster, service)
    healthMayHaveChanged(cluster, service)
    report(cluster, service)
    retryWaiting(cluster)
  }

  private mutating func releaseRound(_ cluster: ClusterID, _ service: Int) {
    serving[cluster].pods -= instances[cluster, service].roundSurge
    instances[cluster, service].roundPods = 0
    instances[cluster, service].roundSurge = 0
  }

  // MARK: Room

  @inline(__always)
  func room(in cluster: ClusterID) -> Int {
    let state = serving[cluster]
    let index = Int(clusters[cluster].classIndex)
    let held = min(
      Int(state.nodes) * model.classes[index].podsPerNode, model.classes[index].podLimit)
    return held - Int(state.pods)
  }

  mutating func askForNode(_ cluster: ClusterID) {
    let index = Int(clusters[cluster].classIndex)
    guard !clusters[cluster].awaitsNode,
      Int(serving[cluster].nodes) < model.classes[index].nodeLimit
    else { return }
    clusters[cluster].awaitsNode = true
    schedule(.nodeReady, of: cluster, after: model.classes[index].nodeStart)
  }

  mutating func nodeReady(_ cluster: ClusterID) {
    clusters[cluster].awaitsNode = false
    serving[cluster].nodes += 1
    retryWaiting(cluster)
  }

  // MARK: Interruptions

  /// Tries the next step again of every service that waits.
  mutating func retryWaiting(_ cluster: ClusterID) {
    for service in model.services.indices where instances[cluster, service].isBlocked {
      if let position = drivenPosition(service) {
        lookAtDelivery(cluster, service, position)
        continue
      }
      guard instances[cluster, service].phase == .waiting, !instances[cluster, service].isPaused
      else { continue }
      startRound(cluster, service)
      if instances[cluster, service].phase == .replacing { report(cluster, service) }
    }
    scale(cluster)
  }

  /// Tries the next step again of a service that could not take it.
  mutating func retry(_ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].isBlocked = false
    releaseRound(cluster, service)
    instances[cluster, service].course &+= 1
    if instances[cluster, service].phase == .pulling {
      startPull(cluster, service)
    } else {
      startRound(cluster, service)
    }
  }

  /// A cluster goes down: what was starting has to be started again.
  mutating func interruptUpdates(_ cluster: ClusterID) {
    interruptPlacement(cluster)
    for service in model.services.indices {
      if let position = drivenPosition(service) {
        interruptDelivery(cluster, service, position)
        continue
      }
      guard instances[cluster, service].isUpdating else { continue }
      instances[cluster, service].course &+= 1
      instances[cluster, service].isBlocked = true
    }
  }

  /// A cluster can be changed again: updates go on with the step they could not take.
  mutating func resumeUpdates(_ cluster: ClusterID) {
    for service in model.services.indices where instances[cluster, service].isBlocked {
      if let position = drivenPosition(service) {
        lookAtDelivery(cluster, service, position)
        continue
      }
      guard instances[cluster, service].isUpdating else { continue }
      retry(cluster, service)
      if instances[cluster, service].phase == .replacing { report(cluster, service) }
    }
  }
}
