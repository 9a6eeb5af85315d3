import Determinism
import RolloutStrategies

/// A class of clusters as the handlers need it.
struct ClassModel {
  /// People or devices that depend on a cluster.
  let users: Int64
  let downWhileUpdating: Bool
  let poll: ClassPlan.Poll
  let podsPerNode: Int
  let podLimit: Int
  let nodeLimit: Int
  let nodeStart: Microseconds
  /// How a cluster's own link comes and goes; nil: it is always there.
  let link: Alternation?
  /// How a cluster's own health comes and goes; nil: it is always well.
  let health: Alternation?

  init(_ plan: ClassPlan) {
    users = Int64(plan.users)
    downWhileUpdating = plan.downWhileUpdating
    poll = plan.poll
    podsPerNode = plan.podsPerNode
    podLimit = plan.podLimit
    nodeLimit = plan.nodeLimit
    nodeStart = plan.nodeStart
    link = plan.link.map { Alternation(up: $0.up, down: $0.down, purpose: .link) }
    health = plan.background.map { Alternation(up: $0.up, down: $0.down, purpose: .background) }
  }
}

/// A planner as the handlers need it.
struct PlannerModel {
  /// What identifies its draws and its chain of events.
  let key: UInt64
  let reportLatency: Microseconds
  let deliveryLatency: Microseconds
  let lookInterval: Microseconds
  let staleAfter: Microseconds
  /// When it is down.
  let outages: [(from: Instant, to: Instant)]

  init(_ plan: PlannerPlan, startAt: Instant) {
    key = EntityKey.hash(of: "planner/" + plan.name)
    reportLatency = plan.reportLatency
    deliveryLatency = plan.deliveryLatency
    lookInterval = plan.lookInterval
    staleAfter = plan.staleAfter
    outages = plan.outages.map { outage in
      (startAt + outage.after, startAt + outage.after + outage.duration)
    }
  }
}

/// A service as the handlers need it: its versions, its rollout, and its pods by class.
struct ServiceModel {
  let plan: ServicePlan
  /// The rollout that changes it, and the version it changes to; nil: none does.
  let rollout: Int?
  let target: UInt8?
  /// The rolling update, by class of cluster.
  let updates: [RollingUpdate]
  /// Which clusters the rollout is for.
  let test: ClusterTest?

  init(_ index: Int, _ world: World) {
    let scenario = world.scenario
    plan = scenario.services[index]
    rollout = scenario.rollouts.firstIndex { $0.service == scenario.services[index].name }
    let delivery = rollout.map { scenario.rollouts[$0].delivery } ?? .standard
    test = rollout.map { world.fleet.resolve(scenario.rollouts[$0].clusters) }
    target = rollout.flatMap { rollout in
      world.versions[index].firstIndex(of: scenario.rollouts[rollout].to).map { UInt8($0) }
    }
    updates = scenario.fleet.classes.indices.map { classIndex in
      RollingUpdate(delivery, replicas: world.replicas(service: index, classIndex: classIndex))
    }
  }
}

/// A defect as the handlers need it.
struct DefectModel {
  let plan: DefectPlan
  let service: Int
  let version: UInt8
  let test: ClusterTest

  /// Works out the defects of a case; those of versions that never run are left out.
  static func resolve(_ plans: [DefectPlan], _ world: World) -> [DefectModel] {
    precondition(plans.count <= 16, "\(plans.count) defects in one case; 16 are possible")
    return plans.compactMap { plan in
      guard
        let service = world.scenario.services.firstIndex(where: { $0.name == plan.service }),
        let version = world.versions[service].firstIndex(of: plan.version)
      else { return nil }
      return DefectModel(
        plan: plan, service: service, version: UInt8(version),
        test: world.fleet.resolve(plan.affects))
    }
  }

  /// Whether it keeps pods from becoming ready at all.
  var keepsFromStarting: Bool {
    if case .afterStart = plan.trigger { return false }
    switch plan.effect {
    case .crash, .neverReady: return true
    case .errorRate: return false
    }
  }

  /// The share of requests to the version that fail once it acts.
  ///
  /// Unit: parts per billion.
  var errorRate: Int32 {
    switch plan.effect {
    case .crash, .neverReady: 1_000_000_000
    case .errorRate(let rate): Int32(min(rate, .one).partsPerBillion)
    }
  }
}

/// Which attempt of which update a draw of fate is for.
enum FateOrdinal {
  /// service 6 bits | version 6 bits | attempt 8 bits | round 8 bits; counts beyond that repeat the
  /// last.
  static func of(service: Int, version: UInt8, attempt: UInt8, round: UInt8 = 0) -> UInt32 {
    UInt32(service) << 22 | UInt32(version) << 16 | UInt32(attempt) << 8 | UInt32(round)
  }
}

extension ClusterState {
  /// All clusters as they are at the beginning, before any weather.
  ///
  /// - Parameters:
  ///   - hasPlanners: whether planners are at work in the run.
  ///   - chart: what shows the clusters' domains.
  static func initial(_ world: World, hasPlanners: Bool, chart: DomainChart) -> [ClusterState] {
    let byClass = world.scenario.fleet.classes.enumerated().map { index, plan in
      let pods = world.scenario.services.indices.reduce(plan.otherPods) { pods, service in
        pods + world.replicas(service: service, classIndex: index)
      }
      return (nodes: Int32(plan.nodes), pods: Int32(pods))
    }
    var states: [ClusterState] = world.fleet.clusters.map { cluster in
      let (nodes, pods) = byClass[Int(world.classOf[cluster])]
      return ClusterState(
        key: world.fleet.keys[cluster], classIndex: world.classOf[cluster],
        planner: hasPlanners ? world.plannerOf[cluster] : World.noPlanner,
        local: world.localOf[cluster], chartRow: chart.row(of: cluster), nodes: nodes, pods: pods)
    }
    for membership in world.scenario.environment.membership {
      guard let joins = membership.joinsAfter, joins > .zero else { continue }
      let test = world.fleet.resolve(membership.clusters)
      for cluster in world.fleet.clusters where test.chooses(cluster, of: world.fleet) {
        states[cluster.offset].isMember = false
      }
    }
    return states
  }
}

extension ServiceState {
  /// All services of all clusters as they are at the beginning.
  static func initial(
    _ world: World, services: [ServiceModel], random: RandomStream, digest: inout SummedDigest
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
    return states
  }

  private mutating func startAtTarget() {
    phase = .available
    reportsTarget = true
    desiresTarget = true
  }
}

extension ServiceModel {
  fileprivate func initialVersion(_ words: RandomWords, among versions: [String]) -> UInt8 {
    var rest = Int64(words.below(1_000_000_000))
    for initial in plan.initial {
      rest -= initial.share.partsPerBillion
      if rest < 0 { return UInt8(versions.firstIndex(of: initial.version) ?? 0) }
    }
    return 0
  }
}
