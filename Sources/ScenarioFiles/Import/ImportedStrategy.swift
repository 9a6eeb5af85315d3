import Determinism
import LocatedYAML
package import RolloutStrategies

/// A strategy of ours that comes near another planner's document, and what of that it does not do.
package struct ImportedStrategy {
  /// Its name.
  package var name: String
  /// The strategy.
  package var policy: StrategyPolicy
  /// What the document says that this does not, a sentence each.
  package var differences: [String]

  /// States what comes near.
  init(name: String, policy: StrategyPolicy, differences: [String]) {
    self.name = name
    self.policy = policy
    self.differences = differences
  }

  /// What comes near a document that was loaded; nil: nothing does.
  ///
  /// - Parameter loaded: the document, whose planner need not be one of ours.
  package init?(_ loaded: LoadedStrategy) {
    guard let strategy = loaded.strategy else { return nil }
    let near: (policy: StrategyPolicy, differences: [String])
    switch strategy {
    case .ocm(let policy): near = policy.near
    case .kubeFleetStaged(let policy): near = policy.near
    case .kubeFleetRolling(let policy): near = policy.near
    case .talm(let policy): near = policy.near
    case .fleetBundle(let policy): near = policy.near
    case .clusterProfile(let policy): near = policy.near
    case .applicationSet(let policy): near = policy.near
    default:
      guard strategy.documentLines != nil else { return nil }
      near = (strategy, [])
    }
    self.init(name: loaded.name, policy: near.policy, differences: near.differences)
    for field in loaded.inertFields where !field.hasPrefix("metadata") && field != "status" {
      differences.append("\(visible(field)) changes nothing here")
    }
    if loaded.delivery != nil {
      differences.append("how inside one cluster: name the document under deliveries")
    }
  }

  /// The strategy as a document of ours; what was not carried stands above it.
  package var text: String {
    guard let lines = policy.documentLines else {
      preconditionFailure("a strategy that comes near is one of ours")
    }
    let title = isName(name) ? name : "imported"
    let remarks =
      differences.isEmpty ? [] : ["# Not carried:"] + differences.map { "#   \($0)" }
    let document = [
      "apiVersion: rollsim.dev/v1alpha1", "kind: Strategy", "metadata: {name: \(title)}", "spec:",
    ]
    return (remarks + document + lines.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }
}

extension OCMPolicy {
  /// What comes near a rollout over a Placement.
  fileprivate var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, a rollout goes on when a failed cluster recovers; here, it has halted for good",
      "there, a failed cluster keeps its place until its deadline; here, it frees it at once",
    ]
    if !predicates.isEmpty {
      differences.append("the Placement's predicates: state them as the rollout's clusters")
    }
    if grouping.clustersPerGroup != .share(.one) {
      differences.append("clustersPerDecisionGroup: groups here are as large as they are")
    }
    var acceptance = Acceptance(soak: rollout.minSuccessTime)
    if case .after(let length) = rollout.progressDeadline { acceptance.progressDeadline = length }
    acceptance.failureBudget = rollout.maxFailures.amount ?? .count(0)
    if rollout.maxFailures.isShare { differences.append("maxFailures is rounded up there") }
    let concurrency = handedOver.maxConcurrency.amount ?? .share(.one)
    switch rollout.kind {
    case .all:
      acceptance.failureBudget = .share(.one)
      return (.allAtOnce(AllAtOncePolicy(acceptance: acceptance)), differences)
    case .progressive where rollout.mandatoryGroups.isEmpty:
      if handedOver.maxConcurrency.isShare {
        differences.append("maxConcurrency is rounded up there, and down here")
      }
      return (
        .progressive(ProgressivePolicy(maxConcurrency: concurrency, acceptance: acceptance)),
        differences
      )
    case .progressive, .progressivePerGroup:
      let stages = stages(concurrency, &differences)
      return (.staged(StagedPolicy(stages: stages, acceptance: acceptance)), differences)
    }
  }

  private func stages(_ concurrency: Amount, _ differences: inout [String]) -> [Stage] {
    let isPerGroup = rollout.kind == .progressivePerGroup
    let mandatory = grouping.rules.filter { rule in
      rollout.mandatoryGroups.contains { $0.name == rule.name }
    }
    if rollout.mandatoryGroups.contains(where: { $0.name.isEmpty }) {
      differences.append("mandatory groups by their index: only named ones are stages")
    }
    let others = isPerGroup ? grouping.rules.filter { !mandatory.contains($0) } : []
    let leading = mandatory.map { rule in
      Stage(name: rule.name, clusters: rule.clusters, failureBudget: .count(0))
    }
    let following = others.map { rule in
      Stage(name: rule.name, clusters: rule.clusters, failureBudget: rollout.maxFailures.amount)
    }
    let rest = Stage(name: "rest", maxConcurrency: isPerGroup ? .share(.one) : concurrency)
    return (leading + following + [rest]).withOwnNames
  }
}

