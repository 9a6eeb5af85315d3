import Determinism
import RolloutStrategies
import Testing

@testable import FleetModel

/// A copy of a service whose pods are replaced a few at a time, tried over all small sizes.
@Suite("Copies of a service")
struct PodCopyTests {
  private static let deliveries: [DeliveryPolicy] = [
    .standard, .rollingUpdate(maxSurge: .count(1), maxUnavailable: .count(0)),
    .rollingUpdate(maxSurge: .count(0), maxUnavailable: .count(1)),
    .rollingUpdate(maxSurge: .share(.percent(50)), maxUnavailable: .count(2)),
  ]

  @Test(
    "replacing pods keeps to surge and unavailable, and ends with all of the new version",
    arguments: deliveries)
  func replacing(delivery: DeliveryPolicy) {
    for pods in Int32(1)...12 {
      var copy = PodCopy(version: 1, pods: pods, at: .monday)
      let limits = RollingUpdate(delivery, replicas: Int(pods))
      _ = copy.ask(version: 2, pods: pods, at: .monday)
      var rounds = 0
      while !copy.isSettled, rounds < 100 {
        #expect(copy.start(delivery, room: 100) > 0)
        #expect(copy.total <= pods + Int32(limits.surge))
        #expect(copy.available >= pods - Int32(limits.unavailable))
        copy.becomeReady(at: .monday)
        #expect(copy.available == pods)
        rounds += 1
      }
      #expect(rounds == limits.rounds && copy.ready(of: 2) == pods && !copy.has(1))
    }
  }

  @Test("turning round in the midst keeps the pods that are there")
  func turning() {
    var copy = PodCopy(version: 1, pods: 4, at: .monday)
    _ = copy.ask(version: 2, pods: 4, at: .monday)
    _ = copy.start(.standard, room: 100)
    copy.becomeReady(at: .monday)
    let (new, old) = (copy.ready(of: 2), copy.ready(of: 1))
    #expect(new > 0 && old > 0)
    _ = copy.ask(version: 1, pods: 4, at: .monday)
    #expect(copy.ready(of: 1) == old && copy.ready(of: 2) == new && copy.starting == 0)
  }

  @Test("what is too many goes at once: starting pods, then old ones, then new ones")
  func scalingDown() {
    var copy = PodCopy(version: 1, pods: 6, at: .monday)
    _ = copy.ask(version: 2, pods: 6, at: .monday)
    _ = copy.start(.standard, room: 100)
    let course = copy.course
    _ = copy.ask(version: 2, pods: 3, at: .monday)
    #expect(copy.starting == 0 && copy.course != course && copy.available == 3)
    _ = copy.ask(version: 2, pods: 0, at: .monday)
    #expect(copy.total == 0 && copy.isSettled)
  }

  @Test("a copy grows as far as there is room")
  func growing() {
    var copy = PodCopy(version: 1, pods: 0, at: .monday)
    _ = copy.ask(version: 1, pods: 5, at: .monday)
    #expect(copy.start(.standard, room: 3) == 3)
    copy.becomeReady(at: .monday)
    #expect(copy.start(.standard, room: 0) == 0 && !copy.isSettled)
  }
}
