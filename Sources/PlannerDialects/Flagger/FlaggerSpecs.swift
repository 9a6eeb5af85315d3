import LocatedYAML

/// The maps of a Flagger `Canary`.
///
/// - Source: Flagger v1.44, `pkg/apis/flagger/v1beta1/canary.go`.
enum FlaggerSpecs {
  static let canary = MapSpec(
    "Canary.spec", "How a workload's new revisions are tried in its cluster.", isForeign: true,
    [
      .required("targetRef", "map", "The workload.", map: "Canary.targetRef"),
      .optional(
        "provider", "text", absent: "the controller's own, which shifts traffic",
        "The router; `kubernetes` is none."),
      .standard("suspend", "true or false", "false", "Whether nothing is done."),
      .standard("skipAnalysis", "true or false", "false", "Whether what is ready is promoted."),
      .optional(
        "progressDeadlineSeconds", "seconds", absent: "600",
        "How long pods may take to become ready."),
      .optional(
        "analysis", "map", absent: "what is ready is promoted", "How a revision is tried.",
        map: "Canary.analysis"),
      .optional(
        "canaryAnalysis", "map", absent: "none", "The same in its older form.",
        map: "Canary.analysis"),
      .inert("service", "Ports, hosts and routes of the services that are made."),
      .inert("autoscalerRef", "The autoscaler, which stops and goes on with the workload."),
      .inert("ingressRef", "The ingress that the router writes."),
      .inert("routeRef", "The route that the router writes."),
      .inert("upstreamRef", "The upstream that the router writes."),
      .inert("metricsServer", "Where metrics are asked for."),
      .inert("revertOnDeletion", "Whether the workload serves again when the Canary is deleted."),
    ])

  static let target = MapSpec(
    "Canary.targetRef", "The workload.", isForeign: true,
    [
      .optional("apiVersion", "text", absent: "any", "Group and version of its kind."),
      .required("kind", "word", "Deployment, DaemonSet or Service."),
      .required("name", "text", "Its name."),
    ])

  static let analysis = MapSpec(
    "Canary.analysis", "How a revision is tried.", isForeign: true,
    [
      .optional(
        "interval", "duration", absent: "60s", "From one look to the next, from 10s."),
      .optional("threshold", "number", absent: "1", "Failed checks that roll back."),
      .optional("maxWeight", "percent", absent: "100", "The weight that is promoted."),
      .optional("stepWeight", "percent", absent: "0", "The weight that is added."),
      .optional("stepWeights", "list of percents", absent: "none", "The weights to visit."),
      .optional(
        "stepWeightPromotion", "percent", absent: "0", "The weight that goes back; 0: all of it."),
      .optional("iterations", "number", absent: "0", "Checks that must pass."),
      .optional("match", "list", absent: "none", "Which requests go to the canary."),
      .standard("mirror", "true or false", "false", "Whether traffic is copied first."),
      .optional(
        "primaryReadyThreshold", "percent", absent: "100", "The primary's pods that must be up."),
      .optional(
        "canaryReadyThreshold", "percent", absent: "100", "The canary's pods that must be up."),
      .optional("metrics", "list", absent: "none", "What is measured.", map: "Canary.metric"),
      .optional("webhooks", "list", absent: "none", "Who is asked.", map: "Canary.webhook"),
      .optional(
        "sessionAffinity", "map", absent: "none", "How requests keep to a copy.",
        map: "Canary.sessionAffinity"),
      .inert("mirrorWeight", "How much of the traffic is copied."),
      .inert("canaryReplicas", "How many pods the canary has."),
      .inert("alerts", "Who is told."),
    ])

  static let metric = MapSpec(
    "Canary.metric", "What is measured.", isForeign: true,
    [
      .optional("name", "text", absent: "none", "Its name; two are known to the controller."),
      .optional(
        "thresholdRange", "map", absent: "the threshold", "What passes.", map: "Canary.range"),
      .optional("threshold", "number", absent: "0", "The same in its older form."),
      .optional("templateRef", "map", absent: "none", "The template of its query."),
      .optional("query", "text", absent: "none", "Its query."),
      .inert("interval", "The time that a query looks back over."),
      .inert("templateVariables", "What the template is filled in with."),
    ])

  static let range = MapSpec(
    "Canary.range", "What passes, both ends included.", isForeign: true,
    [
      .optional("min", "number", absent: "anything", "The least."),
      .optional("max", "number", absent: "anything", "The most."),
    ])

  static let webhook = MapSpec(
    "Canary.webhook", "Who is asked.", isForeign: true,
    [
      .required("name", "text", "Its name."),
      .standard("type", "word", "rollout", "When it is asked."),
      .inert("url", "Where it is asked."),
      .inert("timeout", "How long an answer may take."),
      .inert("retries", "How often it is asked again."),
      .inert("metadata", "What it is told."),
      .inert("muteAlert", "Whether nobody is told."),
      .inert("disableTLS", "Whether the answer's certificate is not checked."),
    ])

  static let affinity = MapSpec(
    "Canary.sessionAffinity", "How requests keep to a copy.", isForeign: true,
    [
      .optional("cookieName", "text", absent: "none", "The canary's cookie."),
      .optional("primaryCookieName", "text", absent: "none", "The primary's cookie."),
      .inert("maxAge", "How long the canary's cookie lives."),
      .inert("primaryMaxAge", "How long the primary's cookie lives."),
    ])
}
