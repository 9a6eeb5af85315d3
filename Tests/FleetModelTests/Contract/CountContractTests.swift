import Determinism
import Foundation
import RolloutStrategies
import Testing

@testable import FleetModel

/// The contract of runs in which requests are counted: drawn scenarios in which every rollout is a
/// canary across clusters.
@Suite struct CountContractTests {
  private func again(_ seed: UInt64) -> Comment { DrawnSeeds.replay(seed, "CountContractTests") }

  private static let kinds: [AnalysisKind] = [
    .threshold(.percent(2)), .difference(margin: .zero, level: .percent(1)),
    .ratio(factor: .percent(150), level: .percent(5)),
    .sequential(
      SequentialTest(
        good: .percent(1), bad: .percent(10), falseAlarm: .percent(5), miss: .percent(5))),
    .burnRate(
      BurnRate(errorBudget: .percent(1), windows: [.init(long: 3, short: 1, rate: .percent(200))])),
  ]

  /// A drawn scenario, with canaries in the place of its strategies.
  private func scenario(_ seed: UInt64) -> Scenario {
    var scenario = DrawnScenario.of(seed: seed, isOrderFree: true)
    var choices = Choices(seed: seed ^ 0xC0_0C)
    for index in scenario.services.indices {
      scenario.services[index].requests = RequestPlan(
        perUserHour: choices.number(1...3_600), failing: choices.one(of: [.zero, .percent(1)]))
    }
    for index in scenario.arms[0].strategies.indices {
      let acceptance = scenario.arms[0].strategies[index].policy.acceptance
      scenario.arms[0].strategies[index].policy = .cohortCanary(
        CohortCanaryPolicy(
          steps: choices.one(of: [[.count(1), .share(.percent(50))], [.count(2), .share(.one)]]),
          looks: LookRule(
            analysis: AnalysisPolicy(
              kind: choices.one(of: Self.kinds), minimumRequests: Int64(choices.number(1...200)),
              unknown: choices.one(of: UnknownMeasure.allCases)),
            interval: choices.seconds(10...120), checks: choices.number(1...3),
            failedChecks: choices.number(1...3), timeout: choices.seconds(0...60)),
          control: .count(2), order: .drawn, acceptance: acceptance))
    }
    return scenario
  }

  @Test("neither the event list nor the order of entities nor that of the listing shows")
  func orders() {
    for seed in DrawnSeeds.all {
      let scenario = scenario(seed)
      let world = World(scenario)
      let reference = world.digests(seed: seed)
      let heap = RunOptions(detail: .metrics, eventList: .heap, entityMask: 0x0FFF_FFFF)
      #expect(world.digests(seed: seed, heap) == reference, again(seed))
      var relisted = scenario
      relisted.fleet.clusters.reverse()
      #expect(World(relisted).digests(seed: seed) == reference, again(seed))
    }
  }

  @Test("neither do lanes, on any threads")
  func lanes() {
    var several = 0
    for seed in DrawnSeeds.all {
      let world = World(scenario(seed))
      let request = RunRequest(
        caseIndex: 0, armIndex: 0, random: RandomStream(seed: seed, replication: 0))
      let reference = world.run(
        request, options: RunOptions(detail: .clusters, wantsTranscript: true))
      for bits in [1, 3] {
        var options = RunOptions(detail: .clusters, wantsTranscript: true)
        options.laneBits = bits
        options.leastShared = 0
        options.executor = { count, body in
          DispatchQueue.concurrentPerform(iterations: count, execute: body)
        }
        let result = world.run(request, options: options)
        #expect(result.record == reference.record, again(seed))
        #expect(result.transcript == reference.transcript, again(seed))
        several += result.coverage.lanes > 1 ? 1 : 0
      }
    }
    if DrawnSeeds.isComplete { #expect(several >= 50, "\(several) runs had several lanes") }
  }

  @Test("a transcript says all that decisions depend on, counts among it")
  func parity() throws {
    var looks = Coverage()
    for seed in DrawnSeeds.all {
      let run = scenario(seed).run(seed: seed)
      var planners = run.world.planners(
        arm: run.world.scenario.arms[0], random: RandomStream(seed: seed, replication: 0))
      for step in run.result.transcript {
        let bytes = try CanonicalJSON.encode(step)
        let read = try CanonicalJSON.decode(PlannerStep.self, from: bytes)
        let made = planners[step.planner].step(at: read.at, observing: read.observations)
        #expect(made == step.decision, again(seed))
      }
      looks.merge(run.result.coverage)
    }
    guard DrawnSeeds.isComplete else { return }
    #expect(looks.looksPassed >= 100 && looks.looksFailed >= 50 && looks.looksUndecided >= 50)
  }

  @Test("what was counted in a cluster does not depend on the strategy that wanted to know")
  func weather() {
    let canary = { (steps: [Amount]) in
      var scenario = Scenario.small(
        .cohortCanary(
          CohortCanaryPolicy(
            steps: steps,
            looks: LookRule(
              analysis: AnalysisPolicy(kind: .threshold(.one)), interval: .minutes(10)))),
        clusters: 4)
      scenario.plain.users = 1_000
      scenario.web.requests = RequestPlan(perUserHour: 60, failing: .percent(1))
      let steps = scenario.run().result.transcript
      return steps.flatMap(\.decision.rollouts).compactMap(\.look?.finding.cohort)
    }
    // All four at once at minute 11, or the first alone: it is the same minute and the same luck.
    let (first, all) = (canary([.count(1)])[0], canary([.share(.one)])[0])
    #expect(first.requests * 4 == all.requests)
    #expect(first.errors > 0 && first.errors < all.errors)
    #expect(canary([.count(1), .count(2)])[0] == first)
  }
}
