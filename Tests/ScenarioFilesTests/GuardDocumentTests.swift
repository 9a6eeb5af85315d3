import Determinism
import Experiments
import FleetModel
import RolloutStrategies
import Testing

@testable import LocatedYAML
@testable import ScenarioFiles

/// Each rule of a guard, as it is written and as it is meant.
@Suite("Guards in documents")
struct GuardDocumentTests {
  @Test(
    "a rule is read as it is written",
    arguments: [
      (
        "domainShare: {level: region, atMost: 12.5%}",
        GuardPolicy.Rule.domainShare(
          DomainShareRule(level: "region", atMost: Ratio(partsPerBillion: 125_000_000)))
      ),
      (
        "neighbours: {groups: [[a, b]], labels: [hardware], atMost: 2}",
        .neighbours(NeighbourRule(groups: [["a", "b"]], labels: ["hardware"], atMost: 2))
      ),
      ("neighbours: {labels: [region]}", .neighbours(NeighbourRule(labels: ["region"]))),
    ])
  func rule(text: String, expected: GuardPolicy.Rule) throws {
    let loaded = try load(
      SmallScenario.with(
        SmallScenario.rollout,
        "- {name: pos-v2, service: pos, to: v2, guards: [{name: g, \(text)}]}"))
    #expect(loaded.experiment.scenario.rollouts[0].guards.map(\.rule) == [expected])
    #expect(loaded.warnings.isEmpty)
  }
}
