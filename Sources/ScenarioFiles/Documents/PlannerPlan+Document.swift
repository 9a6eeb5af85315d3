import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let planner = MapSpec(
    "planner", "A hub or administrative group with clusters of its own.",
    [
      .required("name", "name", "Its name."),
      .standard(
        "clusters", "selector", "{}", "The clusters it plans for.", map: "selector"),
      .standard("reportLatency", "duration", "1s", "From a cluster's report to its being seen."),
      .standard("deliveryLatency", "duration", "1s", "From a decision to its being available."),
      .standard(
        "lookInterval", "duration", "0s", "How often it looks at what arrived; 0s: at once."),
      .standard(
        "staleAfter", "duration", "5m", "How long a silent cluster counts as reachable."),
      .standard(
        "approval", "distribution", "30m", "How long an operator takes to approve.",
        map: "distribution"),
      .optional(
        "operators", "list", absent: "requests of groups are answered as any other",
        "Who answers for the groups of approvals, and when.", map: "operator"),
      .optional(
        "resume", "map", absent: "what froze stays so",
        "Who lets rollouts go on that froze, with the failures there are, and when.",
        map: "resume"),
      .standard(
        "outages", "list", "[]", "When the planner itself is down.", map: "span"),
    ])

  static let `operator` = MapSpec(
    "operator", "Who answers for a group of approvals, in working hours.",
    [.required("group", "label value", "The group.")] + hours.fields + [
      .required(
        "response", "distribution", "Working time from a request to its answer.",
        map: "distribution")
    ])

  static let hours = MapSpec(
    "hours", "When an operator works.",
    [
      .optional(
        "days", "list of Mon, Tue, Wed, Thu, Fri, Sat, Sun", absent: "every day",
        "The days on which they work."),
      .required("from", "time of day", "When they begin."),
      .required("to", "time of day", "When they end; not later than from: on the next day."),
      .optional("timeZone", "time zone", absent: "UTC", "Whose local time counts."),
    ])

  static let resume = MapSpec(
    "resume", "An operator who lets rollouts go on that froze.",
    [
      .required(
        "response", "distribution", "Working time from a freeze to their answer.",
        map: "distribution"),
      .optional("hours", "map", absent: "at any time", "When they work.", map: "hours"),
      .standard("times", "count", "1", "How often they let one rollout go on."),
      .standard(
        "then", "leave or rollBack", "leave", "What they do with what freezes once more."),
    ])

  static let span = MapSpec(
    "span", "A span of time.",
    [
      .required("after", "duration", "From the scenario's start to its beginning."),
      .required("for", "duration", "Its length."),
    ])
}

extension PlannerPlan {
  /// Reads a planner.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.planner)
    self.init(
      name: fields["name"].newName(.planner), clusters: fields["clusters"].selector(),
      reportLatency: fields["reportLatency"].duration(),
      deliveryLatency: fields["deliveryLatency"].duration(),
      lookInterval: fields["lookInterval"].duration(),
      staleAfter: fields["staleAfter"].positiveDuration(),
      approval: fields["approval"].distribution(),
      operators: fields.written("operators")?.operators(),
      resume: fields.written("resume").map { ResumePlan($0.fields(.resume)) },
      outages: fields["outages"].items().map { Span($0.fields(.span)) })
  }
}

extension Cursor {
  /// Who answers for groups, each group once.
  fileprivate func operators() -> [OperatorPlan] {
    let items = items(atLeast: 1)
    let operators = items.map { OperatorPlan($0.fields(.operator)) }
    items.reportRepeated(operators.map(\.group))
    return operators
  }
}

extension OperatorPlan {
  fileprivate init(_ fields: Fields) {
    self.init(
      group: fields["group"].labelValue(), hours: WindowRule(hours: fields),
      response: fields["response"].distribution())
  }
}

extension ResumePlan {
  fileprivate init(_ fields: Fields) {
    let then = fields["then"].choice(End.allCases, else: .leave)
    self.init(
      response: fields["response"].distribution(),
      hours: fields.written("hours").map { WindowRule(hours: $0.fields(.hours)) },
      times: fields["times"].integer(in: (then == .leave ? 1 : 0)...100), then: then)
  }
}

extension WindowRule {
  /// Reads an operator's working hours.
  fileprivate init(hours fields: Fields) {
    let days = fields.written("days")?.items(atLeast: 1) ?? []
    days.reportRepeated(days.map { $0.value?.scalar ?? "" })
    self.init(
      days: days.map { $0.weekday() }, from: fields["from"].timeOfDay(),
      to: fields["to"].timeOfDay(), timeZone: fields.written("timeZone")?.timeZone())
  }
}

extension Span {
  /// Reads `after` and `for`.
  init(_ fields: Fields) {
    self.init(
      after: fields["after"].moment("the outage begins"),
      duration: fields["for"].positiveDuration())
  }
}

extension Cursor {
  /// A duration from the scenario's start, which must lie before its end.
  func moment(_ what: String) -> Microseconds {
    let after = duration()
    if let origin { reading.book.moments.append((what, after, origin)) }
    return after
  }
}
