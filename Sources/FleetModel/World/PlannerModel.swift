import Determinism
import RolloutStrategies

/// A planner as the handlers need it.
struct PlannerModel {
  /// What identifies its draws and its chain of events.
  let key: UInt64
  let reportLatency: Microseconds
  let deliveryLatency: Microseconds
  let lookInterval: Microseconds
  let staleAfter: Microseconds
  /// When it is down.
  let outages: [(from: Instant, to: Instant)]
  /// What its intervals are counted from.
  private let startAt: Instant

  init(_ plan: PlannerPlan, startAt: Instant) {
    key = EntityKey.hash(of: "planner/" + plan.name)
    reportLatency = plan.reportLatency
    deliveryLatency = plan.deliveryLatency
    lookInterval = plan.lookInterval
    staleAfter = plan.staleAfter
    self.startAt = startAt
    outages = plan.outages.map { outage in
      (startAt + outage.after, startAt + outage.after + outage.duration)
    }
  }

  /// The first moment from an instant on at which it looks and is not down.
  @inline(__always)
  func nextLook(from instant: Instant) -> Instant {
    guard instant != .never else { return .never }
    let interval = lookInterval.count
    var looks = instant
    while true {
      if interval > 0 {
        let since = (looks - startAt).count
        looks = startAt + Microseconds((since + interval - 1) / interval * interval)
      }
      guard let outage = outages.first(where: { $0.from <= looks && looks < $0.to }) else {
        return looks
      }
      looks = outage.to
    }
  }
}
