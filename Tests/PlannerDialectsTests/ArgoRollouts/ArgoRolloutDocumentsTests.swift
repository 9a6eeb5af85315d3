import Determinism
import Foundation
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Argo Rollouts documents")
struct ArgoRolloutDocumentsTests {
  private struct Rollout {
    let document: ArgoRolloutDocument
    let problems: [String]
    let inert: [String]

    var policy: ArgoRolloutPolicy { document.policy }
    var canary: ArgoCanaryPolicy? {
      if case .canary(let canary) = policy.strategy { canary } else { nil }
    }
    var blueGreen: ArgoBlueGreenPolicy? {
      if case .blueGreen(let blueGreen) = policy.strategy { blueGreen } else { nil }
    }

    init(_ text: String) {
      let reading = Reading()
      let source = SourceText(file: "t.yaml", bytes: Array(text.utf8), text: text)
      document = ArgoRolloutDocuments.read(DocumentFile.roots(of: source, reading))
      problems = reading.problems.map { "\($0.code.rawValue) \($0.path)" }
      inert = reading.inertFields.map(\.path.text)
    }

    init(file: String) throws {
      let path = ForeignFile.folder(of: "ArgoRollouts").appending(path: "Documents/\(file)")
      self.init(try String(contentsOf: path, encoding: .utf8))
    }

    init(spec: String, metric: String? = nil) {
      let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n"
      var text = "\(rollout)metadata: {name: r}\nspec: {\(spec)}\n"
      if let metric {
        text += "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
        text += "metadata: {name: t}\nspec: {metrics: [{name: m, \(metric)}]}\n"
      }
      self.init(text)
    }

    /// With one step.
    init(step: String, canary: String = "", metric: String? = nil) {
      self.init(spec: "strategy: {canary: {steps: [\(step)] \(canary)}}", metric: metric)
    }
  }

  private static let analysis = "{analysis: {templates: [{templateName: t}]}}"

