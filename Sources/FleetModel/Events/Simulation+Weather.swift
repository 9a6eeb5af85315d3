import Determinism
import DiscreteEvents
import RolloutStrategies

/// What happens to clusters whatever is rolled out: failures of domains, of links, of themselves; joining and leaving.
extension Simulation where List: ~Copyable {
  /// Lets each cluster's weather begin.
  mutating func beginWeather() {
    let membership = world.scenario.environment.membership.map {
      (world.fleet.resolve($0.clusters), $0)
    }
    for cluster in world.fleet.clusters {
      clusters.owner = cluster
      instances.owner = cluster
      beginFailures(cluster)
      beginLink(cluster)
      beginHealth(cluster)
      for (test, plan) in membership where test.chooses(cluster, of: world.fleet) {
        if let joins = plan.joinsAfter, joins > .zero { schedule(.joins, of: cluster, after: joins) }
        if let leaves = plan.leavesAfter { schedule(.leaves, of: cluster, after: leaves) }
      }
      account(for: cluster)
    }
  }

  // MARK: Domains and outages

  private mutating func beginFailures(_ cluster: ClusterID) {
    for (dimension, first) in weather.byDimension {
      let value = world.fleet.dimensions[dimension].valueOf[cluster]
      if value != Fleet.Dimension.none { beginTimeline(first + Int(value), cluster) }
    }
    for (test, timeline) in weather.byTest where test.chooses(cluster, of: world.fleet) {
      beginTimeline(timeline, cluster)
    }
    for (failures, rule) in weather.ofClusters {
      var process = ownFailures(failures, rule, of: cluster)
      let (isUp, until) = process.begin(at: now, random: random, digest: &draws)
      if !isUp { fail(cluster, failures.effect) }
      schedule(
        isUp ? .domainFails : .domainRecovers, of: cluster, at: until,
        source: weather.timelines.count + Int(rule), attempt: UInt16(process.transitions))
    }
  }

  private mutating func beginTimeline(_ timeline: Int, _ cluster: ClusterID) {
    guard let first = weather.timelines[timeline].spans.first else { return }
    schedule(.domainFails, of: cluster, at: first.from, source: timeline, attempt: 0)
  }

  private func ownFailures(
    _ failures: EnvironmentPlan.Failures, _ rule: UInt32, of cluster: ClusterID
  ) -> Alternation {
    Alternation(
      up: failures.between, down: failures.repair, key: world.fleet.keys[cluster],
      purpose: .domain, rule: rule)
  }

  mutating func domainFails(_ cluster: ClusterID, _ key: EventKey) {
    let timeline = Int(key.source)
    guard timeline < weather.timelines.count else {
      return ownTransition(cluster, key, isUp: false)
    }
    let span = weather.timelines[timeline].spans[Int(key.attempt)]
    fail(cluster, weather.timelines[timeline].effect)
    schedule(
      .domainRecovers, of: cluster, at: span.to, source: timeline, attempt: key.attempt)
  }

  mutating func domainRecovers(_ cluster: ClusterID, _ key: EventKey) {
    let timeline = Int(key.source)
    guard timeline < weather.timelines.count else {
      return ownTransition(cluster, key, isUp: true)
    }
    recover(cluster, weather.timelines[timeline].effect)
    let next = Int(key.attempt) + 1
    guard next < weather.timelines[timeline].spans.count else { return }
    precondition(next < 1 << 12, "\(next) failures of \(weather.timelines[timeline].name)")
    schedule(
      .domainFails, of: cluster, at: weather.timelines[timeline].spans[next].from,
      source: timeline, attempt: UInt16(next))
  }

  /// A failure or repair that the cluster has on its own.
  private mutating func ownTransition(_ cluster: ClusterID, _ key: EventKey, isUp: Bool) {
    let rule = weather.ofClusters[Int(key.source) - weather.timelines.count]
    precondition(key.attempt < 4_000, "\(key.attempt) failures of one cluster")
    var process = ownFailures(rule.failures, rule.rule, of: cluster)
    process.transitions = UInt32(key.attempt)
    let until = process.next(isUp: isUp, after: now, random: random, digest: &draws)
    if isUp { recover(cluster, rule.failures.effect) } else { fail(cluster, rule.failures.effect) }
    schedule(
      isUp ? .domainFails : .domainRecovers, of: cluster, at: until, source: Int(key.source),
      attempt: UInt16(process.transitions))
  }

