import Determinism
import RolloutStrategies

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

  /// The share of requests to the version that fail once it acts. Unit: parts per billion.
  var errorRate: Int32 {
    switch plan.effect {
    case .crash, .neverReady: 1_000_000_000
    case .errorRate(let rate): Int32(min(rate, .one).partsPerBillion)
    }
  }
}

/// Which attempt of which update a draw of fate is for.
enum FateOrdinal {
  /// service 6 bits | version 6 bits | attempt 8 bits | round 8 bits; counts beyond that repeat the last.
  static func of(service: Int, version: UInt8, attempt: UInt8, round: UInt8 = 0) -> UInt32 {
    UInt32(service) << 22 | UInt32(version) << 16 | UInt32(attempt) << 8 | UInt32(round)
  }
}

extension ClusterState {
  /// All clusters as they are at the beginning, before any weather.
  static func initial(_ world: World) -> [ClusterState] {
    let byClass = world.scenario.fleet.classes.enumerated().map { index, plan in
      var state = ClusterState(nodes: Int32(plan.nodes), pods: Int32(plan.otherPods))
      for service in world.scenario.services.indices {
        state.pods += Int32(world.replicas(service: service, classIndex: index))
      }
      return state
    }
    var states = world.classOf.elements.map { byClass[Int($0)] }
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
        var state = ServiceState(since: world.startAt, version: version, from: version, home: version)
        state.newPods = Int32(service.updates[Int(world.classOf[cluster])].replicas)
        if service.plan.initiallyUnhealthy > .zero {
          let words = digest.draw(
            random, world.fleet.keys[cluster], .initial, UInt32(index) << 8 | 1)
          state.isIll = words.chance(service.plan.initiallyUnhealthy)
          state.isNoticedBad = state.isIll
          state.isAiling = state.isIll
        }
        if version == service.target { state.startAtTarget() }
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
