import LocatedYAML

/// The maps of an Argo `Rollout`.
///
/// - Source: Argo Rollouts v1.10, `pkg/apis/rollouts/v1alpha1/types.go`.
enum ArgoRolloutSpecs {
  static let rollout = MapSpec(
    "Rollout.spec", "Which pods there are to be, and how they are replaced.", isForeign: true,
    [
      .optional("replicas", "number", absent: "1", "Pods."),
      .required("strategy", "map", "How they are replaced.", map: "Rollout.strategy"),
      .optional(
        "minReadySeconds", "seconds", absent: "0", "How long a pod is ready to be available."),
      .optional(
        "progressDeadlineSeconds", "seconds", absent: "600", "How long there may be no progress."),
      .standard(
        "progressDeadlineAbort", "true or false", "false", "Whether it is then given up."),
      .optional(
        "rollbackWindow", "map", absent: "none", "Within which steps are skipped.",
        map: "Rollout.rollbackWindow"),
      .standard("paused", "true or false", "false", "Whether nothing goes on."),
      .inert("revisionHistoryLimit", "How many old sets are kept."),
      .inert("selector", "Which pods are the Rollout's."),
      .inert("template", "What pods are: the version that is rolled out."),
      .inert("workloadRef", "The Deployment whose template it takes."),
      .inert("analysis", "How many analyses are kept."),
      .inert("restartAt", "When all pods are started anew."),
    ])

  static let window = MapSpec(
    "Rollout.rollbackWindow", "Within which steps are skipped.", isForeign: true,
    [.optional("revisions", "number", absent: "0", "So many revisions back.")])

  static let strategy = MapSpec(
    "Rollout.strategy", "How pods are replaced.", exactlyOneOf: ["canary", "blueGreen"],
    isForeign: true,
    [
      .optional("canary", "map", absent: "blueGreen", "Step by step.", map: "Rollout.canary"),
      .optional("blueGreen", "map", absent: "canary", "At once.", map: "Rollout.blueGreen"),
    ])

  static let canary = MapSpec(
    "Rollout.canary", "Step by step.", isForeign: true,
    [
      .optional("steps", "list", absent: "none", "The steps.", map: "Rollout.step"),
      .optional("maxSurge", "number or percent", absent: "25%", "Most pods on top."),
      .optional("maxUnavailable", "number or percent", absent: "25%", "Most pods missing."),
      .optional(
        "trafficRouting", "map", absent: "pods stand for weights", "The router.",
        map: "Rollout.trafficRouting"),
      .standard(
        "dynamicStableScale", "true or false", "false", "Whether the old copy shrinks on the way."),
      .optional("minPodsPerReplicaSet", "number", absent: "1", "The fewest pods of a copy."),
      .optional(
        "replicaProgressThreshold", "map", absent: "all of them", "Pods that are enough.",
        map: "Rollout.threshold"),
      .optional(
        "scaleDownDelaySeconds", "seconds", absent: "30 with a router, and 0 without",
        "How long the old copy stays."),
      .optional(
        "abortScaleDownDelaySeconds", "seconds", absent: "30",
        "How long an aborted canary stays; 0: for ever."),
      .optional(
        "analysis", "map", absent: "none", "What is analysed beside.", map: "Rollout.analysis"),
      .inert("canaryService", "The service that points to the canary."),
      .inert("stableService", "The service that points to the stable copy."),
      .inert("canaryMetadata", "Labels of the canary's pods."),
      .inert("stableMetadata", "Labels of the stable copy's pods."),
      .inert("antiAffinity", "Which copies share no node."),
      .inert("pingPong", "The two services that take turns."),
      .inert("scaleDownDelayRevisionLimit", "How many old copies may stay."),
    ])

