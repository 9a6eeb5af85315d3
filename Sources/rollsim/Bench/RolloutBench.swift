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
  /// The arm, by its name; nil: the first one.
  var arm: String?
  /// The case, by its name; nil: the first one.
  var caseName: String?
  /// How often each size is run.
  var rounds: Int

  /// Who carries a rollout out.
  private enum Engine: CaseIterable {
    case heap, wheel, twoThreads

    var name: String {
      switch self {
      case .heap: "plain heap"
      case .wheel: "wheel"
      case .twoThreads: "wheel, 2 threads"
      }
    }
  }

  /// One arm in one case of a fleet of so many clusters, from every engine.
  func rows(clusters: Int) throws -> [BenchRow] {
    var scenario = try loaded()
    guard scenario.fleet.generate != nil else {
      throw Failure.exit(
        Exit.invalidInput, "\(path) spells its clusters out",
        help: "name a scenario whose fleet is generated, such as scenarios/tower-1m.yaml")
    }
    let request = try request(of: scenario)
    scenario.fleet.generate?.clusters = clusters
    let caseName = scenario.cases[request.caseIndex].name
    let arm = request.armIndex.map { scenario.arms[$0].name } ?? ""
    let work = "rollout \(clusters), \(arm), \(caseName)"
    var world: World?
    let making = BenchRound.measure {
      world = World(scenario)
      return clusters
    }
    guard let world else { return [] }
    let made = BenchRound(
      wall: making.wall, processor: making.processor, events: clusters, bytes: 0, digest: 0)
    let measured = measure(request, of: world)
    return [BenchRound.row(of: [made], work: work, engine: "making the fleet", entities: clusters)]
      + Engine.allCases.map { engine in
        BenchRound.row(
          of: measured[engine] ?? [], work: work, engine: engine.name, entities: clusters)
      }
  }

  /// Looks whether there is what is asked for, before anything is measured.
  func validate() throws { _ = try request(of: loaded()) }

  private func loaded() throws -> Scenario {
    try reporting { try ScenarioLoader.load(file: path).experiment.scenario }
  }

  private func request(of scenario: Scenario) throws -> RunRequest {
    func first(_ name: String?, _ known: [String], _ what: String) throws -> Int {
      try Batch.select(name.map { [$0] } ?? [], among: known, what, onlyFirst: true)[0]
    }
    return RunRequest(
      caseIndex: try first(caseName, scenario.cases.map(\.name), "case"),
      armIndex: try first(arm, scenario.arms.map(\.name), "arm"),
      random: RandomStream(seed: 1, replication: 0))
  }

  /// Every engine's rounds, in which they take turns.
  private func measure(_ request: RunRequest, of world: World) -> [Engine: [BenchRound]] {
    var measured: [Engine: [BenchRound]] = [:]
    for _ in 0..<rounds {
      for engine in Engine.allCases {
        measured[engine, default: []].append(carryOut(request, of: world, on: engine))
      }
    }
    return measured
  }

  private func carryOut(
    _ request: RunRequest, of world: World, on engine: Engine
  ) -> BenchRound {
    var options = RunOptions(
      detail: .metrics, eventList: engine == .heap ? .heap : .wheel)
    let crew = Crew()
    if engine == .twoThreads {
      options.laneBits = 1
      options.executor = { crew.carryOut($0, $1) }
      Thread.detachNewThread { crew.help() }
    }
    defer { crew.stop() }
    var digest: UInt64 = 0
    let measured = BenchRound.measure {
      let result = world.run(request, options: options)
      digest = result.record.eventDigest
      return result.record.eventCount
    }
    return BenchRound(
      wall: measured.wall, processor: measured.processor, events: measured.events, bytes: 0,
      digest: digest)
  }
}
