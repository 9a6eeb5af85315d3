import Determinism
import LocatedYAML
import RolloutStrategies

/// Sveltos's documents: ClusterProfiles, and Profiles, which are the same in one namespace.
enum SveltosDocuments {
  private static let api = "config.projectsveltos.io/"

  static let system = ForeignSystem(
    name: "Sveltos", kinds: [api + "ClusterProfile", api + "Profile"], read: read)

  private static let profile = MapSpec(
    "ClusterProfile.spec", "What matching clusters get, and how.", isForeign: true,
    [
      .optional(
        "clusterSelector", "selector", absent: "none", "The labels of the clusters.",
        map: "LabelSelector"),
      .optional("clusterRefs", "list", absent: "none", "Clusters by name.", map: "clusterRef"),
      .optional("setRefs", "list of names", absent: "none", "Sets of clusters."),
      .standard(
        "maxUpdate", "number or percent", "0%", "Clusters that may be updating; 0: all."),
      .optional(
        "validateHealths", "list", absent: "none", "Checks that an updated cluster passes.",
        map: "ValidateHealth"),
      .standard("syncMode", "word", "Continuous", "What becomes of changes."),
      .optional("dependsOn", "list of names", absent: "none", "Profiles that come first."),
      .inert("maxConsecutiveFailures", "How often a cluster tries again by itself."),
      .inert("stopMatchingBehavior", "What becomes of clusters that no longer match."),
      .inert("tier", "Which profile wins where two deploy the same."),
      .inert("continueOnConflict", "Whether a conflict stops the rest of a cluster."),
      .inert("continueOnError", "Whether an error stops the rest of a cluster."),
      .inert("reloader", "Whether pods restart when their settings change."),
      .inert("templateResourceRefs", "What templates are filled in from."),
      .inert("policyRefs", "What is deployed: the version that is rolled out."),
      .inert("helmCharts", "The charts that are deployed: the version that is rolled out."),
      .inert("kustomizationRefs", "What is deployed: the version that is rolled out."),
      .inert("preDeployChecks", "What is looked at in a cluster before."),
      .inert("postDeployChecks", "What is looked at in a cluster after."),
      .inert("preDeleteChecks", "What is looked at before something is taken away."),
      .inert("postDeleteChecks", "What is looked at after something is taken away."),
      .inert("driftExclusions", "What others may change."),
      .inert("patches", "How what is deployed is changed before."),
      .inert("extraLabels", "Labels of what is deployed."),
      .inert("extraAnnotations", "Annotations of what is deployed."),
    ])

  private static let clusterRef = MapSpec(
    "clusterRef", "A cluster.", isForeign: true,
    [
      .required("name", "text", "Its name."),
      .inert("namespace", "Its namespace on the hub."),
      .inert("kind", "SveltosCluster or Cluster."),
      .inert("apiVersion", "The version of that."),
    ])

  private static let healthCheck = MapSpec(
    "ValidateHealth", "A check that an updated cluster passes.", isForeign: true,
    [
      .inert("name", "Its name."),
      .inert("featureID", "What it is about: Helm, Resources or Kustomize."),
      .inert("group", "The group of what is looked at."),
      .inert("version", "The version of that."),
      .inert("kind", "The kind of that."),
      .inert("namespace", "Where it is."),
      .inert("labelFilters", "Which of them."),
      .optional("script", "text", absent: "none", "A check in Lua."),
      .optional("evaluateCEL", "list", absent: "none", "Checks in CEL."),
    ])

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    guard let first = documents.first else { return nil }
    for other in documents.dropFirst() {
      other.root.report(
        .wrongDocuments, "a second profile in one file",
        help: "give each its own file and rollout, and order them by `after`")
    }
    let kind = String(first.kind.dropFirst(api.count))
    let map = KubernetesObject.map(kind, spec: profile.name)
    let spec = first.root.fields(map)["spec"].fields(profile)
    return ForeignRollout(name: first.name, strategy: .clusterProfile(policy(spec)))
  }

  private static func policy(_ spec: Fields) -> ClusterProfilePolicy {
    let checks = spec.written("validateHealths")?.items() ?? []
    for check in checks { read(check: check.fields(healthCheck)) }
    let selector = spec.written("clusterSelector")?.labelSelector()
    let names = (spec.written("clusterRefs")?.items() ?? []).compactMap {
      $0.fields(clusterRef)["name"].text
    }
    let policy = ClusterProfilePolicy(
      // An empty selector cannot be told from a missing one.
      clusterSelector: selector?.requirements.isEmpty ?? true ? nil : selector,
      clusterNames: names,
      maxUpdate: spec["maxUpdate"].sveltosLimit(),
      validatesHealth: !checks.isEmpty,
      syncMode: spec["syncMode"].choice(
        ClusterProfilePolicy.SyncMode.allCases, else: .continuous))
    warn(policy, spec)
    return policy
  }

  private static func read(check: Fields) {
    guard let script = check.written("script") ?? check.written("evaluateCEL") else { return }
    script.report(
      .statedElsewhere,
      "the check is not evaluated here: it passes when all pods run the target and are available",
      help: "say how long that takes, and where it fails, in the scenario's services and cases")
  }

  private static func warn(_ policy: ClusterProfilePolicy, _ spec: Fields) {
    for (field, what) in [("setRefs", "sets of clusters"), ("dependsOn", "other profiles")] {
      guard let written = spec.written(field), !written.items().isEmpty else { continue }
      written.report(
        .statedElsewhere, "\(what) are not looked for here",
        help: field == "setRefs"
          ? "choose the same clusters by clusterSelector or clusterRefs"
          : "give the rollout a trigger: after: [{rollout: ..., scope: sameCluster}]")
    }
    if policy.clusterSelector == nil, policy.clusterNames.isEmpty {
      spec.map.report(
        .neverFinishes, "the profile matches no cluster",
        help: "add clusterSelector: {matchLabels: {...}} or clusterRefs: [...]")
    }
    if !policy.syncMode.updates {
      spec["syncMode"].report(
        .neverFinishes, "with \(policy.syncMode.rawValue) no cluster gets the change",
        help: "write syncMode: Continuous")
    }
  }
}

extension Cursor {
  /// How many clusters may be updating.
  fileprivate func sveltosLimit() -> Amount {
    // The standard value is text, as percentages are.
    intOrPercent(in: 0...WrittenNumber.countMax, else: .count(0))
  }
}
