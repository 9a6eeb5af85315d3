import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate of Open Cluster Management: ManagedClusters, with the ManifestWorks that a
/// ManifestWorkReplicaSet has made.
///
/// - Source: OCM API `cluster.open-cluster-management.io/v1` `ManagedCluster`,
///   `work.open-cluster-management.io/v1` `ManifestWork`; the label of a replica set's works and
///   what it makes of their conditions are those of the work controllers.
enum OCMEstate {
  static let clusterKind = EstateKind(
    "cluster.open-cluster-management.io/ManagedCluster", ["v1"],
    mapped: [
      "metadata.labels", "spec.hubAcceptsClient", "status.clusterClaims", "status.conditions",
    ])
  private static let work = EstateKind(
    "work.open-cluster-management.io/ManifestWork", ["v1"],
    mapped: ["metadata.labels", "spec", "status.conditions"])
  private static let decision = EstateKind(
    "cluster.open-cluster-management.io/PlacementDecision", ["v1beta1"],
    mapped: ["metadata.labels", "status.decisions"])
  private static let replicaSet = "work.open-cluster-management.io/ManifestWorkReplicaSet"
  private static let madeBy = "work.open-cluster-management.io/manifestworkreplicaset"

  static let system = EstateSystem(
    name: "Open Cluster Management",
    kinds: [
      clusterKind, work, decision, OCMAddOnEstate.addOn,
      EstateKind(
        "cluster.open-cluster-management.io/Placement", ["v1beta1"], isDocument: true),
      EstateKind(replicaSet, ["v1alpha1"], isDocument: true),
      EstateKind(OCMAddOnEstate.management, ["v1alpha1"], isDocument: true),
    ], read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    addClusters(objects, &draft)
    let works = objects.of(work.kind)
    guard !works.isEmpty else { return OCMAddOnEstate.read(objects, &draft) }
    let sets = objects.of(replicaSet).filter {
      objects.rollout == nil || $0.name == objects.rollout
    }
    guard let set = sets.first else {
      works.first?.report(
        .wrongDocuments, "which works have the content that is rolled out can not be told",
        help: "dump the ManifestWorkReplicaSet, too, or give it as a document")
      return
    }
    choose(set, objects, &draft)
    let owner = "\(set.namespace).\(set.name)"
    let template = set.value("spec.manifestWorkTemplate")?.value
    for object in works where object.label(madeBy) == owner {
      draft.update(object.namespace, from: object) { cluster in
        take(object, template: template, into: &cluster)
      }
    }
  }

  /// Takes the clusters that the set's placement has decided for, if the decisions are there.
  private static func choose(
    _ set: EstateObject, _ objects: EstateObjects, _ draft: inout EstateDraft
  ) {
    let placement = set.items("spec.placementRefs").first?.entry("name")?.value?.scalar
    for object in objects.of(decision.kind)
    where object.namespace == set.namespace
      && object.label("cluster.open-cluster-management.io/placement") == placement
    {
      for chosen in object.items("status.decisions") {
        draft.choose(chosen.entry("clusterName")?.value?.scalar ?? "", from: object)
      }
    }
  }

  /// Adds the managed clusters of a dump.
  static func addClusters(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    for object in objects.of(clusterKind.kind) {
      var cluster = EstateCluster(name: object.name, labels: object.labels, origin: object)
      for claim in object.items("status.clusterClaims") {
        guard let key = claim.entry("name")?.value?.scalar,
          let value = claim.entry("value")?.value?.scalar,
          !cluster.labels.contains(where: { $0.key == key })
        else { continue }
        cluster.labels.append((key, value))
      }
      cluster.isMember = object.isTrue("spec.hubAcceptsClient")
      let available = object.conditions()["ManagedClusterConditionAvailable"]
      cluster.heardAt = available?.since
      if let available, !available.isTrue { cluster.silentSince = available.since }
      draft.add(cluster)
    }
  }

  /// What the conditions of a work say, as the replica set's controller reads them.
  private static func take(
    _ object: EstateObject, template: SourceValue?, into cluster: inout EstateCluster
  ) {
    guard let template, object.value("spec")?.value?.means(template) == true else { return }
    let conditions = object.conditions()
    let isPresent = { (condition: EstateCondition?) in
      condition.map { ($0.generation ?? object.generation) == object.generation } ?? false
    }
    let applied = conditions["Applied"]
    let progressing = conditions["Progressing"]
    let degraded = conditions["Degraded"]
    let isObserved =
      applied?.isTrue == true && isPresent(applied) && isPresent(progressing)
      && (degraded == nil || isPresent(degraded))
    guard isObserved, let progressing else {
      return cluster.isAskedForTarget(since: applied?.since, phase: nil)
    }
    if progressing.isTrue, let degraded, degraded.isTrue {
      cluster.isAskedForTarget(
        since: applied?.since, phase: .failed, changedAt: degraded.since)
    } else {
      cluster.isAskedForTarget(
        since: applied?.since,
        phase: progressing.isTrue ? .progressing : progressing.isFalse ? .available : nil,
        changedAt: progressing.since)
    }
  }
}

extension SourceValue {
  /// Whether two values mean the same: the order of keys does not count, and nothing is as good as
  /// an empty map or list.
  fileprivate func means(_ other: SourceValue?) -> Bool {
    guard let other else { return isNothing }
    if isNothing, other.isNothing { return true }
    switch (content, other.content) {
    case (.scalar(let a, _), .scalar(let b, _)): return a == b
    case (.list(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.means($1) }
    case (.map(let a), .map(let b)):
      return a.allSatisfy { $0.value.means(other.entry($0.key)?.value) }
        && b.allSatisfy { entry($0.key) != nil || $0.value.isNothing }
    default: return false
    }
  }

  private var isNothing: Bool {
    switch content {
    case .scalar: isNull
    case .list(let items): items.isEmpty
    case .map(let entries): entries.allSatisfy { $0.value.isNothing }
    }
  }
}
