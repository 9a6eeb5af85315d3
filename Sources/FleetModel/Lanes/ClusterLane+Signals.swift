import Determinism
import DiscreteEvents
import RolloutStrategies

/// Defects and how they are noticed.
extension ClusterLane where List: ~Copyable {
  // MARK: Defects

  /// Whether a defect affects a cluster: by its selector, and by a draw of the cluster's own.
  private mutating func affects(_ defect: Int, _ cluster: ClusterID) -> Bool {
    guard model.defects[defect].test.chooses(cluster, of: model.world.fleet) else { return false }
    let share = model.defects[defect].plan.share
    return share < .one ? draw(.affected, of: cluster, UInt32(defect)).chance(share) : true
  }

  /// When an update that a defect keeps from ever becoming ready is reported failed; nil: nothing
  /// keeps it.
  mutating func stall(_ cluster: ClusterID, _ service: Int) -> Microseconds? {
    let version = instances[cluster, service].version
    for index in model.defects.indices
    where model.defects[index].service == service && model.defects[index].version == version {
      guard model.defects[index].keepsFromStarting, hasBegun(index), affects(index, cluster) else {
        continue
      }
      setOff(index, cluster, service)
      guard model.defects[index].plan.effect == .crash else {
        return model.services[service].plan.progressDeadline
      }
      return detectionTime(cluster, service)
    }
    return nil
  }

  /// Whether the moment has come from which a defect acts at once.
  @inline(__always)
  private func hasBegun(_ defect: Int) -> Bool {
    guard case .at(let moment) = model.defects[defect].plan.trigger else { return true }
    return now >= model.world.startAt + moment
  }

  /// Whether no pod of the version can ever have become ready where the defect affects it.
  private func neverStarts(_ defect: Int) -> Bool {
    model.defects[defect].plan.trigger == .atStart && model.defects[defect].keepsFromStarting
  }

  /// Lets the defects of versions that run at the beginning act when their time comes.
  mutating func awaitDefectsFromBeginning(_ cluster: ClusterID) {
    for service in model.services.indices where !model.defects.isEmpty {
      awaitDefects(cluster, service)
      healthMayHaveChanged(cluster, service)
    }
  }

  /// Lets the defects of a version whose first pods are ready act when their time comes.
  mutating func awaitDefects(_ cluster: ClusterID, _ service: Int) {
    let version = instances[cluster, service].version
    for index in model.defects.indices
    where model.defects[index].service == service && model.defects[index].version == version {
      guard !neverStarts(index), affects(index, cluster) else { continue }
      let acts: Instant =
        switch model.defects[index].plan.trigger {
        case .atStart: now
        case .afterStart(let delay): now + delay
        case .at(let moment): max(now, model.world.startAt + moment)
        }
      if acts == now {
        setOff(index, cluster, service)
      } else {
        schedule(
          .defectActs, of: cluster, at: acts, source: index,
          attempt: UInt16(instances[cluster, service].attempts))
      }
    }
  }

  /// A defect's time has come, unless its version was taken back since.
  ///
  /// It goes with the attempt and not with the course: an outage or a pause in between does not
  /// heal it.
  mutating func defectActs(_ cluster: ClusterID, _ defect: Int, attempt: UInt16) {
    let service = model.defects[defect].service
    let state = instances[cluster, service]
    guard state.version == model.defects[defect].version, UInt16(state.attempts) == attempt else {
      return
    }
    setOff(defect, cluster, service)
    healthMayHaveChanged(cluster, service)
    // Somebody who watches the canary answers as soon as it is so.
    if let position = drivenPosition(service) { lookAtDelivery(cluster, service, position) }
  }

