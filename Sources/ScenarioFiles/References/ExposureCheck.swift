import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

/// Checks that demand can go where a strategy moves it: that the clusters that there are can show
/// every share of a ladder of exposure, and that backups can take the place of live clusters.
struct ExposureCheck {
  let scenario: Scenario
  /// The arms as they are written.
  let arms: [Cursor]

  /// Reports what can not be shown, and warns of what comes out otherwise.
  func run() {
    let movers = zip(scenario.arms, arms).filter { arm, _ in
      arm.strategies.contains { $0.policy.looksAtDemand }
    }
    guard !movers.isEmpty else { return }
    let world = World(scenario)
    for (arm, cursor) in movers {
      let movers = arm.strategies.filter(\.policy.movesDemand)
      if movers.count > 1 {
        cursor.report(
          .outOfRange, "two rollouts of the arm \(quoted(arm.name)) divide demand among clusters",
          help: "let one of them do so")
      }
      for assignment in arm.strategies {
        let place = cursor.entry("strategies")?.entry(assignment.rollout) ?? cursor
        switch assignment.policy {
        case .exposure(let policy): check(policy, assignment, of: arm, world, at: place)
        case .blueGreen(let policy): check(policy, assignment, of: arm, world, at: place)
        default: break
        }
      }
    }
  }

  private func check(
    _ policy: BlueGreenPolicy, _ assignment: ArmPlan.Assignment, of arm: ArmPlan, _ world: World,
    at place: Cursor
  ) {
    for (planner, unfit) in world.unfitEnvironments(of: policy, in: assignment.rollout) {
      let what = "\(quoted(planner)) \(quoted(arm.name))"
      for problem in unfit.prefix(3) {
        place.report(.backupUnfit, "\(what): \(problem.text)", help: problem.help)
      }
    }
  }

  private func check(
    _ policy: ExposurePolicy, _ assignment: ArmPlan.Assignment, of arm: ArmPlan, _ world: World,
    at place: Cursor
  ) {
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
  fileprivate var looksAtDemand: Bool {
    switch self {
    case .exposure, .blueGreen: true
    default: false
    }
  }
}

extension UnfitEnvironment {
  fileprivate var text: String {
    switch self {
    case .noGroup: "no cluster is live or stands by"
    case .group(let name, let obstacle):
      (name.isEmpty ? "" : "in the group \(quoted(name)), ") + obstacle.text
    case .busyBackup(let cluster): "the backup \(quoted(cluster)) has users of its own"
    case .inBoth(let cluster): "\(quoted(cluster)) is chosen as live and as backup"
    case .ungrouped(let cluster): "\(quoted(cluster)) lacks the label that makes the groups"
    }
  }

  fileprivate var help: String {
    switch self {
    case .noGroup: "let live and backup choose clusters of the rollout"
    case .group(_, .noLive): "let live choose a cluster of the group"
    case .group(_, .noBackup): "let backup choose a cluster of the group"
    case .group(_, .noHeadroom): "raise capacity of the backups, or add some"
    case .busyBackup: "give backups a class with users: 0"
    case .inBoth: "let each cluster be chosen by one of them"
    case .ungrouped: "give it the label, or choose fewer clusters"
    }
  }
}

extension EnvironmentGroup.Obstacle {
  fileprivate var text: String {
    switch self {
    case .noLive: "no cluster is live"
    case .noBackup: "no cluster stands by"
    case .noHeadroom(let users): "the backups lack headroom for \(users) users"
    }
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
