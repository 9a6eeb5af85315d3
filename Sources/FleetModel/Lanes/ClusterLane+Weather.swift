import Determinism
import DiscreteEvents
import RolloutStrategies

/// What happens to clusters whatever is rolled out: failures of domains, of links, of themselves;
/// joining and leaving.
extension ClusterLane where List: ~Copyable {
  /// Lets each cluster's weather begin.
  mutating func beginWeather() {
    takeOverSilences()
    let membership = model.world.scenario.environment.membership.map {
      (model.world.fleet.resolve($0.clusters), $0)
    }
    for cluster in share.clusters(of: model.world.fleet) {
      begin(with: cluster)
      beginFailures(cluster)
      beginLink(cluster)
      beginHealth(cluster)
      for (test, plan) in membership where test.chooses(cluster, of: model.world.fleet) {
        if let joins = plan.joinsAfter, joins > .zero {
          schedule(.joins, of: cluster, after: joins)
        }
        if let leaves = plan.leavesAfter { schedule(.leaves, of: cluster, after: leaves) }
      }
      awaitDefectsFromBeginning(cluster)
      introduce(cluster)
      serving[cluster].serviceImpact = serviceImpact(of: cluster)
      account(for: cluster)
    }
  }

  /// Lets clusters be silent of which somebody knows that they are.
  private mutating func takeOverSilences() {
    for (cluster, since) in model.world.takeover?.silent ?? [] where share.owns(cluster) {
      open(for: cluster)
      clusters[cluster].linkDownCount += 1
      clusters[cluster].silence &+= 1
      clusters[cluster].silentSince = since
      clusters[cluster].isKnownSilent = planner(of: cluster) != nil
    }
  }

  // MARK: Domains and outages

  private mutating func beginFailures(_ cluster: ClusterID) {
    for (rule, dimension, first) in weather.byDimension {
      let value = model.world.fleet.dimensions[dimension].valueOf[cluster]
      if value != Fleet.Dimension.none { beginTimeline(first + Int(value), rule, cluster) }
    }
    for (rule, test, timeline) in weather.byTest where test.chooses(cluster, of: model.world.fleet)
    {
      beginTimeline(timeline, rule, cluster)
    }
    for index in weather.ofClusters.indices {
      let (isUp, until) = weather.ofClusters[index].process.begin(
        of: clusters[cluster].key, at: now, random: model.random, digest: &draws)
      if !isUp { fail(cluster, weather.ofClusters[index].effect) }
      schedule(
        isUp ? .domainFails : .domainRecovers, of: cluster, at: until,
        source: weather.ofClusters[index].rule, attempt: UInt16(Alternation.begun))
    }
  }

  private mutating func beginTimeline(_ timeline: Int, _ rule: Int, _ cluster: ClusterID) {
    guard let first = weather.timelines[timeline].spans.first else { return }
    schedule(.domainFails, of: cluster, at: first.from, source: rule, attempt: 0)
  }

  mutating func domainFails(_ cluster: ClusterID, _ key: EventKey) {
    let rule = Int(key.source)
    guard let timeline = weather.timeline(rule, of: cluster, in: model.world.fleet) else {
      return ownTransition(cluster, key, isUp: false)
    }
    let span = weather.timelines[timeline].spans[Int(key.attempt)]
    fail(cluster, weather.timelines[timeline].effect)
    schedule(
      .domainRecovers, of: cluster, at: span.to, source: rule, attempt: key.attempt)
  }

  mutating func domainRecovers(_ cluster: ClusterID, _ key: EventKey) {
    let rule = Int(key.source)
    guard let timeline = weather.timeline(rule, of: cluster, in: model.world.fleet) else {
      return ownTransition(cluster, key, isUp: true)
    }
    recover(cluster, weather.timelines[timeline].effect)
    let next = Int(key.attempt) + 1
    guard next < weather.timelines[timeline].spans.count else { return }
    precondition(next < 1 << 12, "\(next) failures of \(weather.timelines[timeline].name)")
    schedule(
      .domainFails, of: cluster, at: weather.timelines[timeline].spans[next].from,
      source: rule, attempt: UInt16(next))
  }

  /// A failure or repair that the cluster has on its own.
  private mutating func ownTransition(_ cluster: ClusterID, _ key: EventKey, isUp: Bool) {
    guard let index = weather.ofClusters.firstIndex(where: { $0.rule == Int(key.source) }) else {
      preconditionFailure("no rule \(key.source) of failures")
    }
    precondition(key.attempt < 4_000, "\(key.attempt) failures of one cluster")
    var transitions = UInt32(key.attempt)
    let until = weather.ofClusters[index].process.next(
      &transitions, of: clusters[cluster].key, isUp: isUp, after: now, random: model.random,
      digest: &draws)
    let effect = weather.ofClusters[index].effect
    if isUp { recover(cluster, effect) } else { fail(cluster, effect) }
    schedule(
      isUp ? .domainFails : .domainRecovers, of: cluster, at: until, source: Int(key.source),
      attempt: UInt16(transitions))
  }

