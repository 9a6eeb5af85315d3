import LocatedYAML
import RolloutStrategies

/// The maps of Open Cluster Management's documents.
enum OCMSpecs {
  static let placement = MapSpec(
    "Placement.spec", "Selects clusters and puts them into groups.", isForeign: true,
    [
      .optional(
        "predicates", "list", absent: "all", "Selectors, any of which chooses a cluster.",
        map: "ClusterPredicate"),
      .standard("decisionStrategy", "map", "{}", "How groups are made.", map: "DecisionStrategy"),
      .optional("numberOfClusters", "number", absent: "all", "The most clusters to choose."),
      .inert("clusterSets", "Sets of clusters to choose from: those of the rollout here."),
      .inert("prioritizerPolicy", "Which clusters are preferred when not all are chosen."),
      .inert("spreadPolicy", "How chosen clusters are spread when not all are."),
      .inert("tolerations", "Taints in spite of which clusters are chosen."),
    ])

  static let predicate = MapSpec(
    "ClusterPredicate", "Chooses clusters.", isForeign: true,
    [
      .standard(
        "requiredClusterSelector", "map", "{}", "What clusters must have.", map: "ClusterSelector")
    ])

  static let clusterSelector = MapSpec(
    "ClusterSelector", "Chooses clusters by what is known of them.", isForeign: true,
    [
      .optional("labelSelector", "selector", absent: "any", "Their labels.", map: "LabelSelector"),
      .optional(
        "claimSelector", "selector", absent: "any", "Their claims, which are labels here.",
        map: "LabelSelector"),
      .optional("celSelector", "map", absent: "any", "Expressions, which are not read here."),
    ])

  static let decisionStrategy = MapSpec(
    "DecisionStrategy", "How groups are made.", isForeign: true,
    [.standard("groupStrategy", "map", "{}", "How groups are made.", map: "GroupStrategy")])

  static let groupStrategy = MapSpec(
    "GroupStrategy", "How groups are made.", isForeign: true,
    [
      .optional(
        "clustersPerDecisionGroup", "number or percentage", absent: "100%",
        "The most clusters of a group."),
      .optional("decisionGroups", "list", absent: "none", "Named groups.", map: "DecisionGroup"),
    ])

  static let decisionGroup = MapSpec(
    "DecisionGroup", "A named group.", isForeign: true,
    [
      .required("groupName", "text", "Its name."),
      .standard(
        "groupClusterSelector", "map", "{}", "The clusters in it.", map: "ClusterSelector"),
    ])

  static let replicaSet = MapSpec(
    "ManifestWorkReplicaSet.spec", "The same work in many clusters.", isForeign: true,
    [
      .required("placementRefs", "list", "Where, and how it is rolled out.", map: "PlacementRef"),
      .inert("manifestWorkTemplate", "The workload: the version that is rolled out."),
      .inert("cascadeDeletionPolicy", "What is deleted with it."),
    ])

  static let addOn = MapSpec(
    "ClusterManagementAddOn.spec", "An add-on in many clusters.", isForeign: true,
    [
      .standard("installStrategy", "map", "{}", "How it is installed.", map: "InstallStrategy"),
      .inert("addOnMeta", "Its name and description."),
      .inert("supportedConfigs", "Kinds of configurations."),
      .inert("defaultConfigs", "Configurations."),
    ])

  static let installStrategy = MapSpec(
    "InstallStrategy", "How an add-on is installed.", isForeign: true,
    [
      .standard("type", "word", "Manual", "Manual or Placements."),
      .optional("placements", "list", absent: "none", "Where.", map: "PlacementRef"),
    ])

  static let placementRef = MapSpec(
    "PlacementRef", "Names a placement and says how its clusters are rolled out to.",
    isForeign: true,
    [
      .required("name", "text", "The placement's name."),
      .optional("namespace", "text", absent: "its own", "The placement's namespace."),
      .standard("rolloutStrategy", "map", "{}", "How.", map: "RolloutStrategy"),
      .inert("configs", "Configurations: the version that is rolled out."),
    ])

  static let rolloutStrategy = MapSpec(
    "RolloutStrategy", "How clusters are rolled out to.", isForeign: true,
    [
      .standard("type", "word", "All", "All, Progressive or ProgressivePerGroup."),
      .optional("all", "map", absent: "{}", "Settings of All."),
      .optional("progressive", "map", absent: "{}", "Settings of Progressive."),
      .optional("progressivePerGroup", "map", absent: "{}", "Settings of ProgressivePerGroup."),
    ])

  /// The settings of a type; those that it ignores change nothing.
  static func rollout(_ kind: OCMRolloutStrategy.Kind) -> MapSpec {
    let deadline = FieldSpec.standard(
      "progressDeadline", "duration or None", "None", "How long a cluster may take.")
    let soak = FieldSpec.optional(
      "minSuccessTime", "duration", absent: "0", "How long success must last.")
    let failures = FieldSpec.optional(
      "maxFailures", "number or percentage", absent: "0", "Failed clusters that are tolerated.")
    let mandatory = FieldSpec.optional(
      "mandatoryDecisionGroups", "list", absent: "none", "Groups that come first.",
      map: "MandatoryDecisionGroup")
    let concurrency = FieldSpec.optional(
      "maxConcurrency", "number or percentage", absent: "all, or for add-ons those of a group",
      "Clusters at once.")
    let fields =
      switch kind {
      case .all: [deadline, soak, failures]
      case .progressive: [deadline, soak, failures, mandatory, concurrency]
      case .progressivePerGroup: [deadline, soak, failures, mandatory]
      }
    return MapSpec(
      "Rollout\(kind.rawValue)", "Settings of \(kind.rawValue).", isForeign: true, fields)
  }

  static let mandatoryGroup = MapSpec(
    "MandatoryDecisionGroup", "Names groups; a name wins over an index.", isForeign: true,
    [
      .optional("groupName", "text", absent: "none", "The name of the groups."),
      .optional("groupIndex", "number", absent: "0", "The position of the group."),
    ])
}
