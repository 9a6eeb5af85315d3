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

  init(_ plan: PlannerPlan, startAt: Instant) {
    key = EntityKey.hash(of: "planner/" + plan.name)
    reportLatency = plan.reportLatency
    deliveryLatency = plan.deliveryLatency
    lookInterval = plan.lookInterval
    staleAfter = plan.staleAfter
    outages = plan.outages.map { outage in
      (startAt + outage.after, startAt + outage.after + outage.duration)
    }
  }
}
