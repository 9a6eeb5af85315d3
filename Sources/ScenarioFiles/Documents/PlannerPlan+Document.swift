import Determinism
import FleetModel
import LocatedYAML

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
      .standard(
        "outages", "list", "[]", "When the planner itself is down.", map: "span"),
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
      outages: fields["outages"].items().map { Span($0.fields(.span)) })
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