  private mutating func fail(_ cluster: ClusterID, _ effect: EnvironmentPlan.Effect) {
    if clusters[cluster].updating > 0 { coverage.outagesDuringUpdate += 1 }
    switch effect {
    case .down: coverage.downs += 1
    case .linkDown: coverage.linkDowns += 1
    case .controlPlaneDown: coverage.controlPlaneDowns += 1
    }
    changeReach(of: cluster) { state in
      switch effect {
      case .down: state.downCount += 1
      case .linkDown: state.linkDownCount += 1
      case .controlPlaneDown: state.controlDownCount += 1
      }
    }
    if effect == .down, clusters[cluster].downCount == 1 { interruptUpdates(cluster) }
  }

  private mutating func recover(_ cluster: ClusterID, _ effect: EnvironmentPlan.Effect) {
    changeReach(of: cluster) { state in
      switch effect {
      case .down: state.downCount -= 1
      case .linkDown: state.linkDownCount -= 1
      case .controlPlaneDown: state.controlDownCount -= 1
      }
    }
    if clusters[cluster].canChange { resumeUpdates(cluster) }
  }

  // MARK: A cluster's own link

  private mutating func beginLink(_ cluster: ClusterID) {
    let state = clusters[cluster]
    guard
      let (isUp, until) = model.classes[Int(state.classIndex)].link?.begin(
        of: state.key, at: now, random: model.random, digest: &draws)
    else { return }
    clusters[cluster].linkTransitions = Alternation.begun
    clusters[cluster].isLinkUp = isUp
    if !isUp { changeReach(of: cluster) { $0.linkDownCount += 1 } }
    schedule(.linkChanges, of: cluster, at: until)
  }

  mutating func linkChanges(_ cluster: ClusterID) {
    let state = clusters[cluster]
    let isUp = !state.isLinkUp
    guard
      let until = model.classes[Int(state.classIndex)].link?.next(
        &clusters[cluster].linkTransitions, of: state.key, isUp: isUp, after: now,
        random: model.random, digest: &draws)
    else { return }
    clusters[cluster].isLinkUp = isUp
    if !isUp, state.updating > 0 { coverage.outagesDuringUpdate += 1 }
    changeReach(of: cluster) { state in
      if isUp { state.linkDownCount -= 1 } else { state.linkDownCount += 1 }
    }
    schedule(.linkChanges, of: cluster, at: until)
  }

  // MARK: A cluster's own health

  private mutating func beginHealth(_ cluster: ClusterID) {
    let state = clusters[cluster]
    guard
      let (isUp, until) = model.classes[Int(state.classIndex)].health?.begin(
        of: state.key, at: now, random: model.random, digest: &draws)
    else { return }
    clusters[cluster].healthTransitions = Alternation.begun
    clusters[cluster].isUnwell = !isUp
    if !isUp {
      for service in model.services.indices {
        instances[cluster, service].isNoticedBad = true
        instances[cluster, service].isAiling = true
      }
    }
    schedule(.healthChanges, of: cluster, at: until)
  }

  mutating func healthChanges(_ cluster: ClusterID) {
    let state = clusters[cluster]
    let isUp = state.isUnwell
    guard
      let until = model.classes[Int(state.classIndex)].health?.next(
        &clusters[cluster].healthTransitions, of: state.key, isUp: isUp, after: now,
        random: model.random, digest: &draws)
    else { return }
    clusters[cluster].isUnwell = !isUp
    for service in model.services.indices { healthMayHaveChanged(cluster, service) }
    schedule(.healthChanges, of: cluster, at: until)
  }

  // MARK: Membership

  mutating func joins(_ cluster: ClusterID) {
    coverage.joins += 1
    changeReach(of: cluster) { $0.isMember = true }
    if !clusters[cluster].isReachable { isCutOff(cluster) }
    tellMembership(of: cluster)
    if clusters[cluster].canChange { resumeUpdates(cluster) }
    note(.joined, of: cluster)
  }

  mutating func leaves(_ cluster: ClusterID) {
    interruptUpdates(cluster)
    clusters[cluster].isMember = false
    clusters[cluster].silence &+= 1
    tellMembership(of: cluster)
    note(.left, of: cluster)
  }
}
