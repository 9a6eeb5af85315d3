import Determinism
import LocatedYAML
import RolloutStrategies

/// Open Cluster Management's documents: a Placement, with the ManifestWorkReplicaSet or the
/// ClusterManagementAddOn that rolls out over its decisions.
enum OCMDocuments {
  private static let placementKind = "cluster.open-cluster-management.io/Placement"
  private static let workKind = "work.open-cluster-management.io/ManifestWorkReplicaSet"
  private static let addOnKind = "addon.open-cluster-management.io/ClusterManagementAddOn"

  static let system = ForeignSystem(
    name: "Open Cluster Management", kinds: [placementKind, workKind, addOnKind], read: read)

  /// One rollout: a placement that something refers to, with how.
  private struct Reference {
    var name: String
    var caller: OCMPolicy.Caller
    var fields: Fields
    /// The namespace that the reference is about; empty: none is stated.
    var namespace: String
  }

  private static func read(_ documents: [ForeignDocument]) -> ForeignRollout? {
    let placements = documents.filter { $0.kind == placementKind }
    let references = documents.flatMap(references)
    guard let first = references.first else {
      documents.first?.root.report(
        .wrongDocuments, "nothing in the file is rolled out over a placement",
        help: "add the ManifestWorkReplicaSet or the ClusterManagementAddOn")
      return nil
    }
    for other in references.dropFirst() {
      other.fields.map.report(
        .statedElsewhere, "the file holds more rollouts than one, and only the first is taken",
        help: "give this one a file of its own, with its placement")
    }
    // The others are read for what may be wrong with them.
    let strategies = references.map { $0.fields["rolloutStrategy"].ocmRolloutStrategy() }
    let policies = placements.map { (document: $0, policy: placement($0)) }
    var policy = OCMPolicy(first.caller, rollout: strategies[0])
    let name = first.fields["name"]
    let match = policies.first { $0.document.name == name.text && isThere($0.document, first) }
    if let match {
      (policy.predicates, policy.grouping) = match.policy
    } else if let text = name.text {
      name.report(
        .statedElsewhere, "the placement \(quoted(text)) is not in the file",
        help: "put it into the same file; until then all clusters form one group")
    }
    return ForeignRollout(name: first.name, strategy: .ocm(policy))
  }

  private static func isThere(_ placement: ForeignDocument, _ reference: Reference) -> Bool {
    placement.namespace.isEmpty || reference.namespace.isEmpty
      || placement.namespace == reference.namespace
  }

  // MARK: What rolls out

  private static func references(_ document: ForeignDocument) -> [Reference] {
    switch document.kind {
    case workKind:
      let spec = spec(document, OCMSpecs.replicaSet)
      return references(spec["placementRefs"], .work, of: document)
    case addOnKind:
      let spec = spec(document, OCMSpecs.addOn)["installStrategy"].fields(OCMSpecs.installStrategy)
      guard spec["type"].choice(InstallType.allCases, else: .manual) == .placements else {
        spec.map.report(
          .neverFinishes, "an add-on that is installed by hand is not rolled out",
          help: "write type: Placements, and placements: [...]")
        return []
      }
      return (spec.written("placements")).map { references($0, .addOn, of: document) } ?? []
    default: return []
    }
  }

  private enum InstallType: String, CaseIterable {
    case manual = "Manual"
    case placements = "Placements"
  }

  private static func references(
    _ list: Cursor, _ caller: OCMPolicy.Caller, of document: ForeignDocument
  ) -> [Reference] {
    list.items(atLeast: 1).map { item in
      let fields = item.fields(OCMSpecs.placementRef)
      let namespace = fields.written("namespace")?.text ?? document.namespace
      return Reference(
        name: document.name, caller: caller, fields: fields, namespace: namespace)
    }
  }

  private static func spec(_ document: ForeignDocument, _ map: MapSpec) -> Fields {
    let kind = document.kind.split(separator: "/").last.map(String.init) ?? ""
    let whole = document.root.fields(KubernetesObject.map(kind, spec: map.name))
    return whole["spec"].fields(map)
  }

  // MARK: Placements

  private static func placement(
    _ document: ForeignDocument
  ) -> (predicates: [Selector], grouping: OCMGroupStrategy) {
    let spec = spec(document, OCMSpecs.placement)
    if let number = spec.written("numberOfClusters") {
      _ = number.integer(in: 0...WrittenNumber.countMax)
      number.report(
        .statedElsewhere, "which clusters are chosen when not all are is not worked out here",
        help: "choose them by the rollout's own selector")
    }
    let predicates = (spec.written("predicates")?.items() ?? []).map { item in
      item.fields(OCMSpecs.predicate)["requiredClusterSelector"].clusterSelector()
    }
    let strategy = spec["decisionStrategy"].fields(OCMSpecs.decisionStrategy)
    let groups = strategy["groupStrategy"].fields(OCMSpecs.groupStrategy)
    let size = groups.written("clustersPerDecisionGroup")?.ocmLimit() ?? .share(.one)
    let rules = (groups.written("decisionGroups")?.items() ?? []).map { item in
      let fields = item.fields(OCMSpecs.decisionGroup)
      return OCMGroupStrategy.Rule(
        name: fields["groupName"].text ?? "",
        clusters: fields["groupClusterSelector"].clusterSelector())
    }
    return (predicates, OCMGroupStrategy(clustersPerGroup: size, rules: rules))
  }
}

extension Cursor {
  /// What clusters must have: labels and claims, which are labels here.
  fileprivate func clusterSelector() -> Selector {
    let fields = fields(OCMSpecs.clusterSelector)
    fields.written("celSelector")?.report(
      .wrongShape, "expressions about clusters are not evaluated here",
      help: "choose the same clusters by labelSelector or claimSelector")
    let labels = fields.written("labelSelector")?.labelSelector() ?? .all
    let claims = fields.written("claimSelector")?.labelSelector() ?? .all
    return Selector(labels.requirements + claims.requirements)
  }
}
