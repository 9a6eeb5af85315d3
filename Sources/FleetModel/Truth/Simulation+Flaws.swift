import Determinism
import DiscreteEvents
import RolloutStrategies

/// What must be so at the end of a run.
extension Simulation where List: ~Copyable {
  /// What is wrong with the totals; nil: nothing.
  func flawOfTotals() -> String? {
    if model.placedService >= 0 {
      let routed = (divisions.last ?? []).reduce(0, +)
      let all = model.world.fleet.clusters.reduce(0 as Int64) { $0 + model.world.users(of: $1) }
      if !divisions.isEmpty, routed != all { return "\(routed) users are routed, of \(all)" }
    }
    let updating = world.fleet.clusters.reduce(0 as Int64) { count, cluster in
      let state = state(of: cluster)
      return count + (state.isMember && state.updating > 0 ? 1 : 0)
    }
    let counted = observers.recorder.gauge(.updating).value
    return counted == updating ? nil : "\(updating) clusters update, \(counted) are counted"
  }
}
