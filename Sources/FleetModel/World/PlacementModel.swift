import Determinism
public import RolloutStrategies

/// The placement of a service as the handlers need it.
struct PlacementModel {
  /// The service, by position.
  let service: Int
  let plan: PlacementPlan
  let placement: Placement
  /// Pods of each cluster at the beginning.
  let initial: [Int]

  /// The placement that a run has under an arm; nil: every cluster has its own pods.
  init?(_ world: World, arm: ArmPlan?) {
    let plans = world.scenario.services.map { service in
      arm?.placements?.first { $0.service == service.name }?.plan ?? service.placement
    }
    guard let service = plans.firstIndex(where: { $0 != nil }), let plan = plans[service] else {
      return nil
    }
    self.service = service
    self.plan = plan
    placement = Placement(plan.policy, in: world.fleet)
    let zeros = [Int](repeating: 0, count: world.fleet.count)
    let decision = placement.decide(lost: world.absentAtStart(), asked: zeros, ready: zeros)
    guard case .place(let asked, _) = decision else {
      initial = zeros
      return
    }
    initial = asked
  }
}

extension World {
  /// Whether each cluster is no member at the beginning.
  func absentAtStart() -> [Bool] {
    var absent = [Bool](repeating: false, count: fleet.count)
    for membership in scenario.environment.membership {
      guard let joins = membership.joinsAfter, joins > .zero else { continue }
      let test = fleet.resolve(membership.clusters)
      for cluster in fleet.clusters where test.chooses(cluster, of: fleet) {
        absent[cluster.offset] = true
      }
    }
    for cluster in takeover?.absent ?? [] { absent[cluster.offset] = true }
    return absent
  }

  /// Clusters that cannot hold what is placed on them at the beginning, with the pods that they
  /// would have and those that they have room for; and whether the placement is possible at all.
  ///
  /// - Parameter arm: the arm; nil: a run without any rollout.
  /// - Returns: what does not fit, and the decision that was made.
  public func placementAtStart(
    arm: ArmPlan?
  ) -> (unfit: [(cluster: ClusterID, pods: Int, room: Int)], decision: Placement.Decision)? {
    guard let model = PlacementModel(self, arm: arm) else { return nil }
    let zeros = [Int](repeating: 0, count: fleet.count)
    let decision = model.placement.decide(lost: absentAtStart(), asked: zeros, ready: zeros)
    let unfit = Array(fleet.clusters).compactMap { cluster -> (ClusterID, Int, Int)? in
      let plan = scenario.fleet.classes[Int(classOf[cluster])]
      let others = scenario.services.indices.filter { $0 != model.service }
      let pods = others.reduce(plan.otherPods + model.initial[cluster.offset]) {
        $0 + replicas(service: $1, classIndex: Int(classOf[cluster]))
      }
      let room = min(plan.podLimit, plan.nodes * plan.podsPerNode)
      return pods > room ? (cluster, pods, room) : nil
    }
    return (unfit.map { (cluster: $0.0, pods: $0.1, room: $0.2) }, decision)
  }
}
