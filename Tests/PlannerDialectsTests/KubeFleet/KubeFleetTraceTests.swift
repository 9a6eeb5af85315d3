import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("KubeFleet traces")
struct KubeFleetTraceTests {
  private static func labels(pilot: @escaping @Sendable (Int) -> Bool) -> [TraceWorld.Label] {
    [
      ("ring", { pilot($0) ? "pilot" : "broad" }),
      ("order", { "\(TraceWorld.clusterCount - $0)" }),
    ]
  }

  private static let steps: [TraceWorld.Step] = [
    ("1", "any cluster joins or leaves: the run is over", { $0.verdict?.isStopped == true }),
    ("3", "before a stage: its approval, looked for every 60 s", { $0.wantsApproval != nil }),
    ("7", "all stages are finished: the run has succeeded", { $0.verdict == .complete }),
    ("6", "all members are finished and the wait is over: the next stage", { $0.stage != nil }),
    (
      "4", "members in order while slots are free; looked at every 15 s",
      { !$0.directives.isEmpty }
    ),
  ]

  private func strategy(_ document: String) throws -> StrategyPolicy {
    try #require(ForeignFile("KubeFleet", document).rollout?.strategy)
  }

  @Test("one cluster of the pilot stage fails, holds its slot, and nothing beyond is ever reached")
  func stagedRun() throws {
    var world = TraceWorld(
      try strategy("staged-run.yaml"), labels: Self.labels { $0 < 10 }, steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(6)), "KubeFleet", "staged-run")
  }

  @Test("with a sound pilot stage the run waits, is approved, and fills its slots with failures")
  func soundPilot() throws {
    var world = TraceWorld(
      try strategy("staged-run.yaml"), labels: Self.labels { $0 < 10 && $0 != 3 },
      steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(6)), "KubeFleet", "staged-run-sound-pilot")
  }

  @Test("failed clusters use up what may be unavailable, and the rollout stands still")
  func placement() throws {
    var world = TraceWorld(
      try strategy("placement.yaml"), labels: [],
      steps: [
        (
          "6", "removable = ready - (200 - 10 %): so many stale ones are updated, as listed",
          { !$0.directives.isEmpty }
        )
      ])
    try TraceWorld.expect(world.text(until: .hours(2)), "KubeFleet", "placement")
  }
}
