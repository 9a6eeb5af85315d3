import Determinism
import FleetModel
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let emergency = MapSpec(
    "emergency", "Limits that hold once an operator declares an emergency, or the deadline nears.",
    [
      .optional(
        "after", "duration", absent: "not by the clock",
        "From the scenario's start to when it begins: an agreed moment, which the planner knows."),
      .standard(
        "canary", "count or percent", "10",
        "Clusters tried first, which together carry every value of every label; rounded up."),
      .standard("canarySoak", "duration", "2m", "How long they rest; none of them may fail."),
      .standard(
        "maxConcurrency", "count or percent", "100%",
        "Clusters in flight at once; a share is of the stage, rounded down, at least 1."),
      .standard("soak", "duration", "0s", "How long a cluster must be well to be done."),
      .standard(
        "failureBudget", "count or percent", "0",
        "Failed clusters tolerated after the canary, beside those there were; rounded down."),
      .standard(
        "overrides", "list of names", "[]",
        "The guards that give way: windows, freezes and approvals of the rollout."),
    ])
}

extension EmergencyPlan {
  /// Reads the limits of a rollout that has some guards.
  init(_ cursor: Cursor, guards: [GuardPolicy]) {
    let fields = cursor.fields(.emergency)
    self.init(
      after: fields.written("after").map { $0.moment("the emergency is declared") },
      limits: EmergencyPolicy(
        canary: fields["canary"].amount(atLeastOne: true),
        canarySoak: fields["canarySoak"].duration(),
        maxConcurrency: fields["maxConcurrency"].amount(atLeastOne: true),
        soak: fields["soak"].duration(), failureBudget: fields["failureBudget"].amount(),
        overrides: fields["overrides"].overridden(of: guards, by: "emergency")))
  }
}

extension Cursor {
  /// Reads the names of guards that are to give way.
  ///
  /// - Parameters:
  ///   - guards: the guards of the rollout.
  ///   - what: what overrides them.
  ///   - least: how many there must be.
  /// - Returns: the names.
  func overridden(
    of guards: [GuardPolicy], by what: String, atLeast least: Int = 0
  ) -> [String] {
    let items = items(atLeast: least)
    let names = items.map { $0.plainName() }
    items.reportRepeated(names)
    for (name, item) in zip(names, items) where !name.isEmpty {
      let named = guards.filter { $0.name == name }
      if named.isEmpty {
        item.report(
          .unknownName, "the rollout has no guard \(quoted(name))",
          help: Suggestions.text(for: name, among: guards.map(\.name)))
      } else if !named.allSatisfy(\.canBeOverridden) {
        item.report(
          .outOfRange, "no \(what) may override the guard \(quoted(name))",
          help: "only windows, freezes and approvals can give way; the others protect users")
      }
    }
    return names
  }
}
