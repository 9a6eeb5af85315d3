import Determinism
import RolloutStrategies

extension ClusterState {
  /// The clusters of a lane as they are at the beginning, before any weather.
  ///
  /// - Parameters:
  ///   - model: the run.
  ///   - share: the clusters.
  ///   - chart: what shows their domains.
  /// - Returns: one row for each cluster.
  static func initial(
    _ model: RunModel, _ share: LaneShare, chart: DomainChart
  ) -> OwnedTable<ClusterState> {
    let world = model.world
    let absent = world.absentAtStart()
    return OwnedTable(width: 1, of: share, in: world.fleet) { cluster, _ in
      var state = ClusterState(
        key: world.fleet.keys[cluster], chartRow: chart.row(of: cluster),
        local: world.localOf[cluster], classIndex: world.classOf[cluster],
        planner: model.hasPlanners ? world.plannerOf[cluster] : World.noPlanner)
      state.isMember = !absent[cluster.offset]
      return state
    }
  }
}

extension ServingState {
  /// What the clusters of a lane have for their services at the beginning.
  static func initial(_ model: RunModel, _ share: LaneShare) -> OwnedTable<ServingState> {
    let world = model.world
    let byClass = world.scenario.fleet.classes.enumerated().map { index, plan in
      let pods = world.scenario.services.indices.reduce(plan.otherPods) { pods, service in
        service == model.placedService
          ? pods : pods + world.replicas(service: service, classIndex: index)
      }
      precondition(
        (0...Int(UInt16.max)).contains(plan.nodes) && plan.nodeLimit <= Int(UInt16.max),
        "class \(plan.name) has \(plan.nodes) nodes and can grow to \(plan.nodeLimit)")
      return ServingState(nodes: UInt16(plan.nodes), pods: Int32(pods))
    }
    return OwnedTable(width: 1, of: share, in: world.fleet) { cluster, _ in
      var state = byClass[Int(world.classOf[cluster])]
      state.pods += Int32(model.placement?.initial[cluster.offset] ?? 0)
      return state
    }
  }
}

extension ServiceState {
  /// All services of a lane's clusters as they are at the beginning.
  static func initial(
    _ model: RunModel, _ share: LaneShare, digest: inout SummedDigest
  ) -> OwnedTable<ServiceState> {
    var states = OwnedTable(
      width: model.services.count, of: share, in: model.world.fleet
    ) { cluster, index in
      initial(index, of: cluster, model, digest: &digest)
    }
    takeOver(&states, model)
    return states
  }

  /// One service of a cluster.
  private static func initial(
    _ index: Int, of cluster: ClusterID, _ model: RunModel, digest: inout SummedDigest
  ) -> ServiceState {
    let world = model.world
    let key = world.fleet.keys[cluster]
    var version: UInt8 = 0
    if !model.services[index].plan.initial.isEmpty {
      let words = digest.draw(model.random, key, .initial, UInt32(index) << 8)
      version = model.services[index].initialVersion(words, among: world.versions[index])
    }
    var state = ServiceState(
      since: world.startAt, version: version, from: version, home: version)
    let replicas = model.services[index].updates[Int(world.classOf[cluster])].replicas
    state.newPods = Int32(replicas)
    if let placement = model.placement, placement.service == index {
      state.newPods = Int32(placement.initial[cluster.offset])
    }
    if model.services[index].plan.initiallyUnhealthy > .zero {
      let words = digest.draw(model.random, key, .initial, UInt32(index) << 8 | 1)
      state.isIll = words.chance(model.services[index].plan.initiallyUnhealthy)
      state.isNoticedBad = state.isIll
      state.isAiling = state.isIll
    }
    if version == model.services[index].target { state.startAtTarget() }
    state.isEligible =
      model.services[index].test?.chooses(cluster, of: world.fleet) ?? false
    return state
  }

  /// Makes services what somebody has observed of them.
  private static func takeOver(
    _ states: inout OwnedTable<ServiceState>, _ model: RunModel
  ) {
    let world = model.world
    for (rollout, known) in (world.takeover?.known ?? []).enumerated() {
      let plan = world.scenario.rollouts[rollout]
      guard
        let service = world.scenario.services.firstIndex(where: { $0.name == plan.service }),
        let target = world.versions[service].firstIndex(of: plan.to)
      else { continue }
      for entry in known where states.share.owns(entry.cluster) {
        states.change(entry.cluster, service) {
          $0.takeOver(
            entry, target: UInt8(target), isPlanned: model.services[service].target != nil)
        }
      }
    }
  }

  private mutating func startAtTarget() {
    phase = .available
    reportsTarget = true
    desiresTarget = true
  }
}

extension DrivenState {
  /// All driven deliveries of a lane's clusters as they are at the beginning: at rest, each with
  /// ticks of its own.
  static func initial(
    _ model: RunModel, _ states: borrowing OwnedTable<ServiceState>, digest: inout SummedDigest
  ) -> OwnedTable<DrivenState> {
    let world = model.world
    let models = model.services.enumerated().filter { $0.element.drivenPosition != nil }
    return OwnedTable(width: models.count, of: states.share, in: world.fleet) {
      cluster, position in
      let (service, driven) = models[position]
      let interval = driven.delivery.driven?.lookInterval ?? .zero
      var anchor = world.startAt
      if interval > .zero {
        let words = digest.draw(
          model.random, world.fleet.keys[cluster], .deliveryPhase, UInt32(service))
        anchor = anchor + Microseconds(Int64(words.below(UInt64(interval.count)))) - interval
      }
      let replicas = driven.updates[Int(world.classOf[cluster])].replicas
      return DrivenState(
        driven.delivery, running: states.row(of: cluster, service).version,
        replicas: Int32(replicas), from: anchor, at: world.startAt)
    }
  }
}
