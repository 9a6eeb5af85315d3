import Determinism

@testable import RolloutStrategies

extension ApplicationSetPolicy {
  /// Steps by region, with and without limits, over a branch or a template.
  static func drawn(from draws: inout Draws) -> ApplicationSetPolicy {
    let first = RollingSync.Expression(key: "region", comparison: "In", values: ["r0"])
    let others = RollingSync.Expression(key: "region", comparison: "NotIn", values: ["r0"])
    let rest = draws.chance(80) ? [others] : []
    return ApplicationSetPolicy(
      sync: RollingSync(steps: [
        .init(expressions: [first], maxUpdate: limit(from: &draws)),
        .init(expressions: rest, maxUpdate: limit(from: &draws)),
      ]),
      source: draws.chance(50)
        ? .template(within: draws.seconds(0...20))
        : .branch(every: draws.seconds(0...180), jitter: draws.seconds(0...60)))
  }

  private static func limit(from draws: inout Draws) -> RollingSync.MaxUpdate? {
    guard draws.chance(70) else { return nil }
    return draws.chance(50) ? .count(draws.int(0...8)) : .percent(draws.int(0...100))
  }
}
