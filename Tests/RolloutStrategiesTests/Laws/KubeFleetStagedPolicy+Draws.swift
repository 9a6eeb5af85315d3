import Determinism

@testable import RolloutStrategies

extension KubeFleetStagedPolicy {
  /// A strategy of one or two stages that cover every region, a few of them badly.
  static func drawn(from draws: inout Draws) -> KubeFleetStagedPolicy {
    guard draws.chance(70) else {
      return KubeFleetStagedPolicy(stages: [.drawn("all", .all, from: &draws)])
    }
    let isIn = Selector.Requirement(key: "region", comparison: .isIn, values: ["r0"])
    let isNotIn = Selector.Requirement(
      key: "region", comparison: draws.chance(95) ? .isNotIn : .exists,
      values: ["r0"])
    return KubeFleetStagedPolicy(stages: [
      .drawn("first", Selector([isIn]), from: &draws),
      .drawn("none", nil, from: &draws),
      .drawn("rest", Selector([isNotIn]), from: &draws),
    ])
  }
}

extension KubeFleetStage {
  fileprivate static func drawn(
    _ name: String, _ clusters: Selector?, from draws: inout Draws
  ) -> KubeFleetStage {
    var after: [KubeFleetTask] = draws.chance(30) ? [KubeFleetTask(.approval)] : []
    if draws.chance(40) {
      after.append(KubeFleetTask(.timedWait, waitTime: draws.seconds(1...7_200)))
    }
    return KubeFleetStage(
      name: name, clusters: clusters,
      maxConcurrency: draws.chance(50)
        ? .count(draws.int(1...8)) : .share(.percent(Int64(draws.int(1...100)))),
      beforeTasks: draws.chance(20) ? [KubeFleetTask(.approval)] : [], afterTasks: after)
  }
}

extension KubeFleetRollingPolicy {
  /// A placement that wants every cluster, or more than there are.
  static func drawn(from draws: inout Draws) -> KubeFleetRollingPolicy {
    KubeFleetRollingPolicy(
      placement: draws.chance(80) ? .pickAll : .pickNumber(draws.int(30...40)),
      maxUnavailable: draws.chance(50)
        ? .count(draws.int(0...8)) : .share(.percent(Int64(draws.int(0...100)))),
      maxSurge: .count(draws.int(0...3)))
  }
}
