import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("KubeFleet documents")
struct KubeFleetDocumentsTests {
  private static let header = "apiVersion: placement.kubernetes-fleet.io/v1beta1\n"

  @Test("a staged update strategy and its run, as they run in production")
  func stagedRun() throws {
    let file = ForeignFile("KubeFleet", "staged-run.yaml")
    #expect(file.problems.isEmpty)
    #expect(file.inert == ["metadata", "spec.resourceSnapshotIndex", "metadata"])
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "base-v7" && rollout.delivery == nil)
    #expect(
      rollout.strategy
        == .kubeFleetStaged(
          KubeFleetStagedPolicy(stages: [
            KubeFleetStage(
              name: "pilot", clusters: .label("ring", "pilot"), maxConcurrency: .count(2),
              afterTasks: [KubeFleetTask(.timedWait, waitTime: .hours(4))]),
            KubeFleetStage(
              name: "broad", clusters: .label("ring", "broad"), sortingLabelKey: "order",
              maxConcurrency: .share(.percent(20)), beforeTasks: [KubeFleetTask(.approval)]),
          ])))
  }

  @Test("a namespaced run that was never put into the state Run is read, with a warning")
  func namespacedRun() throws {
    let file = ForeignFile("KubeFleet", "namespaced-run.yaml")
    #expect(file.problems == ["W003 spec"])
    guard case .kubeFleetStaged(let policy) = file.rollout?.strategy else {
      Issue.record("no staged run")
      return
    }
    #expect(!policy.isRunning && policy.stages.map(\.name) == ["one", "rest"])
    #expect(policy.stages[0].afterTasks.map(\.waitTime) == [nil, .minutes(90)])
    #expect(policy.stages[0].maxConcurrency == .count(1))
  }

  @Test("a placement that rolls out by itself")
  func placement() throws {
    let file = ForeignFile("KubeFleet", "placement.yaml")
    #expect(file.problems.isEmpty)
    #expect(
      file.inert == [
        "metadata", "spec.resourceSelectors", "spec.revisionHistoryLimit",
        "spec.strategy.applyStrategy",
      ])
    #expect(
      file.rollout?.strategy
        == .kubeFleetRolling(
          KubeFleetRollingPolicy(
            placement: .pickAll, maxUnavailable: .share(.percent(10)),
            maxSurge: .share(.percent(25)), unavailablePeriod: .seconds(60))))
  }

  @Test("a placement that says nothing has KubeFleet's standard settings")
  func standards() {
    let file = ForeignFile(text: Self.header + "kind: ClusterResourcePlacement\nspec: {}\n")
    #expect(file.problems.isEmpty)
    #expect(file.rollout?.strategy == .kubeFleetRolling(KubeFleetRollingPolicy()))
  }

  @Test(
    "what KubeFleet refuses, or what cannot go on, is reported at its place",
    arguments: [
      ("stages: []", ["E025 spec.stages"]),
      ("stages: [{name: a-b, labelSelector: {}}]", ["E040 spec.stages[0].name"]),
      (
        "stages: [{name: a, labelSelector: {}}, {name: a, labelSelector: {}}]",
        ["E070 spec.stages[1]"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, maxConcurrency: 0}]",
        ["E052 spec.stages[0].maxConcurrency"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, maxConcurrency: 101%}]",
        ["E052 spec.stages[0].maxConcurrency"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, maxConcurrency: \"3\"}]",
        ["E046 spec.stages[0].maxConcurrency"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, maxConcurrency: 99999999999999999999}]",
        ["E046 spec.stages[0].maxConcurrency"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, afterStageTasks: [{type: TimedWait}]}]",
        ["E052 spec.stages[0]"]
      ),
      (
        "stages: [{name: a, labelSelector: {}, beforeStageTasks: [{type: Maybe}]}]",
        ["E050 spec.stages[0].beforeStageTasks[0].type"]
      ),
      (
        "stages: [{name: a, labelSelector: {matchExpressions: [{key: k, operator: In}]}}]",
        ["E023 spec.stages[0].labelSelector.matchExpressions[0]"]
      ),
      ("stages: [{name: a}]", ["W001 spec.stages[0]"]),
      ("stages: [{name: a, labelSelector: {}}]\n  colour: red", ["W002 spec.colour"]),
    ])
  func staged(spec: String, problems: [String]) {
    let text = Self.header + "kind: ClusterStagedUpdateStrategy\nspec:\n  \(spec)\n"
    #expect(ForeignFile(text: text).problems == problems)
  }

  @Test(
    "so is it in placements",
    arguments: [
      ("policy: {placementType: PickN}", ["E024 spec.policy"]),
      ("policy: {clusterNames: [a]}", ["E024 spec.policy"]),
      ("policy: {placementType: PickFixed, clusterNames: [a, b]}", []),
      (
        "strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 0}}",
        ["W003 spec.strategy.rollingUpdate.maxUnavailable"]
      ),
      (
        "strategy: {rollingUpdate: {maxUnavailable: -1}}",
        ["E052 spec.strategy.rollingUpdate.maxUnavailable"]
      ),
      ("strategy: {type: External}", ["E028 "]),
    ])
  func placements(spec: String, problems: [String]) {
    let text = Self.header + "kind: ResourcePlacement\nspec:\n  \(spec)\n"
    #expect(ForeignFile(text: text).problems == problems)
  }
}
