import Experiments
import FleetModel
import RolloutStrategies
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

@Suite("Valid scenarios")
struct ValidScenarioTests {
  @Test("a share that comes out as another one is a warning that says which, and why")
  func nearestShare() throws {
    let text = SmallScenario.with(
      SmallScenario.slow, "{exposure: {shares: [1%, 100%], partial: {replicas: 20}}}")
    let loaded = try ScenarioLoader.load(
      file: "main.yaml", files: .texts(["main.yaml": Array(text.utf8)]))
    let warning = try #require(loaded.warnings.first)
    #expect(loaded.warnings.count == 1 && warning.code == .nearestShare)
    #expect(warning.message.contains("1% of demand comes out as 2.5%"), "\(warning.message)")
    #expect(warning.message.contains("no routing"), "\(warning.message)")
  }

  @Test(
    "a canary that compares and ends with all clusters is told that its last step is not looked at",
    arguments: [("[1, 100%]", ["W006"]), ("[1, 50%]", [])] as [(String, [String])])
  func nothingToCompare(_ steps: String, _ expected: [String]) throws {
    let looks = "interval: 1m, control: 1, analysis: {difference: {level: 5%}}"
    let text = SmallScenario.with(
      SmallScenario.slow, "{cohortCanary: {steps: \(steps), \(looks)}}")
    let loaded = try ScenarioLoader.load(
      file: "main.yaml", files: .texts(["main.yaml": Array(text.utf8)]))
    #expect(loaded.warnings.map(\.code.rawValue) == expected)
  }

  @Test("a ladder that does not say what clusters can do takes what the service says of its pods")
  func partialService() throws {
    let ladder = { (own: String) in "{exposure: {shares: [100%]\(own)}}" }
    let pods = [
      ExposurePolicy.Exception(clusters: .label("class", "big"), partial: .replicas(9)),
      ExposurePolicy.Exception(clusters: .label("class", "bare"), partial: .none),
    ]
    let cases: [(service: String, own: String, partial: PartialRollout, exceptions: Int)] = [
      (", partial: replicas", "", .replicas(3), 2), ("", "", .none, 0),
      (", partial: replicas", ", partial: none", .none, 0),
      (", partial: replicas", ", partial: {weights: 50}", .weights(outOf: 50), 0),
      (", partial: replicas", ", except: []", .none, 0),
    ]
    for (service, own, partial, exceptions) in cases {
      let classes = [("big", 9), ("bare", 0)].map { name, replicas in
        ", {name: \(name), nodes: 1, users: 10, replicas: {pos: \(replicas)}}"
      }.joined()
      var text = SmallScenario.with(SmallScenario.slow, ladder(own))
      text = replacing("replicas: 3}", in: text, with: "replicas: 3\(service)}")
      text = replacing(SmallScenario.edge, in: text, with: SmallScenario.edge + classes)
      let arm = try load(text).experiment.scenario.arms[1].strategies[0]
      guard case .exposure(let read) = arm.policy else {
        Issue.record("\(arm.policy)")
        continue
      }
      #expect(read.partial == partial && read.exceptions == Array(pods.prefix(exceptions)))
      #expect((arm.delivery == nil) == (partial == .none))
    }
  }

  @Test("a small scenario loads without warnings")
  func small() throws {
    let loaded = try load(SmallScenario.text)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.experiment.scenario.fleet.clusters.count == 2)
  }
}
