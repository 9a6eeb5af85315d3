import Determinism

extension Forecast.StandingCounts {
  /// Counts the clusters of a rollout.
  init(_ planner: Planner, rollout: Int) {
    self.init()
    let members = planner.members(of: rollout)
    let status = planner.status(of: rollout)
    for cluster in planner.fleet.clusters where members.chooses(cluster, of: planner.fleet) {
      count(status[cluster], isSilent: status.isSilent(cluster))
    }
  }

  private mutating func count(_ status: ClusterStatus, isSilent: Bool) {
    guard status.isMember else { return }
    if isSilent { silent += 1 }
    let hasAnswered = status.observed.generation == status.asked.generation
    if status.observed.phase == .failed, hasAnswered {
      failed += 1
    } else if status.isInFlight {
      underWay += 1
    } else if status.observed.isAvailableAtTarget {
      if status.observed.health == .bad { failed += 1 } else { updated += 1 }
    } else {
      pending += 1
    }
  }
}
