import Determinism
import RolloutStrategies
import Testing

@Suite("Settings of our own strategies")
struct OwnSettingsTests {
  private static func canary(_ gate: Gate, onBreach: Acceptance.Breach = .halt) -> RolloutPolicy {
    .rollout(
      .staged(
        StagedPolicy(
          stages: [Stage(name: "canary", size: .count(1), gate: gate), Stage(name: "rest")],
          acceptance: Acceptance(onBreach: onBreach))))
  }

  // MARK: Approvals in time

  @Test("an approval that nobody gives in time opens the gate, if that is what was asked for")
  func proceeds() {
    var bench = PlannerBench(
      clusters: 3, Self.canary(.timedApproval(timeout: .minutes(30), then: .proceed)))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0])
    #expect(bench.made()?.wantsApproval == 0)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(40))
    bench.step(minute: 39)
    #expect(bench.started() == [])
    bench.step(minute: 40)
    #expect(bench.started() == [1, 2])
  }

  @Test("or does what too many failures do, and says whom it waited for")
  func breaches() {
    let gate = Gate.timedApproval(timeout: .minutes(30), then: .breach)
    var bench = PlannerBench(clusters: 3, Self.canary(gate, onBreach: .rollBackAll))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0])
    bench.step(minute: 40)
    #expect(bench.takenBack() == [0])
    #expect(
      bench.verdict().evidence?.unanswered == .init(name: "the approval", group: "stage canary"))
  }

  @Test("one that is given in time is an approval like any other")
  func approved() {
    var bench = PlannerBench(
      clusters: 3, Self.canary(.timedApproval(timeout: .minutes(30), then: .breach)))
    bench.step(minute: 0)
    bench.answer(minute: 10, [0])
    bench.step(minute: 39, [.approved(rollout: 0, stage: 0)])
    #expect(bench.started() == [1, 2])
    bench.answer(minute: 50, [1, 2])
    #expect(bench.verdict() == .complete)
  }

  // MARK: Budgets in demand

  @Test("failed clusters may carry a share of the demand, however many they are")
  func demandBudget() {
    let acceptance = Acceptance(failureBudget: .count(4), demandBudget: .percent(10))
    let load = Fleet.Load(demand: Column([1, 1, 1, 90, 7]), capacity: Column([9, 9, 9, 99, 9]))
    var bench = PlannerBench(
      clusters: 5, load: load, .rollout(.allAtOnce(AllAtOncePolicy(acceptance: acceptance))))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1, 2, 4], phase: .failed)
    #expect(bench.verdict() == .rolling, "10 of 100 failed, which is what is tolerated")
    bench.answer(minute: 2, [3], phase: .failed)
    #expect(bench.verdict().evidence?.demand == nil, "five of five break the other budget first")
    var one = PlannerBench(
      clusters: 5, load: load, .rollout(.allAtOnce(AllAtOncePolicy(acceptance: acceptance))))
    one.step(minute: 0)
    one.answer(minute: 1, [3], phase: .failed)
    #expect(one.verdict().word == "halted")
    #expect(one.verdict().evidence?.demand == .init(failed: 90, budget: 10))
  }

  // MARK: Clusters that cannot be reached

  @Test("a silent cluster that is passed over holds up nothing and has its turn when it is heard")
  func skipsOffline() {
    let staged = StagedPolicy(
      stages: [Stage(name: "canary", size: .count(2)), Stage(name: "rest")],
      acceptance: Acceptance(offline: .skip))
    var bench = PlannerBench(
      clusters: 3,
      seen: [.silent(cluster: ClusterID(offset: 1), since: PlannerBench.epoch - .hours(1))],
      .rollout(.staged(staged)))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 5, [0])
    #expect(bench.started() == [2])
    bench.answer(minute: 10, [2])
    #expect(bench.verdict() == .complete)
    bench.step(minute: 20, [.heard(cluster: ClusterID(offset: 1))])
    #expect(bench.started() == [1])
    #expect(bench.verdict() == .rolling)
  }

  @Test("a silent cluster is started like others unless it is to be passed over")
  func startsOffline() {
    var bench = PlannerBench(
      clusters: 2,
      seen: [.silent(cluster: ClusterID(offset: 0), since: PlannerBench.epoch - .hours(1))],
      .atOnce())
    bench.step(minute: 0)
    #expect(bench.started() == [0, 1])
  }

  // MARK: Late batches

  @Test("a batch is late by less than the jitter, each by its own, and the first is not")
  func jitter() {
    let batches = TimedBatchesPolicy(
      batchSize: .count(1), interval: .minutes(10), jitter: .percent(50))
    var bench = PlannerBench(clusters: 30, .rollout(.timedBatches(batches)))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    var delays: [Microseconds] = []
    for number in 1..<30 as Range<Int64> {
      guard let wakeUp = bench.decision.wakeUp else { break }
      bench.step(at: wakeUp - Microseconds(1))
      #expect(bench.started() == [])
      bench.step(at: wakeUp)
      #expect(bench.started() == [Int(number)])
      delays.append(wakeUp - (PlannerBench.epoch + .minutes(10 * number)))
    }
    #expect(delays.count == 29)
    #expect(delays.allSatisfy { $0 >= .zero && $0 < .minutes(5) })
    let mean = delays.map(\.count).reduce(0, +) / Int64(delays.count)
    // The mean of 29 draws below 300 s lies within four standard errors of 150 s.
    #expect(abs(mean / 1_000_000 - 150) < 65, "\(delays)")
  }
}
