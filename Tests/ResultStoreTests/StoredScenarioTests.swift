import Determinism
import Experiments
import FleetModel
import ResultStore
import RolloutStrategies
import Testing

@Suite("StoredScenario")
struct StoredScenarioTests {
  private var experiment: Experiment {
    Experiment(
      scenario: Scenario(
        name: "two-coasts", startAt: Instant(sinceEpoch: 1_772_470_800_000_000),
        horizon: .hours(12),
        fleet: FleetPlan(name: "coasts", levels: ["region"], classes: [ClassPlan(name: "store")]),
        services: [ServicePlan(name: "pos", version: "v1", replicas: 20)],
        planners: [PlannerPlan(name: "hub")],
        rollouts: [RolloutPlan(name: "pos-v2", service: "pos", to: "v2")],
        cases: [CasePlan(name: "good", weight: .one)],
        arms: [
          ArmPlan(
            name: "at-once",
            strategies: [
              .init(
                rollout: "pos-v2", strategy: "all-at-once", policy: .allAtOnce(AllAtOncePolicy()))
            ])
        ]),
      decide: DecisionRule(
        primary: "usersHarmed.integral",
        summary: [.init(metric: "escaped"), .init(metric: "duration.p90", caseName: "good")]),
      notes: [
        ArmNote(
          arm: "at-once", because: "It waits for nothing.",
          expresses: [.init(part: "canary", words: "no")])
      ])
  }

  @Test("an experiment comes back from its stored form, and its hash is that of the run keys")
  func roundTrip() {
    let stored = StoredScenario(experiment, metrics: MetricTable.general, sourceText: nil)
    #expect(stored.experiment() == experiment)
    let keys = RunKeys(experiment.scenario, detail: .waves)
    #expect(stored.hash.bytes == SHA256.digest(of: Array(keys.canonicalScenario.utf8)))
  }

  @Test("another question is no other scenario, and another horizon is one")
  func hash() {
    let stored = StoredScenario(experiment, metrics: [], sourceText: nil)
    var other = experiment
    other.decide.primary = "duration.p90"
    #expect(StoredScenario(other, metrics: [], sourceText: "x").hash == stored.hash)
    other.scenario.horizon = .hours(13)
    #expect(StoredScenario(other, metrics: [], sourceText: nil).hash != stored.hash)
  }

  @Test("a digest is read from its digits and refuses anything else")
  func digest() {
    let digest = Digest256.of("x".utf8)
    #expect(Digest256(hex: digest.hex) == digest)
    #expect(Digest256(hex: digest.hex.uppercased()) == digest)
    #expect(Digest256(hex: String(digest.hex.dropLast())) == nil)
    #expect(Digest256(hex: String(digest.hex.dropLast()) + "g") == nil)
    #expect(Digest256(hex: digest.hex + "00") == nil)
  }
}
