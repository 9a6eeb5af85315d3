import Determinism
import DiscreteEvents
import RolloutStrategies

/// Those who take in what happens and cause nothing: totals over time, and what is worth telling.
struct Observers {
  var recorder: Recorder
  var journal: Journal
  /// What lanes have told and is not taken in yet, each lane's in the order of events.
  private var told: [[LaneLog.Entry]]

  init(_ recorder: Recorder, _ journal: Journal, laneCount: Int) {
    self.recorder = recorder
    self.journal = journal
    told = Array(repeating: [], count: laneCount)
  }

  /// Puts what a lane tells beside what is not taken in yet, in exchange for empty room.
  mutating func hear(_ entries: inout [LaneLog.Entry], of lane: Int) {
    precondition(told[lane].isEmpty, "\(told[lane].count) entries are not taken in yet")
    swap(&told[lane], &entries)
  }

  /// How much is not taken in yet.
  var load: Int { told.reduce(0) { $0 + $1.count } }

  /// Takes in what lanes have told, in the order of events.
  mutating func takeIn() {
    guard let first = told.firstIndex(where: { !$0.isEmpty }) else { return }
    if first == told.lastIndex(where: { !$0.isEmpty }) {
      for index in told[first].indices { take(index, of: first) }
    } else {
      takeInOfSeveral()
    }
    for lane in told.indices { told[lane].clear() }
  }

  private mutating func takeInOfSeveral() {
    var next = told.map { _ in 0 }
    while true {
      var first: (lane: Int, event: EventKey)?
      for lane in told.indices where next[lane] < told[lane].count {
        let event = told[lane][next[lane]].event
        if let best = first, best.event <= event { continue }
        first = (lane, event)
      }
      guard let lane = first?.lane else { return }
      take(next[lane], of: lane)
      next[lane] += 1
    }
  }

  /// Entries whose clusters are touched together.
  private static var touchCount: Int { 16 }

  private mutating func take(_ index: Int, of lane: Int) {
    if index % Self.touchCount == 0 {
      let end = min(told[lane].count, index + Self.touchCount)
      recorder.touch(told[lane][index..<end])
    }
    let entry = told[lane][index]
    let at = entry.event.time
    switch entry.note {
    case .impact(let row, let change): take(change, of: entry.cluster, chartRow: row, at: at)
    case .placed(let unserved, let pods):
      recorder.unserved.change(by: unserved, at: at)
      recorder.placedPods.change(by: pods, at: at)
    case .waited: journal.noteWait(entry.cluster, at: at)
    case .joined: journal.noteMembership(joined: true, entry.cluster, at: at)
    case .left: journal.noteMembership(joined: false, entry.cluster, at: at)
    case .handled: journal.trace(entry.event, of: entry.cluster)
    }
  }

  private mutating func take(
    _ change: ImpactChange, of cluster: ClusterID, chartRow: UInt32, at instant: Instant
  ) {
    recorder.change(cluster, chartRow: chartRow, change, at: instant)
    if change.changes(.impaired) {
      journal.noteImpaired(cluster, change.to.contains(.impaired), at: instant)
    }
    if change.to.contains(.active), !change.from.contains(.active) {
      journal.noteActive(cluster, at: instant)
    }
  }
}
