import Determinism
import Testing

@testable import RolloutStrategies

@Suite("Sizes of a Deployment's sets")
struct ReplicaSetSizesTests {
  static let limits: [(surge: Amount, unavailable: Amount)] = [
    (.count(1), .count(0)), (.count(0), .count(1)), (.share(.percent(25)), .share(.percent(25))),
    (.count(3), .count(2)), (.share(.percent(100)), .count(0)), (.count(0), .share(.percent(100))),
  ]

  private func update(_ replicas: Int, _ limit: (surge: Amount, unavailable: Amount))
    -> ReplicaSetSizes
  {
    ReplicaSetSizes(
      replicas: replicas,
      strategy: .rollingUpdate(maxSurge: limit.surge, maxUnavailable: limit.unavailable),
      new: ReplicaSetSize(wanted: 0, createdOrder: 2),
      old: [ReplicaSetSize(wanted: replicas, available: replicas, createdOrder: 1)])
  }

  @Test("every pass keeps both limits, and a good version gets all pods", arguments: limits)
  func goodVersion(limit: (surge: Amount, unavailable: Amount)) {
    for replicas in 1...23 {
      var sizes = update(replicas, limit)
      let ceiling = replicas + sizes.strategy.surge(of: replicas)
      for _ in 0..<3 * replicas where sizes.total != replicas || sizes.new?.wanted != replicas {
        _ = sizes.reconcileNew()
        #expect(sizes.total <= ceiling)
        let wanted = sizes.new?.wanted ?? 0
        sizes.new?.available = wanted
        _ = sizes.reconcileOld()
        for index in sizes.old.indices { sizes.old[index].available = sizes.old[index].wanted }
        #expect(sizes.available >= sizes.minAvailable)
      }
      #expect(sizes.new?.wanted == replicas && sizes.total == replicas, "\(replicas) pods")
    }
  }

  @Test("a version that never starts halts at surge and unavailable pods", arguments: limits)
  func badVersion(limit: (surge: Amount, unavailable: Amount)) {
    for replicas in 1...23 {
      var sizes = update(replicas, limit)
      for _ in 0..<3 * replicas {
        _ = sizes.reconcileNew()
        _ = sizes.reconcileOld()
        for index in sizes.old.indices { sizes.old[index].available = sizes.old[index].wanted }
      }
      let most = Fenceposts(
        maxSurge: limit.surge, maxUnavailable: limit.unavailable, replicas: replicas)
      let bad = sizes.new?.wanted ?? 0
      #expect(bad <= most.surge + most.unavailable, "\(replicas) pods")
      #expect(sizes.available >= replicas - most.unavailable, "\(replicas) pods")
    }
  }

  @Test("scaling in the middle of an update gives every pod away and none twice")
  func proportional() {
    for (new, middle, old) in [(2, 8, 3), (1, 1, 1), (0, 5, 5), (7, 0, 3)] {
      for replicas in 0...40 {
        var sizes = update(replicas, (.share(.percent(25)), .share(.percent(25))))
        let before = new + middle + old
        let set = { (wanted: Int, order: Int) in
          ReplicaSetSize(wanted: wanted, createdOrder: order, annotatedMax: before)
        }
        sizes.new = set(new, 3)
        sizes.old = [set(old, 1), set(middle, 2)]
        sizes.scale()
        let most = replicas == 0 ? 0 : replicas + sizes.strategy.surge(of: replicas)
        #expect(sizes.total == most, "\(new), \(middle), \(old) to \(replicas)")
      }
    }
  }

  @Test("a deadline that is reached exactly has not passed")
  func deadline() {
    let begun = Instant(sinceEpoch: 0)
    let condition = DeploymentCondition.progressing(since: begun)
    let deadline = Microseconds.seconds(600)
    #expect(!condition.isTimedOut(after: deadline, at: begun + deadline))
    #expect(condition.isTimedOut(after: deadline, at: begun + deadline + Microseconds(1)))
    #expect(!condition.isTimedOut(after: nil, at: .never))
  }

  @Test("played, an update keeps to its limits and is complete; without pods it is at once")
  func forecast() {
    for replicas in [0, 1, 2, 3, 7, 25] {
      for (surge, unavailable) in [(0, 0), (1, 0), (0, 1), (3, 2), (25, 25)] {
        let strategy = DeploymentStrategy.rollingUpdate(
          maxSurge: .count(surge), maxUnavailable: .count(unavailable))
        let forecast = DeploymentForecast(strategy, replicas: replicas, minReady: .seconds(9))
        #expect(forecast.isComplete && forecast.looks.last?.new == replicas)
        let least = replicas - strategy.unavailable(of: replicas)
        for look in forecast.looks {
          #expect(look.available >= least && look.new + look.old <= replicas + surge)
        }
      }
    }
    let recreated = DeploymentForecast(.recreate, replicas: 5, minReady: .seconds(9))
    #expect(recreated.looks.map(\.available) == [0, 5] && recreated.isComplete)
    let slow = DeploymentForecast(
      .rollingUpdate(maxSurge: .count(1), maxUnavailable: .count(0)), replicas: 20_000_000,
      minReady: .seconds(2_147_483_646))
    #expect(!slow.isComplete && slow.looks.count < 20)
  }
}