extension OCMLimit {
  /// The limit as ours are written; nil: it is none, and the standard holds.
  fileprivate var amount: Amount? {
    switch self {
    case .count(let count): count > 0 ? .count(count) : nil
    case .share(let share): share > .zero ? .share(min(share, .one)) : nil
    case .unreadable: nil
    }
  }

  fileprivate var isShare: Bool {
    if case .share = self { true } else { false }
  }
}

extension KubeFleetStagedPolicy {
  /// What comes near a staged update run.
  fileprivate var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, nothing fails: a cluster that never becomes available holds its slot for ever",
      "there, a cluster in no stage or in two ends the run before it begins",
      "there, a cluster that joins or leaves ends the run",
    ]
    var own: [Stage] = []
    for (index, stage) in stages.enumerated() {
      var near = Stage(
        name: stage.name, clusters: stage.clusters ?? .all, maxConcurrency: stage.maxConcurrency)
      if stage.maxConcurrency == .count(0) { near.maxConcurrency = .count(1) }
      for task in stage.afterTasks {
        switch task.kind {
        case .approval: near.gate = .approval
        case .timedWait: near.soak = task.waitTime ?? .zero
        }
      }
      if stage.beforeTasks.contains(where: { $0.kind == .approval }) {
        if index > 0 {
          own[index - 1].gate = .approval
        } else {
          differences.append("the approval before \(visible(stage.name)): nothing precedes it here")
        }
      }
      if let label = stage.sortingLabelKey {
        differences.append("sortingLabelKey \(visible(label)): clusters are taken as listed")
      }
      own.append(near)
    }
    let acceptance = Acceptance(failureBudget: .share(.one))
    return (.staged(StagedPolicy(stages: own, acceptance: acceptance)), differences)
  }
}

extension KubeFleetRollingPolicy {
  /// What comes near the RollingUpdate of a placement.
  fileprivate var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, clusters that are not available count against maxUnavailable, updated or not",
      "there, clusters that have failed before are updated outside any limit",
      "maxSurge: no cluster here runs both",
    ]
    if case .share = maxUnavailable {
      differences.append("maxUnavailable is rounded up there, and down here")
    }
    if placement != .pickAll {
      differences.append("which clusters the placement picks: state them as the rollout's clusters")
    }
    let isNone = maxUnavailable == .count(0) || maxUnavailable == .share(.zero)
    if isNone { differences.append("maxUnavailable: 0, by which nothing is ever updated") }
    return (
      .progressive(
        ProgressivePolicy(
          maxConcurrency: isNone ? .count(1) : maxUnavailable,
          acceptance: Acceptance(failureBudget: .share(.one)))), differences
    )
  }
}

extension TALMPolicy {
  /// What comes near a ClusterGroupUpgrade.
  fileprivate var near: (policy: StrategyPolicy, differences: [String]) {
    var differences = [
      "there, a batch ends as a whole; here, the next cluster starts as one comes to rest",
      "there, a batch has its share of timeout: \(DocumentText.duration(timeout)) and is then left",
      "which clusters: state clusters and selectors as the rollout's clusters",
    ]
    if !isEnabled { differences.append("enable: false, by which nothing is ever updated") }
    if onBatchTimeout == .abort { differences.append("batchTimeoutAction: Abort") }
    let leading = canaries.enumerated().map { index, name in
      Stage(
        name: "canary-\(index + 1)",
        clusters: Selector([.init(key: "name", comparison: .isIn, values: [name])]),
        failureBudget: .count(0))
    }
    let rest = Stage(name: "rest", maxConcurrency: .count(maxConcurrency))
    return (
      .staged(
        StagedPolicy(
          stages: leading + [rest], acceptance: Acceptance(failureBudget: .share(.one)))),
      differences
    )
  }
}

extension [Stage] {
  /// The same stages with names that are names of ours, each once.
  fileprivate var withOwnNames: [Stage] {
    enumerated().map { index, stage in
      var stage = stage
      let isTaken = self[..<index].contains { $0.name == stage.name }
      if !isName(stage.name) || isTaken { stage.name = "stage-\(index + 1)" }
      return stage
    }
  }
}
