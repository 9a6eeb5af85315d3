import Determinism
import DiscreteEvents
import RolloutStrategies

/// What lanes have to say, told in the order in which it arrives.
extension Simulation where List: ~Copyable {
  /// Delivers what the lanes have to say to planners, to who places a service, and to observers.
  mutating func receive() {
    receiveMail()
    for lane in 0..<lanes.count {
      for letter in lanes[lane].log.news { post(letter) }
      for counted in lanes[lane].log.counted {
        counts.add(counted.requests, planner: counted.planner, source: counted.source)
      }
      lanes[lane].log.clear { observers.hear(&$0, of: lane) }
    }
  }

  private mutating func receiveMail() {
    guard lanes.count > 1 else {
      for (planner, mail) in lanes[0].log.mail { post(mail, to: planner) }
      return
    }
    var next = (0..<lanes.count).map { _ in 0 }
    while true {
      var first: (lane: Int, at: Instant)?
      for lane in 0..<lanes.count where next[lane] < lanes[lane].log.mail.count {
        let at = lanes[lane].log.mail[next[lane]].mail.at
        if let best = first, best.at <= at { continue }
        first = (lane, at)
      }
      guard let lane = first?.lane else { return }
      let (planner, mail) = lanes[lane].log.mail[next[lane]]
      next[lane] += 1
      post(mail, to: planner)
    }
  }
}
