import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Ramp by a budget of risk")
struct RiskRampTests {
  private static func ramp(
    budget: Amount, tolerating failures: Int = 0, soak: Microseconds = .zero
  ) -> RolloutPolicy {
    .rollout(
      .riskRamp(
        RiskRampPolicy(
          budget: budget, probability: .percent(5), batchSoak: soak,
          acceptance: Acceptance(
            failureBudget: .count(failures), onBreach: .rollBackAll, offline: .skip))))
  }

  @Test("batch follows batch, each when the last is done and has rested, in an order of draws")
  func batches() {
    var bench = PlannerBench(
      clusters: 200, Self.ramp(budget: .share(.percent(5)), soak: .minutes(20)))
    var taken: [Int] = []
    for (number, size) in [10, 28, 89, 73].enumerated() {
      let minute = Int64(number) * 60
      bench.step(minute: minute)
      let batch = bench.started()
      #expect(batch.count == size)
      taken += batch
      bench.answer(minute: minute + 10, batch)
      #expect(bench.started() == [])
      bench.step(minute: minute + 29)
      #expect(bench.started() == [])
    }
    #expect(taken.sorted() == Array(0..<200) && taken != taken.sorted())
    bench.step(minute: 210)
    #expect(bench.verdict() == .complete)
  }

  @Test("a failure stops it, and so the version has cost no more than its budget") func stops() {
    var bench = PlannerBench(clusters: 200, Self.ramp(budget: .count(10)))
    bench.step(minute: 0)
    let batch = bench.started()
    bench.answer(minute: 10, batch, phase: .failed)
    #expect(bench.takenBack().sorted() == batch.sorted())
    #expect(bench.verdict().evidence?.failed == 10)
    #expect(bench.verdict().evidence?.budget == 0)
  }

  @Test("it tolerates fewer failures than its budget, whatever the failure budget says")
  func tolerates() {
    var bench = PlannerBench(clusters: 200, Self.ramp(budget: .count(3), tolerating: 100))
    bench.step(minute: 0)
    let batch = bench.started()
    bench.answer(minute: 10, Array(batch.prefix(2)), phase: .failed)
    #expect(!bench.verdict().isStopped)
    bench.answer(minute: 20, Array(batch.suffix(1)), phase: .failed)
    #expect(bench.verdict().isStopped)
  }

  @Test("a cluster that is silent is waited for: passed over, it would prove nothing")
  func waits() {
    let silent = Observation.silent(
      cluster: ClusterID(offset: 3), since: PlannerBench.epoch)
    var bench = PlannerBench(clusters: 5, seen: [silent], Self.ramp(budget: .share(.one)))
    bench.step(minute: 0)
    #expect(bench.started().sorted() == [0, 1, 2, 3, 4])
  }

  @Test("a rollout for no cluster is complete") func nothing() {
    let policy = RolloutPolicy.rollout(
      Self.ramp(budget: .count(1)).strategy, clusters: .label("region", "nowhere"))
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["a", "a", "a"])], policy)
    bench.step(minute: 0)
    #expect(bench.verdict() == .complete)
  }
}
