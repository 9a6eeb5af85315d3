import Determinism
import DiscreteEvents
import RolloutStrategies
import Testing

@testable import FleetModel

/// What holds in the simulated world at any moment, looked at where drawn runs are cut off.
@Suite struct InvariantTests {
  /// Runs a drawn scenario up to a drawn moment.
  private func cut(_ seed: UInt64) -> Simulation<PlainHeap> {
    var scenario = DrawnScenario.of(seed: seed)
    scenario.horizon = .seconds(60 + Int64(SplitMix64.mix(seed) % 5_000))
    let world = World(scenario)
    let request = RunRequest(
      caseIndex: 0, armIndex: 0, random: RandomStream(seed: seed, replication: 0))
    var simulation = Simulation<PlainHeap>(world, request, RunOptions(detail: .metrics))
    simulation.run()
    return simulation
  }

  private func again(_ seed: UInt64) -> Comment { DrawnSeeds.replay(seed, "InvariantTests") }

  @Test("no event leaves a cluster's pods, nodes, versions, counts or part in the totals flawed")
  func stateIsSound() {
    for seed in DrawnSeeds.all {
      var options = RunOptions(detail: .metrics)
      options.looksForFlaws = true
      let flaw = DrawnScenario.of(seed: seed).run(seed: seed, options).result.flaw
      #expect(flaw == nil, again(seed))
    }
  }

  @Test("a run that does not end is broken off where flaws are looked for, and says so")
  func endlessRunIsBrokenOff() {
    var options = RunOptions(detail: .metrics)
    options.looksForFlaws = true
    options.eventLimit = 10
    let result = DrawnScenario.of(seed: 1).run(seed: 1, options).result
    #expect(result.flaw?.hasPrefix("more than 10 events") == true)
    #expect((11...40).contains(result.record.eventCount))
  }

  @Test("no cluster has taken a directive that its planner did not give")
  func directivesComeFromPlanners() {
    for seed in DrawnSeeds.all {
      let run = cut(seed)
      for planner in run.desks.indices {
        for (service, model) in run.model.services.enumerated() {
          guard let rollout = model.rollout else { continue }
          let status = run.desks[planner].planner.status(of: rollout)
          for (local, cluster) in zip(status.fleet.clusters, run.world.clustersOf[planner]) {
            let state = run.service(service, of: cluster)
            #expect(state.generation <= state.desiredGeneration, again(seed))
            #expect(state.desiredGeneration <= status[local].asked.generation, again(seed))
            #expect(status[local].observed.generation <= state.generation, again(seed))
          }
        }
      }
    }
  }

  @Test("no cluster's update is stuck with nothing to come for it")
  func nothingIsStuck() {
    for seed in DrawnSeeds.all {
      var scenario = DrawnScenario.of(seed: seed)
      scenario.environment = EnvironmentPlan()
      scenario.cases[0].defects = []
      for index in scenario.fleet.classes.indices {
        scenario.fleet.classes[index].link = nil
        scenario.fleet.classes[index].background = nil
        scenario.fleet.classes[index].podsPerNode = 30
      }
      for index in scenario.rollouts.indices { scenario.rollouts[index].guards = [] }
      let run = scenario.run(seed: seed, RunOptions(detail: .metrics))
      #expect(run.result.record.metrics.count == run.world.metrics.definitions.count)
      let stuck = (try? run.number("stragglers")) ?? 1
      #expect(stuck == 0, again(seed))
    }
  }
}
