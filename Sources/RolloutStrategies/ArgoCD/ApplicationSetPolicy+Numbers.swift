package import Determinism

extension ApplicationSetPolicy {
  /// What the limits of the steps amount to over the clusters of a rollout.
  func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let test = fleet.resolve(self.clusters)
    let owners = plan(of: clusters.filter { test.chooses($0, of: fleet) }, in: fleet).ownSteps
    return sync.steps.enumerated().compactMap { step, settings in
      guard let limit = settings.maxUpdate else { return nil }
      let count = owners.count { ($0 ?? 0) == step }
      let base = step == 0 ? "the step and those in no step" : "the step"
      return ResolvedNumber(
        "step \(step + 1).maxUpdate", limit.amount, of: count, base, is: limit.limit(of: count),
        "down, at least 1 unless 0")
    }
  }
}

extension RollingSync.MaxUpdate {
  /// The limit as it was written; what cannot be read means one.
  package var amount: Amount {
    switch self {
    case .count(let count): .count(count)
    case .percent(let percent): .share(.percent(Int64(percent)))
    case .nothing: .share(.zero)
    case .unreadable: .count(1)
    }
  }
}
