import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Rounding of shares")
struct RoundingTests {
  /// A share in percent, a total, and what it comes to.
  typealias Row = (percent: Int64, total: Int, expected: Int)

  private func clusters(_ count: Int) -> [String?] { Array(repeating: "a", count: count) }

  @Test(
    "a concurrency is rounded down but is at least one",
    arguments: [
      (0, 10, 1), (1, 10, 1), (19, 10, 1), (20, 10, 2), (99, 10, 9), (100, 10, 10), (50, 1, 1),
    ]
      as [Row])
  func concurrency(percent: Int64, total: Int, expected: Int) {
    let share = Amount.share(.percent(percent))
    let policies: [StrategyPolicy] = [
      .progressive(ProgressivePolicy(maxConcurrency: share)),
      .perGroup(PerGroupPolicy(groupBy: "region", maxConcurrency: share)),
      .staged(StagedPolicy(stages: [Stage(name: "all", maxConcurrency: share)])),
    ]
    for policy in policies {
      var bench = PlannerBench(
        clusters: total, domains: [("region", clusters(total))], .rollout(policy))
      bench.step(minute: 0)
      #expect(bench.started().count == expected, "\(policy.kind)")
    }
  }

  @Test(
    "a group's concurrency is a share of the group, a stage's one of the stage")
  func concurrencyOfParts() {
    let half = Amount.share(.percent(50))
    let regions = ["a", "a", "a", "a", "b", "b"]
    var groups = PlannerBench(
      clusters: 6, domains: [("region", regions)],
      .rollout(.perGroup(PerGroupPolicy(groupBy: "region", maxConcurrency: half))))
    groups.step(minute: 0)
    #expect(groups.started() == [0, 1])
    let stages = [
      Stage(name: "b", clusters: .label("region", "b"), maxConcurrency: half), Stage(name: "rest"),
    ]
    var staged = PlannerBench(
      clusters: 6, domains: [("region", regions)],
      .rollout(.staged(StagedPolicy(stages: stages))))
    staged.step(minute: 0)
    #expect(staged.started() == [4])
  }

  @Test(
    "a stage's size is a share of all it may choose, rounded up",
    arguments: [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (100, 10, 10)] as [Row])
  func stageSize(percent: Int64, total: Int, expected: Int) {
    let size = Amount.share(.percent(percent))
    let stages = [Stage(name: "first", size: size, gate: .approval), Stage(name: "rest")]
    var bench = PlannerBench(clusters: total, .rollout(.staged(StagedPolicy(stages: stages))))
    bench.step(minute: 0)
    // An empty stage is passed without its gate.
    #expect(bench.started().count == (expected == 0 ? total : expected))
  }

  @Test("a later stage's share is of all its selector chooses, not of what is left")
  func laterStageSize() {
    let stages = [
      Stage(name: "a", size: .share(.percent(10))), Stage(name: "b", size: .share(.percent(50))),
      Stage(name: "c", size: .count(100)),
    ]
    var bench = PlannerBench(clusters: 10, .rollout(.staged(StagedPolicy(stages: stages))))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 1, [0])
    #expect(bench.started() == [1, 2, 3, 4, 5])
    bench.answer(minute: 2, [1, 2, 3, 4, 5])
    #expect(bench.started() == [6, 7, 8, 9])
  }

  @Test(
    "a batch is rounded up and is at least one",
    arguments: [(0, 10, 1), (1, 10, 1), (20, 10, 2), (21, 10, 3), (100, 10, 10)] as [Row])
  func batch(percent: Int64, total: Int, expected: Int) {
    let policy = TimedBatchesPolicy(
      batchSize: .share(.percent(percent)), interval: .minutes(10))
    var bench = PlannerBench(clusters: total, .rollout(.timedBatches(policy)))
    bench.step(minute: 0)
    #expect(bench.started().count == expected)
    bench.step(minute: 10)
    #expect(bench.started().count == min(expected, total - expected))
  }

  @Test(
    "a failure budget is rounded down",
    arguments: [(0, 10, 0), (9, 10, 0), (10, 10, 1), (19, 10, 1), (20, 10, 2), (100, 10, 10)]
      as [Row])
  func failureBudget(percent: Int64, total: Int, expected: Int) {
    let budget = Amount.share(.percent(percent))
    let whole = StrategyPolicy.allAtOnce(
      AllAtOncePolicy(acceptance: Acceptance(failureBudget: budget)))
    let stage = StrategyPolicy.staged(
      StagedPolicy(
        stages: [Stage(name: "all", failureBudget: budget)],
        acceptance: Acceptance(failureBudget: .count(100))))
    for policy in [whole, stage] {
      var bench = PlannerBench(clusters: total, .rollout(policy))
      bench.step(minute: 0)
      bench.answer(minute: 1, Array(0..<expected), phase: .failed)
      #expect(!bench.verdict().isStopped, "\(policy.kind)")
      guard expected < total else { continue }
      bench.answer(minute: 2, [expected], phase: .failed)
      #expect(bench.verdict().word == "halted", "\(policy.kind)")
    }
  }
}
