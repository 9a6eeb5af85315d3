import Determinism

extension Planner {
  /// The clusters of a rollout that do not run the target, by what keeps them from it.
  func remainders(of rollout: Int) -> [Forecast.Remainder] {
    let members = members(of: rollout)
    var found = Forecast.Obstacle.allCases.map { Forecast.Remainder(obstacle: $0, clusters: []) }
    for cluster in fleet.clusters where members.chooses(cluster, of: fleet) {
      guard let obstacle = obstacle(of: cluster, in: rollout),
        let index = Forecast.Obstacle.allCases.firstIndex(of: obstacle)
      else { continue }
      found[index].clusters.append(cluster)
    }
    return found.filter { !$0.clusters.isEmpty }
  }

  private func obstacle(of cluster: ClusterID, in rollout: Int) -> Forecast.Obstacle? {
    let status = status(of: rollout)[cluster]
    guard status.isMember else { return nil }
    let isAnswered = status.observed.generation == status.asked.generation
    let isThere = isAnswered && status.observed.isAvailableAtTarget
    guard !isThere || status.observed.health == .bad else { return nil }
    if self.status(of: rollout).isSilent(cluster) { return .silent }
    if status.observed.phase == .failed && isAnswered || isThere { return .failed }
    if status.asked.isHeld || isWaiting(cluster, in: rollout) { return .held }
    if status.asked.generation > 0 {
      return status.asked.revision == .target ? .unfinished : .takenBack
    }
    let verdict = self.status(of: rollout).rollout.verdict
    return verdict == .complete ? .notTaken : verdict.isStopped ? .stopped : .blocked
  }
}

extension Fleet {
  /// The value of a label that a gate of an approval stands for; a dash: clusters without it.
  func groupName(_ gate: Int, of guardPolicy: GuardPolicy) -> String {
    guard case .approval(let rule) = guardPolicy.rule,
      let values = dimension(rule.label)?.values, values.indices.contains(gate)
    else { return "-" }
    return values[gate]
  }
}
