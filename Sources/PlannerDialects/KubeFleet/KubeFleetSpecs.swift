import LocatedYAML

/// The maps of KubeFleet's documents.
///
/// - Source: kubefleet v0.3.1-83, `apis/placement/v1beta1`.
enum KubeFleetSpecs {
  static let strategy = MapSpec(
    "StagedUpdateStrategy.spec", "Stages of an update.", isForeign: true,
    [.required("stages", "list", "The stages, in order.", map: "StageConfig")])

  static let stage = MapSpec(
    "StageConfig", "A stage of an update.", isForeign: true,
    [
      .required("name", "text", "Its name."),
      .optional("labelSelector", "selector", absent: "no cluster", "Which clusters it takes."),
      .optional(
        "sortingLabelKey", "label key", absent: "by name", "The label that orders its clusters."),
      .standard("maxConcurrency", "number or percentage", "1", "Clusters updated at once."),
      .optional("beforeStageTasks", "list", absent: "none", "What comes before.", map: "StageTask"),
      .optional("afterStageTasks", "list", absent: "none", "What comes after.", map: "StageTask"),
    ])

  static let task = MapSpec(
    "StageTask", "Something that is waited for.", isForeign: true,
    [
      .required("type", "word", "TimedWait or Approval."),
      .optional("waitTime", "duration", absent: "none", "How long a timed wait takes."),
    ])

  static let run = MapSpec(
    "StagedUpdateRun.spec", "A run through the stages.", isForeign: true,
    [
      .required("placementName", "name", "The placement that is rolled out."),
      .inert("resourceSnapshotIndex", "The version that is rolled out."),
      .required("stagedRolloutStrategyName", "name", "The strategy that it follows."),
      .standard("state", "word", "Initialize", "Initialize, Run or Stop."),
    ])

  static let placement = MapSpec(
    "ResourcePlacement.spec", "What goes to which clusters, and how.", isForeign: true,
    [
      .inert("resourceSelectors", "What is placed."),
      .standard("policy", "map", "{}", "Which clusters.", map: "PlacementPolicy"),
      .standard("strategy", "map", "{}", "How.", map: "RolloutStrategy"),
      .inert("revisionHistoryLimit", "How many versions are kept."),
      .inert("statusReportingScope", "Where the status is written."),
    ])

  static let policy = MapSpec(
    "PlacementPolicy", "Which clusters.", isForeign: true,
    [
      .standard("placementType", "word", "PickAll", "PickAll, PickFixed or PickN."),
      .optional("clusterNames", "list of names", absent: "none", "The clusters of PickFixed."),
      .optional("numberOfClusters", "number", absent: "none", "The number of PickN."),
      .inert("affinity", "What the scheduler chooses by: the rollout's `clusters` state it here."),
      .inert("topologySpreadConstraints", "How the scheduler spreads its choice."),
      .inert("tolerations", "Which taints the scheduler overlooks."),
    ])

  static let rollout = MapSpec(
    "RolloutStrategy", "How changes are rolled out.", isForeign: true,
    [
      .standard("type", "word", "RollingUpdate", "RollingUpdate or External."),
      .standard("rollingUpdate", "map", "{}", "Its limits.", map: "RollingUpdateConfig"),
      .inert("applyStrategy", "How objects are applied in a cluster."),
      .inert("deleteStrategy", "What becomes of objects when the placement goes."),
      .inert("reportBackStrategy", "Whether status is copied back."),
    ])

  static let rollingUpdate = MapSpec(
    "RollingUpdateConfig", "The limits of a rolling update.", isForeign: true,
    [
      .standard("maxUnavailable", "number or percentage", "25%", "Clusters without it at once."),
      .standard("maxSurge", "number or percentage", "25%", "Clusters with it beyond the target."),
      .standard(
        "unavailablePeriodSeconds", "seconds", "60",
        "How long what cannot be tracked counts as unavailable."),
    ])
}
