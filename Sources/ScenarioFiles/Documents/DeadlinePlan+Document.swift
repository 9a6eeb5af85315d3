import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let deadline = MapSpec(
    "deadline", "A moment by which a rollout must be done, even against windows and freezes.",
    [
      .required("after", "duration", "From the scenario's start to the moment."),
      .required(
        "overridesAfter", "duration", "From the scenario's start to when guards give way."),
      .required(
        "overrides", "list of names",
        "The guards that give way: windows, freezes and approvals of the rollout."),
    ])
}

extension DeadlinePlan {
  /// Reads a deadline of a rollout that has some guards.
  init(_ cursor: Cursor, guards: [GuardPolicy]) {
    let fields = cursor.fields(.deadline)
    let items = fields["overrides"].items(atLeast: 1)
    let names = items.map { $0.plainName() }
    items.reportRepeated(names)
    self.init(
      after: fields["after"].moment("the deadline is"),
      overridesAfter: fields["overridesAfter"].moment("guards give way"), overrides: names)
    for (name, item) in zip(names, items) where !name.isEmpty {
      let named = guards.filter { $0.name == name }
      if named.isEmpty {
        item.report(
          .unknownName, "the rollout has no guard \(quoted(name))",
          help: Suggestions.text(for: name, among: guards.map(\.name)))
      } else if !named.allSatisfy(\.canBeOverridden) {
        item.report(
          .outOfRange, "no deadline may override the guard \(quoted(name))",
          help: "only windows, freezes and approvals can give way; the others protect users")
      }
    }
    if overridesAfter > after, fields.written("overridesAfter") != nil {
      fields["overridesAfter"].report(
        .outOfRange, "the guards give way after the deadline", help: "write an earlier moment")
    }
  }
}
