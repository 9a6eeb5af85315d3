import Determinism
import Testing

@testable import RolloutStrategies

@Suite("ApplicationSets of Argo CD")
struct ApplicationSetRolloutTests {
  private static let atOnce = ApplicationSetPolicy.Source.branch(every: .zero, jitter: .zero)

  private static func bench(
    _ rings: [String], limits: [RollingSync.MaxUpdate?] = [nil, nil],
    source: ApplicationSetPolicy.Source = atOnce
  ) -> PlannerBench {
    let steps = zip(["a", "b"], limits).map { ring, limit in
      RollingSync.Step(
        expressions: [.init(key: "ring", comparison: "In", values: [ring])], maxUpdate: limit)
    }
    return PlannerBench(
      clusters: rings.count, domains: [("ring", rings)],
      .rollout(
        .applicationSet(ApplicationSetPolicy(sync: RollingSync(steps: steps), source: source))))
  }

  @Test("a promotion is seen one pass later, and only then is an Application synced")
  func lag() {
    var bench = Self.bench(["a", "b"])
    bench.step(minute: 0)
    #expect(bench.started().isEmpty)
    bench.step(minute: 1)
    #expect(bench.started() == [0])
  }

  @Test("a step opens when all of the one before are in sync and well; failures hold it for ever")
  func failures() {
    var bench = Self.bench(["a", "a", "b"])
    for minute: Int64 in 0...1 { bench.step(minute: minute) }
    #expect(bench.started() == [0, 1])
    bench.answer(minute: 2, [0])
    bench.answer(minute: 3, [1], phase: .failed)
    for minute: Int64 in 4...8 { bench.step(minute: minute) }
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }

  @Test("a limit of 0 is a gate, and less than none is one, too")
  func gates() {
    for limit in [RollingSync.MaxUpdate.count(0), .nothing, .count(-1)] {
      var bench = Self.bench(["a", "b"], limits: [limit, nil])
      for minute: Int64 in 0...4 { bench.step(minute: minute) }
      #expect(bench.started().isEmpty && bench.verdict() == .rolling)
    }
  }

  @Test("an Application in no step is never synced, and raises the base of the first one's share")
  func strays() {
    var bench = Self.bench(["a", "a", "z", "z"], limits: [.percent(50), nil])
    for minute: Int64 in 0...1 { bench.step(minute: minute) }
    #expect(bench.started() == [0, 1])
    for minute: Int64 in 2...4 { bench.answer(minute: minute, [0, 1]) }
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }

  @Test("a step whose Applications still look well on the old version lets the next one begin")
  func staleStatus() {
    // The first of three finds the version last or not last; somewhere among so many fleets a
    // later step begins first.
    var isEarly = false
    for count in 2...12 {
      var bench = Self.bench(
        ["a"] + Array(repeating: "b", count: count),
        source: .branch(every: .minutes(60), jitter: .zero))
      for minute: Int64 in 0...61 {
        bench.step(minute: minute)
        let started = bench.started()
        isEarly = isEarly || started.first.map { $0 > 0 } ?? false
        guard started.isEmpty else { break }
      }
    }
    #expect(isEarly)
  }
}
