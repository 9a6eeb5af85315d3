import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate of Rancher Fleet: Clusters and the BundleDeployments of one bundle.
///
/// - Source: Fleet API `fleet.cattle.io/v1alpha1`: `BundleDeployment.spec.stagedDeploymentID`,
///   `spec.deploymentID`, `status.appliedDeploymentID`, `status.ready`; labels that name bundle and
///   cluster. A deployment's id is that of its manifests, a colon, and a hash of its options.
enum RancherFleetEstate {
  private static let cluster = EstateKind(
    "fleet.cattle.io/Cluster", ["v1alpha1"],
    mapped: ["metadata.labels", "status.agent.lastSeen"])
  private static let deployment = EstateKind(
    "fleet.cattle.io/BundleDeployment", ["v1alpha1"],
    mapped: [
      "metadata.labels", "spec.stagedDeploymentID", "spec.deploymentID",
      "status.appliedDeploymentID", "status.ready", "status.conditions",
    ])
  private static let bundle = EstateKind(
    "fleet.cattle.io/Bundle", ["v1alpha1"], isDocument: true)

  /// How long after it was last seen a cluster is silent: three check-ins of fifteen minutes.
  private static let checkInTimeout = Microseconds.minutes(45)

  private static let others = ["HelmOp", "GitRepo", "ClusterGroup"].map { word in
    EstateKind("fleet.cattle.io/\(word)", ["v1alpha1"], isDocument: true)
  }

  static let system = EstateSystem(
    name: "Rancher Fleet", kinds: [cluster, deployment, bundle] + others, read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    draft.silentAfter = checkInTimeout
    for object in objects.of(cluster.kind) {
      var known = EstateCluster(name: object.name, labels: object.labels, origin: object)
      known.heardAt = object.value("status.agent.lastSeen")?.estateInstant()
      draft.add(known)
    }
    let name = objects.rollout ?? objects.of(bundle.kind).first?.name
    let all = objects.of(deployment.kind)
    let deployments = all.filter {
      name == nil || $0.label("fleet.cattle.io/bundle-name") == name
    }
    guard let first = deployments.first ?? all.first else { return }
    let bundles = Set(deployments.compactMap { $0.label("fleet.cattle.io/bundle-name") }).sorted()
    guard bundles.count == 1 else {
      let found = Set(all.compactMap { $0.label("fleet.cattle.io/bundle-name") }).sorted()
      first.report(
        .wrongDocuments, "deployments of \(bundles.count) bundles could be meant",
        help: "name one of: \(found.map { quoted($0) }.joined(separator: ", "))")
      return
    }
    guard let target = target(deployments, objects) else { return }
    draft.target = target
    for object in deployments {
      let name = object.label("fleet.cattle.io/cluster") ?? ""
      draft.choose(name, from: object)
      draft.update(name, from: object) { cluster in
        take(object, target: target, into: &cluster)
      }
    }
  }

  /// The manifests that are rolled out; nil: they cannot be told, which is reported.
  ///
  /// The bundle does not state their id: it is that of what is staged, if all is staged alike.
  private static func target(
    _ deployments: [EstateObject], _ objects: EstateObjects
  ) -> String? {
    let staged = Set(deployments.map { manifests($0.text("spec.stagedDeploymentID")) })
      .subtracting([""]).sorted()
    if let target = objects.target {
      guard staged.contains(target) else {
        deployments.first?.report(
          .unknownName, "no deployment is of \(quoted(target))",
          help: "the targets are \(staged.map { quoted($0) }.joined(separator: ", "))")
        return nil
      }
      return target
    }
    guard let only = staged.first, staged.count == 1 else {
      deployments.first?.report(
        .wrongDocuments, "which of \(staged.count) versions is rolled out can not be told",
        help: "name the target: \(staged.map { quoted($0) }.joined(separator: ", "))")
      return nil
    }
    return only
  }

  /// The part of a deployment's id that stands for its manifests.
  private static func manifests(_ id: String) -> String {
    String(id.prefix { $0 != ":" })
  }

  private static func take(
    _ object: EstateObject, target: String, into cluster: inout EstateCluster
  ) {
    let released = object.text("spec.deploymentID")
    let hasApplied = !released.isEmpty && object.text("status.appliedDeploymentID") == released
    let isReady = object.isTrue("status.ready")
    let ready = object.conditions()["Ready"]?.since
    let deployed = object.conditions()["Deployed"]
    guard manifests(released) == target else {
      guard !isReady, !released.isEmpty else { return }
      return cluster.runsPrevious(since: ready, phase: .idle, health: .bad)
    }
    let hasFailed = deployed?.isFalse == true
    cluster.isAskedForTarget(
      since: deployed?.since ?? ready,
      phase: hasFailed
        ? .failed : !hasApplied ? nil : isReady ? .available : .progressing,
      changedAt: hasFailed ? deployed?.since : ready)
  }
}
