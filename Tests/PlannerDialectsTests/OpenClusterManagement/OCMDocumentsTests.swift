import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Open Cluster Management documents")
struct OCMDocumentsTests {
  private static let system = "OpenClusterManagement"

  private static let grouping = OCMGroupStrategy(
    clustersPerGroup: .share(.percent(10)),
    rules: [.init(name: "canary", clusters: .label("ring", "canary"))])

  private static let work = OCMPolicy(
    .work, grouping: grouping,
    rollout: OCMRolloutStrategy(
      .progressive, progressDeadline: .after(.minutes(45)), minSuccessTime: .minutes(10),
      maxFailures: .share(.percent(2)), maxConcurrency: .share(.percent(5)),
      mandatoryGroups: [.init(name: "canary")]))

  @Test("a placement with works as it runs in production")
  func works() throws {
    let file = ForeignFile(Self.system, "work.yaml")
    #expect(file.problems.isEmpty)
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "du-software" && rollout.strategy == .ocm(Self.work))
  }

  @Test("a placement with an add-on as it runs in production")
  func addOn() throws {
    let file = ForeignFile(Self.system, "add-on.yaml")
    #expect(file.problems.isEmpty)
    let rollout = OCMRolloutStrategy(
      .progressivePerGroup, progressDeadline: .after(.minutes(30)), maxFailures: .count(1))
    #expect(
      file.rollout?.strategy == .ocm(OCMPolicy(.addOn, grouping: Self.grouping, rollout: rollout)))
  }

  @Test("of several rollouts in one file the first is taken, and the others are warned of")
  func both() {
    let file = ForeignFile(Self.system, "placement-with-both.yaml")
    #expect(file.problems == ["W004 spec.installStrategy.placements[0]"])
    #expect(file.rollout?.strategy == .ocm(Self.work))
  }

  @Test(
    "what the API refuses is an error, and what only the library refuses never finishes",
    arguments: [
      ("maxConcurrency: 3", []), ("maxConcurrency: '3'", ["W003 maxConcurrency"]),
      ("maxConcurrency: 1.5", ["E046 maxConcurrency"]),
      ("maxFailures: 101%", ["E046 maxFailures"]), ("progressDeadline: 1h30m", []),
      ("progressDeadline: 1.5h", ["E044 progressDeadline"]),
      ("progressDeadline: 1hx", ["W003 progressDeadline"]),
      ("minSuccessTime: x", ["E044 minSuccessTime"]),
    ])
  func limits(setting: String, problems: [String]) {
    let path = "spec.placementRefs[0].rolloutStrategy.progressive."
    let file = ForeignFile(
      text: """
        apiVersion: cluster.open-cluster-management.io/v1beta1
        kind: Placement
        metadata: {name: p}
        spec: {}
        ---
        apiVersion: work.open-cluster-management.io/v1alpha1
        kind: ManifestWorkReplicaSet
        metadata: {name: w}
        spec:
          placementRefs:
          - {name: p, rolloutStrategy: {type: Progressive, progressive: {\(setting)}}}
        """)
    let expected = problems.map { $0.replacing(" ", with: " " + path, maxReplacements: 1) }
    #expect(file.problems == expected)
  }
}
