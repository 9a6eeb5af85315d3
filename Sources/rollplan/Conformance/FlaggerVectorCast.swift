import Determinism
import LocatedYAML
import RolloutStrategies

/// Plays a sequence of ticks: the canary, and the workloads around it as the source's tests have
/// them.
struct FlaggerVectorCast {
  private var policy: FlaggerPolicy
  private var canary = FlaggerCanary()
  private let answer: MetricAnswer
  /// Revisions in the order in which they were seen.
  private var revisions = ["v1"]
  private var config = 0
  private var primaryPods: Int
  private var canaryPods: Int
  private var isPrimaryPastDeadline = false

  /// Plays all ticks of a vector, and as many more as it gives an end for.
  static func play(_ vector: Vector) throws(VectorProblem) -> Got {
    var cast = try FlaggerVectorCast(vector.input)
    var got: [Got] = []
    for tick in vector.body.entry("ticks")?.items() ?? [] {
      for event in tick.entry("before")?.items() ?? [] { try cast.apply(event) }
      cast.tick()
      got.append(cast.state(asIn: tick.entry("expect")))
    }
    if let end = vector.body.entry("finally") { got.append(try cast.finish(end)) }
    return .list(got)
  }

  private init(_ input: Cursor) throws(VectorProblem) {
    let analysis = input.entry("analysis") ?? input
    guard let target = FlaggerPolicy.Target(rawValue: input.text("targetKind") ?? "Deployment")
    else { throw VectorProblem(message: "the target's kind is not known") }
    answer = try Self.answer(input)
    var metrics: [FlaggerMetric] = []
    for field in analysis.entry("metrics")?.items() ?? [] { metrics.append(try Self.metric(field)) }
    var weights: [Int] = []
    for item in analysis.entry("stepWeights")?.items() ?? [] {
      weights.append(item.value?.scalar.flatMap { Int($0) } ?? 0)
    }
    policy = FlaggerPolicy(
      target: target, isSuspended: input.boolean("suspend"),
      skipsAnalysis: input.boolean("skipAnalysis"),
      isWithoutRouter: input.text("provider") == "kubernetes",
      threshold: try analysis.integer("threshold") ?? 1,
      maxWeight: try analysis.integer("maxWeight") ?? 100,
      stepWeight: try analysis.integer("stepWeight") ?? 0, stepWeights: weights,
      stepWeightPromotion: try analysis.integer("stepWeightPromotion") ?? 0,
      iterations: try analysis.integer("iterations") ?? 0,
      hasMatch: !(analysis.entry("match")?.items() ?? []).isEmpty,
      mirrors: analysis.boolean("mirror"), metrics: metrics,
      hooks: (analysis.entry("webhooks")?.items() ?? []).map { hook in
        FlaggerHook(
          name: hook.text("name") ?? "",
          kind: hook.text("type").flatMap(FlaggerHook.Kind.init) ?? .rollout)
      })
    // Pods of a Deployment become ready when the test says so; others are taken to be.
    primaryPods = target == .deployment ? 0 : 1
    canaryPods = primaryPods
  }

  /// What every metric answers.
  static func answer(_ input: Cursor) throws(VectorProblem) -> MetricAnswer {
    guard input.given("everyMetricQueryReturns") != nil else { return .noData }
    return .value(try measure(input, "everyMetricQueryReturns") ?? Measure(0))
  }

  /// A metric as a document has it.
  static func metric(_ field: Cursor) throws(VectorProblem) -> FlaggerMetric {
    let range = field.given("thresholdRange")
    return FlaggerMetric(
      name: field.text("name") ?? "", hasTemplate: field.given("templateRef") != nil,
      hasQuery: !(field.text("query") ?? "").isEmpty, least: try measure(range, "min"),
      most: try measure(range, "max"), threshold: try measure(field, "threshold") ?? Measure(0))
  }

  private static func measure(_ field: Cursor?, _ key: String) throws(VectorProblem) -> Measure? {
    guard let text = field?.text(key) else { return nil }
    guard let measure = Measure(text) else {
      throw VectorProblem(message: "\(key) is not a number")
    }
    return measure
  }

  // MARK: Events

