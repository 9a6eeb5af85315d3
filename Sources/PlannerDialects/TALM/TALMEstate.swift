import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate under TALM: a ClusterGroupUpgrade with what it has written down, and ManagedClusters.
///
/// - Source: cluster-group-upgrades-operator, `ran.openshift.io/v1alpha1` `ClusterGroupUpgrade`
///   status: `remediationPlan`, `status.currentBatch` and its start, the progress of the batch's
///   clusters, `clusters` that are finished, and conditions.
enum TALMEstate {
  private static let upgrade = "ran.openshift.io/ClusterGroupUpgrade"

  static let system = EstateSystem(
    name: "TALM",
    kinds: [OCMEstate.clusterKind, EstateKind(upgrade, ["v1alpha1"], isDocument: true)],
    read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    OCMEstate.addClusters(objects, &draft)
    let upgrades = objects.of(upgrade).filter {
      objects.rollout == nil || $0.name == objects.rollout
    }
    guard let object = upgrades.first, upgrades.count == 1 else {
      (upgrades.dropFirst().first ?? objects.all.first)?.report(
        .wrongDocuments, "\(upgrades.count) ClusterGroupUpgrades could be meant",
        help: "name one of: \(objects.of(upgrade).map { quoted($0.name) }.joined(separator: ", "))")
      return
    }
    let plan = object.items("status.remediationPlan").map { batch in
      batch.items().compactMap { $0.value?.scalar }
    }
    for name in plan.flatMap({ $0 }) where !draft.hasCluster(name) {
      draft.add(EstateCluster(name: name, labels: [], origin: object))
    }
    let names = object.items("spec.clusters").compactMap { $0.value?.scalar }
    for name in names where !draft.hasCluster(name) {
      draft.add(EstateCluster(name: name, labels: [], origin: object))
    }
    let startedAt = object.value("status.status.startedAt")?.estateInstant()
    guard let startedAt else { return }
    takeRecord(of: object, batches: plan.count, startedAt: startedAt, into: &draft)
    takeProgress(of: object, plan, startedAt: startedAt, into: &draft)
  }

  private static func takeRecord(
    of object: EstateObject, batches: Int, startedAt: Instant, into draft: inout EstateDraft
  ) {
    var status = RolloutStatus()
    status.startedAt = startedAt
    status.stage = max(0, (object.integer("status.status.currentBatch") ?? 1) - 1)
    status.stageEnteredAt =
      object.value("status.status.currentBatchStartedAt")?.estateInstant() ?? startedAt
    status.verdict = .rolling
    if let succeeded = object.conditions()["Succeeded"] {
      status.stage = max(0, batches - 1)
      status.verdict =
        succeeded.isTrue
        ? .complete : .halted(Evidence(failed: 0, budget: 0, stage: nil, causes: []))
    }
    draft.rollout = status
  }

  /// What has become of the clusters of the batches that have begun.
  ///
  /// Those that are in no batch were compliant when the batches were made.
  private static func takeProgress(
    of object: EstateObject, _ plan: [[String]], startedAt: Instant, into draft: inout EstateDraft
  ) {
    let batch = draft.rollout?.stage ?? 0
    let batchAt = draft.rollout?.stageEnteredAt
    var stateOf: [String: String] = [:]
    for cluster in object.items("status.clusters") {
      stateOf[cluster.entry("name")?.value?.scalar ?? ""] = cluster.entry("state")?.value?.scalar
    }
    let progress = object.value("status.status.currentBatchRemediationProgress")
    let planned = Set(plan.flatMap { $0 })
    for (number, names) in plan.enumerated() where number <= batch {
      for name in names {
        let written = progress?.entry(name)?.entry("state")?.value?.scalar
        let isDone = stateOf[name] == "complete" || written == "Completed"
        let isStarted = number < batch || written != nil && written != "NotStarted" || isDone
        draft.update(name, from: object) { cluster in
          guard isStarted || number == batch else { return }
          cluster.isAskedForTarget(
            since: number == batch ? batchAt : startedAt,
            phase: isDone ? .available : isStarted ? .progressing : nil)
        }
      }
    }
    let selected = Selected(object)
    draft.updateAll { cluster in
      if !planned.contains(cluster.name), selected.takes(cluster) {
        cluster.runsTarget(since: startedAt)
      }
    }
  }

  /// Which clusters an upgrade is about.
  private struct Selected {
    private let names: Set<String>
    private let labels: [[(key: String, value: String)]]
    private let hasExpressions: Bool

    init(_ object: EstateObject) {
      names = Set(object.items("spec.clusters").compactMap { $0.value?.scalar })
      let selectors = object.items("spec.clusterLabelSelectors")
      labels = selectors.map { selector in
        (selector.entry("matchLabels")?.entries() ?? []).compactMap { key, value in
          guard let key = key.value?.scalar, let value = value.value?.scalar else { return nil }
          return (key, value)
        }
      }
      hasExpressions = selectors.contains { $0.entry("matchExpressions") != nil }
    }

    func takes(_ cluster: EstateCluster) -> Bool {
      names.contains(cluster.name)
        || labels.contains { wanted in
          !wanted.isEmpty
            && wanted.allSatisfy { label in
              cluster.labels.contains { $0.key == label.key && $0.value == label.value }
            }
        }
        || hasExpressions
    }
  }
}
