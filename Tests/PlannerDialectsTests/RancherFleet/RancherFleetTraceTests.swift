import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Rancher Fleet traces")
struct RancherFleetTraceTests {
  private static func labels(canaries: [Int]) -> [TraceWorld.Label] {
    [
      ("ring", { canaries.contains($0) ? "canary" : "main" }),
      ("clusterGroup", { $0 % 4 == 1 ? "west" : "east" }),
    ]
  }

  private static let steps: [TraceWorld.Step] = [
    ("6d", "no more partitions are unavailable than may be: the next", { $0.stage != nil }),
    (
      "6b", "in the partition, by name, while fewer are unavailable than may be",
      { !$0.directives.isEmpty }
    ),
    ("7", "every target is up to date and available", { $0.verdict == .complete }),
  ]

  private func strategy(_ document: String) throws -> StrategyPolicy {
    try #require(ForeignFile("RancherFleet", document).rollout?.strategy)
  }

  @Test("a canary that fails uses up its partition's one, and nobody else is ever reached")
  func fleetFile() throws {
    var world = TraceWorld(
      try strategy("fleet.yaml"), labels: Self.labels(canaries: [3, 40, 80]), steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "RancherFleet", "fleet-file")
  }

  @Test("the last canary is a straggler: the next partition begins before it has failed")
  func straggler() throws {
    var world = TraceWorld(
      try strategy("fleet.yaml"), labels: Self.labels(canaries: [0, 1, 3]), steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "RancherFleet", "straggler")
  }

  @Test("one canary gates nothing: the partition opens the next in the same pass")
  func oneCanary() throws {
    var world = TraceWorld(
      try strategy("fleet.yaml"), labels: Self.labels(canaries: [3]), steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "RancherFleet", "one-canary")
  }

  @Test("partitions of a fifth: four failures are all that the first may have unavailable")
  func bundle() throws {
    var world = TraceWorld(try strategy("bundle.yaml"), labels: [], steps: Self.steps)
    try TraceWorld.expect(world.text(until: .hours(2)), "RancherFleet", "bundle")
  }
}
