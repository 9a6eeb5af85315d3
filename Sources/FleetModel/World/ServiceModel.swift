import Determinism
import RolloutStrategies

/// A service as the handlers need it: its versions, its rollout, and its pods by class.
struct ServiceModel {
  let plan: ServicePlan
  /// What its users ask.
  let requests: RequestPlan
  /// The rollout that changes it, and the version it changes to; nil: none does.
  let rollout: Int?
  let target: UInt8?
  /// How versions come into a cluster.
  let delivery: DeliveryPolicy
  /// Where the states of the delivery are among those that are driven; nil: it is not driven.
  let drivenPosition: Int?
  /// What answers the delivery's questions.
  let answers: (metrics: [MetricSignal], hooks: [HookSignal])
  /// The rolling update, by class of cluster.
  let updates: [RollingUpdate]
  /// Which clusters the rollout is for.
  let test: ClusterTest?

  /// All services of a world.
  ///
  /// `policies` are the rollouts under the arm that is run; without one there are none.
  static func all(of world: World, _ policies: [RolloutPolicy]) -> [ServiceModel] {
    var driven = 0
    return world.scenario.services.indices.map { index in
      let model = ServiceModel(index, world, policies, drivenBefore: driven)
      if model.drivenPosition != nil { driven += 1 }
      return model
    }
  }

  private init(
    _ index: Int, _ world: World, _ policies: [RolloutPolicy], drivenBefore: Int
  ) {
    let scenario = world.scenario
    plan = scenario.services[index]
    requests = plan.requests ?? .standard
    rollout = scenario.rollouts.firstIndex { $0.service == scenario.services[index].name }
    let delivery =
      (policies.isEmpty ? nil : rollout.map { policies[$0].delivery }) ?? .standard
    self.delivery = delivery
    drivenPosition = delivery.driven.map { _ in drivenBefore }
    answers = Self.answers(delivery)
    test = rollout.map { world.fleet.resolve(scenario.rollouts[$0].clusters) }
    target = rollout.flatMap { rollout in
      world.versions[index].firstIndex(of: scenario.rollouts[rollout].to).map { UInt8($0) }
    }
    updates = scenario.fleet.classes.indices.map { classIndex in
      RollingUpdate(
        delivery, replicas: world.replicas(service: index, classIndex: classIndex))
    }
  }
}

extension ServiceModel {
  private static func answers(
    _ delivery: DeliveryPolicy
  ) -> (metrics: [MetricSignal], hooks: [HookSignal]) {
    func signal<Signal>(_ binding: Binding<Signal>) -> Signal {
      guard let signal = binding.signal else {
        preconditionFailure("nothing stands for \(binding.name)")
      }
      return signal
    }
    guard let driven = delivery.driven else { return ([], []) }
    return (driven.metricBindings.map(signal), driven.hookBindings.map(signal))
  }

  func initialVersion(_ words: RandomWords, among versions: [String]) -> UInt8 {
    var rest = Int64(words.below(1_000_000_000))
    for initial in plan.initial {
      rest -= initial.share.partsPerBillion
      if rest < 0 { return UInt8(versions.firstIndex(of: initial.version) ?? 0) }
    }
    return 0
  }
}
