import Determinism
import Foundation
import LocatedYAML
import RolloutStrategies
import Testing

@testable import PlannerDialects

@Suite("Flagger documents")
struct FlaggerDocumentsTests {
  private struct Canary {
    let name: String
    let policy: FlaggerPolicy
    let problems: [String]
    let inert: [String]

    init(_ text: String) {
      let reading = Reading()
      let source = SourceText(file: "t.yaml", bytes: Array(text.utf8), text: text)
      (name, policy) = FlaggerDocuments.read(DocumentFile.roots(of: source, reading))
      problems = reading.problems.map { "\($0.code.rawValue) \($0.path)" }
      inert = reading.inertFields.map(\.path.text)
    }

    init(spec: String, metadata: String = "{name: c}") {
      self.init(
        """
        apiVersion: flagger.app/v1beta1
        kind: Canary
        metadata: \(metadata)
        spec: {\(spec)}
        """)
    }
  }

  @Test("a canary as it runs in production")
  func canary() throws {
    let file = ForeignFile.folder(of: "Flagger").appending(path: "Documents/canary.yaml")
    let canary = Canary(try String(contentsOf: file, encoding: .utf8))
    #expect(canary.problems.isEmpty)
    #expect(
      canary.inert == [
        "metadata", "spec.service", "spec.analysis.metrics[0].interval",
        "spec.analysis.webhooks[0].url",
      ])
    #expect(canary.name == "edge-proxy")
    let policy = FlaggerPolicy(
      interval: .seconds(30), threshold: 4, stepWeights: [2, 10, 40], stepWeightPromotion: 50,
      metrics: [
        FlaggerMetric(name: "request-success-rate", least: Measure(millionths: 99_500_000))
      ],
      hooks: [FlaggerHook(name: "signoff", kind: .confirmPromotion)],
      progressDeadline: .seconds(300))
    #expect(canary.policy == policy)
  }

  @Test("what makes no sense is taken as the controller takes it, and not refused")
  func replaced() {
    let canary = Canary(
      spec: "\(Self.target), analysis: {interval: 1s, threshold: -3, iterations: 2}")
    #expect(canary.problems.isEmpty)
    #expect(canary.policy == FlaggerPolicy(interval: .seconds(10), threshold: 1, iterations: 2))
    let unread = Canary(spec: "\(Self.target), analysis: {interval: soon, iterations: 2}")
    #expect(unread.problems.isEmpty && unread.policy.interval == .seconds(60))
  }

  @Test("without an analysis what is ready is promoted")
  func noAnalysis() {
    let canary = Canary(spec: Self.target)
    #expect(canary.problems.isEmpty && canary.policy.skipsAnalysis)
    #expect(FlaggerForecast(canary.policy).end == .promoted)
  }

  @Test("the older form is read, but not for how traffic goes back")
  func olderForm() {
    let block = "{stepWeight: 50, stepWeightPromotion: 10}"
    let older = Canary(spec: "\(Self.target), canaryAnalysis: \(block)")
    #expect(older.policy == FlaggerPolicy(stepWeight: 50))
    #expect(older.problems == ["W001 spec.canaryAnalysis.stepWeightPromotion"])
    let present = Canary(spec: "\(Self.target), analysis: \(block)")
    #expect(present.policy == FlaggerPolicy(stepWeight: 50, stepWeightPromotion: 10))
    #expect(present.problems.isEmpty)
    let both = Canary(
      spec: "\(Self.target), analysis: \(block), canaryAnalysis: {stepWeight: 1}")
    #expect(both.policy == present.policy && both.problems == ["W001 spec.canaryAnalysis"])
  }

  @Test(
    "what cannot be, or cannot go on, is reported at its place",
    arguments: [
      ("\(target), analysis: {}", ["W003 spec.analysis"]),
      ("\(target), analysis: {stepWeights: [5, 5]}", ["W003 spec.analysis"]),
      ("\(target), analysis: {stepWeights: [20, 10]}", ["W003 spec.analysis"]),
      ("\(target), suspend: true, analysis: {}", ["W003 spec.suspend"]),
      (
        "\(target), analysis: {stepWeight: 5, metrics: [{name: own}]}",
        ["W003 spec.analysis.metrics[0]"]
      ),
      ("\(target), analysis: {stepWeight: 5, stepWieght: 5}", ["W002 spec.analysis.stepWieght"]),
      ("\(target), analysis: {stepWeight: '5'}", ["E042 spec.analysis.stepWeight"]),
      ("\(target), analysis: {stepWeight: 5, mirror: maybe}", ["E049 spec.analysis.mirror"]),
      (
        "\(target), analysis: {stepWeight: 5, webhooks: [{name: a, type: confirm}]}",
        ["E050 spec.analysis.webhooks[0].type"]
      ),
      ("targetRef: {kind: StatefulSet, name: a}", ["E050 spec.targetRef.kind"]),
      ("\(target), provider: knative", ["E050 spec.provider"]),
      (
        "targetRef: {apiVersion: serving.knative.dev/v1, kind: Service, name: a}",
        ["E050 spec.targetRef"]
      ),
      ("analysis: {stepWeight: 5}", ["E021 spec"]),
    ])
  func reported(spec: String, problems: [String]) {
    #expect(Canary(spec: spec).problems == problems)
  }

  @Test("a template beside it is part of it, a second canary is not, nor is anything else")
  func companions() {
    let canary = "apiVersion: flagger.app/v1beta1\nkind: Canary\nspec: {\(Self.target)}\n"
    let template = "apiVersion: flagger.app/v1beta1\nkind: MetricTemplate\n"
    #expect(Canary(canary + "---\n" + template).problems.isEmpty)
    #expect(Canary(canary + "---\n" + canary).problems.count == 1)
    #expect(Canary(canary + "---\napiVersion: v1\nkind: Service\n").problems.count == 1)
  }

  private static let target = "targetRef: {kind: Deployment, name: a}"
}
