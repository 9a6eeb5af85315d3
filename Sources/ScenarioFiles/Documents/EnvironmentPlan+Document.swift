import Determinism
import FleetModel
import LocatedYAML

extension MapSpec {
  static let environment = MapSpec(
    "environment", "What happens to the fleet whatever is rolled out.",
    [
      .standard("failures", "list", "[]", "Domains that fail by chance.", map: "failure"),
      .standard("outages", "list", "[]", "Outages that are known to come.", map: "outage"),
      .standard(
        "membership", "list", "[]", "Clusters that are not there all the time.",
        map: "membership"),
    ])

  static let failure = MapSpec(
    "failure", "Domains of a level that fail by chance, each on its own.",
    [
      .required("level", "name", "The level or group, or cluster for each cluster on its own."),
      .required(
        "between", "distribution", "From a repair to the next failure.", map: "distribution"),
      .required("repair", "distribution", "The time to repair.", map: "distribution"),
      .required("effect", "down, linkDown or controlPlaneDown", "What is taken away."),
    ])

  static let outage = MapSpec(
    "outage", "An outage that is known to come.",
    [
      .required("name", "name", "Its name, as reports show it."),
      .required("clusters", "selector", "The clusters it takes.", map: "selector"),
      .required("after", "duration", "From the scenario's start to its beginning."),
      .required("for", "duration", "Its length."),
      .required("effect", "down, linkDown or controlPlaneDown", "What is taken away."),
    ])

  static let membership = MapSpec(
    "membership", "Clusters that are not members of the fleet all the time.",
    [
      .required("clusters", "selector", "The clusters.", map: "selector"),
      .optional("joinsAfter", "duration", absent: "they are there", "When they join."),
      .optional("leavesAfter", "duration", absent: "they stay", "When they leave."),
    ])

  static let signals = MapSpec(
    "signals", "How trouble in a cluster is noticed and reported.",
    [
      .standard(
        "detection", "distribution", "1m", "From trouble to its being reported.",
        map: "distribution"),
      .standard("errorThreshold", "share", "1%", "Error rates below this are not noticed."),
    ])
}

extension EnvironmentPlan {
  /// Reads an environment.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.environment)
    self.init(
      failures: fields["failures"].items().map { Failures($0) },
      outages: fields["outages"].items().map { Outage($0) },
      membership: fields["membership"].items().map { Membership($0) })
  }
}

extension EnvironmentPlan.Failures {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.failure)
    self.init(
      level: fields["level"].levelOrGroup(orCluster: true),
      between: fields["between"].distribution(), repair: fields["repair"].distribution(),
      effect: fields["effect"].choice(EnvironmentPlan.Effect.allCases, else: .down))
    // Without time between them failures would follow each other for ever at one instant.
    if between == .constant(.zero), fields.written("between")?.value?.scalar == "0s" {
      fields["between"].report(
        .outOfRange, "the time between failures is zero", help: "write a duration above 0s")
    }
  }
}

extension EnvironmentPlan.Outage {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.outage)
    self.init(
      name: fields["name"].newName(.outage), clusters: fields["clusters"].selector(),
      span: Span(
        after: fields["after"].moment("the outage begins"),
        duration: fields["for"].positiveDuration()),
      effect: fields["effect"].choice(EnvironmentPlan.Effect.allCases, else: .down))
  }
}

extension EnvironmentPlan.Membership {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.membership)
    self.init(
      clusters: fields["clusters"].selector(),
      joinsAfter: fields.written("joinsAfter")?.moment("the clusters join"),
      leavesAfter: fields.written("leavesAfter")?.moment("the clusters leave"))
    if let joinsAfter, let leavesAfter, leavesAfter <= joinsAfter {
      fields["leavesAfter"].report(
        .outOfRange, "the clusters leave before they join", help: "let them leave later")
    }
    if joinsAfter == nil, leavesAfter == nil, cursor.value != nil {
      cursor.report(
        .missingField, "the membership says neither when clusters join nor when they leave",
        help: "add joinsAfter or leavesAfter")
    }
  }
}

extension SignalPlan {
  /// Reads how trouble is noticed.
  init(_ cursor: Cursor) {
    let fields = cursor.fields(.signals)
    self.init(
      detection: fields["detection"].distribution(),
      errorThreshold: fields["errorThreshold"].ratio())
  }
}
