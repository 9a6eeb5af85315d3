import Determinism
import DiscreteEvents
import RolloutStrategies

/// What planners have counted for the looks at their rollouts.
extension Simulation where List: ~Copyable {
  /// Lets clusters count until an interval ends, and the planner know the sum when the reports of
  /// all are there; whoever cannot be heard at its end is not in it.
  ///
  /// Clusters always count: nothing is asked of them, and a look can end at once.
  mutating func count(_ request: LookRequest, rollout: Int, of index: Int) {
    guard let service = model.serviceOf[rollout] else { return }
    let count = RequestCount(
      planner: index, rollout: rollout, look: request.look, service: service,
      from: request.from, to: request.to,
      control: request.control.isEmpty ? nil : RequestCounts.none)
    counts.add(count)
    for lane in 0..<lanes.count { lanes[lane].counts.add(count, forgettingBefore: now) }
    for (clusters, isControl) in [(request.cohort, false), (request.control, true)] {
      let source = CountSource(rollout: rollout, look: request.look, isControl: isControl)
      for cluster in clusters {
        schedule(
          .requestsCounted, of: world.clustersOf[index][cluster.offset], after: request.to - now,
          source: source.rawValue)
      }
    }
    insert(
      .countsGathered, of: index, at: request.to + model.planners[index].reportLatency,
      source: CountSource(rollout: rollout, look: request.look, isControl: false).rawValue,
      attempt: 0)
  }

  /// The counts of all clusters are there.
  mutating func countsGathered(_ index: Int, _ source: CountSource) {
    guard let count = counts.end(planner: index, source: source) else { return }
    coverage.messages += 1
    post(
      Mail(
        at: now,
        .measured(
          rollout: count.rollout, look: count.look, cohort: count.cohort, control: count.control)),
      to: index)
  }
}
