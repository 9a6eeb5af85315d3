import Determinism
import FleetModel
import LocatedYAML

extension MapSpec {
  static let service = MapSpec(
    "service", "A service that every cluster runs.",
    [
      .required("name", "name", "Its name."),
      .required("version", "label value", "The version it runs before any rollout."),
      .required("replicas", "whole number", "Pods a cluster, 1 to 150000."),
      .optional(
        "partial", "replicas", absent: "a ladder of exposure says what clusters can do",
        "Its pods can be of two versions: for ladders of exposure that do not say what clusters "
          + "can do."),
      .standard(
        "imagePull", "distribution", "0s", "Time to pull the image, once an update of a cluster.",
        map: "distribution"),
      .standard(
        "podStart", "distribution", "10s", "Time from creating a pod to its readiness.",
        map: "distribution"),
      .standard("minReady", "duration", "0s", "How long a pod is ready before it is available."),
      .standard(
        "progressDeadline", "duration", "10m",
        "When a rolling update without progress is reported as failed."),
      .standard("initiallyUnhealthy", "share", "0%", "Clusters that start unhealthy."),
      .standard(
        "initial", "list", "[]", "Other versions that some clusters start with.",
        map: "initialVersion"),
      .optional(
        "placement", "map", absent: "every cluster has its own replicas",
        "How its replicas are placed over clusters.", map: "placement"),
      .optional(
        "requests", "map", absent: "a request a user and minute, none of which fails by itself",
        "What its users ask, where requests are counted.", map: "requests"),
    ])

  static let requests = MapSpec(
    "requests", "What the users of a service ask, where requests are counted.",
    [
      .standard(
        "perUserHour", "integer from 1 to 3600000", "60", "Requests of a user in an hour."),
      .standard(
        "failing", "percent up to 100%", "0%",
        "The share that fails whatever version answers; it is noise, and no harm that counts."),
    ])

  static let initialVersion = MapSpec(
    "initialVersion", "A version that a share of the clusters starts with.",
    [
      .required("version", "label value", "The version."),
      .required("share", "share", "The share of clusters; the rest starts with the service's."),
    ])
}

extension ServicePlan {
  /// Reads a service.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.service)
    let replicas = fields["replicas"].integer(in: 1...Limits.podsMax)
    _ = fields.written("partial")?.choice([PartialWord.replicas], else: .replicas)
    self.init(
      name: fields["name"].newName(.service), version: fields["version"].version(),
      replicas: replicas,
      imagePull: fields["imagePull"].distribution(),
      podStart: fields["podStart"].distribution(), minReady: fields["minReady"].duration(),
      progressDeadline: fields["progressDeadline"].positiveDuration(),
      initiallyUnhealthy: fields["initiallyUnhealthy"].ratio(),
      initial: fields["initial"].items().map { InitialVersion($0) },
      placement: fields.written("placement").map { PlacementPlan($0, replicas: replicas) },
      requests: fields.written("requests").map { RequestPlan($0) })
    checkInitial(fields["initial"])
  }

  private enum PartialWord: String {
    case replicas
  }

  private func checkInitial(_ cursor: Cursor) {
    let items = cursor.items()
    for (item, initial) in zip(items, initial) where initial.version == version {
      item.report(
        .nothingChanges, "\(quoted(version)) is the service's version already",
        help: "remove it: clusters that no share takes start with the service's version")
    }
    items.reportRepeated(initial.map(\.version))
    let sum = total(initial.map(\.share))
    if sum > .one, cursor.reading.errorCount == 0 {
      cursor.report(
        .sharesDoNotSum, "the shares sum to \(percentText(sum)), more than 100%",
        help: "lower the shares; clusters that are left start with the service's version")
    }
  }
}

extension RequestPlan {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.requests)
    self.init(
      perUserHour: fields["perUserHour"].integer(in: 1...3_600_000),
      failing: fields["failing"].ratio())
  }
}

extension ServicePlan.InitialVersion {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.initialVersion)
    self.init(version: fields["version"].version(), share: fields["share"].ratio())
  }
}
