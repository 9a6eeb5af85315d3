import Determinism
import Testing

@testable import RolloutStrategies

/// Two coasts with a cluster that serves and one that stands by: `c0` and `c2` serve 100 and 60.
@Suite("From one environment to the other")
struct BlueGreenTests {
  private static let live = Selector.label("env", "a")
  private static let backup = Selector.label("env", "b")

  private static func bench(
    tolerating failures: Int = 0, onBreach: Acceptance.Breach = .rollBackAll
  ) -> PlannerBench {
    let policy = BlueGreenPolicy(
      live: live, backup: backup, pairBy: "coast", steps: [.percent(10), .one],
      stepSoak: .minutes(10), hold: .minutes(60),
      acceptance: Acceptance(
        soak: .minutes(5), failureBudget: .count(failures), onBreach: onBreach))
    return PlannerBench(
      clusters: 4,
      domains: [("env", ["a", "b", "a", "b"]), ("coast", ["east", "east", "west", "west"])],
      load: Fleet.Load(
        demand: Column([100, 0, 60, 0]), capacity: Column([100, 100, 60, 60])),
      .rollout(.blueGreen(policy)))
  }

  /// Brings a bench to the hold: all demand is on the backups since minute 25.
  private static func held(
    tolerating failures: Int = 0, onBreach: Acceptance.Breach = .rollBackAll
  ) -> PlannerBench {
    var bench = bench(tolerating: failures, onBreach: onBreach)
    bench.step(minute: 0)
    bench.answer(minute: 10, [1, 3])
    bench.step(minute: 15)
    bench.step(minute: 25)
    return bench
  }

  @Test("backups first, then demand step by step, then after the hold what was live")
  func course() {
    var bench = Self.bench()
    bench.step(minute: 0)
    #expect(bench.started() == [1, 3])
    bench.answer(minute: 10, [1, 3])
    #expect(bench.made()?.routing == nil, "backups soak")
    bench.step(minute: 15)
    #expect(bench.made()?.routing == .weights([90, 10, 54, 6]))
    bench.step(minute: 24)
    #expect(bench.made() == nil)
    bench.step(minute: 25)
    #expect(bench.made()?.routing == .weights([0, 100, 0, 60]))
    bench.step(minute: 84)
    #expect(bench.made() == nil)
    bench.step(minute: 85)
    #expect(bench.started() == [0, 2] && bench.made()?.routing == nil)
    bench.answer(minute: 95, [0, 2])
    bench.step(minute: 100)
    #expect(bench.verdict() == .complete && bench.made()?.routing == nil)
  }

  @Test("a breach in the hold sends demand back and asks no cluster for anything")
  func returnsByRouting() {
    var bench = Self.held()
    bench.answer(minute: 30, [1], health: .bad)
    #expect(bench.made()?.routing == .own)
    #expect(bench.made()?.directives == [])
    #expect(bench.verdict().word == "rolledBack")
  }

  @Test("a breach that halts leaves demand where it is") func halts() {
    var bench = Self.held(onBreach: .halt)
    bench.answer(minute: 30, [1], health: .bad)
    #expect(bench.made()?.routing == nil && bench.verdict().word == "halted")
  }

  @Test("after the hold, demand of a group goes back once its old environment is as it was")
  func returnsAfterHold() {
    var bench = Self.held()
    bench.step(minute: 85)
    bench.answer(minute: 90, [1], health: .bad)
    #expect(bench.takenBack() == [0, 2] && bench.made()?.routing == nil)
    #expect(bench.verdict().word == "rollingBack")
    bench.answer(minute: 95, [0])
    #expect(bench.made()?.routing == .weights([100, 0, 0, 60]))
    bench.answer(minute: 99, [2])
    #expect(bench.made()?.routing == .own && bench.verdict().word == "rolledBack")
  }

  @Test("a group whose backup fails within the budget stays as it was") func tolerates() {
    var bench = Self.bench(tolerating: 1)
    bench.step(minute: 0)
    bench.answer(minute: 10, [1])
    bench.answer(minute: 10, [3], phase: .failed)
    bench.step(minute: 15)
    #expect(bench.made()?.routing == .weights([90, 10, 60, 0]))
    bench.step(minute: 25)
    bench.step(minute: 85)
    #expect(bench.started() == [0])
    bench.answer(minute: 90, [0])
    bench.step(minute: 95)
    #expect(bench.verdict() == .complete)
  }

  @Test("it is said why clusters cannot be switched") func unfit() {
    let bench = Self.bench()
    let fleet = bench.planner.fleet
    func unfit(_ live: Selector, _ backup: Selector, by label: String?) -> [UnfitEnvironment] {
      BlueGreenPolicy(live: live, backup: backup, pairBy: label)
        .unfit(among: Array(fleet.clusters), in: fleet)
    }
    #expect(unfit(Self.live, Self.backup, by: "coast") == [])
    #expect(unfit(Self.live, .label("coast", "north"), by: nil) == [.group("", .noBackup)])
    #expect(
      unfit(.label("name", "c0"), .label("name", "c3"), by: nil)
        == [.group("", .noHeadroom(shortBy: 40))])
    #expect(
      unfit(.label("name", "c0"), .label("name", "c3"), by: "coast")
        == [.group("east", .noBackup), .group("west", .noLive)])
    #expect(
      unfit(Self.backup, Self.live, by: "coast")
        == [.busyBackup("c0"), .busyBackup("c2")])
    #expect(unfit(.label("env", "x"), .label("env", "y"), by: nil) == [.noGroup])
    #expect(unfit(Self.live, .all, by: "coast") == [.inBoth("c0"), .inBoth("c2")])
    #expect(
      unfit(Self.live, Self.backup, by: "rack")
        == ["c0", "c1", "c2", "c3"].map { .ungrouped($0) })
  }
}
