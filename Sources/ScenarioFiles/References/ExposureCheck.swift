import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

/// Checks that every share of a ladder of exposure can be shown by the clusters that there are.
struct ExposureCheck {
  let scenario: Scenario
  /// The arms as they are written.
  let arms: [Cursor]

  /// Reports what can not be shown, and warns of what comes out otherwise.
  func run() {
    let ladders = zip(scenario.arms, arms).filter { arm, _ in
      arm.strategies.contains { $0.policy.isLadder }
    }
    guard !ladders.isEmpty else { return }
    let world = World(scenario)
    for (arm, cursor) in ladders {
      let movers = arm.strategies.filter(\.policy.movesDemand)
      if movers.count > 1 {
        cursor.report(
          .outOfRange, "two rollouts of the arm \(quoted(arm.name)) divide demand among clusters",
          help: "let one of them do so")
      }
      for assignment in arm.strategies { check(assignment, of: arm, world, at: cursor) }
    }
  }

  private func check(
    _ assignment: ArmPlan.Assignment, of arm: ArmPlan, _ world: World, at cursor: Cursor
  ) {
    guard case .exposure(let policy) = assignment.policy else { return }
    let place =
      cursor.entry("strategies")?.entry(assignment.rollout) ?? cursor
    for (planner, rungs) in world.exposureRungs(of: policy, in: assignment.rollout) {
      for (share, rung) in zip(policy.shares, rungs) {
        let what = "\(quoted(planner)) \(quoted(arm.name)): \(percentText(share)) of demand"
        switch rung {
        case .reached: break
        case .nearest(let exposure, let obstacle):
          place.report(
            .nearestShare,
            "\(what) comes out as \(percentText(exposure.share)): \(obstacle.text)",
            help: "state a share that can be shown, or finer parts")
        case .refused(let nearest, let obstacle):
          place.report(
            .shareNotShown,
            "\(what) cannot be shown, the nearest is \(percentText(nearest)): \(obstacle.text)",
            help: obstacle.help)
        }
      }
    }
  }
}

extension StrategyPolicy {
  fileprivate var isLadder: Bool {
    if case .exposure = self { true } else { false }
  }
}

extension RoutingObstacle {
  fileprivate var text: String {
    switch self {
    case .noRouting: "there is no routing between clusters"
    case .noHeadroom(let users):
      "the other clusters lack headroom for \(users) users"
    case .tooCoarse: "the routing's weights are too coarse"
    }
  }

  fileprivate var help: String {
    switch self {
    case .noRouting: "write routingWeights, or what a cluster can do under partial"
    case .noHeadroom: "raise capacity, or let clusters show a part of it: partial"
    case .tooCoarse: "raise routingWeights"
    }
  }
}
