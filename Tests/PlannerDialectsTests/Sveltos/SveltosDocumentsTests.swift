import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Sveltos documents")
struct SveltosDocumentsTests {
  @Test("a profile as it runs in production")
  func profile() throws {
    let file = ForeignFile("Sveltos", "profile.yaml")
    #expect(file.problems.isEmpty)
    #expect(
      file.inert == ["metadata", "spec.helmCharts"]
        + ["name", "featureID", "group", "version", "kind", "namespace"].map {
          "spec.validateHealths[0].\($0)"
        })
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "cni")
    #expect(
      rollout.strategy
        == .clusterProfile(
          ClusterProfilePolicy(
            clusterSelector: .label("tier", "tower"), maxUpdate: .share(.percent(5)),
            validatesHealth: true)))
  }

  @Test("a profile that says little updates all at once and checks nothing")
  func standards() {
    let file = Self.read("clusterRefs: [{namespace: a, name: b, kind: SveltosCluster}]")
    #expect(file.problems.isEmpty)
    let policy = ClusterProfilePolicy(
      clusterSelector: nil, clusterNames: ["b"], maxUpdate: .share(.zero))
    #expect(file.rollout?.strategy == .clusterProfile(policy))
    #expect(policy.slots(of: 40) == 40)
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("clusterSelector: {}", ["W003 spec"]),
      ("\(some), maxUpdate: '3'", ["E046 spec.maxUpdate"]),
      ("\(some), maxUpdate: 101%", ["E052 spec.maxUpdate"]),
      ("\(some), syncMode: OneTime", ["W003 spec.syncMode"]),
      ("\(some), syncMode: DryRun", ["W003 spec.syncMode"]),
      ("\(some), syncMode: Once", ["E050 spec.syncMode"]),
      ("\(some), dependsOn: [crds]", ["W004 spec.dependsOn"]),
      ("\(some), setRefs: [blue]", ["W004 spec.setRefs"]),
      ("\(some), maxUpdates: 3", ["W002 spec.maxUpdates"]),
      (
        "\(some), validateHealths: [{name: x, featureID: Helm, script: 'x'}]",
        ["W004 spec.validateHealths[0].script"]
      ),
    ])
  func reported(spec: String, problems: [String]) {
    #expect(Self.read(spec).problems == problems)
  }

  private static let some = "clusterSelector: {matchLabels: {a: b}}"

  private static func read(_ spec: String) -> ForeignFile {
    ForeignFile(
      text: """
        apiVersion: config.projectsveltos.io/v1beta1
        kind: ClusterProfile
        metadata: {name: p}
        spec: {\(spec)}
        """)
  }
}
