import LocatedYAML

/// The maps of Rancher Fleet's documents.
enum RancherFleetSpecs {
  static let strategy = MapSpec(
    "rolloutStrategy", "How a bundle comes to its clusters.", isForeign: true,
    [
      .optional("maxUnavailable", "number or percent", absent: "100%", "Unavailable clusters."),
      .optional(
        "maxUnavailablePartitions", "number or percent", absent: "0", "Unavailable partitions."),
      .optional(
        "autoPartitionSize", "number or percent", absent: "25%", "The size of made partitions."),
      .optional(
        "autoPartitionThreshold", "number", absent: "200", "Clusters from which on they are made."),
      .optional("maxNew", "number", absent: "50", "First deployments in a pass."),
      .optional("partitions", "list", absent: "none", "The partitions.", map: "partition"),
    ])

  private static let match: [FieldSpec] = [
    .optional("clusterName", "text", absent: "any", "Its only cluster."),
    .optional(
      "clusterSelector", "selector", absent: "any", "Its clusters' labels.", map: "LabelSelector"),
    .optional("clusterGroup", "text", absent: "any", "Its clusters' group."),
    .optional(
      "clusterGroupSelector", "selector", absent: "any", "Its clusters' groups' labels.",
      map: "LabelSelector"),
  ]

  static let partition = MapSpec(
    "partition", "Clusters that are updated together.", isForeign: true,
    [
      .optional("name", "text", absent: "none", "Its name."),
      .optional("maxUnavailable", "number or percent", absent: "the bundle's", "Its limit."),
    ] + match)

  static let restriction = MapSpec(
    "targetRestriction", "Clusters outside of which nothing is deployed.", isForeign: true,
    [.inert("name", "Its name.")] + match)

  /// Everything by which a target differs from the others, beside where it is.
  private static let options: [FieldSpec] = [
    .inert("namespace", "The namespace that all goes to."),
    .inert("defaultNamespace", "The namespace of what states none."),
    .inert("namespaceLabels", "Labels of that namespace."),
    .inert("namespaceAnnotations", "Annotations of that namespace."),
    .inert("helm", "How Helm is used."),
    .inert("kustomize", "How Kustomize is used."),
    .inert("yaml", "Which overlays are used."),
    .inert("diff", "Which differences are no drift."),
    .inert("serviceAccount", "As whom it is deployed."),
    .inert("forceSyncGeneration", "Deploys again what has not changed."),
    .inert("ignore", "Conditions that do not count for readiness."),
    .inert("correctDrift", "Whether what others change is taken back."),
    .inert("keepResources", "Whether what was deployed stays when the bundle goes."),
    .inert("deleteNamespace", "Whether the namespace goes with it."),
    .inert("deleteCRDResources", "Whether definitions go with it."),
    .inert("downstreamResources", "What is copied to the clusters beside it."),
  ]

  static let target = MapSpec(
    "target", "Clusters that the bundle is for.", isForeign: true,
    [
      .inert("name", "Its name."),
      .standard("doNotDeploy", "true or false", "false", "Whether nothing is deployed to them."),
    ] + match + options)

  private static let rollout: [FieldSpec] = [
    .optional("rolloutStrategy", "map", absent: "all", "How.", map: strategy.name),
    .optional("dependsOn", "list", absent: "none", "Bundles that must be ready first."),
    .standard("paused", "true or false", "false", "Whether nothing is released."),
    .optional("targets", "list", absent: "none", "Which clusters.", map: target.name),
  ]

  static let bundle = MapSpec(
    "Bundle.spec", "What is deployed, to which clusters, and how.", isForeign: true,
    rollout + [
      .optional(
        "targetRestrictions", "list", absent: "none", "Clusters outside of which nothing is.",
        map: restriction.name),
      .inert("resources", "What is deployed: the version that is rolled out."),
      .inert("contentsId", "The same, by its digest."),
      .inert("helmOpOptions", "The chart that is deployed."),
      .inert("helmAppOptions", "The chart that is deployed."),
    ] + options)

  static let helmOp = MapSpec(
    "HelmOp.spec", "A chart, to which clusters, and how.", isForeign: true,
    rollout + [
      .inert("labels", "Labels of the bundle."),
      .inert("helmSecretName", "The secret for the chart's registry."),
      .inert("insecureSkipTLSVerify", "Whether certificates are checked."),
      .inert("pollingInterval", "How often the chart's registry is asked."),
      .inert("resources", "What is deployed beside the chart."),
    ] + options)

  static let gitRepo = MapSpec(
    "GitRepo.spec", "Where the manifests of a rollout are, and which clusters it is for.",
    isForeign: true,
    [
      .optional("targets", "list", absent: "the group default", "Which.", map: target.name),
      .standard("paused", "true or false", "false", "Whether changes are taken."),
      .inert("repo", "Where it is."),
      .inert("branch", "Which branch: the version that is rolled out."),
      .inert("revision", "Which commit: the version that is rolled out."),
      .inert("paths", "Where in it the bundles are."),
      .inert("bundles", "Where in it the bundles are."),
      .inert("ensureNamespace", "Whether namespaces are made."),
      .inert("targetNamespace", "The namespace that all goes to."),
      .inert("clientSecretName", "The secret for the repository."),
      .inert("helmSecretName", "The secret for charts' registries."),
      .inert("helmSecretNameForPaths", "The secrets for charts' registries."),
      .inert("helmRepoURLRegex", "Which charts' registries the secret is for."),
      .inert("caBundle", "The certificates of the repository."),
      .inert("insecureSkipTLSVerify", "Whether certificates are checked."),
      .inert("serviceAccount", "As whom it is deployed."),
      .inert("pollingInterval", "How often the repository is asked."),
      .inert("disablePolling", "Whether it is asked at all."),
      .inert("webhookSecret", "The secret of pushes."),
      .inert("forceSyncGeneration", "Deploys again what has not changed."),
      .inert("imageScanInterval", "How often images are looked for."),
      .inert("imageScanCommit", "How found images are written down."),
      .inert("keepResources", "Whether what was deployed stays when the repository goes."),
      .inert("deleteNamespace", "Whether namespaces go with it."),
      .inert("correctDrift", "Whether what others change is taken back."),
      .inert("ociRegistry", "Where contents are kept."),
      .inert("ociRegistrySecret", "The secret for that."),
    ])

  static let fleetFile = MapSpec(
    "fleet.yaml", "How the directory it stands in is deployed.", isForeign: true,
    [
      .optional("rolloutStrategy", "map", absent: "all", "How.", map: strategy.name),
      .optional("dependsOn", "list", absent: "none", "Bundles that must be ready first."),
      .standard("paused", "true or false", "false", "Whether nothing is released."),
      .optional(
        "targetCustomizations", "list", absent: "none", "What is different for some clusters.",
        map: target.name),
      .optional(
        "overrideTargets", "list", absent: "the repository's", "Which clusters.", map: target.name),
      .inert("name", "The bundle's name."),
      .inert("labels", "The bundle's labels."),
      .inert("annotations", "The bundle's annotations."),
      .inert("imageScans", "Which images are looked for."),
    ] + options)

  static let group = MapSpec(
    "ClusterGroup.spec", "A group of clusters.", isForeign: true,
    [.optional("selector", "selector", absent: "none", "Which.", map: "LabelSelector")])
}
