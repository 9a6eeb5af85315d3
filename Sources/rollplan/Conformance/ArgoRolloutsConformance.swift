import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about Argo Rollouts.
enum ArgoRolloutsConformance {
  static let suite = ConformanceSuite(project: "argoproj/argo-rollouts", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    let input = vector.input
    return switch vector.suite {
    case "replica_counts": try ArgoCanaryConformance.replicaCounts(input)
    case "weight_approximation": try ArgoCanaryConformance.approximation(input)
    case "dynamic_stable_scale": try ArgoCanaryConformance.dynamicScale(input)
    case "traffic_weight_to_replicas": try ArgoCanaryConformance.pods(input)
    case "resolve_fenceposts": try fenceposts(input)
    case "max_unavailable": try limits(input)
    case "max_surge": try limits(input)
    case "bluegreen_preview_replicas": try preview(input)
    case "metric_assessment": try assessment(input)
    case "measurement_evaluation": measurement(input)
    case "replica_progress_threshold": try threshold(input)
    case "abort_desired_weight": try ArgoCanaryConformance.abortWeight(input)
    case "abort_routed_weight": try ArgoCanaryConformance.abortRouted(input)
    case "pause_duration": pauseDuration(input)
    case "pause_completion": try pauseCompletion(input)
    case "rollback_window": try rollbackWindow(input)
    case "weight_selection": try ArgoCanaryConformance.selection(input, vector.expected)
    case "replicas_for_scale_down": try ArgoCanaryConformance.scaleDown(input)
    case "at_desired_counts": try ArgoCanaryConformance.atDesired(input)
    case "controller_reconcile": try ArgoCanaryConformance.reconcile(input)
    default: throw VectorProblem(message: "the suite \(quoted(vector.suite)) is not known")
    }
  }

  // MARK: Limits

  private static func limit(_ input: Cursor, _ key: String) -> Amount? {
    guard let written = input.given(key)?.value else { return .count(0) }
    return ArgoNumbers.limit(written)
  }

  static func canaryLimits(_ input: Cursor) throws(VectorProblem) -> CanaryLimits {
    if input.text("strategy") == "blueGreen" { return .none }
    guard let surge = limit(input, "maxSurge"), let unavailable = limit(input, "maxUnavailable")
    else { throw VectorProblem(message: "maxSurge or maxUnavailable cannot be read") }
    return CanaryLimits(maxSurge: surge, maxUnavailable: unavailable)
  }

  private static func fenceposts(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let surge = limit(input, "maxSurge"), let unavailable = limit(input, "maxUnavailable")
    else { return ["surge": 0, "unavailable": 0, "error": true] }
    let fenceposts = Fenceposts(
      maxSurge: surge, maxUnavailable: unavailable,
      replicas: try DeploymentConformance.count(input, "desired"))
    return [
      "surge": .integer(fenceposts.surge), "unavailable": .integer(fenceposts.unavailable),
      "error": false,
    ]
  }

  private static func limits(_ input: Cursor) throws(VectorProblem) -> Got {
    let limits = try canaryLimits(input)
    let replicas = try DeploymentConformance.count(input, "replicas")
    return [
      "maxUnavailable": .integer(limits.unavailable(of: replicas)),
      "maxSurge": .integer(limits.surge(of: replicas)),
    ]
  }

  // MARK: Blue/green

  private static func preview(_ input: Cursor) throws(VectorProblem) -> Got {
    let active = input.text("activeSelector") ?? ""
    let new = input.text("newRSHash")
    let conditions = try DeploymentConformance.count(input, "pauseConditions")
    let preview = BlueGreenPreview(
      replicas: try DeploymentConformance.count(input, "replicas"),
      previewReplicas: try input.integer("previewReplicaCount"),
      isOtherActive: active == input.text("otherRSHash") && active != new && !active.isEmpty,
      isCurrent: new == input.text("currentPodHash"),
      isScaledUp: input.boolean("scaleUpPreviewCheckPoint"),
      isPromotedFully: input.boolean("promoteFull"),
      isPaused: input.boolean("specPaused") || conditions > 0)
    return ["newRSReplicas": .integer(preview.pods)]
  }

