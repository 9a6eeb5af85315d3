import Determinism

extension OCMPolicy {
  /// What the numbers of a rollout over a Placement amount to.
  func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let tests = predicates.map { fleet.resolve($0) }
    let chosen = fleet.byName(
      clusters.filter { cluster in
        tests.isEmpty || tests.contains { $0.chooses(cluster, of: fleet) }
      })
    let rules = grouping.rules.map { fleet.resolve($0.clusters) }
    let ranked = chosen.enumerated().map { rank, cluster in
      let rule = rules.firstIndex { $0.chooses(cluster, of: fleet) } ?? rules.count
      return (cluster: OCMRank(rank), rule: rule)
    }
    do throws(OCMUnreadable) {
      let groups = try OCMDecisionGroup.groups(grouping, of: ranked)
      return try handedOver.numbers(of: groups)
    } catch {
      return []
    }
  }
}

extension OCMRolloutStrategy {
  fileprivate func numbers(
    of groups: [OCMDecisionGroup]
  ) throws(OCMUnreadable) -> [ResolvedNumber] {
    let total = groups.reduce(0) { $0 + $1.clusters.count }
    switch kind {
    case .all: return []
    case .progressive:
      let mandatory = groups.filter { group in mandatoryGroups.contains { $0.names(group.key) } }
      let free = total - mandatory.reduce(0) { $0 + $1.clusters.count }
      let slots = try maxConcurrency.size(of: free, else: free)
      let failures = try maxFailures.size(of: total, else: 0)
      return [
        maxConcurrency.number("maxConcurrency", of: free, "those in no mandatory group", slots),
        maxFailures.number("maxFailures", of: total, "all clusters", failures),
      ].compactMap { $0 }
    case .progressivePerGroup:
      var numbers: [ResolvedNumber] = []
      for group in groups {
        let count = group.clusters.count
        let failures = try maxFailures.size(of: count, else: 0)
        let name = group.key.name.isEmpty ? "group \(group.key.index)" : "group \(group.key.name)"
        if let number = maxFailures.number("maxFailures", of: count, name, failures) {
          numbers.append(number)
        }
      }
      return numbers
    }
  }
}

extension OCMLimit {
  fileprivate func number(
    _ setting: String, of count: Int, _ base: String, _ value: Int
  ) -> ResolvedNumber? {
    switch self {
    case .count(let written):
      ResolvedNumber(
        setting, .count(written), of: count, base, is: value,
        "0, less, or more than there are means the standard")
    case .share(let share): ResolvedNumber(setting, .share(share), of: count, base, is: value, "up")
    case .unreadable: nil
    }
  }
}
