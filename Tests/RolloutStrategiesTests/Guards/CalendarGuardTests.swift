import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Windows and freezes")
struct CalendarGuardTests {
  private static func at(_ second: Int64) -> Instant { Instant(sinceEpoch: second * 1_000_000) }

  private static func nightly(
    from: Int64, to: Int64, zone: String? = "UTC", days: [Weekday] = [], reserve: Int64 = 0,
    atClose: WindowRule.AtClose = .finish
  ) -> GuardPolicy {
    let window = WindowRule(
      days: days, from: .minutes(from), to: .minutes(to), timeZone: zone,
      reserve: .minutes(reserve), atClose: atClose)
    return GuardPolicy(name: "night", rule: .window(window))
  }

  /// Seconds since the epoch of opening and closing, from Python's zoneinfo: zone America/Chicago.
  @Test(
    "opens and closes by local time on days when the clocks change",
    arguments: [
      (
        from: 60 as Int64, to: 240 as Int64, opens: 1_772_953_200 as Int64,
        closes: 1_772_960_400 as Int64
      ),
      // 02:30 is skipped on 8 March 2026: it opens at 03:30.
      (from: 150, to: 300, opens: 1_772_958_600, closes: 1_772_964_000),
      // Across midnight and the change.
      (from: 1_320, to: 360, opens: 1_772_942_400, closes: 1_772_967_600),
      // 1 November 2026: four hours by the clock's three.
      (from: 60, to: 240, opens: 1_793_512_800, closes: 1_793_527_200),
      // 01:30 is shown twice: the earlier one opens.
      (from: 90, to: 240, opens: 1_793_514_600, closes: 1_793_527_200),
    ])
  func clockChanges(from: Int64, to: Int64, opens: Int64, closes: Int64) throws {
    let window = WindowRule(from: .minutes(from), to: .minutes(to))
    let chicago = try #require(TimeZones.find("America/Chicago"))
    let before = window.state(at: Self.at(opens - 1), in: chicago)
    #expect(!before.isOpen && before.until == Self.at(opens))
    let first = window.state(at: Self.at(opens), in: chicago)
    #expect(first.isOpen && first.until == Self.at(closes))
    let last = window.state(at: Self.at(closes - 1), in: chicago)
    #expect(last.isOpen && last.until == Self.at(closes))
    #expect(!window.state(at: Self.at(closes), in: chicago).isOpen)
  }

