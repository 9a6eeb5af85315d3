import Determinism
import RolloutStrategies

extension ClusterState {
  /// All clusters as they are at the beginning, before any weather.
  ///
  /// - Parameters:
  ///   - world: the world.
  ///   - hasPlanners: whether planners are at work in the run.
  ///   - chart: what shows the clusters' domains.
  ///   - placement: the service that is placed, if any.
  /// - Returns: one for each cluster.
  static func initial(
    _ world: World, hasPlanners: Bool, chart: DomainChart, placement: PlacementModel?
  ) -> [ClusterState] {
    let byClass = world.scenario.fleet.classes.enumerated().map { index, plan in
      let pods = world.scenario.services.indices.reduce(plan.otherPods) { pods, service in
        service == placement?.service
          ? pods : pods + world.replicas(service: service, classIndex: index)
      }
      return (nodes: Int32(plan.nodes), pods: Int32(pods))
    }
    var states: [ClusterState] = world.fleet.clusters.map { cluster in
      let (nodes, pods) = byClass[Int(world.classOf[cluster])]
      return ClusterState(
        key: world.fleet.keys[cluster], classIndex: world.classOf[cluster],
        planner: hasPlanners ? world.plannerOf[cluster] : World.noPlanner,
        local: world.localOf[cluster], chartRow: chart.row(of: cluster), nodes: nodes,
        pods: pods + Int32(placement?.initial[cluster.offset] ?? 0))
    }
    for (cluster, isAbsent) in world.absentAtStart().enumerated() where isAbsent {
      states[cluster].isMember = false
    }
    return states
  }
}

extension ServiceState {
  /// All services of all clusters as they are at the beginning.
  static func initial(
    _ world: World, services: [ServiceModel], placement: PlacementModel?, random: RandomStream,
    digest: inout SummedDigest
  ) -> [ServiceState] {
    var states: [ServiceState] = []
    states.reserveCapacity(world.fleet.count * services.count)
    for cluster in world.fleet.clusters {
      for (index, service) in services.enumerated() {
        var version: UInt8 = 0
        if !service.plan.initial.isEmpty {
          let words = digest.draw(
            random, world.fleet.keys[cluster], .initial, UInt32(index) << 8)
          version = service.initialVersion(words, among: world.versions[index])
        }
        var state = ServiceState(
          since: world.startAt, version: version, from: version, home: version)
        state.newPods = Int32(service.updates[Int(world.classOf[cluster])].replicas)
        if let placement, placement.service == index {
          state.newPods = Int32(placement.initial[cluster.offset])
        }
        if service.plan.initiallyUnhealthy > .zero {
          let words = digest.draw(
            random, world.fleet.keys[cluster], .initial, UInt32(index) << 8 | 1)
          state.isIll = words.chance(service.plan.initiallyUnhealthy)
          state.isNoticedBad = state.isIll
          state.isAiling = state.isIll
        }
        if version == service.target { state.startAtTarget() }
        state.isEligible = service.test?.chooses(cluster, of: world.fleet) ?? false
        states.append(state)
      }
    }
    takeOver(&states, world, services)
    return states
  }

  /// Makes services what somebody has observed of them.
  private static func takeOver(
    _ states: inout [ServiceState], _ world: World, _ services: [ServiceModel]
  ) {
    for (rollout, known) in (world.takeover?.known ?? []).enumerated() {
      let plan = world.scenario.rollouts[rollout]
      guard
        let service = world.scenario.services.firstIndex(where: { $0.name == plan.service }),
        let target = world.versions[service].firstIndex(of: plan.to)
      else { continue }
      for entry in known {
        states[entry.cluster.offset * services.count + service].takeOver(
          entry, target: UInt8(target), isPlanned: services[service].target != nil)
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
  /// All driven deliveries of all clusters as they are at the beginning: at rest, each with ticks
  /// of its own.
  static func initial(
    _ world: World, _ services: [ServiceModel], _ states: [ServiceState], random: RandomStream,
    digest: inout SummedDigest
  ) -> OwnedTable<DrivenState> {
    let models = services.enumerated().filter { $0.element.drivenPosition != nil }
    var rows: [DrivenState] = []
    rows.reserveCapacity(models.count * world.fleet.count)
    for cluster in world.fleet.clusters where !models.isEmpty {
      for (service, model) in models {
        let interval = model.delivery.driven?.lookInterval ?? .zero
        var anchor = world.startAt
        if interval > .zero {
          let words = digest.draw(
            random, world.fleet.keys[cluster], .deliveryPhase, UInt32(service))
          anchor =
            anchor + Microseconds(Int64(words.below(UInt64(interval.count)))) - interval
        }
        let state = states[cluster.offset * services.count + service]
        let replicas = model.updates[Int(world.classOf[cluster])].replicas
        rows.append(
          DrivenState(
            model.delivery, running: state.version, replicas: Int32(replicas), from: anchor,
            at: world.startAt))
      }
    }
    return OwnedTable(rows, width: models.count)
  }
}
