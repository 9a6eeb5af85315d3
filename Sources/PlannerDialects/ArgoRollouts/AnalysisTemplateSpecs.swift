import LocatedYAML

/// The maps of an Argo `AnalysisTemplate`, and of what refers to it.
///
/// - Source: Argo Rollouts v1.10, `pkg/apis/rollouts/v1alpha1/analysis_types.go`.
enum AnalysisTemplateSpecs {
  static let analysis = MapSpec(
    "Rollout.analysis", "What must succeed.", isForeign: true,
    [
      .optional("templates", "list", absent: "none", "By which.", map: "Rollout.template"),
      .optional("args", "list", absent: "none", "What they are told.", map: "Rollout.arg"),
      .optional(
        "dryRun", "list", absent: "none", "Metrics that are only reported.", map: "Rollout.dryRun"),
      .optional("startingStep", "number", absent: "0", "The step from which on it runs."),
      .inert("measurementRetention", "How many measurements are kept."),
      .inert("analysisRunMetadata", "Labels of the run."),
    ])

  static let reference = MapSpec(
    "Rollout.template", "A template.", isForeign: true,
    [
      .required("templateName", "text", "Its name."),
      .standard("clusterScope", "true or false", "false", "Whether it is of no namespace."),
    ])

  static let argument = MapSpec(
    "Rollout.arg", "What a template is told.", isForeign: true,
    [
      .required("name", "text", "By which name."),
      .optional("value", "text", absent: "none", "What."),
      .inert("valueFrom", "Where to find it in the cluster."),
    ])

  static let dryRun = MapSpec(
    "Rollout.dryRun", "Metrics that are only reported.", isForeign: true,
    [.required("metricName", "text", "Their name.")])

  static let template = MapSpec(
    "AnalysisTemplate.spec", "What is measured.", isForeign: true,
    [
      .optional(
        "metrics", "list", absent: "those of its templates", "What.",
        map: "AnalysisTemplate.metric"),
      .optional("args", "list", absent: "none", "What it is told.", map: "Rollout.arg"),
      .optional(
        "dryRun", "list", absent: "none", "Metrics that are only reported.", map: "Rollout.dryRun"),
      .optional(
        "templates", "list", absent: "none", "Templates that are part of it.",
        map: "Rollout.template"),
      .inert("measurementRetention", "How many measurements are kept."),
    ])

  static let metric = MapSpec(
    "AnalysisTemplate.metric", "What is measured.", isForeign: true,
    [
      .required("name", "text", "Its name."),
      .required("provider", "map", "Who measures it.", map: "AnalysisTemplate.provider"),
      .optional("interval", "duration", absent: "once", "From one measurement to the next."),
      .optional("initialDelay", "duration", absent: "0s", "Before the first measurement."),
      .optional(
        "count", "number", absent: "1, or any number with an interval",
        "Measurements that are enough."),
      .optional("successCondition", "text", absent: "none", "What makes one good."),
      .optional("failureCondition", "text", absent: "none", "What makes one bad."),
      .optional("failureLimit", "number", absent: "0", "Bad ones that are tolerated."),
      .optional("inconclusiveLimit", "number", absent: "0", "Those between that are tolerated."),
      .optional(
        "consecutiveErrorLimit", "number", absent: "4", "Errors in a row that are tolerated."),
      .optional(
        "consecutiveSuccessLimit", "number", absent: "0", "Good ones in a row that are enough."),
    ])

  /// The providers; those that answer with yes or no have no number to compare.
  static let providers = [
    "cloudWatch", "datadog", "graphite", "influxdb", "newRelic", "plugin", "prometheus",
    "skywalking", "wavefront", "web",
  ]
  static let verdicts = ["job", "kayenta"]

  static let provider = MapSpec(
    "AnalysisTemplate.provider", "Who measures it.", exactlyOneOf: providers + verdicts,
    isForeign: true,
    (providers + verdicts).map {
      .optional($0, "map", absent: "another", "How it is asked.")
    })
}
