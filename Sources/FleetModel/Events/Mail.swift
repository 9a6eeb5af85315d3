import Determinism
import RolloutStrategies

/// A message on its way to a planner, or waiting to be looked at.
struct Mail {
  var at: Instant
  /// The cluster that sent it, in the planner's fleet.
  var cluster: ClusterID
  var observation: Observation

  init(at instant: Instant, cluster: ClusterID, _ observation: Observation) {
    at = instant
    self.cluster = cluster
    self.observation = observation
  }

  /// Whether it is looked at before another message, whoever was handled first.
  func precedes(_ other: Mail) -> Bool {
    if at != other.at { return at < other.at }
    return cluster != other.cluster ? cluster < other.cluster : rank < other.rank
  }

  /// Orders what comes from several others than clusters: operators, and coordinators of budgets.
  private var rank: (kind: Int, rollout: Int, rule: Int, place: Int) {
    switch observation {
    case .approved(let rollout, let stage): (1, rollout, 0, stage)
    case .gateOpened(let rollout, let rule, let gate): (2, rollout, rule, gate)
    case .granted(let rollout, let rule, let domain, _): (3, rollout, rule, domain)
    case .resumed(let rollout), .recalled(let rollout): (4, rollout, 0, 0)
    case .measured(let rollout, let look, _, _): (5, rollout, look, 0)
    default: (0, 0, 0, 0)
    }
  }
}

extension ArraySlice<Mail> {
  /// What mail says, in order of arrival, and of clusters where it arrived together.
  var observations: [Observation] {
    let isOrdered = indices.dropFirst().allSatisfy { !self[$0].precedes(self[$0 - 1]) }
    if isOrdered { return map(\.observation) }
    let positions = indices.sorted { a, b in
      self[a].precedes(self[b]) || (a < b && !self[b].precedes(self[a]))
    }
    return positions.map { self[$0].observation }
  }
}