  @Test("a window belongs to the day on which it opens")
  func days() {
    let window = WindowRule(days: [.thursday], from: .hours(22), to: .hours(2))
    let thursday = PlannerBench.epoch
    #expect(window.state(at: thursday, in: .utc) == (false, thursday + .hours(22)))
    #expect(window.state(at: thursday + .hours(25), in: .utc) == (true, thursday + .hours(26)))
    #expect(
      window.state(at: thursday + .hours(26), in: .utc) == (false, thursday + .hours(7 * 24 + 22)))
  }

  @Test("windows that touch are one, so their reserve counts at the last close")
  func touching() {
    let weekend = Self.nightly(from: 0, to: 0, days: [.thursday, .friday], reserve: 120)
    var bench = PlannerBench(clusters: 2, .window(of: 1, guards: [weekend]))
    #expect(bench.step(minute: 0).wakeUp == nil && bench.started() == [0])
    bench.answer(minute: 23 * 60, [0])
    #expect(bench.started() == [1], "midnight is no close")
  }

  @Test("nothing starts within the reserve; the planner wakes at the next opening")
  func reserve() {
    let night = Self.nightly(from: 60, to: 180, reserve: 30)
    var bench = PlannerBench(clusters: 2, .window(of: 1, guards: [night]))
    #expect(bench.step(minute: 0).wakeUp == PlannerBench.epoch + .minutes(60))
    #expect(bench.started().isEmpty && bench.planner.refusalCount == 2)
    bench.step(minute: 60)
    #expect(bench.started() == [0])
    bench.answer(minute: 151, [0])
    #expect(bench.started().isEmpty)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(60 + 24 * 60))
    bench.step(minute: 60 + 24 * 60)
    #expect(bench.started() == [1])
  }

  @Test("a start is allowed while exactly the reserve is left")
  func exactReserve() {
    let night = Self.nightly(from: 60, to: 180, reserve: 30)
    var bench = PlannerBench(clusters: 1, .window(of: 1, guards: [night]))
    bench.step(minute: 150)
    #expect(bench.started() == [0])
  }

  @Test("a reserve longer than the window never lets anything start and says so")
  func hopelessReserve() {
    let night = Self.nightly(from: 60, to: 180, reserve: 121)
    var bench = PlannerBench(clusters: 1, .window(of: 1, guards: [night]))
    #expect(bench.step(minute: 70).wakeUp == nil)
    #expect(bench.planner.holds(of: 0).map(\.clusters) == [1])
  }

  @Test("at the close clusters in flight pause, at the opening they go on")
  func pausesAtClose() {
    let night = Self.nightly(from: 60, to: 180, atClose: .pause)
    var bench = PlannerBench(clusters: 3, .atOnce(guards: [night]))
    bench.step(minute: 60)
    #expect(bench.started() == [0, 1, 2])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(180))
    bench.answer(minute: 100, [1])
    bench.step(minute: 180)
    #expect(bench.paused() == [0, 2] && bench.started().isEmpty)
    bench.answer(minute: 181, [0, 2], phase: .waiting)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(60 + 24 * 60))
    bench.step(minute: 60 + 24 * 60)
    #expect(bench.started() == [0, 2] && bench.paused().isEmpty)
    bench.answer(minute: 70 + 24 * 60, [0, 2])
    #expect(bench.verdict() == .complete)
    bench.step(minute: 180 + 24 * 60)
    #expect(bench.decision == PlannerDecision(), "a complete rollout rests")
  }

  @Test("a paused cluster that is away at the opening goes on when it is back, if it is then open")
  func backAfterOpening() {
    let night = Self.nightly(from: 60, to: 180, atClose: .pause)
    var bench = PlannerBench(clusters: 2, .atOnce(guards: [night]))
    let day: Int64 = 24 * 60
    bench.step(minute: 60)
    bench.step(minute: 180)
    #expect(bench.paused() == [0, 1])
    bench.step(minute: 190, [.left(cluster: ClusterID(offset: 0))])
    bench.step(minute: 60 + day)
    #expect(bench.started() == [1])
    bench.step(minute: 190 + day, [.joined(cluster: ClusterID(offset: 0))])
    #expect(bench.started() == [], "the window is closed again")
    bench.step(minute: 60 + 2 * day)
    #expect(bench.started().contains(0))
    bench.step(minute: 70 + 2 * day, [.left(cluster: ClusterID(offset: 0))])
    bench.step(minute: 180 + 2 * day)
    bench.step(minute: 70 + 3 * day, [.joined(cluster: ClusterID(offset: 0))])
    #expect(bench.paused() == [], "what was never paused goes on as it is")
  }

  @Test("a cluster that comes through though it is paused is asked nothing at the opening")
  func doneWhilePaused() {
    let night = Self.nightly(from: 60, to: 180, atClose: .pause)
    var bench = PlannerBench(clusters: 2, .atOnce(guards: [night]))
    bench.step(minute: 60)
    bench.step(minute: 180)
    #expect(bench.paused() == [0, 1])
    bench.answer(minute: 181, [0])
    bench.answer(minute: 182, [1], phase: .waiting)
    bench.step(minute: 60 + 24 * 60)
    #expect(bench.started() == [1])
  }

  @Test("clusters that go back while the window is closed wait for no opening")
  func goingBackWhileClosed() {
    let night = Self.nightly(from: 60, to: 180, atClose: .pause)
    var bench = PlannerBench(clusters: 3, .atOnce(onBreach: .rollBackAll, guards: [night]))
    bench.step(minute: 60)
    bench.answer(minute: 100, [0, 1, 2])
    bench.step(minute: 180)
    bench.answer(minute: 200, [0], health: .bad)
    #expect(bench.takenBack() == [0, 1, 2])
    #expect(bench.decision.wakeUp == nil)
    bench.step(minute: 201)
    #expect(bench.decision.wakeUp == nil, "a look meanwhile changes nothing")
  }

  @Test("paused clusters go on only when every window that pauses them is open")
  func twoPausingWindows() {
    let early = Self.nightly(from: 0, to: 120, atClose: .pause)
    let late = Self.nightly(from: 60, to: 180, atClose: .pause)
    var bench = PlannerBench(clusters: 1, .atOnce(guards: [early, late]))
    bench.step(minute: 60)
    #expect(bench.started() == [0])
    bench.step(minute: 120)
    #expect(bench.paused() == [0])
    bench.step(minute: 180)
    bench.step(minute: 24 * 60)
    #expect(bench.started().isEmpty, "the later window is closed still")
    bench.step(minute: 60 + 24 * 60)
    #expect(bench.started() == [0])
  }

  @Test("a freeze refuses from its beginning up to its end")
  func freeze() {
    let local = Microseconds(PlannerBench.epoch.sinceEpoch)
    let freeze = FreezeRule(from: local + .minutes(10), to: local + .minutes(20), timeZone: "UTC")
    let guards = [GuardPolicy(name: "freeze", rule: .freeze(freeze))]
    var bench = PlannerBench(clusters: 3, .window(of: 1, guards: guards))
    bench.step(minute: 0)
    #expect(bench.started() == [0])
    bench.answer(minute: 10, [0])
    #expect(bench.started().isEmpty)
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .minutes(20))
    bench.step(minute: 20)
    #expect(bench.started() == [1])
  }

  @Test("each cluster follows the clock of its own time zone")
  func ownZones() {
    let zones = ["Asia/Tokyo", "UTC", nil, "America/Chicago"]
    let night = Self.nightly(from: 0, to: 60, zone: nil)
    var bench = PlannerBench(
      clusters: 4, domains: [("timeZone", zones)], .atOnce(guards: [night]))
    bench.step(minute: 0)
    #expect(bench.started() == [1, 2])
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .hours(6))
    bench.step(minute: 6 * 60)
    #expect(bench.started() == [3], "midnight in Chicago")
    #expect(bench.decision.wakeUp == PlannerBench.epoch + .hours(15))
    bench.step(minute: 15 * 60)
    #expect(bench.started() == [0], "midnight in Tokyo")
  }

  @Test("a guard holds only the clusters it is for")
  func selector() {
    var night = Self.nightly(from: 60, to: 120)
    night.clusters = .label("region", "east")
    var bench = PlannerBench(
      clusters: 3, domains: [("region", ["east", "west", "east"])], .atOnce(guards: [night]))
    bench.step(minute: 0)
    #expect(bench.started() == [1])
    bench.step(minute: 60)
    #expect(bench.started() == [0, 2])
  }
}
