import Determinism
import LocatedYAML
import RolloutStrategies

/// KubeFleet's documents: placements, and staged update strategies with their runs.
enum KubeFleetDocuments {
  private static let group = "placement.kubernetes-fleet.io/"
  private static let strategies = ["ClusterStagedUpdateStrategy", "StagedUpdateStrategy"]
  private static let runs = ["ClusterStagedUpdateRun", "StagedUpdateRun"]
  private static let placements = ["ClusterResourcePlacement", "ResourcePlacement"]

  static let system = ForeignSystem(
    name: "KubeFleet", kinds: (strategies + runs + placements).map { group + $0 },
    read: read)

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    func spec(_ kinds: [String], _ map: MapSpec) -> [(document: ForeignDocument, spec: Fields)] {
      documents.filter { kinds.contains(String($0.kind.dropFirst(group.count))) }.map { document in
        let kind = String(document.kind.dropFirst(group.count))
        let whole = document.root.fields(KubernetesObject.map(kind, spec: map.name))
        return (document, whole["spec"].fields(map))
      }
    }
    let runs = spec(runs, KubeFleetSpecs.run)
    let strategies = spec(strategies, KubeFleetSpecs.strategy)
    let placements = spec(placements, KubeFleetSpecs.placement)
    for (documents, what) in [(runs, "run"), (strategies, "strategy"), (placements, "placement")]
    where documents.count > 1 {
      documents[1].document.root.report(
        .wrongDocuments, "a second \(what) in one file", help: "give each rollout its own file")
    }
    let placement = placements.first.map { ($0.document, placementPolicy($0.spec)) }
    guard let strategy = strategies.first else {
      return rolling(placement, run: runs.first)
    }
    let name = (runs.first ?? strategy).document.name
    let isRunning = runs.first.map { self.isRunning($0.spec, strategy: strategy.document) } ?? true
    if let placement, placement.1 != nil {
      placement.0.root.report(
        .wrongDocuments, "the placement rolls out by itself, so that no run can do it",
        help: "write strategy: {type: External}, or leave the strategy and the run away")
    }
    let stages = strategy.spec["stages"].kubeFleetStages()
    return ForeignRollout(
      name: name, strategy: .kubeFleetStaged(.init(stages: stages, isRunning: isRunning)))
  }

  /// A placement that rolls out by itself.
  private static func rolling(
    _ placement: (document: ForeignDocument, policy: KubeFleetRollingPolicy?)?,
    run: (document: ForeignDocument, spec: Fields)?
  ) -> ForeignRollout? {
    guard run == nil, let placement, let policy = placement.policy else {
      let root = run?.document.root ?? placement?.document.root
      root?.report(
        .wrongDocuments, "the staged update strategy is missing",
        help: "put the strategy that the run names into the same file")
      return nil
    }
    return ForeignRollout(name: placement.document.name, strategy: .kubeFleetRolling(policy))
  }

  private enum RunState: String, CaseIterable {
    case initialize = "Initialize"
    case run = "Run"
    case stop = "Stop"
  }

  private static func isRunning(_ run: Fields, strategy: ForeignDocument) -> Bool {
    let wanted = run["stagedRolloutStrategyName"]
    if let text = wanted.text, text != strategy.name {
      wanted.report(
        .unknownName, "the run follows \(quoted(text)), the file has \(quoted(strategy.name))",
        help: "put the strategy that the run names into the same file")
    }
    let state = run["state"].choice(RunState.allCases, else: .run)
    guard state != .run else { return true }
    (run.written("state") ?? run.map).report(
      .neverFinishes, "a run in the state \(state.rawValue) starts nothing",
      help: "write state: Run")
    return false
  }

  private enum RolloutType: String, CaseIterable {
    case rollingUpdate = "RollingUpdate"
    case external = "External"
  }

  /// How a placement rolls out; nil: it leaves that to a run.
  private static func placementPolicy(_ spec: Fields) -> KubeFleetRollingPolicy? {
    let strategy = spec["strategy"].fields(KubeFleetSpecs.rollout)
    let type = strategy["type"].choice(RolloutType.allCases, else: .rollingUpdate)
    let limits = strategy["rollingUpdate"].fields(KubeFleetSpecs.rollingUpdate)
    let unavailable = limits.written("maxUnavailable")
    let standard = KubeFleetRollingPolicy()
    let policy = KubeFleetRollingPolicy(
      placement: placement(spec["policy"].fields(KubeFleetSpecs.policy)),
      maxUnavailable: unavailable?.kubeFleetLimit() ?? standard.maxUnavailable,
      maxSurge: limits.written("maxSurge")?.kubeFleetLimit() ?? standard.maxSurge,
      unavailablePeriod: .seconds(
        Int64(limits["unavailablePeriodSeconds"].integer(in: 0...2_000_000_000))))
    guard type == .rollingUpdate else { return nil }
    if policy.maxUnavailable == .count(0) || policy.maxUnavailable == .share(.zero) {
      unavailable?.report(
        .neverFinishes, "no cluster that runs it may be unavailable, so none is ever updated",
        help: "write maxUnavailable: 1 or more; only clusters that have failed are updated now")
    }
    return policy
  }

  private enum PlacementType: String, CaseIterable {
    case pickAll = "PickAll"
    case pickFixed = "PickFixed"
    case pickNumber = "PickN"
  }

  private static func placement(_ policy: Fields) -> KubeFleetRollingPolicy.Placement {
    let type = policy["placementType"].choice(PlacementType.allCases, else: .pickAll)
    let names = policy.written("clusterNames")
    let number = policy.written("numberOfClusters")
    let isRefused =
      (names != nil) != (type == .pickFixed) || (number != nil) != (type == .pickNumber)
    if isRefused {
      policy.map.report(
        .notExactlyOne, "\(type.rawValue) does not fit the fields that are written",
        help: "PickFixed has clusterNames, PickN numberOfClusters, PickAll neither")
    }
    switch type {
    case .pickAll: return .pickAll
    case .pickFixed: return .pickFixed((names?.items(atLeast: 1) ?? []).compactMap(\.text))
    case .pickNumber:
      return .pickNumber(number?.integer(in: 0...WrittenNumber.countMax) ?? 0)
    }
  }
}

extension Cursor {
  /// A limit of a rolling update.
  fileprivate func kubeFleetLimit() -> Amount {
    intOrPercent(in: 0...WrittenNumber.countMax, else: .share(.percent(25)))
  }
}