  private mutating func setOff(_ defect: Int, _ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].activeDefects |= 1 << UInt16(defect)
    instances[cluster, service].sickVersion = model.defects[defect].version
    instances[cluster, service].errorRate = max(
      instances[cluster, service].errorRate, model.defects[defect].errorRate)
    totals.noteActive(at: now)
  }

  /// Forgets defects of pods that never became ready and are gone.
  mutating func forgetUnstarted(_ cluster: ClusterID, _ service: Int) {
    guard instances[cluster, service].phase == .failed || instances[cluster, service].isUpdating
    else { return }
    let sickPods = sickPods(instances[cluster, service], replicas(cluster, service))
    if sickPods == 0 { clearDefects(cluster, service) }
  }

  /// Forgets defects of a version that no pod runs any more.
  mutating func forgetReplaced(_ cluster: ClusterID, _ service: Int) {
    let state = instances[cluster, service]
    if state.activeDefects != 0, state.sickVersion != state.version {
      clearDefects(cluster, service)
    }
  }

  mutating func clearDefects(_ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].activeDefects = 0
    instances[cluster, service].errorRate = 0
  }

  /// Ready pods of the version whose requests fail.
  @inline(__always)
  private func sickPods(_ state: ServiceState, _ replicas: Int32) -> Int32 {
    guard state.activeDefects != 0 else { return 0 }
    if state.sickVersion == state.version { return state.newPods }
    return replicas - state.newPods - state.missingPods
  }

  // MARK: Noticing

  private mutating func detectionTime(_ cluster: ClusterID, _ service: Int) -> Microseconds {
    if case .constant(let time) = model.world.scenario.signals.detection { return time }
    let state = instances[cluster, service]
    let ordinal = FateOrdinal.of(
      service: service, version: state.version, attempt: state.attempts,
      round: UInt8(truncatingIfNeeded: state.ailment))
    return model.world.scenario.signals.detection.sample(draw(.detection, of: cluster, ordinal))
  }

  /// Starts the clock of monitoring when how users fare is no longer what it says.
  mutating func healthMayHaveChanged(_ cluster: ClusterID, _ service: Int) {
    let isBad = faresBadly(cluster, service)
    guard isBad != instances[cluster, service].isAiling else { return }
    instances[cluster, service].isAiling = isBad
    instances[cluster, service].ailment &+= 1
    guard isBad != instances[cluster, service].isNoticedBad else { return }
    let delay = detectionTime(cluster, service)
    schedule(
      .healthNoticed, of: cluster, after: delay, source: service,
      attempt: instances[cluster, service].ailment)
  }

  @inline(__always)
  private func faresBadly(_ cluster: ClusterID, _ service: Int) -> Bool {
    let state = instances[cluster, service]
    if clusters[cluster].isUnwell || state.isIll { return true }
    // Where nobody asks anything, nothing fails that could be noticed.
    if model.hasRouting, users(of: cluster) == 0 { return false }
    return Int64(errorRate(cluster, service))
      >= max(1, model.world.scenario.signals.errorThreshold.partsPerBillion)
  }

  mutating func healthNoticed(_ cluster: ClusterID, _ service: Int, ailment: UInt16) {
    guard ailment == instances[cluster, service].ailment & 0xFFF else { return }
    instances[cluster, service].isNoticedBad = instances[cluster, service].isAiling
    report(cluster, service)
  }

  mutating func stallNoticed(_ cluster: ClusterID, _ service: Int, course: UInt16) {
    guard isCurrent(course, cluster, service) else { return }
    guard clusters[cluster].canChange else {
      instances[cluster, service].isBlocked = true
      return
    }
    enter(.failed, cluster, service)
    report(cluster, service)
  }

  // MARK: What users notice

  /// Share of the requests to a service that fail.
  ///
  /// Unit: parts per billion.
  @inline(__always)
  private func errorRate(_ cluster: ClusterID, _ service: Int) -> Int32 {
    let state = instances[cluster, service]
    if let position = drivenPosition(service) {
      return driven[cluster, position].errorRate(sick: state.sickVersion, state.errorRate)
    }
    guard state.errorRate > 0 else { return 0 }
    let replicas = replicas(cluster, service)
    let sick = sickPods(state, replicas)
    let ready = replicas - state.missingPods
    return ready > 0 ? Int32(Int64(state.errorRate) * Int64(sick) / Int64(ready)) : 1_000_000_000
  }

  /// Share of the requests to a service that fail, whoever is to blame.
  ///
  /// Unit: parts per billion.
  func servedErrorRate(_ cluster: ClusterID, _ service: Int) -> Int32 {
    let servesNobody =
      clusters[cluster].downCount > 0 || clusters[cluster].isUnwell
      || instances[cluster, service].isIll || readyPods(cluster, service) == 0
    return servesNobody ? 1_000_000_000 : errorRate(cluster, service)
  }

  /// What the services of a cluster have to do with its impact as they are now.
  @inline(__always)
  func serviceImpact(of cluster: ClusterID) -> ServiceImpact {
    var impact = ServiceImpact()
    var isUpdated = true
    var isEligible = false
    for service in model.services.indices {
      add(cluster, service, to: &impact)
      let state = instances[cluster, service]
      guard state.isEligible else { continue }
      isEligible = true
      isUpdated =
        isUpdated && state.version == model.services[service].target && state.phase == .available
    }
    if isEligible, isUpdated { impact.conditions.insert(.updated) }
    return impact
  }

  /// Whether a version may serve in a cluster.
  @inline(__always)
  private func version(_ version: UInt8?, isIn state: ServiceState) -> Bool {
    version == state.version || version == state.from
  }

  /// Share of the requests to a service that meet the version which is rolled out.
  ///
  /// Unit: parts per billion.
  @inline(__always)
  private func exposure(_ cluster: ClusterID, _ service: Int) -> Int32 {
    guard let target = model.services[service].target else { return 0 }
    if let position = drivenPosition(service) {
      return driven[cluster, position].exposure(to: target)
    }
    let state = instances[cluster, service]
    let ready = replicas(cluster, service) - state.missingPods
    let new = state.version == target ? state.newPods : ready - state.newPods
    guard ready > 0, state.version != state.from || state.version == target else { return 0 }
    return Int32(Int64(max(0, new)) * 1_000_000_000 / Int64(ready))
  }

  /// Adds one service's part.
  @inline(__always)
  private func add(_ cluster: ClusterID, _ service: Int, to impact: inout ServiceImpact) {
    let state = instances[cluster, service]
    let replicas = replicas(cluster, service)
    if state.activeDefects != 0 { impact.conditions.insert(.active) }
    let position = drivenPosition(service)
    let isMixed =
      position.map { driven[cluster, $0].isMixed }
      ?? (state.newPods > 0 && state.newPods < replicas)
    if isMixed { impact.conditions.insert(.mixed) }
    for index in model.defects.indices where model.defects[index].service == service {
      let version = model.defects[index].version
      let carries =
        position.map { driven[cluster, $0].has(version) }
        ?? (version == state.version
          ? state.newPods + state.roundPods > 0
          : version == state.from && state.newPods < replicas && state.isUpdating)
      if carries { impact.conditions.insert(.carrying) }
    }
    if version(model.services[service].target, isIn: state) {
      impact.exposure = max(impact.exposure, exposure(cluster, service))
    }
    // A cluster on which nothing is placed serves those well who do not come.
    let isEmpty = service == model.placedService && replicas == 0 && users(of: cluster) == 0
    let servesNobody = state.isIll || readyPods(cluster, service) == 0 && !isEmpty
    let errorRate = servesNobody ? 1_000_000_000 : errorRate(cluster, service)
    impact.errorRate = max(impact.errorRate, errorRate)
  }
}
