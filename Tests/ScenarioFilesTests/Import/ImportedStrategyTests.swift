import Foundation
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

/// Strategies of ours that come near other planners' documents.
@Suite("Imported strategies")
struct ImportedStrategyTests {
  @Test("there are documents of several planners to try")
  func documents() {
    #expect(ForeignExamples.all.count >= 7)
  }

  @Test("what is written is a document that says the same again", arguments: ForeignExamples.all)
  func again(_ path: String) throws {
    let loaded = try StrategyLoader.load(file: path)
    guard let imported = ImportedStrategy(loaded) else {
      // A strategy that nothing of ours comes near is used by path.
      #expect(loaded.strategy?.documentLines == nil)
      return
    }
    #expect(!imported.differences.isEmpty, "no two planners are the same")
    #expect(imported.text.hasPrefix("# Not carried:\n"))
    let files = FileAccess.texts(["own.yaml": Array(imported.text.utf8)])
    let own = try StrategyLoader.load(file: "own.yaml", files: files)
    #expect(own.strategy == imported.policy, "\(imported.text)")
    #expect(own.isOurs && own.warnings.isEmpty)
  }

  @Test(
    "a document of another planner that is not read is refused as that, not as one of ours",
    arguments: [
      ("config.projectsveltos.io/v1beta1", "ClusterPromotion"), ("v1", "Service"),
      ("extensions/v1beta1", "Deployment"),
    ])
  func notRead(version: String, kind: String) {
    let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a}\nspec: {}\n"
    let files = FileAccess.texts(["other.yaml": Array(text.utf8)])
    let refused = #expect(throws: DocumentProblems.self) {
      try StrategyLoader.load(file: "other.yaml", files: files)
    }
    let problems = refused?.problems ?? []
    #expect(problems.map(\.code) == [.unsupportedKind])
    #expect(problems.first?.message.contains("are not read") == true)
  }

  @Test("a file of another planner's documents is no scenario, and is not taken for a wrong one")
  func noScenario() {
    for kind in ["cluster.open-cluster-management.io/v1beta1\nkind: Placement", "v1\nkind: Pod"] {
      let text = "apiVersion: \(kind)\nmetadata: {name: a}\nspec: {}\n"
      let files = FileAccess.texts(["other.yaml": Array(text.utf8)])
      let refused = #expect(throws: DocumentProblems.self) {
        try ScenarioLoader.load(file: "other.yaml", files: files)
      }
      #expect(refused?.problems.map(\.code) == [.wrongDocuments])
    }
  }

  @Test(
    "every strategy of ours says the same when it is written and read again",
    arguments: [
      "allAtOnce: {failureBudget: 3}",
      "allAtOnce: {onBreach: freeze, retry: {limit: 3, after: 90s, factor: 2, cap: 1h}}",
      "allAtOnce: {retry: {limit: 1, after: 0s}, membership: {joins: abort, leaves: abort}}",
      "progressive: {maxConcurrency: 7%, order: drawn}",
      "perGroup: {groupBy: region, first: [east, \"1\"], groupSoak: 2h, soak: 5m}",
      "timedBatches: {batchSize: 4, interval: 90m, onBreach: rollBackStage}",
      "exposure: {shares: [1%, 12.5%, 100%], partial: {weights: 1000}, rungSoak: 30m, drain: 1m}",
      "exposure: {shares: [100%], routingWeights: 7, except: [{clusters: {a: b}}], order: drawn}",
      "blueGreen: {live: {env: a}, backup: {env: b}, pairBy: coast, steps: [5%, 100%], hold: 1h}",
      "blueGreen: {live: {env: a}, backup: {}, soak: 5m, stepSoak: 1m, onBreach: halt}",
      "riskRamp: {budget: 1%, probability: 2.5%, batchSoak: 1h, failureBudget: 2}",
      "cohortCanary: {steps: [1, 5%], interval: 5m, analysis: {threshold: 0.5%, unknown: fail}}",
      """
      cohortCanary: {steps: [50%, 100%], interval: 1m, checks: 3, failedChecks: 2, timeout: 0s,
        analysis: {difference: {margin: 0.1%, level: 1%}, minimumRequests: 50}, control: 2}
      """,
      """
      cohortCanary: {steps: [9], interval: 90s, stepSoak: 1h, order: stratified, control: 10%,
        analysis: {ratio: {factor: 1.25, level: 1%}, unknown: ignore}, onBreach: freeze}
      """,
      """
      cohortCanary: {steps: [9], interval: 1s, maxConcurrency: 50%,
        analysis: {sequential: {good: 0.3%, bad: 0.9%, falseAlarm: 0.1%, miss: 10%}}}
      """,
      """
      cohortCanary: {steps: [9], interval: 1m, analysis: {burnRate: {errorBudget: 0.1%,
        windows: [{long: 60, short: 5, rate: 14.4}, {long: 360, short: 30, rate: 6}]}}}
      """,
      "staged: {stages: [{name: a, gate: approval}, {name: b, size: 5, clusters: {ring: [x, y]}}]}",
    ])
  func written(_ spec: String) throws {
    let text = """
      apiVersion: rollsim.dev/v1alpha1
      kind: Strategy
      metadata: {name: own}
      spec: {\(spec)}

      """
    let first = try StrategyLoader.load(
      file: "a.yaml", files: .texts(["a.yaml": Array(text.utf8)]))
    let imported = try #require(ImportedStrategy(first))
    #expect(imported.differences.isEmpty)
    let second = try StrategyLoader.load(
      file: "a.yaml", files: .texts(["a.yaml": Array(imported.text.utf8)]))
    #expect(second.strategy == first.strategy, "\(imported.text)")
  }

  @Test("a document of ours is written as it is, without remarks")
  func ours() throws {
    let text = """
      apiVersion: rollsim.dev/v1alpha1
      kind: Strategy
      metadata: {name: rings}
      spec:
        staged:
          order: drawn
          stages:
            - name: pilot
              clusters: {matchExpressions: [{key: "ring", operator: Exists}]}
              maxConcurrency: 12.5%
              size: 3
              soak: 1d2h
              failureBudget: 1
              gate: {timedWait: 30m}
          soak: 90s
          progressDeadline: 2h
          failureBudget: 2%
          onBreach: rollBackAll

      """
    let files = FileAccess.texts(["own.yaml": Array(text.utf8)])
    let loaded = try StrategyLoader.load(file: "own.yaml", files: files)
    let written = try #require(ImportedStrategy(loaded)).text
    #expect(written == text.replacing("soak: 90s", with: "soak: 1m30s"))
  }
}

/// The example documents of every planner, which lie beside the tests of their reading.
private enum ForeignExamples {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "PlannerDialectsTests")

  /// The example documents of every planner that says which clusters when; others say how inside
  /// one.
  static let all: [String] = {
    let systems = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let inOne = ["ArgoRollouts", "Deployment", "Flagger"]
    return systems.filter { !inOne.contains($0) }.sorted().flatMap { system -> [String] in
      let documents = folder.appending(path: "\(system)/Documents").path
      let files = (try? FileManager.default.contentsOfDirectory(atPath: documents)) ?? []
      return files.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(documents)/\($0)" }
    }
  }()
}
