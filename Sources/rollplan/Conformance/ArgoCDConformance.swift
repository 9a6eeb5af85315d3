import Determinism
import LocatedYAML
import RolloutStrategies

/// Runs the vectors about progressive syncs of Argo CD ApplicationSets.
enum ArgoCDConformance {
  static let suite = ConformanceSuite(
    project: "Argo CD ApplicationSet progressive syncs", got: got)

  /// When passes take place.
  private static let now = Instant(sinceEpoch: 1_772_409_600_000_000)

  private static func got(_ vector: Vector) throws(VectorProblem) -> Got {
    let input = vector.input
    return switch vector.suite {
    case "buildSteps": try buildSteps(input)
    case "appsToSync": try appsToSync(input)
    case "observe": try observe(input)
    case "promote": try promote(input)
    case "isRollingSync": ["value": .boolean(try sync(input) != nil)]
    case "deletionIsReversed": ["value": .boolean(try sync(input)?.deletesInReverse ?? false)]
    default: throw VectorProblem(message: "the kind \(quoted(vector.suite)) is not known")
    }
  }

  // MARK: Steps

  /// The document's progressive syncs; nil: it asks for none.
  private static func sync(_ input: Cursor) throws(VectorProblem) -> RollingSync? {
    guard let strategy = input.given("strategy"), strategy.text("type") == "RollingSync",
      let rolling = strategy.given("rollingSync")
    else { return nil }
    var steps: [RollingSync.Step] = []
    for field in rolling.given("steps")?.items() ?? [] {
      let expressions = (field.given("matchExpressions")?.items() ?? []).map { expression in
        RollingSync.Expression(
          key: expression.text("key") ?? "", comparison: expression.text("operator") ?? "",
          values: expression.given("values")?.texts ?? [])
      }
      steps.append(.init(expressions: expressions, maxUpdate: try maxUpdate(field)))
    }
    return RollingSync(steps: steps, deletionOrder: strategy.text("deletionOrder"))
  }

  private static func maxUpdate(
    _ step: Cursor
  ) throws(VectorProblem) -> RollingSync.MaxUpdate? {
    guard case .scalar(let text, let isPlain)? = step.given("maxUpdate")?.value?.content
    else { return nil }
    return isPlain ? .count(try step.integer("maxUpdate") ?? 0) : .init(text: text)
  }

  private static func buildSteps(_ input: Cursor) throws(VectorProblem) -> Got {
    let applications = (input.entry("applications")?.items() ?? []).map { field in
      let labels = field.given("labels")
      return (name: field.text("name") ?? "", label: { (key: String) in labels?.text(key) })
    }
    let plan = RollingSyncPlan(try sync(input), applications: applications)
    let places = applications.compactMap { application in
      plan.step(of: application.name).map { (key: application.name, value: Got.integer($0)) }
    }
    return [
      "steps": .list(plan.steps.map { .texts($0) }), "stepOfApplication": .map(places),
      "issues": [
        "emptySteps": .list(plan.issues.emptySteps.map { .integer($0) }),
        "duplicateSelections": .list(
          plan.issues.duplicates.map {
            ["application": .text($0.application), "stepIndex": .integer($0.step)]
          }),
        "invalidMatchExpressions": .list(
          plan.issues.unknown.map {
            ["stepIndex": .integer($0.step), "operator": .text($0.comparison)]
          }),
      ],
    ]
  }

  // MARK: Passes

  private static func appsToSync(_ input: Cursor) throws(VectorProblem) -> Got {
    let allowed = RollingSync.allowed(
      steps: (input.entry("steps")?.items() ?? []).map(\.texts),
      statuses: try statuses(input),
      present: input.entry("currentApplications")?.texts ?? [])
    return ["allowed": .texts(allowed)]
  }

  private static func observe(_ input: Cursor) throws(VectorProblem) -> Got {
    let known = try statuses(input)
    var after: [ApplicationStatus] = []
    for field in input.entry("applications")?.items() ?? [] {
      let application = try application(field)
      after.append(
        .observed(
          known.first { $0.application == application.name }, application,
          step: try input.entry("stepOfApplication")?.position(application.name), at: now))
    }
    return stated(after)
  }

  private static func promote(_ input: Cursor) throws(VectorProblem) -> Got {
    var all = try statuses(input)
    var places: [(name: String, step: Int?)] = []
    for status in all {
      places.append(
        (status.application, try input.entry("stepOfApplication")?.position(status.application)))
    }
    RollingSync.promote(
      &all, sync: try sync(input),
      isAllowed: { input.entry("allowed")?.boolean($0) ?? false },
      stepOf: { name in places.first { $0.name == name }?.step }, at: now)
    return stated(all)
  }

  private static func statuses(_ input: Cursor) throws(VectorProblem) -> [ApplicationStatus] {
    var statuses: [ApplicationStatus] = []
    for field in input.given("statuses")?.items() ?? [] {
      guard let phase = ApplicationStatus.Phase(rawValue: field.text("status") ?? "") else {
        throw VectorProblem(message: "the status \(field.value?.line ?? "") is not known")
      }
      statuses.append(
        ApplicationStatus(
          application: field.text("application") ?? "", phase: phase,
          step: field.text("step").flatMap { Int($0) } ?? -1,
          revisions: field.given("targetRevisions")?.texts,
          changedAt: try instant(field, "lastTransitionOffsetSeconds")))
    }
    return statuses
  }

  private static func application(
    _ field: Cursor
  ) throws(VectorProblem) -> ObservedApplication {
    ObservedApplication(
      name: field.text("name") ?? "", isHealthy: field.text("health") == "Healthy",
      isSynced: field.text("sync") == "Synced", revisions: field.given("revisions")?.texts ?? [],
      reconciledAt: try instant(field, "reconciledOffsetSeconds"),
      syncStartedAt: try instant(field.given("operation"), "startedOffsetSeconds"),
      hasError: (field.given("errorConditions")?.texts ?? [])
        .contains { ObservedApplication.errorConditions.contains($0) },
      differsFromGenerated: field.boolean("specDiffersFromDesired"))
  }

  private static func instant(_ field: Cursor?, _ key: String) throws(VectorProblem) -> Instant? {
    try field?.integer(key).map { now + .seconds(Int64($0)) }
  }

  private static func stated(_ statuses: [ApplicationStatus]) -> Got {
    [
      "statuses": .list(
        statuses.map { status in
          [
            "application": .text(status.application), "status": .text(status.phase.rawValue),
            "step": .text("\(status.step)"),
            "targetRevisions": status.revisions.map { .texts($0) } ?? nil,
            "reason": status.change.map { .text($0.rawValue) } ?? nil,
          ]
        })
    ]
  }
}
