import Determinism
import DiscreteEvents
import Foundation
import RolloutStrategies
import Testing

@testable import FleetModel

/// DESIGN §6 over drawn scenarios: what a run means depends on nothing but its inputs.
@Suite struct DeterminismTests {
  private func again(_ seed: UInt64) -> Comment { DrawnSeeds.replay(seed, "DeterminismTests") }

  @Test("the wheel and the plain heap give the same digests")
  func eventLists() {
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let wheel = world.digests(seed: seed)
      let heap = world.digests(seed: seed, RunOptions(detail: .metrics, eventList: .heap))
      #expect(wheel == heap, again(seed))
    }
  }

  @Test("permuting the order of entities within an instant changes no digest")
  func entityOrder() {
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let reference = world.digests(seed: seed)
      for mask: UInt32 in [0x2A, 0x0FFF_FFFF] {
        let masked = world.digests(
          seed: seed, RunOptions(detail: .metrics, entityMask: mask))
        #expect(masked == reference, again(seed))
      }
    }
  }

  @Test("what is kept changes no digest, and neither does a transcript")
  func details() {
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let reference = world.digests(seed: seed)
      for detail in RecordingDetail.allCases where detail > .metrics {
        let kept = world.digests(
          seed: seed, RunOptions(detail: detail, wantsTranscript: detail == .clusters))
        #expect(kept == reference, again(seed))
      }
    }
  }

  @Test("a run is the same alone, after other runs, and in a world made anew")
  func otherRuns() {
    var alone: [RunDigests] = []
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let digests = world.digests(seed: seed)
      _ = world.digests(seed: seed &+ 1)
      #expect(world.digests(seed: seed) == digests, again(seed))
      alone.append(digests)
    }
    for (seed, digests) in zip(DrawnSeeds.all, alone).reversed() {
      #expect(World(DrawnScenario.of(seed: seed)).digests(seed: seed) == digests, again(seed))
    }
  }

  @Test("listing the clusters in another order changes no digest where order has no meaning")
  func listingOrder() {
    for seed in DrawnSeeds.all {
      let scenario = DrawnScenario.of(seed: seed, isOrderFree: true)
      let reference = World(scenario).digests(seed: seed)
      var relisted = scenario
      relisted.fleet.clusters.reverse()
      #expect(World(relisted).digests(seed: seed) == reference, again(seed))
      let middle = scenario.fleet.clusters.count / 2
      let clusters = scenario.fleet.clusters
      relisted.fleet.clusters = Array(clusters[middle...] + clusters[..<middle])
      #expect(World(relisted).digests(seed: seed) == reference, again(seed))
    }
  }

  @Test("planners that step in another order or at the same time change no digest")
  func steppingTogether() {
    var together = 0
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let reference = world.digests(seed: seed)
      for executor in [Self.reversed, Self.threads] {
        var options = RunOptions(detail: .metrics)
        options.executor = executor
        options.leastShared = 0
        let request = RunRequest(
          caseIndex: 0, armIndex: 0, random: RandomStream(seed: seed, replication: 0))
        let result = world.run(request, options: options)
        #expect(RunDigests(result.record) == reference, again(seed))
        together += result.coverage.stepsTogether
      }
    }
    #expect(together >= 100, "planners hardly ever look at one instant: \(together) times")
  }

  @Test(
    "clusters in any number of lanes, on any threads, give the same records", arguments: [0, nil])
  func lanes(armIndex: Int?) {
    var several = 0
    var together = 0
    for seed in DrawnSeeds.all {
      let world = World(DrawnScenario.of(seed: seed))
      let request = RunRequest(
        caseIndex: 0, armIndex: armIndex, random: RandomStream(seed: seed, replication: 0))
      let reference = world.run(request, options: RunOptions(detail: .clusters))
      for (bits, shared, executor) in [
        (1, 0, Self.threads), (1, 8, Self.threads), (2, 16, Self.reversed), (3, 0, nil),
      ] {
        var options = RunOptions(detail: .clusters)
        options.laneBits = bits
        options.leastShared = shared
        options.executor = executor
        let result = world.run(request, options: options)
        #expect(result.record == reference.record, again(seed))
        several += result.coverage.lanes > 1 ? 1 : 0
        // Where lanes do a little first, and only then share what is left.
        if shared > 0 { together += result.coverage.lanesTogether }
      }
    }
    #expect(several >= DrawnSeeds.all.count / 4, "\(several) runs had several lanes")
    let enough = armIndex == nil ? 50 : 100
    #expect(!DrawnSeeds.isComplete || together > enough, "lanes shared work \(together) times")
  }

  private static let reversed: LaneExecutor = { count, body in
    for index in (0..<count).reversed() { body(index) }
  }

  private static let threads: LaneExecutor = { count, body in
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }

  @Test("another seed is another run")
  func seedsDiffer() {
    let world = World(DrawnScenario.of(seed: 1))
    #expect(world.digests(seed: 1) != world.digests(seed: 2))
  }

  @Test(
    "the drawn scenarios come to what determinism is hard for", .enabled(if: DrawnSeeds.isComplete))
  func coverage() {
    var ties = 0
    var halts = 0
    var messages = 0
    var joins = 0
    var triggered = 0
    var outages = 0
    for seed in DrawnSeeds.all {
      let reached = DrawnScenario.of(seed: seed).run(seed: seed, RunOptions(detail: .metrics))
        .result.coverage
      ties += reached.ties > 0 ? 1 : 0
      halts += reached.haltsAtBatches > 0 ? 1 : 0
      messages += reached.messages > 0 ? 1 : 0
      joins += reached.joins > 0 ? 1 : 0
      triggered += reached.triggered > 0 ? 1 : 0
      outages += reached.outagesDuringUpdate > 0 ? 1 : 0
    }
    #expect(ties >= 20)
    #expect(halts >= 20)
    #expect(messages >= 20)
    #expect(joins >= 20)
    #expect(triggered >= 20)
    #expect(outages >= 20)
  }
}
