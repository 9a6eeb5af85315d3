import Determinism
import RolloutStrategies
import Testing

@Suite("Clusters that join and leave")
struct MembershipTests {
  private static let late = ClusterID(offset: 2)

  /// A rollout over three clusters in two stages, of which the last cluster is not there yet; it
  /// would be in the first stage.
  private static func bench(_ rule: MembershipRule?) -> PlannerBench {
    let staged = StagedPolicy(
      stages: [Stage(name: "west", clusters: .label("region", "west")), Stage(name: "rest")],
      acceptance: Acceptance(membership: rule))
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["west", "east", "west"])],
      seen: [.left(cluster: late)], .rollout(.staged(staged)))
    bench.step(minute: 0)
    return bench
  }

  @Test(
    "a cluster that joins is taken into the part its labels put it in, also when nothing is said",
    arguments: [nil, MembershipRule()])
  func adopts(_ rule: MembershipRule?) {
    var bench = Self.bench(rule)
    #expect(bench.started() == [0])
    bench.step(minute: 5, [.joined(cluster: Self.late)])
    #expect(bench.started() == [2])
    bench.answer(minute: 6, [0])
    #expect(bench.started() == [], "its stage is not done before it is")
    bench.answer(minute: 7, [2])
    #expect(bench.started() == [1])
  }

  @Test("one that is to be ignored stays at what it runs and holds up nothing")
  func ignores() {
    var bench = Self.bench(MembershipRule(joins: .ignore))
    bench.step(minute: 5, [.joined(cluster: Self.late)])
    bench.answer(minute: 6, [0])
    #expect(bench.started() == [1])
    // Whoever takes over knows who was late.
    var other = bench.planner.following(bench.planner.policies, at: bench.now)
    let decision = other.step(at: bench.now, observing: [])
    #expect(decision.rollouts.flatMap(\.directives).isEmpty)
    bench.answer(minute: 7, [1])
    #expect(bench.verdict() == .complete)
  }

  @Test("a member that was away is no newcomer")
  func returns() {
    var bench = Self.bench(MembershipRule(joins: .ignore))
    let away = ClusterID(offset: 1)
    bench.step(minute: 1, [.left(cluster: away)])
    bench.step(minute: 2, [.joined(cluster: away)])
    bench.answer(minute: 3, [0])
    #expect(bench.started() == [1])
  }

  @Test("nor is it one for a planner that takes over while it is away")
  func returnsAfterTakeover() {
    var bench = Self.bench(MembershipRule(joins: .abort))
    let away = ClusterID(offset: 1)
    bench.step(minute: 1, [.left(cluster: away)])
    var other = bench.planner.following(bench.planner.policies, at: bench.now)
    #expect(other.status(of: 0)[away].membershipChange == .left)
    _ = other.step(at: PlannerBench.epoch + .minutes(2), observing: [.joined(cluster: away)])
    #expect(other.status(of: 0)[away].membershipChange == nil)
    #expect(other.status(of: 0).rollout.verdict == .rolling)
    // Who was never there is one, also for whoever takes over.
    _ = other.step(at: PlannerBench.epoch + .minutes(4), observing: [.joined(cluster: Self.late)])
    #expect(other.status(of: 0).rollout.verdict.evidence?.causes.map(\.cluster) == ["c2"])
  }

  @Test("one that left is so for whoever takes over, and counts there")
  func leftBeforeTakeover() {
    var bench = Self.bench(MembershipRule())
    bench.step(minute: 1, [.left(cluster: ClusterID(offset: 1))])
    let staged = StagedPolicy(
      stages: [Stage(name: "all")],
      acceptance: Acceptance(membership: MembershipRule(leaves: .abort)))
    var other = bench.planner.following([.rollout(.staged(staged))], at: bench.now)
    _ = other.step(at: bench.now, observing: [])
    #expect(other.status(of: 0).rollout.verdict.evidence?.causes.map(\.cluster) == ["c1"])
  }

  @Test("the rollout halts when one joins or leaves, if that is asked for, and names it")
  func aborts() {
    var joined = Self.bench(MembershipRule(joins: .abort))
    joined.step(minute: 5, [.joined(cluster: Self.late)])
    #expect(joined.verdict().word == "halted" && joined.started() == [])
    #expect(
      joined.verdict().evidence?.causes == [
        .init(cluster: "c2", cause: .membershipChanged, since: PlannerBench.epoch + .minutes(5))
      ])
    var left = Self.bench(MembershipRule(leaves: .abort))
    left.step(minute: 5, [.joined(cluster: Self.late)])
    #expect(left.started() == [2])
    left.step(minute: 6, [.left(cluster: ClusterID(offset: 1))])
    #expect(left.verdict().evidence?.causes.map(\.cluster) == ["c1"])
  }

  @Test("a rollout that is complete is not aborted any more")
  func complete() {
    var bench = Self.bench(MembershipRule(joins: .abort))
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [1])
    #expect(bench.verdict() == .complete)
    bench.step(minute: 3, [.joined(cluster: Self.late)])
    #expect(bench.verdict() == .complete && bench.started() == [])
  }

  @Test("one that an operator pauses stays complete, so that whoever takes over then knows it")
  func pausedWhenComplete() {
    var bench = Self.bench(MembershipRule(joins: .abort))
    bench.answer(minute: 1, [0])
    bench.answer(minute: 2, [1])
    bench.step(minute: 3, [.paused(rollout: 0)])
    bench.step(minute: 4, [.joined(cluster: Self.late)])
    #expect(bench.verdict() == .complete)
    var other = bench.planner.following(bench.planner.policies, at: bench.now)
    bench.step(minute: 5, [.resumed(rollout: 0)])
    _ = other.step(at: bench.now, observing: [.resumed(rollout: 0)])
    #expect(bench.verdict() == .complete)
    #expect(other.status(of: 0).rollout.verdict == .complete)
  }

  @Test("who left after all was over matters once something is to do again, whenever one looks")
  func leavesAfterAll() {
    let acceptance = Acceptance(
      soak: .minutes(10), failureBudget: .count(1), membership: MembershipRule(leaves: .abort))
    let policy = ProgressivePolicy(maxConcurrency: .count(3), acceptance: acceptance)
    var bench = PlannerBench(clusters: 3, .rollout(.progressive(policy)))
    bench.step(minute: 0)
    bench.answer(minute: 1, [0, 1, 2])
    bench.step(minute: 11)
    #expect(bench.verdict() == .complete)
    bench.step(minute: 20, [.left(cluster: Self.late)])
    #expect(bench.verdict() == .complete)
    bench.answer(minute: 30, [1], health: .unknown)
    #expect(bench.verdict().evidence?.causes.map(\.cause) == [.membershipChanged])
  }
}
