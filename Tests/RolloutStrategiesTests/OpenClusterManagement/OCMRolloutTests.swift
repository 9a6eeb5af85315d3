import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Rollouts of Open Cluster Management")
struct OCMRolloutTests {
  private static func bench(_ clusters: Int, _ policy: OCMPolicy) -> PlannerBench {
    PlannerBench(clusters: clusters, .rollout(.ocm(policy)))
  }

  private static func progressive(
    _ caller: OCMPolicy.Caller = .work, at once: OCMLimit = .unset, maxFailures: OCMLimit = .unset,
    deadline: OCMDeadline = .none
  ) -> OCMPolicy {
    OCMPolicy(
      caller,
      rollout: OCMRolloutStrategy(
        .progressive, progressDeadline: deadline, maxFailures: maxFailures, maxConcurrency: once))
  }

  @Test("what is documented as the standard concurrency holds for add-ons and not for works")
  func standardConcurrency() {
    for (caller, started) in [(OCMPolicy.Caller.addOn, 3), (.work, 10)] {
      var policy = Self.progressive(caller)
      policy.grouping = OCMGroupStrategy(clustersPerGroup: .count(3))
      var bench = Self.bench(10, policy)
      bench.step(minute: 0)
      #expect(bench.started().count == started)
    }
  }

  @Test("a concurrency of 0, or of more than there are, is none at all")
  func unlimited() {
    for limit in [OCMLimit.count(0), .count(11), .share(.zero)] {
      var bench = Self.bench(10, Self.progressive(at: limit))
      bench.step(minute: 0)
      #expect(bench.started().count == 10)
    }
  }

  @Test("more failures tolerated than there are clusters is no failure tolerated")
  func intolerant() {
    var bench = Self.bench(4, Self.progressive(at: .count(1), maxFailures: .count(5)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.verdict().isStopped)
  }

  @Test("a number in quotes passes the API, and then nothing rolls out")
  func unreadable() {
    var bench = Self.bench(4, Self.progressive(at: .unreadable))
    bench.step(minute: 0)
    #expect(bench.started().isEmpty && bench.verdict().isStopped)
  }

  @Test("a work that no agent confirms holds its place for ever, whatever the deadline")
  func offlineWork() {
    var bench = Self.bench(4, Self.progressive(at: .count(2), deadline: .after(.minutes(30))))
    bench.step(minute: 0)
    for cluster in [0, 2, 3] { bench.answer(minute: Int64(cluster) + 1, [cluster]) }
    bench.step(minute: 9_000)
    #expect(bench.verdict() == .rolling)
  }

  @Test("an add-on that no agent confirms times out, counts as failed, and frees its place")
  func offlineAddOn() {
    var bench = Self.bench(
      5,
      Self.progressive(
        .addOn, at: .count(2), maxFailures: .count(1), deadline: .after(.minutes(30))))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0])
    #expect(bench.started() == [2])
    bench.step(minute: 30)
    #expect(bench.started() == [3])
  }

  @Test("without a deadline a failed cluster counts as failed and holds its place, too")
  func failedWithoutDeadline() {
    var bench = Self.bench(3, Self.progressive(at: .count(1), maxFailures: .count(2)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    bench.step(minute: 9_000)
    #expect(bench.started().isEmpty && bench.verdict() == .rolling)
  }

  @Test("a failed cluster that leaves takes the halt with it")
  func removal() {
    var bench = Self.bench(3, Self.progressive(at: .count(1)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.verdict().isStopped)
    bench.step(minute: 2, [.left(cluster: ClusterID(offset: 0))])
    #expect(bench.started() == [1] && bench.verdict() == .rolling)
  }

  @Test("behind a timed-out cluster a group of one does not hold back the next")
  func barrierLeak() {
    let policy = OCMPolicy(
      .work, grouping: OCMGroupStrategy(clustersPerGroup: .count(1)),
      rollout: OCMRolloutStrategy(
        .progressivePerGroup, progressDeadline: .after(.minutes(10)), maxFailures: .count(1)))
    var bench = Self.bench(4, policy)
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 1, [0], phase: .failed)
    #expect(bench.started() == [1])
    // Cluster 1 is under way still.
    bench.step(minute: 11)
    #expect(bench.started() == [2])
  }
}
