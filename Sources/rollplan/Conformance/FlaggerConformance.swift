import Determinism
import LocatedYAML
import PlannerDialects
import RolloutStrategies

/// Runs the vectors about Flagger.
enum FlaggerConformance {
  static let suite = ConformanceSuite(project: "fluxcd/flagger", got: got)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    let input = vector.input
    return switch vector.suite {
    case "tick_sequences": try FlaggerVectorCast.play(vector)
    case "deployment_readiness": try deployment(input, vector.expected)
    case "daemonset_readiness": try daemonSet(input, vector.expected)
    case "metric_checks": try metricChecks(input)
    case "webhook_outcome": try webhook(input)
    case "change_detection": try changes(input)
    case "document_validation": try FlaggerRefusals.got(input)
    default: throw VectorProblem(message: "the suite \(quoted(vector.suite)) is not known")
    }
  }

  // MARK: Readiness

  private static func deployment(
    _ input: Cursor, _ expected: SourceValue?
  ) throws(VectorProblem) -> Got {
    let status = input.entry("status") ?? input
    let conditions = input.entry("conditions")?.items() ?? []
    let progressing = conditions.first { $0.text("type") == "Progressing" }
    let unavailable = conditions.first {
      $0.text("type") == "Available" && $0.text("status") == "False"
        && $0.text("reason") == "MinimumReplicasUnavailable"
    }
    let pods = PodCounts(
      wanted: 0, total: try status.integer("replicas") ?? 0,
      updated: try status.integer("updatedReplicas") ?? 0,
      available: try status.integer("availableReplicas") ?? 0)
    return stated(
      FlaggerReadiness.deployment(
        isBehind: try isBehind(input), pods: pods, wanted: try input.integer("specReplicas"),
        conditions: .init(
          hasProgressing: progressing != nil,
          isPastDeadline: progressing?.text("reason") == "ProgressDeadlineExceeded",
          unavailableFor: try unavailable?.seconds("lastUpdateSecondsAgo")),
        deadline: try input.seconds("progressDeadlineSeconds") ?? .zero,
        readyPercent: try input.integer("readyThresholdPercent") ?? 100),
      newPods: "new replicas", expected)
  }

  private static func daemonSet(
    _ input: Cursor, _ expected: SourceValue?
  ) throws(VectorProblem) -> Got {
    let status = input.entry("status") ?? input
    let pods = PodCounts(
      wanted: try status.integer("desiredNumberScheduled") ?? 0,
      updated: try status.integer("updatedNumberScheduled") ?? 0,
      available: try status.integer("numberAvailable") ?? 0)
    return stated(
      FlaggerReadiness.daemonSet(
        isBehind: try isBehind(input), pods: pods,
        inPhaseFor: try input.seconds("secondsSinceCanaryStatusTransition"),
        deadline: try input.seconds("progressDeadlineSeconds") ?? .zero,
        readyPercent: try input.integer("readyThresholdPercent") ?? 100),
      newPods: "new pods", expected)
  }

  private static func isBehind(_ input: Cursor) throws(VectorProblem) -> Bool {
    let observed = try input.entry("status")?.integer("observedGeneration") ?? 0
    return observed < (try input.integer("generation") ?? 0)
  }

  /// What readiness comes to; of what a source does not assert nothing is said, either.
  private static func stated(
    _ readiness: FlaggerReadiness, newPods: String, _ expected: SourceValue?
  ) -> Got {
    let obstacle: Got =
      switch readiness {
      case .waiting(.updates): .text(newPods)
      case .waiting(let obstacle): .text(obstacle.rawValue)
      case .ready, .failed: nil
      }
    func isAsserted(_ key: String) -> Bool { expected?.entry(key)?.value.isNull == false }
    return [
      "ready": .boolean(readiness.isReady),
      "retriable": isAsserted("retriable") ? .boolean(readiness != .failed) : nil,
      "waitingFor": isAsserted("waitingFor") ? obstacle : nil,
    ]
  }

  // MARK: Checks

  private static func metricChecks(_ input: Cursor) throws(VectorProblem) -> Got {
    guard let field = input.entry("metric") else {
      throw VectorProblem(message: "there is no metric")
    }
    let metric = try FlaggerVectorCast.metric(field)
    let answer = try FlaggerVectorCast.answer(input)
    // Queries of the document's own and of the controller's are another stage.
    let passes =
      switch metric.origin {
      case .template: metric.passes(answer)
      case .builtIn, .inline: true
      case .none: false
      }
    return ["templateStagePasses": .boolean(passes)]
  }

  private static func webhook(_ input: Cursor) throws(VectorProblem) -> Got {
    var statuses: [Int] = []
    for item in input.entry("responseStatus")?.items() ?? [] {
      guard let status = item.value?.scalar.flatMap({ Int($0) }) else {
        throw VectorProblem(message: "an answer's status is no number")
      }
      statuses.append(status)
    }
    let retries = try input.integer("retries") ?? 0
    return [
      "passes": .boolean(FlaggerHook.passes(statuses, retries: retries)),
      "requestBody": requestBody(input),
    ]
  }

  /// What is posted: what a vector says of its canary and hook, and where it says nothing, those
  /// of the source's tests.
  private static func requestBody(_ input: Cursor) -> Got {
    let metadata = input.given("metadata")?.entries().map { key, value in
      (key: key.text ?? "", value: Got.text(value.text ?? ""))
    }
    return [
      "name": .text(input.text("name") ?? "podinfo"),
      "namespace": .text(input.text("namespace") ?? "default"),
      "phase": .text(input.text("phase") ?? "Progressing"),
      "metadata": .map(metadata ?? [(key: "key1", value: "val1")]),
    ]
  }

  /// Revisions are letters; a text says what becomes of one.
  private static func changes(_ input: Cursor) throws(VectorProblem) -> Got {
    var canary = FlaggerCanary()
    var changed: [(key: String, value: Got)] = []
    for text in input.entry("revisions")?.texts ?? [] {
      let letter = text.split(separator: " ").first { $0.utf8.count == 1 && $0 != "a" }
      guard let code = letter?.utf8.first else {
        throw VectorProblem(message: "\(quoted(text)) names no revision")
      }
      let revision = Int(code)
      if text.contains("applied") { canary.noteApplied(revision) }
      if text.contains("promoted") { canary.notePromoted(revision) }
      changed.append((text, .boolean(canary.isChanged(revision))))
    }
    return ["changed": .map(changed)]
  }
}

extension Cursor {
  /// A field's whole seconds; nil: it is not written.
  fileprivate func seconds(_ key: String) throws(VectorProblem) -> Microseconds? {
    try integer(key).map { .seconds(Int64($0)) }
  }
}
