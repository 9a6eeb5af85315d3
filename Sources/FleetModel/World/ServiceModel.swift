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

  /// `policies` are the rollouts under the arm that is run; without one there are none.
  init(_ index: Int, _ world: World, _ policies: [RolloutPolicy]) {
    let scenario = world.scenario
    plan = scenario.services[index]
    rollout = scenario.rollouts.firstIndex { $0.service == scenario.services[index].name }
    let delivery = policies.isEmpty ? nil : rollout.map { policies[$0].delivery }
    test = rollout.map { world.fleet.resolve(scenario.rollouts[$0].clusters) }
    target = rollout.flatMap { rollout in
      world.versions[index].firstIndex(of: scenario.rollouts[rollout].to).map { UInt8($0) }
    }
    updates = scenario.fleet.classes.indices.map { classIndex in
      RollingUpdate(
        delivery ?? .standard, replicas: world.replicas(service: index, classIndex: classIndex))
    }
  }
}

extension ServiceModel {
  func initialVersion(_ words: RandomWords, among versions: [String]) -> UInt8 {
    var rest = Int64(words.below(1_000_000_000))
    for initial in plan.initial {
      rest -= initial.share.partsPerBillion
      if rest < 0 { return UInt8(versions.firstIndex(of: initial.version) ?? 0) }
    }
    return 0
  }
}
