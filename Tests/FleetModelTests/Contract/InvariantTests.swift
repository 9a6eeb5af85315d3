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
    var simulation = Simulation<PlainHeap>(
      world, casePlan: scenario.cases[0], arm: scenario.arms[0],
      random: RandomStream(seed: seed, replication: 0), options: RunOptions(detail: .metrics))
    simulation.run()
    return simulation
  }

  private func again(_ seed: UInt64) -> Comment { DrawnSeeds.replay(seed, "InvariantTests") }

  @Test("pods are neither lost nor made: a cluster holds its own and those that come on top")
  func podsAreConserved() {
    for seed in DrawnSeeds.all {
      let run = cut(seed)
      let instances = run.instances.all
      for cluster in run.world.fleet.clusters {
        let state = run.clusters.all[cluster.offset]
        let classIndex = Int(run.world.classOf[cluster])
        let plan = run.world.scenario.fleet.classes[classIndex]
        var pods = plan.otherPods
        for service in run.services.indices {
          pods += run.world.replicas(service: service, classIndex: classIndex)
          pods += Int(instances[cluster.offset * run.services.count + service].roundSurge)
        }
        #expect(Int(state.pods) == pods, again(seed))
        #expect(Int(state.nodes) <= plan.nodeLimit, again(seed))
        #expect(pods <= Int(state.nodes) * plan.podsPerNode, again(seed))
      }
    }
  }

  @Test("an update keeps to its surge and unavailable pods, forward and back")
  func updatesKeepToLimits() {
    for seed in DrawnSeeds.all {
      let run = cut(seed)
      let instances = run.instances.all
      for cluster in run.world.fleet.clusters {
        for (index, service) in run.services.enumerated() {
          let update = service.updates[Int(run.world.classOf[cluster])]
          let state = instances[cluster.offset * run.services.count + index]
          #expect((0...update.surge).contains(Int(state.roundSurge)), again(seed))
          #expect((0...update.unavailable).contains(Int(state.missingPods)), again(seed))
          #expect(state.newPods >= 0 && state.gap >= 0, again(seed))
          #expect(Int(state.newPods + state.roundPods) <= update.replicas, again(seed))
          #expect(state.version == state.home || state.version == service.target, again(seed))
        }
      }
    }
  }

  @Test("counts of what is under way agree with what is under way")
  func countsAgree() {
    for seed in DrawnSeeds.all {
      let run = cut(seed)
      let instances = run.instances.all
      let width = run.services.count
      var updating: Int64 = 0
      for cluster in run.world.fleet.clusters {
        let state = run.clusters.all[cluster.offset]
        let mine = instances[cluster.offset * width..<(cluster.offset + 1) * width]
        #expect(Int(state.updating) == mine.filter(\.isUpdating).count, again(seed))
        #expect(
          Int(state.replacing) == mine.filter { $0.phase == .replacing }.count, again(seed))
        if state.isMember, state.updating > 0 { updating += 1 }
      }
      #expect(run.recorder.gauge(.updating).value == updating, again(seed))
    }
  }

  @Test("no cluster has taken a directive that its planner did not give")
  func directivesComeFromPlanners() {
    for seed in DrawnSeeds.all {
      let run = cut(seed)
      let instances = run.instances.all
      for planner in run.desks.indices {
        for (service, model) in run.services.enumerated() {
          guard let rollout = model.rollout else { continue }
          let status = run.desks[planner].planner.status(of: rollout)
          for (local, cluster) in zip(status.fleet.clusters, run.world.clustersOf[planner]) {
            let state = instances[cluster.offset * run.services.count + service]
            #expect(state.generation <= state.desiredGeneration, again(seed))
            #expect(state.desiredGeneration <= status.asked[local].generation, again(seed))
            #expect(status.observed[local].generation <= state.generation, again(seed))
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
