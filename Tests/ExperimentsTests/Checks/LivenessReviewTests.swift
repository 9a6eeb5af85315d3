import Determinism
import RolloutStrategies
import Testing

@testable import Experiments

@Suite("Review of liveness")
struct LivenessReviewTests {
  private static let start = Instant(sinceEpoch: 1_772_064_000_000_000)

  private static func planner(
    _ guards: [GuardPolicy], startAt: Instant = start, seen: [Observation] = []
  ) -> Planner {
    let region = Fleet.Dimension(
      name: "region", values: ["east", "west"], valueOf: NarrowArray([0, 0, 1, 1]))
    let fleet = Fleet(
      names: NameTable((0..<4).map { "k\($0)" }), keys: Column((0..<4).map { UInt64($0) }),
      dimensions: [region])
    let policy = RolloutPolicy(
      name: "web-v2", service: "web", target: "v2", startAt: startAt,
      strategy: .progressive(ProgressivePolicy(maxConcurrency: .count(2))), guards: guards)
    var planner = Planner(
      name: "hub", fleet: fleet, rollouts: [policy], seed: RandomStream(seed: 1, replication: 0),
      at: start)
    _ = planner.step(at: start, observing: seen)
    return planner
  }

  private static func share(_ percent: Int64) -> GuardPolicy {
    let rule = DomainShareRule(level: "region", atMost: .percent(percent))
    return GuardPolicy(name: "half", rule: .domainShare(rule))
  }

  private static func flaw(
    _ planner: Planner, claiming guards: [GuardPolicy]? = nil
  ) -> String? {
    var claims = planner.policies
    if let guards { claims[0].guards = guards }
    return LivenessReview.flaw(of: planner, at: start, claims: claims)?.text
  }

  @Test("a rollout that ends, or waits for what never comes, is as it should be")
  func sound() {
    #expect(Self.flaw(Self.planner([])) == nil)
    #expect(Self.flaw(Self.planner([Self.share(50)])) == nil)
    #expect(Self.flaw(Self.planner([Self.share(0)])) == nil, "no place is a place")
    let nowhere = GuardPolicy(
      name: "law", rule: .residency(ResidencyRule(label: "region", released: [])))
    #expect(Self.flaw(Self.planner([nowhere])) == nil)
  }

  @Test("clusters that can not be heard are waited for, and heard in the end")
  func silent() {
    let all = (0..<4).map { Observation.silent(cluster: ClusterID(offset: $0), since: Self.start) }
    #expect(Self.flaw(Self.planner([Self.share(50)], seen: all)) == nil)
  }

  @Test("a guard that keeps what its document lets go is found")
  func needless() {
    let flaw = Self.flaw(Self.planner([Self.share(0)]), claiming: [Self.share(50)])
    #expect(flaw == "k0 waits for half, which would let it start, and nothing is under way")
  }

  @Test("a rollout that neither ends nor says what it waits for is found")
  func endless() {
    let late = Self.start + .hours(24 * 1_000)
    let flaw = Self.flaw(Self.planner([], startAt: late))
    #expect(flaw?.hasPrefix("it does not end and waits for nothing that it says") == true)
  }
}
