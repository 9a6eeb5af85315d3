import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// A planner decides from what it observed and from nothing else.
@Suite struct ParityTests {
  private func again(_ seed: UInt64) -> Comment { DrawnSeeds.replay(seed, "ParityTests") }

  /// What fresh planners decide when they are told what others were told.
  private func decideAgain(
    _ transcript: [PlannerStep], _ planners: [Planner]
  ) throws -> [[UInt8]] {
    var planners = planners
    return try transcript.map { step in
      try CanonicalJSON.encode(
        planners[step.planner].step(at: step.at, observing: step.observations))
    }
  }

  @Test("fresh planners that are told the same decide the same, byte for byte")
  func freshPlanners() throws {
    for seed in DrawnSeeds.all {
      let run = DrawnScenario.of(seed: seed).run(seed: seed)
      let planners = run.world.planners(
        arm: run.world.scenario.arms[0], random: RandomStream(seed: seed, replication: 0))
      let decided = try run.result.transcript.map { try CanonicalJSON.encode($0.decision) }
      #expect(!decided.isEmpty, again(seed))
      #expect(try decideAgain(run.result.transcript, planners) == decided, again(seed))
    }
  }

  @Test("a transcript survives its encoding")
  func encodedTranscript() throws {
    for seed in DrawnSeeds.all.prefix(20) {
      let run = DrawnScenario.of(seed: seed).run(seed: seed)
      for step in run.result.transcript {
        let bytes = try CanonicalJSON.encode(step)
        #expect(try CanonicalJSON.decode(PlannerStep.self, from: bytes) == step, again(seed))
      }
    }
  }

  @Test("planners of a world whose hidden defects and weather differ decide the same")
  func hiddenTruth() throws {
    for seed in DrawnSeeds.all {
      let scenario = DrawnScenario.of(seed: seed)
      let run = scenario.run(seed: seed)
      var other = scenario
      other.cases[0].defects = [
        .ofTarget(.crash), .ofTarget(.errorRate(.one), .afterStart(.seconds(1))),
      ]
      other.environment.failures = []
      other.environment.outages = []
      let planners = World(other).planners(
        arm: other.arms[0], random: RandomStream(seed: seed, replication: 0))
      let decided = try run.result.transcript.map { try CanonicalJSON.encode($0.decision) }
      #expect(try decideAgain(run.result.transcript, planners) == decided, again(seed))
    }
  }

  @Test("what is hidden until after the last observation changes no decision before it")
  func laterTruth() {
    let moment = Microseconds.minutes(30)
    var differences = 0
    for seed in DrawnSeeds.all {
      var scenario = DrawnScenario.of(seed: seed)
      let reference = scenario.run(seed: seed).result.transcript
      scenario.cases[0].defects.append(
        .ofTarget(.errorRate(.one), .at(moment)))
      let other = scenario.run(seed: seed).result.transcript
      let before = { (steps: [PlannerStep]) in steps.filter { $0.at < .monday + moment } }
      #expect(before(other) == before(reference), again(seed))
      if other != reference { differences += 1 }
    }
    if DrawnSeeds.isComplete { #expect(differences >= 20) }
  }
}
