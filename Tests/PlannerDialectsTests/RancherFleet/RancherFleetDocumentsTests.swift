import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Rancher Fleet documents")
struct RancherFleetDocumentsTests {
  private func settings(_ file: ForeignFile) -> FleetBundlePolicy? {
    guard case .fleetBundle(let policy) = file.rollout?.strategy else { return nil }
    return policy
  }

  @Test("a fleet.yaml as it runs in production; a group that is elsewhere becomes a label")
  func fleetFile() throws {
    let file = ForeignFile("RancherFleet", "fleet.yaml")
    #expect(file.problems == ["W004 "])
    #expect(file.inert == ["defaultNamespace", "helm"])
    let policy = try #require(settings(file))
    #expect(policy.targets == nil)
    #expect(policy.rollout.maxUnavailable == .percent(millionths: 5_000_000))
    #expect(policy.rollout.partitions.map(\.name) == ["canary", "west", "rest"])
    #expect(
      policy.rollout.partitions.map(\.maxUnavailable)
        == [.count(1), .percent(millionths: 10_000_000), nil])
    #expect(policy.groups == [.init(name: "west", clusters: .label("clusterGroup", "west"))])
  }

  @Test("a bundle as it runs in production")
  func bundle() throws {
    let file = ForeignFile("RancherFleet", "bundle.yaml")
    #expect(file.problems.isEmpty && file.rollout?.name == "du")
    let rollout = RancherFleetPolicy(
      maxUnavailable: .percent(millionths: 10_000_000),
      autoPartitionSize: .percent(millionths: 20_000_000), autoPartitionThreshold: 50, maxNew: 25)
    #expect(
      settings(file)
        == FleetBundlePolicy(
          rollout: rollout, targets: [.init(clusters: .init(clusterSelector: .all))]))
  }

  @Test("a chart with groups of clusters, one of which is chosen by the labels of the group")
  func helmOp() throws {
    let file = ForeignFile("RancherFleet", "helm-op.yaml")
    #expect(file.problems == ["W003 spec.rolloutStrategy.partitions[1].maxUnavailable"])
    let policy = try #require(settings(file))
    #expect(policy.groups.map(\.name) == ["kiosks", "malls"])
    #expect(policy.groups[0].labels == [.init(key: "size", value: "small")])
    #expect(policy.rollout.maxUnavailable == .quotedCount(3))
  }

  @Test("a repository says which clusters, the file in it how and which not")
  func repository() throws {
    let file = ForeignFile("RancherFleet", "repository.yaml")
    #expect(file.problems == ["W004 dependsOn"] && file.rollout?.name == "shop")
    let policy = try #require(settings(file))
    #expect(policy.targets?.map(\.doNotDeploy) == [true, false, false])
    #expect(policy.restrictions == [.init(clusterSelector: .label("env", "production"))])
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("maxUnavailable: 5", []), ("maxUnavailable: -1", ["W003 maxUnavailable"]),
      ("maxUnavailable: '5'", []), ("maxUnavailable: 12.5%", []), ("maxUnavailable: 900%", []),
      ("maxUnavailable: 0", ["W003 maxUnavailable"]),
      ("maxUnavailable: '0'", ["E046 maxUnavailable"]),
      ("maxUnavailable: 0%", []), ("maxUnavailable: x%", ["E046 maxUnavailable"]),
      ("autoPartitionThreshold: 5%", ["E042 autoPartitionThreshold"]),
      ("maxSurge: 1", ["W002 maxSurge"]),
    ])
  func limits(setting: String, problems: [String]) {
    let file = ForeignFile(
      text: """
        apiVersion: fleet.cattle.io/v1alpha1
        kind: Bundle
        metadata: {name: b}
        spec:
          rolloutStrategy: {\(setting)}
          targets: [{clusterSelector: {}}]
        """)
    let expected = problems.map {
      $0.replacing(" ", with: " spec.rolloutStrategy.", maxReplacements: 1)
    }
    #expect(file.problems == expected)
  }

  @Test("a bundle without targets, or one that is paused, never finishes")
  func neverFinishes() {
    let head = "apiVersion: fleet.cattle.io/v1alpha1\nkind: Bundle\nmetadata: {name: b}\n"
    #expect(ForeignFile(text: head + "spec: {resources: []}").problems == ["W003 spec"])
    let paused = ForeignFile(text: head + "spec: {paused: true, targets: [{clusterName: a}]}")
    #expect(paused.problems == ["W003 spec.paused"])
  }
}
