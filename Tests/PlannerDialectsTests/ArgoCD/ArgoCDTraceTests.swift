import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Argo CD traces")
struct ArgoCDTraceTests {
  private static let labels: [TraceWorld.Label] = [
    ("kind", { $0 % 10 == 9 ? "core" : "tower" }),
    ("ring", { $0 < 3 ? "canary" : $0 < 30 ? "early" : "rest" }),
  ]

  private static let steps: [TraceWorld.Step] = [
    ("3.4.2", "the first step with an Application that is not Healthy", { $0.directives.isEmpty }),
    ("3.4.4", "a sync for those that were Pending and are allowed", { !$0.directives.isEmpty }),
  ]

  private func policy() throws -> ApplicationSetPolicy {
    let strategy = ForeignFile("ArgoCD", "du.yaml").rollout?.strategy
    guard case .applicationSet(let policy) = strategy else { throw Missing() }
    return policy
  }

  private struct Missing: Error {}

  @Test("on a branch, steps open before Applications of earlier ones have found the revision")
  func branch() throws {
    var world = TraceWorld(
      .applicationSet(try policy()), labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "ArgoCD", "branch")
  }

  @Test("when all find it at once, a failing Application of a step holds the next for ever")
  func atOnce() throws {
    var policy = try policy()
    policy.source = .branch(every: .zero, jitter: .zero)
    var world = TraceWorld(.applicationSet(policy), labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "ArgoCD", "at-once")
  }
}
