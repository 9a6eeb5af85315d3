import Determinism
import FleetModel

extension MapSpec {
  static let service = MapSpec(
    "service", "A service that every cluster runs.",
    [
      .required("name", "name", "Its name."),
      .required("version", "label value", "The version it runs before any rollout."),
      .required("replicas", "whole number", "Pods a cluster, 1 to 150000."),
      .standard(
        "partial", "replicas", "replicas", "What a partial update is a share of; only replicas."),
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
    ])

  static let initialVersion = MapSpec(
    "initialVersion", "A version that a share of the clusters starts with.",
    [
      .required("version", "label value", "The version."),
      .required("share", "share", "The share of clusters; the rest starts with the service's."),
    ])

  static let planner = MapSpec(
    "planner", "A hub or administrative group with clusters of its own.",
    [
      .required("name", "name", "Its name."),
      .standard(
        "clusters", "selector", "{}", "The clusters it plans for.", map: "selector"),
      .standard("reportLatency", "duration", "1s", "From a cluster's report to its being seen."),
      .standard("deliveryLatency", "duration", "1s", "From a decision to its being available."),
      .standard(
        "lookInterval", "duration", "0s", "How often it looks at what arrived; 0s: at once."),
      .standard(
        "staleAfter", "duration", "5m", "How long a silent cluster counts as reachable."),
      .standard(
        "approval", "distribution", "30m", "How long an operator takes to approve.",
        map: "distribution"),
      .standard(
        "outages", "list", "[]", "When the planner itself is down.", map: "span"),
    ])

  static let span = MapSpec(
    "span", "A span of time.",
    [
      .required("after", "duration", "From the scenario's start to its beginning."),
      .required("for", "duration", "Its length."),
    ])
}

extension ServicePlan {
  /// Reads a service.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.service)
    _ = fields["partial"].choice([PartialWord.replicas], else: .replicas)
    self.init(
      name: fields["name"].newName(.service), version: fields["version"].version(),
      replicas: fields["replicas"].integer(in: 1...Limits.podsMax),
      imagePull: fields["imagePull"].distribution(),
      podStart: fields["podStart"].distribution(), minReady: fields["minReady"].duration(),
      progressDeadline: fields["progressDeadline"].positiveDuration(),
      initiallyUnhealthy: fields["initiallyUnhealthy"].ratio(),
      initial: fields["initial"].items().map { InitialVersion($0) })
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

extension ServicePlan.InitialVersion {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.initialVersion)
    self.init(version: fields["version"].version(), share: fields["share"].ratio())
  }
}

extension PlannerPlan {
  /// Reads a planner.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.planner)
    self.init(
      name: fields["name"].newName(.planner), clusters: fields["clusters"].selector(),
      reportLatency: fields["reportLatency"].duration(),
      deliveryLatency: fields["deliveryLatency"].duration(),
      lookInterval: fields["lookInterval"].duration(),
      staleAfter: fields["staleAfter"].positiveDuration(),
      approval: fields["approval"].distribution(),
      outages: fields["outages"].items().map { Span($0.fields(.span)) })
  }
}

extension Span {
  /// Reads `after` and `for`.
  init(_ fields: Fields) {
    self.init(
      after: fields["after"].moment("the outage begins"),
      duration: fields["for"].positiveDuration())
  }
}

extension Cursor {
  /// A duration from the scenario's start, which must lie before its end.
  func moment(_ what: String) -> Microseconds {
    let after = duration()
    if let origin { reading.book.moments.append((what, after, origin)) }
    return after
  }
}
