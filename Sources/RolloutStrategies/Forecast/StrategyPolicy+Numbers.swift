import Determinism

extension StrategyPolicy {
  /// What the numbers of a strategy amount to over the clusters of its rollout.
  func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    switch self {
    case .progressive(let policy):
      return [policy.maxConcurrency.slots("maxConcurrency", of: clusters.count, "all clusters")]
        + acceptance.numbers(clusters.count)
    case .perGroup(let policy):
      return policy.numbers(of: clusters, in: fleet) + acceptance.numbers(clusters.count)
    case .staged(let policy):
      return policy.numbers(of: clusters, in: fleet) + acceptance.numbers(clusters.count)
    case .timedBatches(let policy):
      let size = max(1, policy.batchSize.of(clusters.count, rounded: .up))
      return [
        ResolvedNumber(
          "batchSize", policy.batchSize, of: clusters.count, "all clusters", is: size,
          "up, at least 1")
      ] + acceptance.numbers(clusters.count)
    case .exposure(let policy):
      return policy.numbers(of: clusters, in: fleet) + acceptance.numbers(clusters.count)
    case .blueGreen(let policy):
      return policy.numbers(of: clusters, in: fleet) + acceptance.numbers(clusters.count)
    case .riskRamp(let policy): return policy.numbers(of: clusters.count)
    case .cohortCanary(let policy):
      return policy.numbers(of: clusters.count) + acceptance.numbers(clusters.count)
    case .kubeFleetStaged(let policy): return policy.numbers(of: clusters, in: fleet)
    case .kubeFleetRolling(let policy): return policy.numbers(of: clusters.count)
    case .talm(let policy): return policy.numbers(of: clusters.count)
    case .ocm(let policy): return policy.numbers(of: clusters, in: fleet)
    case .fleetBundle(let policy): return policy.numbers(of: clusters, in: fleet)
    case .clusterProfile(let policy): return policy.numbers(of: clusters, in: fleet)
    case .applicationSet(let policy): return policy.numbers(of: clusters, in: fleet)
    default: return acceptance.numbers(clusters.count)
    }
  }
}

extension Amount {
  /// A number of clusters at once: a share is rounded down, at least one.
  fileprivate func slots(_ setting: String, of count: Int, _ base: String) -> ResolvedNumber {
    ResolvedNumber(
      setting, self, of: count, base, is: atLeastOne(of: count), "down, at least 1")
  }
}

extension Acceptance {
  fileprivate func numbers(_ count: Int) -> [ResolvedNumber] {
    [
      ResolvedNumber(
        "failureBudget", failureBudget, of: count, "all clusters",
        is: failureBudget.of(count, rounded: .down), "down")
    ]
  }
}

extension RiskRampPolicy {
  fileprivate func numbers(of clusters: Int) -> [ResolvedNumber] {
    let budget = ResolvedNumber(
      "budget", budget, of: clusters, "all clusters", is: budget(of: clusters),
      "down, at least 1")
    let tolerated = ResolvedNumber(
      "failureBudget", acceptance.failureBudget, of: clusters, "all clusters",
      is: tolerated(of: clusters), "down, less than the budget")
    let batches = schedule(for: clusters).batches.enumerated().map { number, size in
      ResolvedNumber(
        "batch \(number + 1)", .count(size), of: clusters, "all clusters", is: size,
        "what the probability allows")
    }
    return [budget, tolerated] + batches.prefix(Self.shownBatches)
  }

  /// A ramp that may hardly grow has as many batches as the fleet has clusters.
  private static let shownBatches = 20
}

extension CohortCanaryPolicy {
  fileprivate func numbers(of clusters: Int) -> [ResolvedNumber] {
    let steps = zip(steps, totals(of: clusters)).enumerated().map { index, step in
      ResolvedNumber(
        "steps[\(index)]", step.0, of: clusters, "all clusters", is: step.1, "up, at least 1")
    }
    guard let control, looks.analysis.kind.comparesWithControl else { return steps }
    return steps + [
      ResolvedNumber(
        "control", control, of: clusters, "all clusters", is: controlSize(of: clusters),
        "up, at least 1, of those that are left")
    ]
  }
}