  private static func pauseCompletion(_ input: Cursor) throws(VectorProblem) -> Got {
    let now = Instant(sinceEpoch: 0) + .hours(1_000)
    let age = try input.given("pauseCondition")?.integer("ageSeconds")
    let hasCondition = input.given("pauseCondition") != nil
    let pause = RolloutPause(
      isByController: input.boolean("controllerPause"),
      since: hasCondition ? now - .seconds(Int64(age ?? 0)) : nil)
    if input.text("strategy") == "blueGreen" {
      let seconds = try input.integer("autoPromotionSeconds") ?? 0
      return [
        "pauseCompleted": .boolean(
          pause.isSwitchDue(
            isAutomatic: input.text("autoPromotionEnabled") != "false",
            after: .seconds(Int64(seconds)),
            isScaledUp: input.boolean("scaleUpPreviewCheckPoint"), at: now))
      ]
    }
    let duration = try input.integer("pauseDurationSeconds").map { Microseconds.seconds(Int64($0)) }
    return ["pauseCompleted": .boolean(pause.isOver(after: duration, at: now))]
  }

  private static func pauseDuration(_ input: Cursor) -> Got {
    guard let written = input.given("duration")?.value?.scalar else { return ["seconds": 0] }
    let duration = ArgoNumbers.pause(written)
    return ["seconds": .integer(duration.map { Int($0.count / 1_000_000) } ?? -1)]
  }

  private static func rollbackWindow(_ input: Cursor) throws(VectorProblem) -> Got {
    let experiments = input.entry("experimentReplicaSets")?.texts ?? []
    var created: [String: Int] = [:]
    for (key, _) in input.entry("replicaSetsCreatedMinutes")?.entries() ?? [] {
      let name = key.text ?? ""
      created[name] = try input.entry("replicaSetsCreatedMinutes")?.integer(name)
    }
    let times = created.filter { !experiments.contains($0.key) }.values.sorted()
    let isWithin = RollbackWindow.contains(
      times, desired: input.text("desired").flatMap { created[$0] },
      stable: input.text("stable").flatMap { created[$0] },
      revisions: try DeploymentConformance.count(input, "rollbackWindowRevisions"))
    return ["withinWindow": .boolean(isWithin)]
  }

  private static func threshold(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let copy = input.given("replicaSet") else { return ["met": false] }
    let stated = input.given("replicaProgressThreshold")
    let value = try stated?.integer("value") ?? 0
    let threshold: ReplicaProgressThreshold =
      switch stated?.text("type") {
      case "Percent": .percent(value)
      case "Pods": .pods(value)
      default: .all
      }
    let desired = try DeploymentConformance.count(input, "desired")
    let available = try DeploymentConformance.count(copy, "availableReplicas")
    return ["met": .boolean(threshold.isMet(available: available, of: desired))]
  }

  // MARK: Analysis

  private static func assessment(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let metric = input.entry("metric"), let result = input.entry("result") else {
      throw VectorProblem(message: "a metric or its result is missing")
    }
    if let phase = result.text("phase").flatMap(AnalysisPhase.init), phase.isCompleted {
      return ["phase": .text(phase.rawValue)]
    }
    let standard = MetricLimits()
    let limits = MetricLimits(
      count: metric.text("count").flatMap { Int($0) },
      hasInterval: metric.given("interval") != nil,
      failureLimit: try metric.integer("failureLimit") ?? standard.failureLimit,
      inconclusiveLimit: try metric.integer("inconclusiveLimit") ?? standard.inconclusiveLimit,
      consecutiveErrorLimit: try metric.integer("consecutiveErrorLimit")
        ?? standard.consecutiveErrorLimit,
      consecutiveSuccessLimit: try metric.integer("consecutiveSuccessLimit")
        ?? standard.consecutiveSuccessLimit)
    var tally = MetricTally()
    tally.count = try DeploymentConformance.count(result, "count")
    tally.failed = try DeploymentConformance.count(result, "failed")
    tally.inconclusive = try DeploymentConformance.count(result, "inconclusive")
    tally.consecutiveErrors = try DeploymentConformance.count(result, "consecutiveError")
    tally.consecutiveSuccesses = try DeploymentConformance.count(result, "consecutiveSuccess")
    tally.last = result.text("lastMeasurementPhase").flatMap { AnalysisPhase(rawValue: $0) }
    let verdict = tally.verdict(limits, isEnding: input.boolean("terminating"))
    return ["phase": .text(verdict.rawValue)]
  }

  private static func measurement(_ input: Cursor) -> Got {
    let keys = ["successConditionEvaluatesTo", "failureConditionEvaluatesTo"]
    let written = keys.map { input.text($0) }
    guard !written.contains("error") else { return ["measurementPhase": "Error"] }
    let values = written.map { $0.map { $0 == "true" } }
    return [
      "measurementPhase": .text(
        AnalysisPhase.measured(success: values[0], failure: values[1]).rawValue)
    ]
  }
}
