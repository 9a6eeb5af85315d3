import Determinism
import DiscreteEvents
import RolloutStrategies

/// What lanes have to say, told in the order of events.
extension Simulation where List: ~Copyable {
  /// Delivers what the lanes have to say to planners, to who places a service, and to observers.
  mutating func receive() {
    if lanes.count == 1 { receiveFromOne() } else { receiveFromSeveral() }
    for lane in 0..<lanes.count {
      for letter in lanes[lane].log.news { post(letter) }
      lanes[lane].log.clear()
    }
  }

  private mutating func receiveFromOne() {
    for (planner, mail) in lanes[0].log.mail { post(mail, to: planner) }
    for entry in lanes[0].log.entries { take(entry) }
  }

  private mutating func receiveFromSeveral() {
    var told = (0..<lanes.count).map { _ in 0 }
    while let lane = next(after: told, count: { $0.mail.count }, { $0.mail[$1].mail.at }) {
      let (planner, mail) = lanes[lane].log.mail[told[lane]]
      told[lane] += 1
      post(mail, to: planner)
    }
    told = told.map { _ in 0 }
    while let lane = next(after: told, count: { $0.entries.count }, { $0.entries[$1].event }) {
      take(lanes[lane].log.entries[told[lane]])
      told[lane] += 1
    }
  }

  /// The lane whose next thing to say is the first of all; nil: nothing is left.
  ///
  /// - Parameters:
  ///   - told: how many things of each lane are told already.
  ///   - count: how many there are.
  ///   - order: what orders them.
  /// - Returns: the lane.
  @inline(__always)
  private func next<Order: Comparable>(
    after told: [Int], count: (LaneLog) -> Int, _ order: (LaneLog, Int) -> Order
  ) -> Int? {
    var first: (lane: Int, order: Order)?
    for lane in 0..<lanes.count where told[lane] < count(lanes[lane].log) {
      let own = order(lanes[lane].log, told[lane])
      if let best = first, best.order <= own { continue }
      first = (lane, own)
    }
    return first?.lane
  }

  private mutating func take(_ entry: LaneLog.Entry) {
    let at = entry.event.time
    switch entry.note {
    case .impact(let row, let change):
      recorder.change(entry.cluster, chartRow: row, change, at: at)
      if change.from.symmetricDifference(change.to).contains(.impaired) {
        journal.noteImpaired(entry.cluster, change.to.contains(.impaired), at: at)
      }
      if change.to.contains(.active), !change.from.contains(.active) {
        journal.noteActive(entry.cluster, at: at)
      }
    case .placed(let unserved, let pods):
      recorder.unserved.change(by: unserved, at: at)
      recorder.placedPods.change(by: pods, at: at)
    case .waited: journal.noteWait(entry.cluster, at: at)
    case .joined: journal.noteMembership(joined: true, entry.cluster, at: at)
    case .left: journal.noteMembership(joined: false, entry.cluster, at: at)
    case .handled: journal.trace(entry.event, of: entry.cluster)
    }
  }
}