  private mutating func fail(_ cluster: ClusterID, _ effect: EnvironmentPlan.Effect) {
    if clusters[cluster].updating > 0 { coverage.outagesDuringUpdate += 1 }
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

  private func link(of cluster: ClusterID, _ plan: ClassPlan.UpDown) -> Alternation {
    Alternation(
      up: plan.up, down: plan.down, key: world.fleet.keys[cluster], purpose: .link, rule: 0)
  }

  private mutating func beginLink(_ cluster: ClusterID) {
    guard let plan = world.plan(of: cluster).link else { return }
    var process = link(of: cluster, plan)
    let (isUp, until) = process.begin(at: now, random: random, digest: &draws)
    clusters[cluster].linkTransitions = process.transitions
    clusters[cluster].isLinkUp = isUp
    if !isUp { changeReach(of: cluster) { $0.linkDownCount += 1 } }
    schedule(.linkChanges, of: cluster, at: until)
  }

  mutating func linkChanges(_ cluster: ClusterID) {
    guard let plan = world.plan(of: cluster).link else { return }
    var process = link(of: cluster, plan)
    process.transitions = clusters[cluster].linkTransitions
    let isUp = !clusters[cluster].isLinkUp
    let until = process.next(isUp: isUp, after: now, random: random, digest: &draws)
    clusters[cluster].linkTransitions = process.transitions
    clusters[cluster].isLinkUp = isUp
    if !isUp, clusters[cluster].updating > 0 { coverage.outagesDuringUpdate += 1 }
    changeReach(of: cluster) { state in
      if isUp { state.linkDownCount -= 1 } else { state.linkDownCount += 1 }
    }
    schedule(.linkChanges, of: cluster, at: until)
  }

  // MARK: A cluster's own health

  private func health(of cluster: ClusterID, _ plan: ClassPlan.UpDown) -> Alternation {
    Alternation(
      up: plan.up, down: plan.down, key: world.fleet.keys[cluster], purpose: .background, rule: 0)
  }

  private mutating func beginHealth(_ cluster: ClusterID) {
    guard let plan = world.plan(of: cluster).background else { return }
    var process = health(of: cluster, plan)
    let (isUp, until) = process.begin(at: now, random: random, digest: &draws)
    clusters[cluster].healthTransitions = process.transitions
    clusters[cluster].isUnwell = !isUp
    if !isUp {
      for service in services.indices {
        instances[cluster, service].isNoticedBad = true
        instances[cluster, service].isAiling = true
      }
    }
    schedule(.healthChanges, of: cluster, at: until)
  }

  mutating func healthChanges(_ cluster: ClusterID) {
    guard let plan = world.plan(of: cluster).background else { return }
    var process = health(of: cluster, plan)
    process.transitions = clusters[cluster].healthTransitions
    let isUp = clusters[cluster].isUnwell
    let until = process.next(isUp: isUp, after: now, random: random, digest: &draws)
    clusters[cluster].healthTransitions = process.transitions
    clusters[cluster].isUnwell = !isUp
    for service in services.indices { healthMayHaveChanged(cluster, service) }
    schedule(.healthChanges, of: cluster, at: until)
  }

  // MARK: Membership

  mutating func joins(_ cluster: ClusterID) {
    coverage.joins += 1
    changeReach(of: cluster) { $0.isMember = true }
    tellMembership(of: cluster)
    journal.noteMembership(joined: true, cluster, at: now)
  }

  mutating func leaves(_ cluster: ClusterID) {
    interruptUpdates(cluster)
    clusters[cluster].isMember = false
    clusters[cluster].silence &+= 1
    tellMembership(of: cluster)
    journal.noteMembership(joined: false, cluster, at: now)
  }
}
