import Determinism
import DiscreteEvents
import RolloutStrategies

/// The agents in the clusters: what reaches them, when they look, and what they report.
extension ClusterLane where List: ~Copyable {
  // MARK: Reach

  /// Changes what a cluster's reach depends on, and does what follows from its being cut off or
  /// back.
  mutating func changeReach(of cluster: ClusterID, _ change: (inout ClusterState) -> Void) {
    let was = clusters[cluster].isReachable
    change(&clusters[cluster])
    let isReachable = clusters[cluster].isReachable
    guard was != isReachable else { return }
    if isReachable { comesBack(cluster) } else { isCutOff(cluster) }
  }

  /// Starts the clock of the planner's patience with a cluster that cannot be heard.
  mutating func isCutOff(_ cluster: ClusterID) {
    guard let planner = planner(of: cluster) else { return }
    clusters[cluster].silence &+= 1
    clusters[cluster].silentSince = now
    schedule(
      .silenceNoticed, of: cluster, after: model.planners[planner].staleAfter,
      attempt: clusters[cluster].silence)
  }

  private mutating func comesBack(_ cluster: ClusterID) {
    guard planner(of: cluster) != nil else { return }
    clusters[cluster].silence &+= 1
    if clusters[cluster].isKnownSilent {
      clusters[cluster].isKnownSilent = false
      send(.heard, from: cluster)
    }
    if clusters[cluster].owesReport {
      clusters[cluster].owesReport = false
      for service in model.services.indices { report(cluster, service) }
    }
    if clusters[cluster].wantsPoll {
      clusters[cluster].wantsPoll = false
      planPoll(cluster)
    }
  }

  mutating func silenceNoticed(_ cluster: ClusterID, _ silence: UInt16) {
    guard silence == clusters[cluster].silence & 0xFFF, clusters[cluster].isMember else { return }
    clusters[cluster].isKnownSilent = true
    send(.silent(since: clusters[cluster].silentSince), from: cluster, by: .prompt)
  }

  // MARK: Directives

  mutating func directiveArrives(
    _ cluster: ClusterID, _ source: DirectiveSource, _ tag: DirectiveTag
  ) {
    guard let service = model.serviceOf[source.rollout] else { return }
    coverage.messages += 1
    if let position = drivenPosition(service) {
      driven[cluster, position].desiredShare = source.share
    }
    instances[cluster, service].desiredGeneration = tag.generation
    instances[cluster, service].desiresTarget = tag.isTarget
    instances[cluster, service].desiresPause = tag.isPaused
    if model.options.plantsViolation {
      clusters[ClusterID(rawValue: cluster.rawValue ^ 1)].silence += 1
    }
    planPoll(cluster)
  }

  /// Lets the agent look at what is desired: now if it is told, else at its next poll.
  private mutating func planPoll(_ cluster: ClusterID) {
    switch model.classes[Int(clusters[cluster].classIndex)].poll {
    case .push: agentPolls(cluster)
    case .every(let interval):
      let words = draw(.pollPhase, of: cluster, 0)
      let phase = Int64(words.below(UInt64(interval.count)))
      let since = (now - model.world.startAt).count - phase
      let polls = since < 0 ? 0 : since / interval.count + 1
      schedulePoll(cluster, at: model.world.startAt + Microseconds(phase + polls * interval.count))
    case .jittered(let from, let to):
      let bucket = UInt32(truncatingIfNeeded: (now - model.world.startAt).count / max(1, to.count))
      let words = draw(.pollResidual, of: cluster, bucket)
      let residual = Distribution.uniform(from: from, to: to).residual(words)
      schedulePoll(cluster, at: now + residual)
    }
  }

  private mutating func schedulePoll(_ cluster: ClusterID, at instant: Instant) {
    guard !clusters[cluster].isPollPlanned else { return }
    clusters[cluster].isPollPlanned = true
    schedule(.agentPolls, of: cluster, at: instant)
  }

