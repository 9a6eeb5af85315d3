import LocatedYAML
import RolloutStrategies

/// Rancher Fleet's documents: a `fleet.yaml` with the GitRepo it stands in, a Bundle, or a HelmOp;
/// with the ClusterGroups they name.
enum RancherFleetDocuments {
  private static let api = "fleet.cattle.io/"
  /// The label that stands for a group that is not in the file.
  private static let groupLabel = "clusterGroup"

  static let system = ForeignSystem(
    name: "Rancher Fleet",
    kinds: [fleetFileKind] + ["Bundle", "HelmOp", "GitRepo", "ClusterGroup"].map { api + $0 },
    read: read)

  /// What a document is that states neither version nor kind.
  static let fleetFileKind = "fleet.yaml"

  /// Whether a document without a kind is a `fleet.yaml`: by its file's name, or by a field that
  /// only it has.
  static func isFleetFile(_ root: Cursor) -> Bool {
    let file = root.source.file
    let own = ["rolloutStrategy", "targetCustomizations", "overrideTargets", "defaultNamespace"]
    return file == fleetFileKind || file.hasSuffix("/" + fleetFileKind)
      || own.contains { root.value?.entry($0) != nil }
  }

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    func all(_ kind: String) -> [ForeignDocument] {
      documents.filter { $0.kind == kind || $0.kind == api + kind }
    }
    let bundles = all("Bundle") + all("HelmOp") + all(fleetFileKind)
    let repositories = all("GitRepo")
    for extra in bundles.dropFirst() + repositories.dropFirst() {
      extra.root.report(
        .wrongDocuments, "a second bundle or repository in one file",
        help: "give each its own file and rollout, and order them by `after`")
    }
    var groups = all("ClusterGroup").map(group)
    guard let first = bundles.first ?? repositories.first else {
      documents.first?.root.report(
        .wrongDocuments, "nothing in the file is rolled out",
        help: "add the Bundle, the HelmOp, or the fleet.yaml with its GitRepo")
      return nil
    }
    var policy = FleetBundlePolicy()
    switch first.kind {
    case api + "Bundle": policy = bundle(spec(first, RancherFleetSpecs.bundle))
    case api + "HelmOp": policy = helmOp(spec(first, RancherFleetSpecs.helmOp))
    default:
      policy = directory(
        all(fleetFileKind).first?.root.fields(RancherFleetSpecs.fleetFile),
        of: repositories.first.map { spec($0, RancherFleetSpecs.gitRepo) })
    }
    addMissing(&groups, named: policy, root: first.root)
    policy.groups = groups
    let name = first.name.isEmpty ? repositories.first?.name ?? "" : first.name
    return ForeignRollout(name: name, strategy: .fleetBundle(policy))
  }

  private static func spec(_ document: ForeignDocument, _ map: MapSpec) -> Fields {
    let kind = String(document.kind.dropFirst(api.count))
    return document.root.fields(KubernetesObject.map(kind, spec: map.name))["spec"].fields(map)
  }

  // MARK: Bundles

  private static func bundle(_ spec: Fields) -> FleetBundlePolicy {
    var policy = common(spec)
    policy.restrictions = (spec.written("targetRestrictions")?.items() ?? []).map {
      BundleMatch($0.fields(RancherFleetSpecs.restriction))
    }
    policy.targets = targets(spec.written("targets"))
    if policy.targets == [], spec.map.value != nil {
      (spec.written("targets") ?? spec.map).report(
        .neverFinishes, "a bundle without targets is deployed nowhere",
        help: "add targets: [{clusterSelector: {}}] for all clusters")
    }
    return policy
  }

  private static func helmOp(_ spec: Fields) -> FleetBundlePolicy {
    var policy = common(spec)
    policy.targets = spec.written("targets").map(targets) ?? standardTargets
    return policy
  }

  /// A directory of a repository; without the repository nobody says which clusters it is for.
  private static func directory(_ file: Fields?, of repository: Fields?) -> FleetBundlePolicy {
    var policy = file.map(common) ?? FleetBundlePolicy()
    let customizations = targets(file?.written("targetCustomizations"))
    let own = file?.written("overrideTargets").map(targets)
    let stated = own ?? repository.map { $0.written("targets").map(targets) ?? standardTargets }
    guard let stated else {
      policy.targets =
        customizations.contains(where: \.doNotDeploy)
        ? customizations + [.init(clusters: BundleMatch(clusterSelector: .all))] : nil
      return policy
    }
    policy.targets = customizations + stated
    policy.restrictions = stated.map(\.clusters)
    if let paused = repository?["paused"], paused.boolean() {
      reportPaused(paused)
      policy.isPaused = true
    }
    return policy
  }

  /// What a repository or chart is for that does not say it: the group of that name.
  private static let standardTargets = [
    FleetBundlePolicy.Target(clusters: BundleMatch(clusterGroup: "default"))
  ]

  private static func common(_ spec: Fields) -> FleetBundlePolicy {
    var policy = FleetBundlePolicy()
    if let strategy = spec.written("rolloutStrategy") {
      policy.rollout = RancherFleetPolicy(strategy)
      warn(policy.rollout, strategy)
    }
    policy.isPaused = spec["paused"].boolean()
    if policy.isPaused { reportPaused(spec["paused"]) }
    if let others = spec.written("dependsOn"), !others.items().isEmpty {
      others.report(
        .statedElsewhere, "bundles that must be ready first are not looked for here",
        help: "give the rollout a trigger: after: [{rollout: ..., scope: sameCluster}]")
    }
    return policy
  }

  private static func reportPaused(_ field: Cursor) {
    field.report(
      .neverFinishes, "while it is paused nothing is released", help: "write paused: false")
  }

  /// Of a limit of 0 nothing that serves is ever updated.
  private static func warn(_ rollout: RancherFleetPolicy, _ strategy: Cursor) {
    let limits =
      [(rollout.maxUnavailable, strategy.entry("maxUnavailable"))]
      + zip(rollout.partitions, strategy.entry("partitions")?.items() ?? []).map {
        ($0.maxUnavailable, $1.entry("maxUnavailable"))
      }
    for case (.count(let count)?, let field?) in limits where count <= 0 {
      field.report(
        .neverFinishes, "no cluster may be unavailable, so none that serves is ever updated",
        help: "write 1 or more; only clusters that do not serve are updated now")
    }
  }

  // MARK: Clusters

  private static func targets(_ list: Cursor?) -> [FleetBundlePolicy.Target] {
    (list?.items() ?? []).map { item in
      let fields = item.fields(RancherFleetSpecs.target)
      return .init(clusters: BundleMatch(fields), doNotDeploy: fields["doNotDeploy"].boolean())
    }
  }

  private static func group(_ document: ForeignDocument) -> FleetBundlePolicy.Group {
    let spec = spec(document, RancherFleetSpecs.group)
    let labels = document.root.entry("metadata")?.entry("labels")?.entries() ?? []
    // One that selects by nothing has no cluster in it, and none has this label.
    let nobody = Selector([
      .init(key: "name", comparison: .doesNotExist, values: [])
    ])
    return FleetBundlePolicy.Group(
      name: document.name,
      labels: labels.compactMap { key, value in
        value.text.map { .init(key: key.value?.scalar ?? "", value: $0) }
      },
      clusters: spec.written("selector")?.labelSelector() ?? nobody)
  }

  /// Takes groups that are named and not in the file to be labels of clusters.
  private static func addMissing(
    _ groups: inout [FleetBundlePolicy.Group], named policy: FleetBundlePolicy, root: Cursor
  ) {
    let matches =
      policy.rollout.partitions.map(\.clusters) + (policy.targets ?? []).map(\.clusters)
      + policy.restrictions
    for name in matches.compactMap(\.clusterGroup)
    where !groups.contains(where: { $0.name == name }) {
      groups.append(.init(name: name, clusters: .label(groupLabel, name)))
      root.report(
        .statedElsewhere,
        "the group \(quoted(name)) is not in the file: clusters labelled "
          + "\(groupLabel): \(quoted(name)) are taken",
        help: "put the ClusterGroup into the same file, or give its clusters that label")
    }
  }
}