  private mutating func apply(_ event: Cursor) throws(VectorProblem) {
    switch event.text("event") {
    case "ready":
      if event.text("workload") == "primary" { primaryPods = 1 } else { canaryPods = 1 }
    case "revision": revisions.append(event.text("revision") ?? "")
    case "config_change": config += 1
    case "primary_deadline_exceeded": isPrimaryPastDeadline = true
    case "set_routes":
      canary.noteRoutes(
        .init(
          primary: try event.integer("primaryWeight") ?? 100,
          canary: try event.integer("canaryWeight") ?? 0, isMirrored: event.boolean("mirrored")))
    case "set_phase": try setPhase(event)
    case "set_status":
      try setPhase(event)
      canary.noteApplied(revision)
      canary.noteChecks(
        failed: try event.integer("failedChecks") ?? 0,
        iterations: try event.integer("iterations") ?? 0)
      canary.noteStatusWeight(try event.integer("canaryWeight") ?? 0)
    case "set_iterations": canary.noteChecks(iterations: try event.integer("iterations"))
    case "set_skip_analysis":
      policy.skipsAnalysis = (event.text("skipAnalysis") ?? event.text("value")) != "false"
    case "add_metric":
      policy.metrics.append(try Self.metric(event.given("metric") ?? event))
    default:
      throw VectorProblem(message: "the event \(quoted(event.text("event") ?? "")) is not known")
    }
  }

  private mutating func setPhase(_ event: Cursor) throws(VectorProblem) {
    guard let name = event.text("phase") else { return }
    guard let phase = FlaggerCanary.Phase(rawValue: name) else {
      throw VectorProblem(message: "the phase \(quoted(name)) is not known")
    }
    canary.notePhase(phase)
  }

  /// The target's revision; equal texts are equal revisions, whenever they came.
  private var revision: Int { revisions.firstIndex(of: revisions[revisions.count - 1]) ?? 0 }

  // MARK: Ticks

  private mutating func tick() {
    let wanted = canary.isScaledToZero ? 0 : 1
    canary.tick(
      policy,
      FlaggerView(
        revision: revision, config: config,
        primary: isPrimaryPastDeadline
          ? .failed : primaryPods > 0 ? .ready : .waiting(.updates),
        canary: canaryPods >= wanted ? .ready : .waiting(.updates),
        metrics: policy.metrics.map { _ in answer }, hooks: policy.hooks.map { _ in true }))
  }

  private func state(asIn expected: Cursor?) -> Got {
    let routes = canary.routes
    return [
      "phase": .text(canary.phase.rawValue), "primaryWeight": .integer(routes.primary),
      "canaryWeight": .integer(routes.canary), "mirrored": .boolean(routes.isMirrored),
      "weightsSum": .integer(routes.primary + routes.canary),
      "primaryWeightBetween": within(routes.primary, expected?.entry("primaryWeightBetween")),
      "canaryWeightBetween": within(routes.canary, expected?.entry("canaryWeightBetween")),
      "statusCanaryWeight": .integer(canary.statusWeight),
      "failedChecks": .integer(canary.failedChecks), "iterations": .integer(canary.iterations),
      "canaryReplicas": .integer(canary.isScaledToZero ? 0 : 1),
      "canaryScaledToZero": .boolean(canary.isScaledToZero),
      "primaryRevision": canary.primaryRevision.map { .text(revisions[$0]) } ?? nil,
    ]
  }

  /// The range itself for what lies in it.
  private func within(_ value: Int, _ range: Cursor?) -> Got {
    let ends = (range?.texts ?? []).compactMap { Int($0) }
    guard ends.count == 2, ends[0] <= value, value <= ends[1] else { return .integer(value) }
    return [.integer(ends[0]), .integer(ends[1])]
  }

  /// Ticks on until an end is reached, but not for ever.
  private mutating func finish(_ end: Cursor) throws(VectorProblem) -> Got {
    let most = try end.integer("withinMoreTicks") ?? 0
    var ticks = 0
    while ticks < most, canary.phase.rawValue != end.text("phase") {
      tick()
      ticks += 1
    }
    return ["withinMoreTicks": .integer(most), "phase": .text(canary.phase.rawValue)]
  }
}
