import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Open Cluster Management traces")
struct OCMTraceTests {
  private static func labels(canaries: [Int]) -> [TraceWorld.Label] {
    [("ring", { canaries.contains($0) ? "canary" : "main" })]
  }

  /// Decisions of a work's Progressive strategy.
  private static let progressive: [TraceWorld.Step] = [
    ("4b", "a mandatory cluster failed, or any has timed out: that pass answers", isHalted),
    (
      "4a", "mandatory groups first, with no failure tolerated",
      { !$0.directives.isEmpty && $0.stage == nil }
    ),
    (
      "5", "nothing is in flight or timed out: others, by name, as long as 5 % hold no place",
      { !$0.directives.isEmpty }
    ),
    (
      "4c", "something anywhere is in flight: the mandatory pass answers, nothing is refilled",
      { $0.stage == 0 }
    ),
  ]

  /// The same without mandatory groups.
  private static let sliding: [TraceWorld.Step] = [
    ("5b", "more than 2 % have failed, among those before the places are full", isHalted),
    ("5d", "by name, as long as 5 % hold no place", { !$0.directives.isEmpty }),
  ]

  private static let perGroup: [TraceWorld.Step] = [
    ("5c", "more of a group than 1 have failed, and no group before it waits", isHalted),
    ("5b", "groups by index: clusters that are not known, by name", { !$0.directives.isEmpty }),
  ]

  private static func isHalted(_ decision: RolloutDecision) -> Bool {
    decision.verdict?.isStopped == true
  }

  private func strategy(_ document: String) throws -> StrategyPolicy {
    try #require(ForeignFile("OpenClusterManagement", document).rollout?.strategy)
  }

  @Test("a failed canary stops the rollout: of mandatory groups nothing is tolerated")
  func failedCanary() throws {
    var world = TraceWorld(
      try strategy("work.yaml"), labels: Self.labels(canaries: [1, 2, 3]), steps: Self.progressive)
    try TraceWorld.expect(world.text(until: .hours(3)), "OpenClusterManagement", "failed-canary")
  }

  @Test("behind sound canaries two timed-out clusters stop it for ever, though four are tolerated")
  func work() throws {
    var world = TraceWorld(
      try strategy("work.yaml"), labels: Self.labels(canaries: [0, 1, 2]), steps: Self.progressive)
    try TraceWorld.expect(world.text(until: .hours(3)), "OpenClusterManagement", "work")
  }

  @Test("without mandatory groups places are refilled, until five have failed")
  func slidingWindow() throws {
    guard case .ocm(var policy) = try strategy("work.yaml") else { return }
    policy.rollout.mandatoryGroups = []
    var world = TraceWorld(
      .ocm(policy), labels: Self.labels(canaries: [0, 1, 2]), steps: Self.sliding)
    try TraceWorld.expect(world.text(until: .hours(3)), "OpenClusterManagement", "sliding-window")
  }

  @Test("an add-on's second group has three failures, which are seen when they have timed out")
  func addOn() throws {
    var world = TraceWorld(
      try strategy("add-on.yaml"), labels: Self.labels(canaries: [0, 1, 2]), steps: Self.perGroup)
    try TraceWorld.expect(world.text(until: .hours(3)), "OpenClusterManagement", "add-on")
  }
}
