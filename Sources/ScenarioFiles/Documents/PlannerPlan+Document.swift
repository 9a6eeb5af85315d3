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
      .standard(
        "outages", "list", "[]", "When the planner itself is down.", map: "span"),
    ])

  static let `operator` = MapSpec(
    "operator", "Who answers for a group of approvals, in working hours.",
    [
      .required("group", "label value", "The group."),
      .optional(
        "days", "list of Mon, Tue, Wed, Thu, Fri, Sat, Sun", absent: "every day",
        "The days on which they work."),
      .required("from", "time of day", "When they begin."),
      .required("to", "time of day", "When they end; not later than from: on the next day."),
      .optional("timeZone", "time zone", absent: "UTC", "Whose local time counts."),
      .required(
        "response", "distribution", "Working time from a request to its answer.",
        map: "distribution"),
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
    let days = fields.written("days")?.items(atLeast: 1) ?? []
    days.reportRepeated(days.map { $0.value?.scalar ?? "" })
    self.init(
      group: fields["group"].labelValue(),
      hours: WindowRule(
        days: days.map { $0.weekday() }, from: fields["from"].timeOfDay(),
        to: fields["to"].timeOfDay(), timeZone: fields.written("timeZone")?.timeZone()),
      response: fields["response"].distribution())
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
