import Determinism
import Testing

@testable import RolloutStrategies

@Suite("TALM upgrades")
struct TALMUpgradeTests {
  private static func bench(
    _ clusters: Int, seen: [Observation] = [], _ policy: TALMPolicy
  ) -> PlannerBench {
    PlannerBench(
      clusters: clusters,
      domains: [("half", (0..<clusters).map { $0 % 2 == 0 ? "even" : "odd" })], seen: seen,
      .rollout(.talm(policy)))
  }

  /// Steps a bench at every wake-up until some minute; gives the minutes at which batches began,
  /// with their clusters.
  private static func play(
    _ bench: inout PlannerBench, until minute: Int64, answering: [Int] = []
  ) -> [Int64: [Int]] {
    var begun: [Int64: [Int]] = [:]
    bench.step(minute: 0)
    while true {
      let now = (bench.now - PlannerBench.epoch).count / 60_000_000
      if !bench.started().isEmpty { begun[now] = bench.started() }
      let answers = bench.started().filter(answering.contains)
      if !answers.isEmpty {
        bench.answer(minute: now + 1, answers)
        continue
      }
      guard let wakeUp = bench.decision.wakeUp, wakeUp <= PlannerBench.epoch + .minutes(minute)
      else { return begun }
      bench.step(at: wakeUp)
    }
  }

  @Test(
    "a batch may take what is left of the time, shared among the batches that are left",
    arguments: [
      (batch: 0, of: 7, after: 0, seconds: 2_057 as Int64), (1, 7, 35, 2_050), (5, 7, 175, 1_950),
      (6, 7, 210, 1_800), (0, 1, 0, 14_400), (3, 4, 240, 0),
    ])
  func batchTimeouts(batch: Int, of batches: Int, after minutes: Int64, seconds: Int64) {
    let timeout = TALMPolicy(maxConcurrency: 1)
      .batchTimeout(of: batch, of: batches, after: .minutes(minutes))
    #expect(timeout.count / 1_000_000 == seconds)
  }

  @Test("named clusters come in their order, then selected ones by name; canaries before all")
  func plan() throws {
    let policy = TALMPolicy(
      clusters: ["c4", "c1", "c4"], selectors: [.label("half", "even"), .label("half", "even")],
      canaries: ["c10", "c1"], maxConcurrency: 3)
    var bench = Self.bench(12, policy)
    let begun = Self.play(&bench, until: 60, answering: Array(0..<12))
    #expect(begun == [0: [10], 5: [1], 10: [4, 0, 2], 15: [6, 8]])
    #expect(bench.verdict() == .complete)
  }

  @Test("clusters that are compliant are in no batch, be they canaries")
  func compliant() {
    let seen = [1, 3].map { offset in
      Observation.report(
        rollout: 0, cluster: ClusterID(offset: offset),
        Observed(
          since: PlannerBench.epoch, reportedAt: PlannerBench.epoch, ready: 1, total: 1,
          generation: 0, revision: .target, phase: .available, health: .good))
    }
    var bench = Self.bench(
      5, seen: seen, TALMPolicy(selectors: [.all], canaries: ["c3", "c4"], maxConcurrency: 2))
    #expect(Self.play(&bench, until: 30, answering: Array(0..<5)) == [0: [4], 5: [0, 2]])
    var done = Self.bench(
      2, seen: seen.prefix(1).map { $0 }, TALMPolicy(clusters: ["c1"], maxConcurrency: 2))
    done.step(minute: 0)
    #expect(done.verdict() == .complete)
  }

  @Test("a batch that is through is seen at the next look, not when it is")
  func looks() {
    var bench = Self.bench(2, TALMPolicy(selectors: [.all], maxConcurrency: 1))
    bench.step(minute: 0)
    bench.answer(minute: 6, [0])
    #expect(bench.started().isEmpty && bench.decision.wakeUp == PlannerBench.epoch + .minutes(10))
    bench.step(minute: 10)
    #expect(bench.started() == [1])
  }

  @Test("7 batches that never answer: each gets its share, seen every 5 min, and 4 h end it")
  func marchesThrough() {
    var bench = Self.bench(7, TALMPolicy(selectors: [.all], maxConcurrency: 1))
    let begun = Self.play(&bench, until: 600)
    #expect(begun.keys.sorted() == [0, 35, 70, 105, 140, 175, 210])
    let end = PlannerBench.epoch + .minutes(240)
    #expect(bench.now == end && bench.verdict().evidence?.failed == 7)
    #expect(bench.verdict().evidence?.causes.first?.cause == .deadlinePassed)
  }

  @Test("a missed canary ends it, whatever batches may do")
  func canary() {
    var bench = Self.bench(
      4, TALMPolicy(selectors: [.all], canaries: ["c2"], maxConcurrency: 1, timeout: .minutes(40)))
    #expect(Self.play(&bench, until: 600) == [0: [2]])
    #expect(bench.now == PlannerBench.epoch + .minutes(10))
    #expect(bench.verdict().evidence?.causes.map(\.cluster) == ["c2"])
  }

  @Test("told to abort, the first batch that is late ends it")
  func abort() {
    let policy = TALMPolicy(
      selectors: [.all], maxConcurrency: 2, timeout: .minutes(60), onBatchTimeout: .abort)
    var bench = Self.bench(6, policy)
    #expect(Self.play(&bench, until: 600, answering: [0, 1, 2]) == [0: [0, 1], 5: [2, 3]])
    // (60 - 5) / 2 = 27.5 minutes after minute 5, seen at 35.
    #expect(bench.now == PlannerBench.epoch + .minutes(35))
    #expect(bench.verdict().evidence?.failed == 1)
  }

  @Test("the last batch waits for those that earlier ones left behind, until the time is over")
  func leftBehind() {
    let policy = TALMPolicy(selectors: [.all], maxConcurrency: 1, timeout: .minutes(60))
    var bench = Self.bench(2, policy)
    #expect(Self.play(&bench, until: 40, answering: [1]) == [0: [0], 30: [1]])
    #expect(bench.verdict() == .rolling)
    bench.answer(minute: 47, [0])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(50))
    bench.step(minute: 50)
    #expect(bench.verdict() == .complete)
  }

  @Test("a cluster or canary that is not there keeps it from beginning")
  func unknown() {
    for policy in [
      TALMPolicy(clusters: ["c0", "gone"], maxConcurrency: 1),
      TALMPolicy(clusters: ["c0"], canaries: ["c1"], maxConcurrency: 1),
    ] {
      var bench = Self.bench(2, policy)
      bench.step(minute: 0)
      #expect(bench.started().isEmpty && bench.decision.wakeUp == nil)
      #expect(bench.verdict().evidence?.causes.first?.cause == .notPlannable)
    }
  }

  @Test("one that is not enabled starts nothing")
  func disabled() {
    var bench = Self.bench(2, TALMPolicy(selectors: [.all], maxConcurrency: 1, isEnabled: false))
    bench.step(minute: 0)
    #expect(bench.started().isEmpty && bench.verdict() == .paused)
  }
}
