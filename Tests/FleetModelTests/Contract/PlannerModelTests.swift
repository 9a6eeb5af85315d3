import Determinism
import DiscreteEvents
import RolloutStrategies
import Testing

@testable import FleetModel

/// When a planner looks, on which it hangs how far clusters may go on by themselves.
@Suite struct PlannerModelTests {
  private func looks(
    every interval: Int64, outages: [(after: Int64, seconds: Int64)] = [], from seconds: Double
  ) -> Double {
    let start = Instant(sinceEpoch: 7_000_001)
    let model = PlannerModel(
      PlannerPlan(
        name: "hub", lookInterval: .seconds(interval),
        outages: outages.map { Span(after: .seconds($0.after), duration: .seconds($0.seconds)) }),
      startAt: start)
    let instant = start + Microseconds(Int64(seconds * 1_000_000))
    return Double((model.nextLook(from: instant) - start).count) / 1_000_000
  }

  @Test("a planner that looks at intervals counts them from the beginning of the run")
  func intervals() {
    #expect(looks(every: 30, from: 0) == 0)
    #expect(looks(every: 30, from: 0.000001) == 30)
    #expect(looks(every: 30, from: 30) == 30)
    #expect(looks(every: 30, from: 30.000001) == 60)
  }

  @Test("one that looks at once looks when something arrives")
  func atOnce() {
    #expect(looks(every: 0, from: 12.345678) == 12.345678)
  }

  @Test("one that is down looks when it is back, or at its first interval after that")
  func outages() {
    let outages: [(Int64, Int64)] = [(60, 35), (95, 10)]
    #expect(looks(every: 0, outages: outages, from: 59) == 59)
    #expect(looks(every: 0, outages: outages, from: 60) == 105)
    #expect(looks(every: 30, outages: outages, from: 59) == 120)
    #expect(looks(every: 30, outages: [(60, 60)], from: 31) == 120)
    #expect(looks(every: 30, outages: [(60, 61)], from: 31) == 150)
  }

  private func firstLook(
    from seconds: Int64, arm: Int? = 0, every intervals: [Int64]
  ) -> Microseconds? {
    let count = intervals.count
    let scenario = Scenario.small(clusters: count, sites: count, horizon: .minutes(10)) {
      $0.planners = intervals.enumerated().map { index, interval in
        PlannerPlan(
          name: "hub-\(index)", clusters: .label("site", "site-\(index + 1)"),
          lookInterval: .seconds(interval))
      }
    }
    let world = World(scenario)
    let request = RunRequest(
      caseIndex: 0, armIndex: arm, random: RandomStream(seed: 1, replication: 0))
    let model = RunModel(
      world, request, arm == nil ? [] : world.policies(arm: world.scenario.arms[0]), RunOptions())
    let key = model.firstLook(from: world.startAt + .seconds(seconds))
    #expect(key.map { $0.kind == EventKind.lookBound } ?? true)
    return key.map { $0.time - world.startAt }
  }

  @Test("the first look of all is the least of them, and none after the end")
  func firstOfAll() {
    #expect(firstLook(from: 31, every: [45, 300]) == .seconds(45))
    #expect(firstLook(from: 46, every: [300, 70]) == .seconds(70))
    #expect(firstLook(from: 541, every: [7_000, 55]) == .seconds(550))
    #expect(firstLook(from: 31, every: [45, 0]) == .seconds(31))
    #expect(firstLook(from: 599, every: [45, 300]) == nil)
    #expect(firstLook(from: 31, arm: nil, every: [45, 0]) == nil)
  }

  @Test("what never arrives is never looked at")
  func never() {
    let plan = PlannerPlan(name: "hub", lookInterval: .seconds(30))
    let model = PlannerModel(plan, startAt: Instant(sinceEpoch: 0))
    #expect(model.nextLook(from: .never) == .never)
  }
}