  static let routing = MapSpec(
    "Rollout.trafficRouting", "The router.", isForeign: true,
    [
      .optional("maxTrafficWeight", "number", absent: "100", "The weight of all traffic."),
      .inert("managedRoutes", "Routes that steps may write."),
      .inert("alb", "An AWS load balancer."),
      .inert("ambassador", "Ambassador."),
      .inert("apisix", "Apache APISIX."),
      .inert("appMesh", "AWS App Mesh."),
      .inert("istio", "Istio."),
      .inert("nginx", "NGINX."),
      .inert("plugins", "Routers of others."),
      .inert("smi", "The Service Mesh Interface."),
      .inert("traefik", "Traefik."),
    ])

  static let threshold = MapSpec(
    "Rollout.threshold", "Pods that are enough.", isForeign: true,
    [
      .required("type", "word", "Percent or Pods."),
      .required("value", "number", "How many."),
    ])

  static let step = MapSpec(
    "Rollout.step", "A step.",
    exactlyOneOf: [
      "setWeight", "pause", "setCanaryScale", "analysis", "experiment", "setHeaderRoute",
      "setMirrorRoute", "plugin",
    ],
    isForeign: true,
    [
      .optional("setWeight", "number", absent: "another", "The canary's share of the traffic."),
      .optional("pause", "map", absent: "another", "It waits.", map: "Rollout.pause"),
      .optional(
        "setCanaryScale", "map", absent: "another", "The canary's pods.", map: "Rollout.scale"),
      .optional(
        "analysis", "map", absent: "another", "What must succeed.", map: "Rollout.analysis"),
      .optional("experiment", "map", absent: "another", "What is tried beside."),
      .optional("setHeaderRoute", "map", absent: "another", "A route by header."),
      .optional("setMirrorRoute", "map", absent: "another", "A route for copies."),
      .optional("plugin", "map", absent: "another", "What others do.", map: "Rollout.plugin"),
    ])

  static let pause = MapSpec(
    "Rollout.pause", "It waits.", isForeign: true,
    [.optional("duration", "seconds or duration", absent: "until somebody ends it", "How long.")])

  static let scale = MapSpec(
    "Rollout.scale", "The canary's pods.",
    exactlyOneOf: ["replicas", "weight", "matchTrafficWeight"], isForeign: true,
    [
      .optional("replicas", "number", absent: "another", "So many."),
      .optional("weight", "percent", absent: "another", "So many percent of the pods."),
      .optional("matchTrafficWeight", "true or false", absent: "another", "As its traffic."),
    ])

  static let plugin = MapSpec(
    "Rollout.plugin", "What others do.", isForeign: true,
    [
      .required("name", "text", "Who."),
      .standard("disabled", "true or false", "false", "Whether it is left out."),
      .inert("config", "What they are told."),
    ])

  static let blueGreen = MapSpec(
    "Rollout.blueGreen", "At once.", isForeign: true,
    [
      .required("activeService", "text", "The service that points to the copy that serves."),
      .inert("previewService", "The service that points to the copy that is tried."),
      .standard(
        "autoPromotionEnabled", "true or false", "true", "Whether it switches by itself."),
      .optional("autoPromotionSeconds", "seconds", absent: "0", "How long it waits before."),
      .optional(
        "previewReplicaCount", "number", absent: "all", "Pods that are there before the switch."),
      .optional("scaleDownDelaySeconds", "seconds", absent: "30", "How long the old copy stays."),
      .optional(
        "abortScaleDownDelaySeconds", "seconds", absent: "30",
        "How long an aborted copy stays; 0: for ever."),
      .optional(
        "prePromotionAnalysis", "map", absent: "none", "What must succeed before.",
        map: "Rollout.analysis"),
      .optional(
        "postPromotionAnalysis", "map", absent: "none", "What must succeed after.",
        map: "Rollout.analysis"),
      .inert("scaleDownDelayRevisionLimit", "How many old copies may stay."),
      .inert("maxUnavailable", "Pods that may be missing when all are started anew."),
      .inert("antiAffinity", "Which copies share no node."),
      .inert("activeMetadata", "Labels of the pods that serve."),
      .inert("previewMetadata", "Labels of the pods that are tried."),
    ])
}
