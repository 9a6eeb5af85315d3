import Determinism
import LocatedYAML
import RolloutStrategies

/// The add-ons in the clusters of an estate, as the manager of a ClusterManagementAddOn sees them.
///
/// - Source: OCM API `addon.open-cluster-management.io/v1alpha1`: the configurations that
///   `ClusterManagementAddOn.status.installProgressions` wants, those that
///   `ManagedClusterAddOn.status.configReferences` was given and has applied, by the hash of their
///   specs, and the reason of its condition `Progressing`.
enum OCMAddOnEstate {
  static let addOn = EstateKind(
    "addon.open-cluster-management.io/ManagedClusterAddOn", ["v1alpha1"],
    mapped: ["status.configReferences", "status.conditions"])
  static let management = "addon.open-cluster-management.io/ClusterManagementAddOn"

  /// The hash of one configuration.
  private struct Hash: Equatable {
    var resource: String
    var hash: String
  }

  /// Reads the add-ons that belong to a ClusterManagementAddOn, if there is one.
  static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    let managements = objects.of(management).filter {
      objects.rollout == nil || $0.name == objects.rollout
    }
    guard let management = managements.first else { return }
    let addOns = objects.of(addOn.kind).filter { $0.name == management.name }
    let progress = management.items("status.installProgressions").first
    let wanted = hashes(progress?.entry("configReferences"), "desiredConfig")
    guard !addOns.isEmpty, !wanted.isEmpty else {
      management.report(
        .wrongDocuments, "which clusters have the configuration that is rolled out can not be told",
        help: addOns.isEmpty
          ? "dump the ManagedClusterAddOns, too"
          : "dump the ClusterManagementAddOn with its status, which states the hashes")
      return
    }
    for object in addOns {
      draft.choose(object.namespace, from: object)
      draft.update(object.namespace, from: object) { take(object, wanted, into: &$0) }
    }
  }

  /// One that was not given the configuration has yet to be asked.
  private static func take(
    _ object: EstateObject, _ wanted: [Hash], into cluster: inout EstateCluster
  ) {
    let references = object.value("status.configReferences")
    let given = hashes(references, "desiredConfig")
    guard wanted.allSatisfy(given.contains) else { return }
    let applied = hashes(references, "lastAppliedConfig")
    let progressing = object.conditions()["Progressing"]
    let isApplied = wanted.allSatisfy(applied.contains)
    let hasFailed = progressing?.reason == "Failed"
    cluster.isAskedForTarget(
      since: progressing?.since,
      phase: isApplied ? .available : hasFailed ? .failed : .progressing,
      changedAt: progressing?.since)
  }

  private static func hashes(_ references: Cursor?, _ field: String) -> [Hash] {
    guard case .list = references?.value?.content else { return [] }
    return (references?.items() ?? []).compactMap { reference in
      guard let hash = reference.entry(field)?.entry("specHash")?.value?.scalar else { return nil }
      let group = reference.entry("group")?.value?.scalar ?? ""
      let resource = reference.entry("resource")?.value?.scalar ?? ""
      return Hash(resource: "\(group)/\(resource)", hash: hash)
    }
  }
}
