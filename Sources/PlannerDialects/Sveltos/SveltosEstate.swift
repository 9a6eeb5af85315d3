import Determinism
import LocatedYAML
import RolloutStrategies

/// An estate of Sveltos: SveltosClusters, a ClusterProfile with what it has written down, and the
/// ClusterSummaries of its clusters.
///
/// A cluster that is paused or not ready is as good as silent: the profile passes it over.
///
/// - Source: Sveltos `lib.projectsveltos.io/v1beta1` `SveltosCluster`,
///   `config.projectsveltos.io/v1beta1` `ClusterProfile` status (`matchingClusters`,
///   `updatingClusters`, `updatedClusters`) and `ClusterSummary.status.featureSummaries`.
enum SveltosEstate {
  private static let cluster = EstateKind(
    "lib.projectsveltos.io/SveltosCluster", ["v1beta1"],
    mapped: [
      "metadata.labels", "spec.paused", "status.ready", "status.connectionStatus",
      "status.agentLastReportTime",
    ])
  private static let summary = EstateKind(
    "config.projectsveltos.io/ClusterSummary", ["v1beta1"],
    mapped: ["spec.clusterName", "status.featureSummaries"])
  private static let profiles = ["ClusterProfile", "Profile"].map { word in
    EstateKind("config.projectsveltos.io/\(word)", ["v1beta1"], isDocument: true)
  }

  static let system = EstateSystem(
    name: "Sveltos", kinds: [cluster, summary] + profiles, read: read)

  private static func read(_ objects: EstateObjects, _ draft: inout EstateDraft) {
    for object in objects.of(cluster.kind) {
      var known = EstateCluster(name: object.name, labels: object.labels, origin: object)
      known.heardAt = object.value("status.agentLastReportTime")?.estateInstant()
      let isDown = object.text("status.connectionStatus") == "Down"
      if !object.isTrue("status.ready") || isDown || object.isTrue("spec.paused") {
        known.silentSince = known.heardAt ?? Instant(sinceEpoch: 0)
      }
      draft.add(known)
    }
    let found = profiles.flatMap { objects.of($0.kind) }.filter {
      objects.rollout == nil || $0.name == objects.rollout
    }
    guard let profile = found.first else { return }
    for name in names(profile, "status.matchingClusters") { draft.choose(name, from: profile) }
    let features = features(objects, of: profile)
    for name in names(profile, "status.updatedClusters.clusters") {
      let since = features[name]?.since
      draft.update(name, from: profile) {
        $0.isAskedForTarget(since: since, phase: .available, changedAt: since)
      }
    }
    for name in names(profile, "status.updatingClusters.clusters") {
      let feature = features[name]
      draft.update(name, from: profile) {
        $0.isAskedForTarget(
          since: feature?.since, phase: feature?.hasFailed == true ? .failed : .progressing)
      }
    }
  }

  private static func names(_ profile: EstateObject, _ path: String) -> [String] {
    profile.items(path).compactMap { $0.entry("name")?.value?.scalar }
  }

  /// What the summaries of a profile's clusters say: since when, and whether anything has failed.
  private static func features(
    _ objects: EstateObjects, of profile: EstateObject
  ) -> [String: (since: Instant?, hasFailed: Bool)] {
    var found: [String: (since: Instant?, hasFailed: Bool)] = [:]
    for object in objects.of(summary.kind) {
      let owners = object.items("metadata.ownerReferences")
      let isOwn = owners.contains { $0.entry("name")?.value?.scalar == profile.name }
      guard owners.isEmpty || isOwn else { continue }
      let features = object.items("status.featureSummaries")
      let times = features.compactMap { $0.entry("lastAppliedTime")?.estateInstant() }
      let words = features.map { $0.entry("status")?.value?.scalar ?? "" }
      found[object.text("spec.clusterName")] = (
        times.max(), words.contains { $0.hasPrefix("Failed") }
      )
    }
    return found
  }
}
