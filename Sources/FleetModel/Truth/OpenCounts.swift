import Determinism
import RolloutStrategies

/// Requests that a planner wants counted: what the clusters of its cohort and control count of
/// their own.
struct RequestCount {
  let planner: Int
  let rollout: Int
  let look: Int
  /// The service whose requests are counted, and over which time.
  let service: Int
  let from: Instant
  let to: Instant
  /// What clusters have told so far.
  var cohort = RequestCounts.none
  /// The same of the control; nil: there is none.
  var control: RequestCounts?
}

/// Counts that are under way, by planner and rollout; hardly ever more than one of each.
struct OpenCounts {
  private let rolloutCount: Int
  private var open: [[RequestCount]]

  init(_ world: World) {
    rolloutCount = world.scenario.rollouts.count
    open = Array(repeating: [], count: world.scenario.planners.count * rolloutCount)
  }

  /// Adds a count, and forgets those of the rollout that have ended before an instant.
  mutating func add(_ count: RequestCount, forgettingBefore instant: Instant = .distantPast) {
    let slot = slot(count.planner, count.rollout)
    open[slot].removeAll { $0.to < instant }
    open[slot].append(count)
  }

  /// A count of a planner; nil: it is over.
  subscript(planner: Int, source: CountSource) -> RequestCount? {
    open[slot(planner, source.rollout)].last { source.isFor($0.look) }
  }

  /// Adds what a cluster has counted.
  mutating func add(_ counts: RequestCounts, planner: Int, source: CountSource) {
    let slot = slot(planner, source.rollout)
    guard let place = open[slot].lastIndex(where: { source.isFor($0.look) }) else { return }
    if source.isControl {
      open[slot][place].control? += counts
    } else {
      open[slot][place].cohort += counts
    }
  }

  /// Ends a count of a planner.
  ///
  /// - Returns: it; nil: it is over already.
  mutating func end(planner: Int, source: CountSource) -> RequestCount? {
    let slot = slot(planner, source.rollout)
    let place = open[slot].lastIndex { source.isFor($0.look) }
    return place.map { open[slot].remove(at: $0) }
  }

  private func slot(_ planner: Int, _ rollout: Int) -> Int { planner * rolloutCount + rollout }
}
