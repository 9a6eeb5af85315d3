import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let window = MapSpec(
    "window", "A window that recurs on days of the week, in local time.",
    [
      .optional(
        "days", "list of Mon, Tue, Wed, Thu, Fri, Sat, Sun", absent: "every day",
        "The days on which it opens."),
      .required("from", "time of day", "When it opens."),
      .required("to", "time of day", "When it closes; not later than from: on the next day."),
      .optional(
        "timeZone", "time zone", absent: "each cluster's own", "Whose local time counts."),
      .standard(
        "applies", "start or completion", "start", "Which moment must lie inside."),
      .standard("reserve", "duration", "0s", "How much must be left for a cluster to start."),
      .standard(
        "atClose", "finish or pause", "finish", "What running updates do at its end."),
    ])

  static let freeze = MapSpec(
    "freeze", "A span of local time in which nothing starts.",
    [
      .required("from", "local date and time", "Its beginning."),
      .required("to", "local date and time", "Its end, exclusive."),
      .optional(
        "timeZone", "time zone", absent: "each cluster's own", "Whose local time counts."),
    ])
}

extension WindowRule {
  init(_ fields: Fields) {
    let items = fields.written("days")?.items(atLeast: 1) ?? []
    let days = items.map { $0.weekday() }
    items.reportRepeated(items.map { $0.value?.scalar ?? "" })
    self.init(
      days: days, from: fields["from"].timeOfDay(), to: fields["to"].timeOfDay(),
      timeZone: fields.written("timeZone")?.timeZone(),
      applies: fields["applies"].choice(Applies.allCases, else: .start),
      reserve: fields["reserve"].duration(),
      atClose: fields["atClose"].choice(AtClose.allCases, else: .finish))
    let length = to > from ? to - from : to - from + .hours(24)
    if reserve >= length, fields.written("from") != nil, fields.written("to") != nil {
      fields["reserve"].report(
        .outOfRange, "the reserve is as long as the window",
        help: "no cluster could ever start: write a reserve shorter than the window")
    }
  }
}

extension FreezeRule {
  init(_ fields: Fields) {
    let from = fields["from"].localDateTime()
    let to = fields["to"].localDateTime()
    if let from, let to, to <= from {
      fields["to"].report(
        .outOfRange, "the freeze ends before it begins", help: "write a later end")
    }
    self.init(
      from: from ?? .zero, to: to ?? .zero, timeZone: fields.written("timeZone")?.timeZone())
  }
}
