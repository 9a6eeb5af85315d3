import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("TALM traces")
struct TALMTraceTests {
  private static let labels: [TraceWorld.Label] = [
    ("group", { $0 % 2 == 0 ? "du-sno" : "du-compact" }),
    ("site", { $0 % 3 == 0 ? "north" : "east" }),
  ]

  private static let steps: [TraceWorld.Step] = [
    (
      "5", "a canary or the whole upgrade is out of time: it ends",
      { $0.verdict?.isStopped == true }
    ),
    ("6", "all clusters are compliant: it is complete", { $0.verdict == .complete }),
    ("1", "canaries one by one, then batches of maxConcurrency", { $0.verdict == .rolling }),
    (
      "3",
      "the batch is compliant, or out of its share of the time that is left: the next, "
        + "seen every 5 min", { $0.stage != nil }
    ),
  ]

  private func policy() throws -> TALMPolicy {
    guard case .talm(let policy) = ForeignFile("TALM", "upgrade.yaml").rollout?.strategy else {
      throw Missing()
    }
    return policy
  }

  private struct Missing: Error {}

  @Test("the canary fails and ends the upgrade when its share of the time is over")
  func canary() throws {
    var world = TraceWorld(
      .talm(try policy()), prefix: "spoke", labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(6)), "TALM", "canary")
  }

  @Test("with another canary every batch has failures, times out, and the next begins all the same")
  func marchesOn() throws {
    var policy = try policy()
    policy.canaries = ["spoke-005"]
    var world = TraceWorld(
      .talm(policy), prefix: "spoke", labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(6)), "TALM", "marches-on")
  }

  @Test("told to abort, it ends with the first batch")
  func abort() throws {
    var policy = try policy()
    policy.canaries = ["spoke-005"]
    policy.onBatchTimeout = .abort
    var world = TraceWorld(
      .talm(policy), prefix: "spoke", labels: Self.labels, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(6)), "TALM", "abort")
  }
}
