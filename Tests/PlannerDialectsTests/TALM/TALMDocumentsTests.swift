import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("TALM documents")
struct TALMDocumentsTests {
  @Test("an upgrade as it runs in production; what blocks it has to be stated in the scenario")
  func upgrade() throws {
    let file = ForeignFile("TALM", "upgrade.yaml")
    #expect(file.problems == ["W004 spec.blockingCRs"])
    #expect(
      file.inert == [
        "metadata", "spec.backup", "spec.preCaching", "spec.managedPolicies", "spec.actions",
      ])
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "platform-4-14" && rollout.delivery == nil)
    let sites = Selector.Requirement(key: "site", comparison: .isIn, values: ["north", "south"])
    #expect(
      rollout.strategy
        == .talm(
          TALMPolicy(
            clusters: ["spoke-007", "spoke-003", "spoke-005"],
            selectors: [.label("group", "du-sno"), Selector([sites])], canaries: ["spoke-003"],
            maxConcurrency: 40, timeout: .minutes(240), onBatchTimeout: .goOn, isEnabled: true)))
  }

  @Test("an upgrade that says little takes four hours, goes on after timeouts and may begin")
  func standards() {
    let file = Self.read("clusters: [a], remediationStrategy: {maxConcurrency: 2}")
    #expect(file.problems.isEmpty)
    #expect(file.rollout?.strategy == .talm(TALMPolicy(clusters: ["a"], maxConcurrency: 2)))
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("clusters: [a], remediationStrategy: {}", ["E021 spec.remediationStrategy"]),
      (
        "clusters: [a], remediationStrategy: {maxConcurrency: 0}",
        ["E052 spec.remediationStrategy.maxConcurrency"]
      ),
      (
        "clusters: [a], remediationStrategy: {maxConcurrency: 10%}",
        ["E042 spec.remediationStrategy.maxConcurrency"]
      ),
      (
        "clusters: [a], remediationStrategy: {maxConcurrency: 1, timeout: 0}",
        ["E052 spec.remediationStrategy.timeout"]
      ),
      (
        "clusters: [a], remediationStrategy: {maxConcurrency: 1, canaries: [b]}",
        ["E071 spec.remediationStrategy.canaries[0]"]
      ),
      ("remediationStrategy: {maxConcurrency: 1}", ["E021 spec"]),
      (
        "clusters: [a], enable: false, remediationStrategy: {maxConcurrency: 1}",
        ["W003 spec.enable"]
      ),
      (
        "clusters: [a], batchTimeoutAction: Stop, remediationStrategy: {maxConcurrency: 1}",
        ["E050 spec.batchTimeoutAction"]
      ),
      (
        "clusterSelector: [group], remediationStrategy: {maxConcurrency: 1}",
        ["E041 spec.clusterSelector[0]", "E021 spec"]
      ),
    ])
  func refused(spec: String, problems: [String]) {
    #expect(Self.read(spec).problems == problems)
  }

  private static func read(_ spec: String) -> ForeignFile {
    ForeignFile(
      text: "apiVersion: ran.openshift.io/v1alpha1\nkind: ClusterGroupUpgrade\nspec: {\(spec)}\n")
  }
}
