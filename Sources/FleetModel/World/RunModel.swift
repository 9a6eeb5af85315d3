import Determinism
import DiscreteEvents
import RolloutStrategies

/// What the handlers of one run read and never change.
///
/// Each lane has one of its own: threads that read the same arrays would still share the counts of
/// who refers to them.
struct RunModel {
  let world: World
  let options: RunOptions
  let random: RandomStream
  let classes: [ClassModel]
  let planners: [PlannerModel]
  let services: [ServiceModel]
  /// The service that each rollout changes.
  let serviceOf: [Int?]
  let defects: [DefectModel]
  /// The service that is placed over clusters; nil: none is.
  let placement: PlacementModel?
  /// Its position, or −1.
  let placedService: Int
  /// The number of clusters, which are the first entities.
  let clusterCount: UInt32
  /// Whether planners are at work.
  let hasPlanners: Bool
  /// Whether there are deliveries that are driven.
  let hasDriven: Bool
  /// Whether demand moves between clusters.
  let hasRouting: Bool

  /// - Parameters:
  ///   - world: the world.
  ///   - request: the case and the arm, which may be none.
  ///   - policies: the rollouts under the arm; without one there are none.
  ///   - options: how the run is carried out.
  init(_ world: World, _ request: RunRequest, _ policies: [RolloutPolicy], _ options: RunOptions) {
    self.world = world
    self.options = options
    random = request.random
    clusterCount = UInt32(world.fleet.count)
    classes = world.scenario.fleet.classes.map { ClassModel($0) }
    planners = world.scenario.planners.map { PlannerModel($0, startAt: world.startAt) }
    let services = ServiceModel.all(of: world, policies)
    self.services = services
    serviceOf = world.scenario.rollouts.indices.map { rollout in
      services.firstIndex { $0.rollout == rollout }
    }
    defects = DefectModel.resolve(world.scenario.cases[request.caseIndex].defects, world)
    placement = PlacementModel(world, arm: request.armIndex.map { world.scenario.arms[$0] })
    placedService = placement?.service ?? -1
    hasPlanners = !policies.isEmpty
    hasRouting = placement != nil || policies.contains(where: \.strategy.movesDemand)
    hasDriven = services.contains { $0.drivenPosition != nil }
  }

  /// How many lanes the clusters are divided into.
  ///
  /// Lanes need to know how far they may go on before a planner can look; one that looks as soon as
  /// something arrives may do so at any moment, and so may who places a service.
  var laneBits: Int {
    let isPaced = !hasPlanners || planners.allSatisfy { $0.lookInterval > .zero }
    return isPaced && placement == nil ? options.laneBits : 0
  }

  /// The least key that a look may have of anybody who is told something at an instant; nil: none
  /// comes before the end.
  @inline(__always)
  func firstLook(from instant: Instant) -> EventKey? {
    if placement != nil { return lookKey(at: instant, kind: EventKind.placementLooks.rawValue) }
    guard hasPlanners else { return nil }
    let looks = planners.indices.reduce(Instant.never) {
      min($0, planners[$1].nextLook(from: instant))
    }
    return lookKey(at: looks, kind: EventKind.lookBound)
  }

  @inline(__always)
  private func lookKey(at instant: Instant, kind: UInt8) -> EventKey? {
    guard instant < world.endAt else { return nil }
    return EventKey(at: instant, kind: kind, entity: 0, source: 0, attempt: 0)
  }
}
