import Determinism

extension FleetBundlePolicy {
  /// What the numbers of a bundle amount to over the clusters of its rollout.
  func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let grouped = grouped(fleet)
    let isTarget = isTarget(in: grouped, count: fleet.count)
    let targets = clusters.filter { isTarget[$0.offset] }
    let bundle = number(
      "maxUnavailable", rollout.maxUnavailable ?? .all, of: targets.count, "its targets")
    guard !rollout.partitions.isEmpty else {
      guard let size = rollout.madePartitionSize(of: targets.count) else { return [bundle] }
      return [bundle, number("autoPartitionSize", size, of: targets.count, "its targets")]
    }
    var isChosen = Array(repeating: false, count: fleet.count)
    for target in targets { isChosen[target.offset] = true }
    return [bundle]
      + rollout.partitions.map { partition in
        let count = grouped.members(of: partition.clusters).count { isChosen[$0] }
        let name = partition.name.isEmpty ? "partition" : partition.name
        let limit = partition.maxUnavailable ?? rollout.maxUnavailable ?? .all
        return number("\(name).maxUnavailable", limit, of: count, "the partition")
      }
  }

  private func number(
    _ setting: String, _ limit: FleetLimit, of count: Int, _ base: String
  ) -> ResolvedNumber {
    ResolvedNumber(
      setting, limit.amount, of: count, base, is: limit.of(count), "down, at least 1")
  }
}

extension FleetLimit {
  /// The limit as it was written.
  fileprivate var amount: Amount {
    switch self {
    case .count(let count), .quotedCount(let count): .count(count)
    case .percent(let millionths): .share(Ratio(partsPerBillion: millionths * 10))
    }
  }
}

extension ClusterProfilePolicy {
  /// What the number of a profile amounts to over the clusters of its rollout.
  func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let test = clusterSelector.map { fleet.resolve($0) }
    let matching = clusters.count { cluster in
      (test?.chooses(cluster, of: fleet) ?? false)
        || clusterNames.contains(fleet.names[cluster.offset])
    }
    return [
      ResolvedNumber(
        "maxUpdate", maxUpdate, of: matching, "the clusters it matches", is: slots(of: matching),
        "up, but 0 is all")
    ]
  }
}
