import Determinism
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Argo CD documents")
struct ArgoCDDocumentsTests {
  private typealias Step = RollingSync.Step

  @Test("an ApplicationSet as it runs in production")
  func whole() throws {
    let file = ForeignFile("ArgoCD", "du.yaml")
    #expect(file.problems.isEmpty)
    let rollout = try #require(file.rollout)
    #expect(rollout.name == "du")
    func ring(_ comparison: String, _ values: [String]) -> [RollingSync.Expression] {
      [.init(key: "ring", comparison: comparison, values: values)]
    }
    #expect(
      rollout.strategy
        == .applicationSet(
          ApplicationSetPolicy(
            clusters: .label("kind", "tower"),
            labels: [.init(key: "ring", value: .clusterLabel("ring"))],
            sync: RollingSync(
              steps: [
                Step(expressions: ring("In", ["canary"])),
                Step(expressions: ring("In", ["early"]), maxUpdate: .count(5)),
                Step(expressions: ring("NotIn", ["canary", "early"]), maxUpdate: .percent(10)),
              ], deletionOrder: "Reverse"))))
  }

  @Test(
    "what cannot be, cannot be evaluated, or cannot go on is reported at its place",
    arguments: [
      ("maxUpdate: 1", "x", []),
      ("maxUpdate: '2'", "x", ["W004 spec.strategy.rollingSync.steps[0].maxUpdate"]),
      ("maxUpdate: 0", "x", ["W003 spec.strategy.rollingSync.steps[0].maxUpdate"]),
      ("maxUpdates: 1", "x", ["W002 spec.strategy.rollingSync.steps[0].maxUpdates"]),
      ("maxUpdate: 1", "'{{.metadata.labels.ring}}'", []),
      ("maxUpdate: 1", "'{{ index .metadata.labels \"a/b\" }}'", []),
      (
        "maxUpdate: 1", "'{{.metadata.labels.a | lower}}'", ["E023 spec.template.metadata.labels.r"]
      ),
      (
        "matchExpressions: [{key: r, operator: Exists}]", "x",
        ["W003 spec.strategy.rollingSync.steps[0].matchExpressions[0].operator"]
      ),
      (
        "matchExpressions: [{key: q, operator: In, values: [a]}]", "x",
        ["E073 spec.template.metadata.labels"]
      ),
    ])
  func reported(step: String, label: String, problems: [String]) {
    let steps = step.contains("match") ? step : "matchExpressions: [\(Self.match)], \(step)"
    let strategy = "{type: RollingSync, rollingSync: {steps: [{\(steps)}]}}"
    #expect(Self.read(strategy, label: label).problems == problems)
  }

  private static let match = "{key: r, operator: In, values: [a]}"

  @Test("a strategy that syncs nothing is accepted with a warning; other generators are named")
  func nothingHappens() {
    #expect(Self.read("null").problems == ["W003 spec"])
    #expect(Self.read("{type: AllAtOnce}").problems == ["W003 spec.strategy"])
    #expect(Self.read("{type: RollingSync}").problems == ["W003 spec.strategy"])
    #expect(Self.read("{type: Rolling}").problems == ["E050 spec.strategy.type"])
    #expect(
      Self.read("null", generators: "[{git: {}}]", more: ", syncPolicy: {automated: {}}").problems
        == ["W004 spec.generators"])
  }

  @Test("what is taken of what is generated cannot be evaluated, and what nobody knows is named")
  func takenOfGenerated() {
    let selector = "{matchLabels: {ring: canary}}"
    let generators = "[{clusters: {}, selector: \(selector), selectors: \(selector)}]"
    #expect(
      Self.read("{type: AllAtOnce}", generators: generators).problems.sorted() == [
        "W002 spec.generators[0].selectors", "W003 spec.strategy",
        "W004 spec.generators[0].selector",
      ])
  }

  @Test("a version in the template is written to all at once; a branch is found sooner or later")
  func sources() {
    func source(_ revision: String) -> ApplicationSetPolicy.Source? {
      let file = Self.read("null", more: ", source: {targetRevision: \(revision)}")
      guard case .applicationSet(let policy)? = file.rollout?.strategy else { return nil }
      return policy.source
    }
    #expect(source("v1.2.3") == .template(within: .seconds(10)))
    #expect(source("1.2.*") == .branch(every: .seconds(120), jitter: .seconds(60)))
    #expect(source("main") == .branch(every: .seconds(120), jitter: .seconds(60)))
  }

  @Test("how often branches are compared stands in the settings of Argo CD")
  func settings() {
    let file = ForeignFile(
      text: """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argocd-cm}
        data: {timeout.reconciliation: 5m, timeout.reconciliation.jitter: 0s}
        ---
        \(Self.text("null", more: ", syncPolicy: {automated: {}}"))
        """)
    #expect(file.problems.isEmpty)
    guard case .applicationSet(let policy)? = file.rollout?.strategy else {
      Issue.record("no ApplicationSet")
      return
    }
    #expect(policy.source == .branch(every: .minutes(5), jitter: .zero))
  }

  private static func read(
    _ strategy: String, label: String = "x", generators: String = "[{clusters: {}}]",
    more: String = ""
  ) -> ForeignFile {
    ForeignFile(text: text(strategy, label: label, generators: generators, more: more))
  }

  private static func text(
    _ strategy: String, label: String = "x", generators: String = "[{clusters: {}}]",
    more: String = ""
  ) -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: p}
    spec:
      generators: \(generators)
      strategy: \(strategy)
      template:
        metadata: {name: 'a-{{.name}}', labels: {r: \(label)}}
        spec: {project: default\(more)}
    """
  }
}
