import Determinism
import LocatedYAML
import RolloutStrategies

/// TALM's documents: ClusterGroupUpgrades.
enum TALMDocuments {
  static let system = ForeignSystem(
    name: "TALM", kinds: ["ran.openshift.io/ClusterGroupUpgrade"], read: read)

  private static let upgrade = MapSpec(
    "ClusterGroupUpgrade.spec", "An upgrade of a group of clusters.", isForeign: true,
    [
      .optional("clusters", "list of names", absent: "none", "Clusters, in their order."),
      .optional(
        "clusterLabelSelectors", "list of selectors", absent: "none", "More, by name.",
        map: "LabelSelector"),
      .optional("clusterSelector", "list", absent: "none", "The same in its older form."),
      .required("remediationStrategy", "map", "How.", map: "RemediationStrategy"),
      .standard("batchTimeoutAction", "word", "Continue", "Continue or Abort."),
      .standard("enable", "true or false", "true", "Whether it may begin."),
      .optional("blockingCRs", "list", absent: "none", "Upgrades that must be complete first."),
      .inert("managedPolicies", "What is enforced: the version that is rolled out."),
      .inert("manifestWorkTemplates", "The same, as works."),
      .inert("preCaching", "Images are fetched before: let the rollout start when they are."),
      .inert("preCachingConfigRef", "What is fetched before."),
      .inert("backup", "Clusters are backed up before: let the rollout start when they are."),
      .inert("actions", "Labels and annotations that are set before and after."),
      .inert("deleteClusterLabels", "Labels that are taken away after."),
      .inert("addClusterLabels", "Labels that are set after."),
      .inert("deleteObjectsOnCompletion", "Whether what was made is deleted after."),
    ])

  private static let remediation = MapSpec(
    "RemediationStrategy", "How an upgrade goes about.", isForeign: true,
    [
      .optional("canaries", "list of names", absent: "none", "Clusters that come first."),
      .required("maxConcurrency", "number", "Clusters a batch."),
      .standard("timeout", "minutes", "240", "How long the whole upgrade may take."),
    ])

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    guard let first = documents.first else { return nil }
    for other in documents.dropFirst() {
      other.root.report(
        .wrongDocuments, "a second ClusterGroupUpgrade in one file",
        help: "give each its own file and rollout, and order them by `after`")
    }
    let map = KubernetesObject.map("ClusterGroupUpgrade", spec: upgrade.name)
    let spec = first.root.fields(map)["spec"].fields(upgrade)
    return ForeignRollout(name: first.name, strategy: .talm(policy(spec)))
  }

  private static func policy(_ spec: Fields) -> TALMPolicy {
    let strategy = spec["remediationStrategy"].fields(remediation)
    let policy = TALMPolicy(
      clusters: names(spec.written("clusters")), selectors: selectors(spec),
      canaries: names(strategy.written("canaries")),
      maxConcurrency: strategy["maxConcurrency"].integer(in: 1...WrittenNumber.countMax),
      timeout: .minutes(Int64(strategy["timeout"].integer(in: 1...10_000_000))),
      onBatchTimeout: spec["batchTimeoutAction"].choice(
        TALMPolicy.BatchTimeoutAction.allCases, else: .goOn),
      isEnabled: spec["enable"].boolean())
    if policy.clusters.isEmpty, policy.selectors.isEmpty, spec.map.value != nil {
      spec.map.report(
        .missingField, "the upgrade names no clusters and selects none",
        help: "add clusters: [...] or clusterLabelSelectors: [...]")
    }
    if !policy.isEnabled {
      spec["enable"].report(
        .neverFinishes, "an upgrade that is not enabled starts nothing", help: "write enable: true")
    }
    checkCanaries(policy, strategy)
    if let blocking = spec.written("blockingCRs"), !blocking.items().isEmpty {
      blocking.report(
        .statedElsewhere, "upgrades that must be complete first are not looked for here",
        help: "give the rollout a trigger: after: [{rollout: ..., scope: fleet}]")
    }
    return policy
  }

  private static func names(_ list: Cursor?) -> [String] {
    (list?.items() ?? []).compactMap(\.text)
  }

  private static func selectors(_ spec: Fields) -> [Selector] {
    let current = spec.written("clusterLabelSelectors")?.items() ?? []
    let older = spec.written("clusterSelector")?.items() ?? []
    return current.map { $0.labelSelector() } + older.compactMap { $0.equalitySelector() }
  }

  /// A canary that is not among the clusters keeps the upgrade from being validated; with selectors
  /// only the fleet can tell.
  private static func checkCanaries(_ policy: TALMPolicy, _ strategy: Fields) {
    guard policy.selectors.isEmpty else { return }
    for canary in strategy.written("canaries")?.items() ?? [] {
      guard let name = canary.text, !policy.clusters.contains(name) else { continue }
      canary.report(
        .unknownName, "the canary \(quoted(name)) is not among the clusters",
        help: "add it to clusters, or correct its name")
    }
  }
}

extension Cursor {
  /// A selector in TALM's older form: `key=value`.
  fileprivate func equalitySelector() -> Selector? {
    guard let text else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      return refuse(
        .badLabel, "\(quoted(text)) is not of the form key=value",
        help: "write key=value, or use clusterLabelSelectors", use: nil)
    }
    return .label(String(parts[0]), String(parts[1]))
  }
}
