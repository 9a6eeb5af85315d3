import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

/// Checks that a service can be placed as it is written: that only one is, that its clusters have
/// room, and that nothing else moves users or keeps pods of its own.
struct PlacementCheck {
  /// Clusters of a fleet over which a service can be placed; each division of users takes memory
  /// for all of them.
  private static let clustersMax = 1_000

  let scenario: Scenario
  let fields: Fields

  func run() {
    guard scenario.hasPlacement else { return }
    let world = World(scenario)
    guard world.fleet.count <= Self.clustersMax else {
      fields["services"].report(
        .placementUnfit, "the fleet has more than \(Self.clustersMax) clusters",
        help: "place services over smaller fleets")
      return
    }
    check(nil, world, at: fields["services"])
    for (arm, cursor) in zip(scenario.arms, fields["arms"].items()) {
      check(arm, world, at: cursor)
    }
  }

  /// Checks one arm; nil: the run without any rollout.
  private func check(_ arm: ArmPlan?, _ world: World, at cursor: Cursor) {
    let placed = scenario.services.filter { service in
      service.placement != nil || arm?.placements?.contains { $0.service == service.name } ?? false
    }
    guard let service = placed.first else { return }
    func refuse(_ message: String, _ help: String) {
      cursor.report(.placementUnfit, message, help: help)
    }
    if placed.count > 1 {
      refuse("\(placed.count) services are placed", "place one of them")
    }
    if scenario.fleet.classes.contains(where: {
      $0.replicas.contains { $0.service == service.name }
    }
    ) {
      refuse(
        "classes state replicas of \(quoted(service.name)), which is placed",
        "state weights instead")
    }
    for assignment in arm?.strategies ?? [] { check(assignment, of: service, refuse) }
    // An arm that places nothing in its own way begins as the run without any rollout does.
    if arm == nil || arm?.placements != nil {
      checkStart(world.placementAtStart(arm: arm), world, at: cursor)
    }
  }

  private func check(
    _ assignment: ArmPlan.Assignment, of service: ServicePlan,
    _ refuse: (_ message: String, _ help: String) -> Void
  ) {
    if assignment.policy.movesDemand {
      refuse(
        "the strategy of \(quoted(assignment.rollout)) moves users, as the placement does",
        "use a strategy that leaves them where they are")
    }
    guard let rollout = scenario.rollouts.first(where: { $0.name == assignment.rollout }),
      rollout.service == service.name
    else { return }
    let delivery = assignment.delivery ?? rollout.delivery
    if delivery.driven != nil {
      refuse(
        "the delivery of \(quoted(rollout.name)) keeps copies of pods that are placed",
        "use a rolling update")
    }
  }

  private func checkStart(
    _ start: (unfit: [(cluster: ClusterID, pods: Int, room: Int)], decision: Placement.Decision)?,
    _ world: World, at cursor: Cursor
  ) {
    guard let start else { return }
    for (cluster, pods, room) in start.unfit.prefix(1) {
      cursor.report(
        .podsDoNotFit,
        "\(quoted(world.fleet.names[cluster.offset])) gets \(pods) pods and has room for \(room)")
    }
    switch start.decision {
    case .place: break
    case .tooFewDomains(let level, let left):
      cursor.report(
        .placementUnfit, "only \(left) domains of \(quoted(level)) can get replicas",
        help: "lower atLeast, or choose more clusters")
    case .nowhere:
      cursor.report(
        .placementUnfit, "no cluster can get replicas at the start",
        help: "choose clusters that belong to the fleet from the start")
    }
  }
}
