import Determinism
import DiscreteEvents
import RolloutStrategies

/// What lanes have to say to others.
extension Simulation where List: ~Copyable {
  /// Delivers what the lanes have to say to planners, to who places a service, and to observers.
  mutating func receive() {
    for lane in 0..<lanes.count {
      if lanes[lane].log.arrivesAt != .never { receiveMail(of: lane) }
      for counted in lanes[lane].log.counted {
        counts.add(counted.requests, planner: counted.planner, source: counted.source)
      }
      lanes[lane].log.clear { observers.hear(&$0, of: lane) }
    }
  }

  private mutating func receiveMail(of lane: Int) {
    for index in desks.indices {
      let arrives = lanes[lane].log.handOver(to: index) { messages, route in
        desks[index].mail.receive(&messages, of: lane, by: route)
      }
      plan(index, at: arrives)
    }
    for letter in lanes[lane].log.news { post(letter) }
  }
}