  @Test("a canary as it runs in production, with its analysis beside it")
  func billing() throws {
    let rollout = try Rollout(file: "billing.yaml")
    #expect(rollout.problems.isEmpty)
    #expect(rollout.document.name == "billing" && rollout.document.replicas == 12)
    #expect(rollout.inert == ["metadata", "metadata"])
    let errors = AnalysisMetric(
      name: "errors",
      origin: .metric(
        0, success: .compares(.result, .less, Measure(millionths: 10_000)), failure: nil),
      limits: MetricLimits(count: 6, failureLimit: 1), interval: .minutes(2))
    let canary = ArgoCanaryPolicy(
      steps: [
        .setWeight(10), .pause(.minutes(15)), .analysis(ArgoAnalysis(metrics: [errors])),
        .setWeight(60), .gate(hook: 0),
      ], maxSurge: .count(2), maxUnavailable: .count(0))
    #expect(
      rollout.policy
        == ArgoRolloutPolicy(
          strategy: .canary(canary), progressDeadline: .seconds(900), abortsPastDeadline: true,
          metricBindings: [Binding(name: "error-ratio/errors")],
          hookBindings: [Binding(name: "step-5")]))
  }

  @Test("behind a router, with arguments and a template of no namespace")
  func routed() throws {
    let rollout = try Rollout(file: "routed.yaml")
    #expect(rollout.problems.isEmpty)
    let canary = try #require(rollout.canary)
    #expect(
      canary.routing == ArgoCanaryPolicy.Routing(isStableScaled: true, abortDelay: .seconds(60)))
    #expect(canary.maxSurge == .share(.percent(20)) && canary.maxUnavailable == .share(.zero))
    #expect(canary.steps.contains(.setScale(CanaryScale(weight: 60))))
    #expect(canary.steps[1] == .pause(.seconds(300)) && canary.steps[4] == .pause(.minutes(10)))
    #expect(canary.backgroundStart == 1 && rollout.policy.rollbackWindow == 2)
    let metric = try #require(canary.background?.metrics.first)
    #expect(metric.initialDelay == .seconds(30) && metric.limits.count == nil)
    let most = MetricCondition.compares(.result, .greater, Measure(millionths: 15_000))
    let isThere = MetricCondition.compares(.count, .greater, Measure(0))
    #expect(metric.origin == .metric(0, success: nil, failure: .and(isThere, most)))
    #expect(
      rollout.inert.contains("spec.workloadRef")
        && rollout.inert.contains("spec.strategy.canary.trafficRouting.istio"))
  }

  @Test("a switch from one copy to another")
  func blueGreen() throws {
    let rollout = try Rollout(file: "blue-green.yaml")
    #expect(rollout.problems.isEmpty)
    let blueGreen = try #require(rollout.blueGreen)
    #expect(blueGreen.gate == nil && blueGreen.autoPromotionDelay == .minutes(3))
    #expect(blueGreen.previewReplicas == 2 && blueGreen.scaleDownDelay == .minutes(10))
    #expect(blueGreen.before == nil && blueGreen.after?.metrics.first?.name == "ratio")
  }

  @Test("what is not written is what the controller takes")
  func standard() {
    #expect(Rollout(spec: "strategy: {canary: {}}").canary == ArgoCanaryPolicy())
    let spec = "strategy: {blueGreen: {activeService: a}}"
    #expect(Rollout(spec: spec).blueGreen == ArgoBlueGreenPolicy())
    let gated = Rollout(
      spec: "strategy: {blueGreen: {activeService: a, autoPromotionEnabled: false}}")
    #expect(gated.blueGreen?.gate == 0 && gated.policy.hookBindings.map(\.name) == ["promotion"])
  }

  @Test("a number as text is a percentage, with or without its sign")
  func percentages() {
    let canary = Rollout(spec: "strategy: {canary: {maxSurge: '25', maxUnavailable: '30%'}}").canary
    #expect(canary?.maxSurge == .share(.percent(25)))
    #expect(canary?.maxUnavailable == .share(.percent(30)))
  }

  @Test(
    "a pause has seconds or a duration, and without one that makes sense it has no end",
    arguments: [
      ("{pause: {duration: 20}}", CanaryStep.pause(.seconds(20)), []),
      ("{pause: {duration: '20'}}", .pause(.seconds(20)), []),
      ("{pause: {duration: 1h30m}}", .pause(.minutes(90)), []),
      ("{pause: {}}", .gate(hook: 0), []),
      (
        "{pause: {duration: soon}}", .gate(hook: 0),
        ["W003 spec.strategy.canary.steps[0].pause.duration"]
      ),
    ])
  func pauses(step: String, read: CanaryStep, problems: [String]) {
    let rollout = Rollout(step: step)
    #expect(rollout.canary?.steps == [read] && rollout.problems == problems)
  }

  @Test("what only a cluster can evaluate is a question, and so is a template that is elsewhere")
  func questions() {
    let unknown = Rollout(step: Self.analysis)
    #expect(unknown.policy.hookBindings.map(\.name) == ["t"])
    #expect(
      unknown.problems == ["W004 spec.strategy.canary.steps[0].analysis.templates[0]"])
    let job = Rollout(step: Self.analysis, metric: "provider: {job: {}}")
    #expect(job.policy.hookBindings.map(\.name) == ["t/m"] && job.problems.isEmpty)
    let strange = Rollout(
      step: Self.analysis,
      metric: "successCondition: 'all(result, # < 1)', provider: {prometheus: {}}")
    #expect(strange.policy.hookBindings.map(\.name) == ["t/m"])
    #expect(strange.problems == ["W004 spec.metrics[0].successCondition"])
    let asked = Rollout(
      spec: "strategy: {canary: {steps: [{experiment: {}}, {plugin: {name: p}}]}}")
    #expect(asked.canary?.steps == [.experiment(hook: 0), .plugin(hook: 1)])
    #expect(asked.policy.hookBindings.map(\.name) == ["step-1", "step-2"])
  }

  @Test(
    "conditions over numbers are read",
    arguments: [
      ("result < 0.5", MetricCondition.compares(.result, .less, Measure(millionths: 500_000))),
      ("result[0]>=95", .compares(.result, .atLeast, Measure(95))),
      ("0.95 <= result[0]", .compares(.result, .atLeast, Measure(millionths: 950_000))),
      ("asFloat(result) != -1", .compares(.result, .unequal, Measure(-1))),
      (
        "len(result) == 0 || !(result[0] > 1)",
        .or(.compares(.count, .equal, Measure(0)), .not(.compares(.result, .greater, Measure(1))))
      ),
      (
        "isNaN(result[0]) or result[0] == 2 and result[0] < 3",
        .or(
          .isNaN,
          .and(
            .compares(.result, .equal, Measure(2)), .compares(.result, .less, Measure(3))))
      ),
    ])
  func conditions(text: String, condition: MetricCondition) {
    #expect(ConditionText.condition(text) == condition)
  }

  @Test(
    "conditions over anything else are not",
    arguments: [
      "", "result", "result <", "result[1] < 2", "result.ok == true", "result < 0.00000001",
      "result < 1e-3", "result == 'ok'", "(result < 1", "result < 1)", "len(result[0]) < 1",
      "1 < 2", "result < result", "{{args.a}} < 1", "result < 1 ? true : false",
    ])
  func strangeConditions(text: String) {
    #expect(ConditionText.condition(text) == nil)
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("strategy: {}", ["E024 spec.strategy"]),
      ("strategy: {canary: {}, blueGreen: {activeService: a}}", ["E024 spec.strategy"]),
      ("strategy: {canary: {}}, paused: true", ["W003 spec.paused"]),
      ("strategy: {canary: {maxSurge: many}}", ["E046 spec.strategy.canary.maxSurge"]),
      (
        "strategy: {canary: {maxUnavailable: 101%}}", ["E052 spec.strategy.canary.maxUnavailable"]
      ),
      ("strategy: {canary: {maxsurge: 1}}", ["W002 spec.strategy.canary.maxsurge"]),
      (
        "strategy: {canary: {dynamicStableScale: true}}",
        ["E050 spec.strategy.canary.dynamicStableScale"]
      ),
      (
        "strategy: {canary: {scaleDownDelaySeconds: 5}}",
        ["E050 spec.strategy.canary.scaleDownDelaySeconds"]
      ),
      (
        "strategy: {canary: {steps: [{setCanaryScale: {replicas: 1}}]}}",
        ["E050 spec.strategy.canary.steps[0].setCanaryScale"]
      ),
      (
        "strategy: {canary: {steps: [{setWeight: 101}]}}",
        ["E052 spec.strategy.canary.steps[0].setWeight"]
      ),
      (
        "strategy: {canary: {steps: [{setWeight: 10, pause: {}}]}}",
        ["E024 spec.strategy.canary.steps[0]"]
      ),
      ("strategy: {blueGreen: {}}", ["E021 spec.strategy.blueGreen"]),
      (
        "strategy: {blueGreen: {activeService: a, autoPromotionEnabled: false, "
          + "autoPromotionSeconds: 5}}", ["W001 spec.strategy.blueGreen.autoPromotionSeconds"]
      ),
      (
        "strategy: {canary: {}}, minReadySeconds: 9, progressDeadlineSeconds: 9",
        ["E052 spec.progressDeadlineSeconds"]
      ),
      ("replicas: 1", ["E021 spec"]),
    ])
  func reported(spec: String, problems: [String]) {
    #expect(Rollout(spec: spec).problems == problems)
  }

  @Test(
    "so is an analysis that cannot be, never ends or cannot succeed",
    arguments: [
      ("provider: {}", ["E024 spec.metrics[0].provider"]),
      ("count: 2, provider: {web: {}}", ["E021 spec.metrics[0]"]),
      ("interval: soon, provider: {web: {}}", ["E044 spec.metrics[0].interval"]),
      ("count: many, provider: {web: {}}", ["E042 spec.metrics[0].count"]),
      ("interval: 1m, provider: {web: {}}", ["W003 spec.metrics[0]"]),
      (
        "successCondition: result < 1 && result > 2, provider: {web: {}}",
        ["W003 spec.strategy"]
      ),
    ])
  func analyses(metric: String, problems: [String]) {
    #expect(Rollout(step: Self.analysis, metric: metric).problems == problems)
  }

  @Test("templates may be part of templates, and names must then differ")
  func nested() {
    let head = "apiVersion: argoproj.io/v1alpha1\nkind: "
    let metric = "{name: m, provider: {job: {}}}"
    let text = """
      \(head)Rollout
      spec: {strategy: {canary: {steps: [\(Self.analysis)]}}}
      ---
      \(head)AnalysisTemplate
      metadata: {name: t}
      spec: {metrics: [\(metric)], dryRun: [{metricName: "^n"}], templates: [{templateName: u}]}
      ---
      \(head)AnalysisTemplate
      metadata: {name: u}
      spec: {metrics: [{name: n1, provider: {job: {}}}]}
      """
    let rollout = Rollout(text)
    #expect(rollout.problems.isEmpty)
    guard case .analysis(let analysis)? = rollout.canary?.steps.first else {
      Issue.record("no analysis")
      return
    }
    #expect(analysis.metrics.map(\.name) == ["m", "n1"])
    #expect(analysis.metrics.map(\.isDryRun) == [false, true])
    let twice = Rollout(text.replacing("name: n1", with: "name: m"))
    #expect(twice.problems == ["E070 spec.strategy.canary.steps[0].analysis"])
  }

  @Test("templates that are part of themselves, and steps without end, are refused")
  func endless() {
    let head = "apiVersion: argoproj.io/v1alpha1\nkind: "
    let text = """
      \(head)Rollout
      spec: {strategy: {canary: {steps: [\(Self.analysis)]}}}
      ---
      \(head)AnalysisTemplate
      metadata: {name: t}
      spec: {templates: [{templateName: u}, {templateName: u}]}
      ---
      \(head)AnalysisTemplate
      metadata: {name: u}
      spec: {templates: [{templateName: t}]}
      """
    #expect(Rollout(text).problems == ["E077 spec.templates[0]"])
    let step = "{setWeight: 1}"
    let steps = Array(repeating: step, count: 1_001).joined(separator: ", ")
    #expect(Rollout(step: steps).problems == ["E052 spec.strategy.canary.steps"])
    let deep = String(repeating: "(", count: 100_000)
    #expect(ConditionText.condition(deep) == nil)
    let wide = (0..<30).map { level in
      let next = Array(repeating: "{templateName: t\(level + 1)}", count: 9).joined(separator: ", ")
      let spec = "metadata: {name: t\(level)}\nspec: {templates: [\(next)]}\n"
      return "---\n\(head)AnalysisTemplate\n\(spec)"
    }.joined()
    let first = Self.analysis.replacing("t}", with: "t0}")
    let rollout = Rollout(
      "\(head)Rollout\nspec: {strategy: {canary: {steps: [\(first)]}}}\n" + wide)
    #expect(rollout.problems.contains { $0.hasPrefix("E052") })
  }

  @Test("a dry run is of the metrics whose names have a pattern's parts")
  func dryRuns() {
    for (pattern, expected) in [
      ("errors", true), ("rr", true), ("^err", true), ("^rr", false), ("rs$", true), ("rr$", false),
      ("^errors$", true), ("^error$", false), ("e.*s", true), ("s.*e", false), ("^e.*o.*s$", true),
      (".*", true), ("", true),
    ] {
      let text = """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        spec:
          strategy:
            canary:
              steps:
                - analysis: {templates: [{templateName: t}], dryRun: [{metricName: "\(pattern)"}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: t}
        spec: {metrics: [{name: errors, provider: {job: {}}}]}
        """
      guard case .analysis(let analysis)? = Rollout(text).canary?.steps.first else {
        Issue.record("no analysis")
        return
      }
      #expect(analysis.metrics.map(\.isDryRun) == [expected], "\(pattern)")
    }
  }

  @Test("a second rollout is not part of it, nor is anything but templates")
  func companions() {
    let rollout =
      "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {strategy: {canary: {}}}\n"
    #expect(Rollout(rollout + "---\n" + rollout).problems.count == 1)
    #expect(Rollout(rollout + "---\napiVersion: v1\nkind: Service\n").problems.count == 1)
  }
}
