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
      (
        "headroom: {level: region, reserve: 10%}",
        .headroom(HeadroomRule(level: "region", reserve: .percent(10)))
      ),
      ("headroom: {}", .headroom(HeadroomRule())),
      (
        "residency: {label: region, released: [{value: east}, {value: west, after: 2h}]}",
        .residency(
          ResidencyRule(
            label: "region",
            released: [.init(value: "east"), .init(value: "west", after: .hours(2))]))
      ),
      (
        "approval: {label: hardware, timeout: 8h, onTimeout: proceed}",
        .approval(ApprovalRule(label: "hardware", timeout: .hours(8), onTimeout: .proceed))
      ),
      ("approval: {label: region}", .approval(ApprovalRule(label: "region"))),
      (
        "versionSkew: {atMost: 1, to: 31, others: [{rollout: db-v2, from: 29, to: 30}], in: fleet}",
        .versionSkew(
          VersionSkewRule(
            atMost: 1, to: 31, others: [.init(rollout: "db-v2", from: 29, to: 30)], scope: .fleet))
      ),
      (
        "budget: {atMost: 5, level: hardware, latency: 20s}",
        .budget(BudgetRule(atMost: 5, level: "hardware", latency: .seconds(20)))
      ),
      ("budget: {atMost: 5}", .budget(BudgetRule(atMost: 5))),
      ("neighbours: {labels: [region]}", .neighbours(NeighbourRule(labels: ["region"]))),
    ])
  func rule(text: String, expected: GuardPolicy.Rule) throws {
    let scenario = try Self.scenario("guards: [{name: g, \(text)}]")
    #expect(scenario.rollouts[0].guards.map(\.rule) == [expected])
  }

  /// The scenario with a second rollout, a class that states a capacity, and fields of the first
  /// rollout and of the second arm.
  private static func scenario(
    _ rolloutFields: String, arm: String = "", planners: String = ""
  ) throws -> Scenario {
    let edits = [
      (
        SmallScenario.rollout,
        "- {name: pos-v2, service: pos, to: v2, \(rolloutFields)}\n"
          + "    - {name: db-v2, service: db, to: v2}"
      ),
      (SmallScenario.edge, "{name: edge, nodes: 1, users: 10, capacity: 15}"),
      (
        SmallScenario.service,
        "\(SmallScenario.service)\n    - {name: db, version: v1, replicas: 1}"
      ),
      (
        "{pos-v2: {allAtOnce: {}}}}", "{pos-v2: {allAtOnce: {}}, db-v2: {allAtOnce: {}}}}"
      ),
      (
        "{pos-v2: {progressive: {maxConcurrency: 1}}}}",
        "{pos-v2: {progressive: {maxConcurrency: 1}}, db-v2: {allAtOnce: {}}}\(arm)}"
      ),
      ("  cases:", "\(planners)  cases:"),
    ]
    let text = edits.reduce(SmallScenario.text) { replacing($1.0, in: $0, with: $1.1) }
    let loaded = try load(text)
    #expect(loaded.warnings.isEmpty)
    return loaded.experiment.scenario
  }

  @Test("a deadline names guards that give way, and arms may keep other guards and deadlines")
  func deadlines() throws {
    let freeze = "{from: \"2026-03-02T00:00\", to: \"2026-03-04T00:00\"}"
    let scenario = try Self.scenario(
      "guards: [{name: g, freeze: \(freeze)}], "
        + "deadline: {after: 10h, overridesAfter: 8h, overrides: [g]}",
      arm: ", guards: {db-v2: [{name: one, neighbours: {labels: [region]}}], pos-v2: []}, "
        + "deadlines: {}")
    #expect(
      scenario.rollouts[0].deadline
        == DeadlinePlan(after: .hours(10), overridesAfter: .hours(8), overrides: ["g"]))
    #expect(scenario.arms[0].strategies.map(\.guards) == [nil, nil])
    let one = GuardPolicy(name: "one", rule: .neighbours(NeighbourRule(labels: ["region"])))
    #expect(scenario.arms[1].strategies.map(\.guards) == [[], [one]])
  }

  @Test("operators work in hours of their own, and classes state what they can serve")
  func operators() throws {
    let scenario = try Self.scenario(
      "guards: [{name: g, approval: {label: region}}]",
      planners: """
          planners:
            - name: hub
              operators:
                - {group: east, days: [Mon, Fri], from: "09:00", to: "17:00",
                   timeZone: Europe/Berlin, response: 30m}

        """)
    let hours = WindowRule(
      days: [.monday, .friday], from: .hours(9), to: .hours(17), timeZone: "Europe/Berlin")
    #expect(
      scenario.planners[0].operators
        == [OperatorPlan(group: "east", hours: hours, response: .constant(.minutes(30)))])
    #expect(scenario.fleet.classes.map(\.capacity) == [15])
  }
}
