import Determinism
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Deployment documents")
struct DeploymentDocumentsTests {
  private func file(spec: String) -> ForeignFile {
    ForeignFile(
      text: """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d}
        spec: {\(spec)}
        """)
  }

  @Test("a Deployment as it runs in production says how, and leaves the rest to the scenario")
  func example() throws {
    let file = ForeignFile("Deployment", "ingest.yaml")
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "ingest" && rollout.strategy == nil)
    #expect(
      rollout.delivery
        == .rollingUpdate(maxSurge: .count(1), maxUnavailable: .share(.percent(30))))
    #expect(
      file.problems == ["W004 spec.minReadySeconds", "W004 spec.progressDeadlineSeconds"])
    #expect(file.inert == ["metadata", "spec.selector", "spec.template"])
  }

  @Test("what is not written is a quarter more and a quarter fewer")
  func standard() {
    for spec in ["", "strategy: {}", "strategy: {rollingUpdate: {}}"] {
      let file = file(spec: spec)
      #expect(file.rollout?.delivery == .standard && file.problems.isEmpty)
    }
  }

  @Test("recreating is an update in which all pods are missing")
  func recreate() {
    let file = file(spec: "strategy: {type: Recreate}")
    #expect(
      file.rollout?.delivery
        == .rollingUpdate(maxSurge: .count(0), maxUnavailable: .share(.one)))
    #expect(file.problems.isEmpty)
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("paused: true", ["W003 spec.paused"]),
      ("replica: 3", ["W002 spec.replica"]),
      ("replicas: -1", ["E052 spec.replicas"]),
      (
        "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}",
        ["E052 spec.strategy.rollingUpdate"]
      ),
      (
        "strategy: {rollingUpdate: {maxSurge: '3'}}",
        ["E046 spec.strategy.rollingUpdate.maxSurge"]
      ),
      (
        "strategy: {rollingUpdate: {maxUnavailable: 101%}}",
        ["E052 spec.strategy.rollingUpdate.maxUnavailable"]
      ),
      (
        "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
        ["E050 spec.strategy.rollingUpdate"]
      ),
      ("strategy: {type: Rolling}", ["E050 spec.strategy.type"]),
      (
        "minReadySeconds: 60, progressDeadlineSeconds: 60",
        [
          "E052 spec.progressDeadlineSeconds", "W004 spec.minReadySeconds",
          "W004 spec.progressDeadlineSeconds",
        ]
      ),
    ])
  func reported(spec: String, problems: [String]) {
    #expect(file(spec: spec).problems == problems)
  }

  @Test("the largest number of 32 bits is no deadline")
  func noDeadline() throws {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      spec: {progressDeadlineSeconds: 2147483647}
      """
    let source = SourceText(file: "t.yaml", bytes: Array(text.utf8), text: text)
    #expect(
      DeploymentDocuments.read(DocumentFile.roots(of: source, Reading())).progressDeadline == nil)
  }

  @Test("a fleet planner's documents and a Deployment say together which clusters when, and how")
  func together() {
    let both = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: how}
      spec: {strategy: {rollingUpdate: {maxSurge: 2}}}
      ---
      apiVersion: config.projectsveltos.io/v1beta1
      kind: ClusterProfile
      metadata: {name: when}
      spec: {clusterSelector: {matchLabels: {a: b}}}
      """
    let file = ForeignFile(text: both)
    #expect(file.rollout?.name == "when" && file.rollout?.strategy != nil)
    #expect(
      file.rollout?.delivery
        == .rollingUpdate(maxSurge: .count(2), maxUnavailable: .share(.percent(25))))
  }
}