  mutating func agentPolls(_ cluster: ClusterID) {
    clusters[cluster].isPollPlanned = false
    guard clusters[cluster].isReachable else {
      clusters[cluster].wantsPoll = true
      return
    }
    for service in model.services.indices
    where instances[cluster, service].generation != instances[cluster, service].desiredGeneration {
      takeDirective(cluster, service)
    }
  }

  private mutating func takeDirective(_ cluster: ClusterID, _ service: Int) {
    instances[cluster, service].generation = instances[cluster, service].desiredGeneration
    instances[cluster, service].isPaused = instances[cluster, service].desiresPause
    let isTarget = instances[cluster, service].desiresTarget
    instances[cluster, service].reportsTarget = isTarget
    let state = instances[cluster, service]
    let wanted = isTarget ? model.services[service].target ?? state.version : state.home
    if let position = drivenPosition(service) {
      return steer(cluster, service, position, to: wanted)
    }
    guard state.version == wanted, state.phase != .failed else {
      beginUpdate(cluster, service, to: wanted)
      return
    }
    if state.isUpdating {
      if state.isBlocked, !state.isPaused { retry(cluster, service) }
    } else {
      enter(isTarget ? .available : .idle, cluster, service)
    }
    report(cluster, service)
  }

  // MARK: Reports

  /// Reports on a service to the cluster's planner, or remembers that it should have.
  ///
  /// - Parameters:
  ///   - cluster: the cluster.
  ///   - service: the service.
  ///   - route: how it travels.
  mutating func report(_ cluster: ClusterID, _ service: Int, by route: MailRoute = .report) {
    guard let rollout = model.services[service].rollout, planner(of: cluster) != nil else { return }
    guard clusters[cluster].isReachable else {
      clusters[cluster].owesReport = true
      return
    }
    send(.report(observed(cluster, service)), of: rollout, from: cluster, by: route)
  }

  @inline(__always)
  private func observed(_ cluster: ClusterID, _ service: Int) -> Observed {
    let state = instances[cluster, service]
    let phase: Phase =
      switch state.phase {
      case .idle: .idle
      case .waiting: .waiting
      case .pulling, .replacing: .progressing
      case .available: .available
      case .failed: .failed
      }
    return Observed(
      since: state.since, reportedAt: now, ready: readyPods(cluster, service),
      total: replicas(cluster, service), generation: state.generation,
      revision: state.reportsTarget ? .target : .previous, phase: phase,
      health: state.isNoticedBad ? .bad : .good)
  }

  /// Lets the cluster's planner know from the beginning what it could not take for granted.
  mutating func introduce(_ cluster: ClusterID) {
    guard clusters[cluster].isMember else {
      send(.left, from: cluster, by: .prompt)
      return
    }
    for service in model.services.indices {
      let state = instances[cluster, service]
      if state.reportsTarget || state.isNoticedBad { report(cluster, service, by: .prompt) }
    }
  }

  mutating func tellMembership(of cluster: ClusterID) {
    guard planner(of: cluster) != nil else { return }
    let isMember = clusters[cluster].isMember
    send(isMember ? .joined : .left, from: cluster)
    guard isMember else { return }
    for service in model.services.indices { report(cluster, service) }
  }

  /// Sends a message to the cluster's planner.
  private mutating func send(
    _ content: ClusterMail.Content, of rollout: Int = 0, from cluster: ClusterID,
    by route: MailRoute = .report
  ) {
    guard let planner = planner(of: cluster) else { return }
    coverage.messages += 1
    let latency = route == .report ? model.planners[planner].reportLatency : .zero
    var arrives = now + latency
    if arrives == now, clock.eventClass >= EventKind.plannerLooks.eventClass {
      arrives = now + Microseconds(1)
    }
    log.add(
      ClusterMail(
        at: arrives, cluster: clusters[cluster].local, rollout: Int32(rollout),
        key: clusters[cluster].key, content: content),
      to: planner, by: model.planners[planner].reportLatency == .zero ? .report : route)
  }

  @inline(__always)
  func planner(of cluster: ClusterID) -> Int? {
    let planner = clusters[cluster].planner
    return planner == World.noPlanner ? nil : Int(planner)
  }
}
