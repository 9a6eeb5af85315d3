import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let blueGreen = MapSpec(
    "blueGreen", "Brings the version to a standing backup, then moves demand there.",
    [
      .required(
        "live", "selector", "The clusters that serve when the rollout begins.", map: "selector"),
      .required(
        "backup", "selector",
        "Those that stand by, without users of their own; of a cluster that both choose, it is "
          + "live.", map: "selector"),
      .optional(
        "pairBy", "label key", absent: "all are one group",
        "The label whose values make the groups in which backups stand by for live clusters."),
      .optional(
        "steps", "list of percents", absent: "[100%]",
        "The shares of the live clusters' demand that move to their backups, ascending to 100%."),
      .standard("stepSoak", "duration", "0s", "How long each share but the last is served."),
      .standard(
        "hold", "duration", "0s",
        "How long live clusters stay as they were after all demand has left them, so that it can "
          + "go back."),
      order,
    ]
      + acceptance.filter {
        !["demandBudget", "onBreach", "retry", "membership"].contains($0.name)
      }
      + [
        .standard(
          "onBreach", "halt, rollBackStage or rollBackAll", "rollBackAll",
          "What happens when more clusters fail; both ways of going back send demand back, and "
            + "live clusters only if they were asked already.")
      ])
}

extension BlueGreenPolicy {
  /// Reads a rollout from one environment to the other.
  init(_ fields: Fields) {
    let pairBy = fields.written("pairBy").map { cursor in
      let key = cursor.labelKey()
      cursor.reading.book.note(key: key, at: cursor, values: [], at: [])
      return key
    }
    self.init(
      live: fields["live"].selector(), backup: fields["backup"].selector(), pairBy: pairBy,
      steps: fields.written("steps")?.ascendingShares() ?? [.one],
      stepSoak: fields["stepSoak"].duration(),
      hold: fields["hold"].duration(), order: TakeOrder(fields), acceptance: Acceptance(fields))
    if acceptance.onBreach == .freeze {
      fields["onBreach"].report(
        .badChoice, "between environments nothing freezes", help: "use halt, or a way back")
    }
    if let origin = fields.map.origin { fields.map.reading.book.capacityUses.append(origin) }
  }
}