extension PerGroupPolicy {
  fileprivate func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let (lineup, names) = Lineup.groups(by: groupBy, first: first, of: clusters, in: fleet)
    return names.indices.filter { lineup.size(of: $0) > 0 }.map { part in
      maxConcurrency.slots(
        "maxConcurrency", of: lineup.size(of: part), "group \(names[part])")
    }
  }
}

extension StagedPolicy {
  fileprivate func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let lineup = Lineup.stages(stages, of: clusters, in: fleet)
    return stages.enumerated().flatMap { part, stage -> [ResolvedNumber] in
      let count = lineup.size(of: part)
      var numbers: [ResolvedNumber] = []
      if let size = stage.size {
        let test = fleet.resolve(stage.clusters)
        let chosen = clusters.count { test.chooses($0, of: fleet) }
        numbers.append(
          ResolvedNumber(
            "\(stage.name).size", size, of: chosen, "what it selects", is: count,
            "up, of those no earlier stage took"))
      }
      numbers.append(
        stage.maxConcurrency.slots("\(stage.name).maxConcurrency", of: count, "the stage"))
      if let budget = stage.failureBudget {
        numbers.append(
          ResolvedNumber(
            "\(stage.name).failureBudget", budget, of: count, "the stage",
            is: budget.of(count, rounded: .down), "down"))
      }
      return numbers
    }
  }
}

extension KubeFleetStagedPolicy {
  fileprivate func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    stages.map { stage in
      let test = stage.clusters.map { fleet.resolve($0) }
      let count = clusters.count { test?.chooses($0, of: fleet) ?? false }
      return ResolvedNumber(
        "\(stage.name).maxConcurrency", stage.maxConcurrency, of: count, "the stage",
        is: stage.slots(ofStageWith: count), "down, but nothing becomes 1")
    }
  }
}

extension KubeFleetRollingPolicy {
  fileprivate func numbers(of clusters: Int) -> [ResolvedNumber] {
    var budget = RollingBudget()
    budget.scheduled = clusters
    let target = budget.target(placement)
    return [
      ResolvedNumber(
        "maxUnavailable", maxUnavailable, of: target, "the clusters it wants",
        is: maxUnavailable.of(target, rounded: .up), "up"),
      ResolvedNumber(
        "maxSurge", maxSurge, of: target, "the clusters it wants",
        is: maxSurge.of(target, rounded: .up), "up"),
    ]
  }
}

extension TALMPolicy {
  fileprivate func numbers(of clusters: Int) -> [ResolvedNumber] {
    [
      ResolvedNumber(
        "maxConcurrency", .count(maxConcurrency), of: clusters, "all clusters",
        is: maxConcurrency, "a batch, after one batch for each canary")
    ]
  }
}

extension ExposurePolicy {
  /// The demand that meets the target on each rung, in users.
  fileprivate func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let demand = Int(clusters.reduce(0) { $0 + fleet.demand(of: $1) })
    return zip(shares, rungs(of: fleet, lineup: clusters)).enumerated().map { index, rung in
      let (share, shown) = rung
      let (value, rounding) =
        switch shown {
        case .reached(let exposure):
          (exposure.share.of(demand, rounded: .down), "to what parts and weights show")
        case .nearest(let exposure, _):
          (exposure.share.of(demand, rounded: .down), "to the nearest that parts show")
        case .refused: (0, "it cannot be shown and is passed over")
        }
      return ResolvedNumber(
        "shares[\(index)]", .share(share), of: demand, "demand", is: value, rounding)
    }
  }
}

extension BlueGreenPolicy {
  /// The demand that backups take over at each step, in users.
  fileprivate func numbers(of clusters: [ClusterID], in fleet: Fleet) -> [ResolvedNumber] {
    let groups = groups(of: clusters, in: fleet).filter { $0.obstacle(in: fleet) == nil }
    let demands = groups.map { $0.live.reduce(0) { $0 + Int(fleet.demand(of: $1)) } }
    return steps.enumerated().map { index, share in
      ResolvedNumber(
        "steps[\(index)]", .share(share), of: demands.reduce(0, +), "demand of live clusters",
        is: demands.reduce(0) { $0 + share.of($1, rounded: .down) }, "down in each group")
    }
  }
}
