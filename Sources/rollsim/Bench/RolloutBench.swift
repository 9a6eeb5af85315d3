import Determinism
import Experiments
import FleetModel
import Foundation
import ScenarioFiles

/// Whole rollouts over fleets of several sizes, and what comes before them: reading a scenario and
/// making its fleet.
struct RolloutBench {
  /// The scenario, whose fleet is generated.
  var path: String
  /// How often each size is run.
  var rounds: Int

  /// The first arm in the first case of a fleet of so many clusters, from the wheel and the heap.
  func rows(clusters: Int) throws -> [BenchRow] {
    var scenario = try loaded()
    guard scenario.fleet.generate != nil else {
      throw Failure.exit(
        Exit.invalidInput, "\(path) spells its clusters out",
        help: "name a scenario whose fleet is generated, such as scenarios/tower-1m.yaml")
    }
    scenario.fleet.generate?.clusters = clusters
    let work = "rollout \(clusters)"
    var world: World?
    let making = BenchRound.measure {
      world = World(scenario)
      return clusters
    }
    guard let world else { return [] }
    var measured = [[BenchRound]](repeating: [], count: 2)
    for _ in 0..<rounds {
      measured[0].append(run(world, .heap))
      measured[1].append(run(world, .wheel))
    }
    let made = BenchRound(
      wall: making.wall, processor: making.processor, events: clusters, bytes: 0, digest: 0)
    return [
      BenchRound.row(of: [made], work: work, engine: "making the fleet", entities: clusters),
      BenchRound.row(of: measured[0], work: work, engine: "plain heap", entities: clusters),
      BenchRound.row(of: measured[1], work: work, engine: "wheel", entities: clusters),
    ]
  }

  private func loaded() throws -> Scenario {
    try reporting { try ScenarioLoader.load(file: path).experiment.scenario }
  }

  private func run(_ world: World, _ list: RunOptions.EventListKind) -> BenchRound {
    var digest: UInt64 = 0
    let measured = BenchRound.measure {
      let result = world.run(
        RunRequest(caseIndex: 0, armIndex: 0, random: RandomStream(seed: 1, replication: 0)),
        options: RunOptions(detail: .metrics, eventList: list))
      digest = result.record.eventDigest
      return result.record.eventCount
    }
    return BenchRound(
      wall: measured.wall, processor: measured.processor, events: measured.events, bytes: 0,
      digest: digest)
  }
}
