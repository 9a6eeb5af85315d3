import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Sveltos traces")
struct SveltosTraceTests {
  private static let labels: [TraceWorld.Label] = [
    ("tier", { $0 % 10 == 9 ? "core" : "tower" })
  ]

  private static let steps: [TraceWorld.Step] = [
    ("2-3", "clusters in list order while fewer than 5 % (up) update", { !$0.directives.isEmpty }),
    ("4", "all are deployed and pass their checks", { $0.verdict == .complete }),
  ]

  private func policy() throws -> ClusterProfilePolicy {
    let strategy = ForeignFile("Sveltos", "profile.yaml").rollout?.strategy
    guard case .clusterProfile(let policy) = strategy else { throw Missing() }
    return policy
  }

  private struct Missing: Error {}

  @Test("each failing cluster keeps its slot, until they have them all")
  func profile() throws {
    var world = TraceWorld(
      .clusterProfile(try policy()), labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "Sveltos", "profile")
  }

  @Test("without a limit all towers are updated at once")
  func noLimit() throws {
    var policy = try policy()
    policy.maxUpdate = .count(0)
    var world = TraceWorld(.clusterProfile(policy), labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .minutes(30)), "Sveltos", "no-limit")
  }
}
