import LocatedYAML

/// The maps of an ApplicationSet, and of the settings of Argo CD itself.
enum ArgoCDSpecs {
  static let spec = MapSpec(
    "ApplicationSet.spec", "Which Applications there are, and how they are synced.",
    isForeign: true,
    [
      .inert("goTemplate", "Whether templates are those of Go."),
      .inert("goTemplateOptions", "What templates do about missing keys."),
      .required("generators", "list", "What Applications are generated for."),
      .required("template", "map", "What each Application is like.", map: template.name),
      .optional(
        "strategy", "map", absent: "AllAtOnce", "How changes are synced.", map: strategy.name),
      .optional(
        "templatePatch", "text", absent: "none", "How the template differs here and there."),
      .inert("syncPolicy", "What becomes of Applications that are no longer generated."),
      .inert("preservedFields", "What is kept on Applications that others changed."),
      .inert("ignoreApplicationDifferences", "What others may change in Applications."),
      .inert("applyNestedSelectors", "How selectors of nested generators are read."),
    ])

  static let generator = MapSpec(
    "ApplicationSetGenerator", "What Applications are generated for.", isForeign: true,
    [
      .required("clusters", "map", "Clusters that Argo CD knows.", map: clusters.name),
      .optional("selector", "selector", absent: "all", "Which of what is generated is taken."),
    ])

  static let clusters = MapSpec(
    "ClusterGenerator", "Clusters that Argo CD knows.", isForeign: true,
    [
      .optional(
        "selector", "selector", absent: "all", "The labels of the clusters.", map: "LabelSelector"),
      .inert("values", "More values for the template."),
      .inert("template", "What the template is overlaid with."),
      .inert("flatList", "How what is generated is handed over."),
    ])

  static let template = MapSpec(
    "ApplicationSetTemplate", "What each Application is like.", isForeign: true,
    [
      .required("metadata", "map", "Name and labels.", map: metadata.name),
      .required("spec", "map", "What is deployed, and where.", map: application.name),
    ])

  static let metadata = MapSpec(
    "ApplicationSetTemplateMeta", "Name and labels of each Application.", isForeign: true,
    [
      .required("name", "text", "The name of each Application."),
      .optional("labels", "labels", absent: "none", "Labels, by which steps choose."),
      .inert("namespace", "The namespace of the Applications."),
      .inert("annotations", "Annotations."),
      .inert("finalizers", "Finalizers."),
    ])

  static let application = MapSpec(
    "Application.spec", "What is deployed, and where.", isForeign: true,
    [
      .inert("project", "Whose it is."),
      .optional("source", "map", absent: "none", "What is deployed.", map: source.name),
      .optional("sources", "list", absent: "none", "What is deployed.", map: source.name),
      .inert("destination", "Where it is deployed."),
      .optional(
        "syncPolicy", "map", absent: "by hand", "How it is synced.", map: syncPolicy.name),
      .inert("ignoreDifferences", "What others may change."),
      .inert("info", "What people are shown."),
      .inert("revisionHistoryLimit", "How many old versions are kept."),
    ])

  static let source = MapSpec(
    "ApplicationSource", "What is deployed: the version that is rolled out.", isForeign: true,
    [
      .standard("targetRevision", "text", "HEAD", "A branch, a tag or a version."),
      .inert("repoURL", "The repository."),
      .inert("path", "Where in the repository."),
      .inert("chart", "The chart."),
      .inert("ref", "The name of this source."),
      .inert("name", "The name of this source."),
      .inert("helm", "Settings of the chart."),
      .inert("kustomize", "Settings of the overlay."),
      .inert("directory", "Settings of plain files."),
      .inert("plugin", "Settings of a plugin."),
    ])

  static let syncPolicy = MapSpec(
    "SyncPolicy", "How an Application is synced.", isForeign: true,
    [
      .optional(
        "automated", "map", absent: "by hand",
        "That it syncs itself; progressive syncs turn it off."
      ),
      .inert("syncOptions", "What a sync does and leaves."),
      .inert("retry", "How often a sync is tried again."),
      .inert("managedNamespaceMetadata", "Labels of the namespace."),
    ])

  static let strategy = MapSpec(
    "ApplicationSetStrategy", "How changes are synced.", isForeign: true,
    [
      .standard("type", "word", "AllAtOnce", "AllAtOnce or RollingSync."),
      .optional("rollingSync", "map", absent: "none", "The steps.", map: rollingSync.name),
      .standard(
        "deletionOrder", "word", "AllAtOnce", "In which order Applications are deleted."),
    ])

  static let rollingSync = MapSpec(
    "RollingSync", "Progressive syncs.", isForeign: true,
    [.optional("steps", "list", absent: "none", "The steps, in their order.", map: step.name)])

  static let step = MapSpec(
    "RollingSyncStep", "One step.", isForeign: true,
    [
      .optional(
        "matchExpressions", "list", absent: "all", "What all must hold.", map: expression.name),
      .optional(
        "maxUpdate", "number or percent", absent: "no limit", "How many may be under way."),
    ])

  static let expression = MapSpec(
    "ApplicationMatchExpression", "A condition on an Application's label.", isForeign: true,
    [
      .required("key", "text", "The label."),
      .required("operator", "word", "In or NotIn."),
      .optional("values", "list of texts", absent: "none", "The values compared with."),
    ])
}
