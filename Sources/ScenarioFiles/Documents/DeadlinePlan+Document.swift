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
    self.init(
      after: fields["after"].moment("the deadline is"),
      overridesAfter: fields["overridesAfter"].moment("guards give way"),
      overrides: fields["overrides"].overridden(of: guards, by: "deadline", atLeast: 1))
    if overridesAfter > after, fields.written("overridesAfter") != nil {
      fields["overridesAfter"].report(
        .outOfRange, "the guards give way after the deadline", help: "write an earlier moment")
    }
  }
}
