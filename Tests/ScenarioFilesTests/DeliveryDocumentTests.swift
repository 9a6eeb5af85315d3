import Determinism
import Experiments
import FleetModel
import RolloutStrategies
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

/// Deliveries that scenarios state, in line or by the documents of others.
@Suite("Delivery documents")
struct DeliveryDocumentTests {
  private static let rollout = """
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: {name: pos}
    spec:
      replicas: 3
      minReadySeconds: 5
      strategy:
        canary:
          steps: [{setWeight: 30}, {analysis: {templates: [{templateName: sound}]}}, {pause: {}}]
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: sound}
    spec:
      metrics:
        - name: errors
          interval: 1m
          count: 3
          successCondition: result[0] < 0.01
          provider: {prometheus: {query: errors}}

    """
  private static let slow =
    "{name: slow, strategies: {pos-v2: \(SmallScenario.slow)}}"

  private func scenario(bindings: String) -> String {
    SmallScenario.with(
      Self.slow,
      "{name: slow, strategies: {pos-v2: \(SmallScenario.slow)}, "
        + "deliveries: {pos-v2: {path: rollout.yaml}}}"
    ).replacing("  decide: ", with: "  bindings: \(bindings)\n  decide: ")
  }

  @Test("an Argo Rollout is named by its file, and what it asks is answered by the bindings")
  func byPath() throws {
    let text = scenario(
      bindings: "{metrics: {sound/errors: {mean: {succeeding: 0, failing: 1}}}, "
        + "hooks: {step-3: {passesAfter: 1h}}}")
    let loaded = try load(text, ["rollout.yaml": Self.rollout])
    #expect(
      loaded.warnings.map { "\($0.code.rawValue) \($0.path)" } == ["W004 spec.minReadySeconds"])
    let delivery = try #require(loaded.experiment.scenario.arms[1].strategies[0].delivery)
    guard case .argoRollout(let policy) = delivery else {
      Issue.record("\(delivery)")
      return
    }
    #expect(policy.steps.count == 3)
    #expect(
      policy.metricBindings == [
        Binding(name: "sound/errors", signal: .mean(succeeding: Measure(0), failing: Measure(1)))
      ])
    #expect(
      policy.hookBindings == [Binding(name: "step-3", signal: .passesAfter(.hours(1)))])
  }

  @Test("what nothing stands for is refused with a fix, what nobody asks for is only unused")
  func unbound() {
    let found = problems(
      scenario(bindings: "{hooks: {step-4: passes}}"), ["rollout.yaml": Self.rollout])
    let errors = found.filter { !$0.code.isWarning }
    #expect(errors.map(\.code) == [.nothingStands, .nothingStands])
    #expect(errors.map(\.help).allSatisfy { $0.contains("bindings") })
    #expect(found.contains { $0.code == .unused && $0.path.contains("step-4") })
  }

  @Test("in line it is the spec, whose templates are questions of their own")
  func inLine() throws {
    let spec = "{strategy: {canary: {steps: [{analysis: {templates: [{templateName: smoke}]}}]}}}"
    let text = SmallScenario.with(
      SmallScenario.rollout,
      "- {name: pos-v2, service: pos, to: v2, delivery: {argoRollout: \(spec)}}"
    ).replacing("  decide: ", with: "  bindings: {hooks: {smoke: passes}}\n  decide: ")
    let loaded = try load(text)
    #expect(loaded.warnings.map(\.code) == [.statedElsewhere])
    guard case .argoRollout(let policy) = loaded.experiment.scenario.rollouts[0].delivery else {
      Issue.record("\(loaded.experiment.scenario.rollouts[0].delivery)")
      return
    }
    #expect(policy.hookBindings == [Binding(name: "smoke", signal: .passes)])
  }
}
