import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let `guard` = MapSpec(
    "guard", "A rule about when clusters must not be started.",
    exactlyOneOf: ["window", "freeze", "domainLimit"],
    [
      .required("name", "name", "The name it is reported by."),
      .standard(
        "clusters", "selector", "{}", "The clusters it applies to.", map: "selector"),
      .optional(
        "window", "map", absent: "another rule", "Only inside a recurring window.",
        map: "window"),
      .optional(
        "freeze", "map", absent: "another rule", "Not inside a span of dates.", map: "freeze"),
      .optional(
        "domainLimit", "map", absent: "another rule", "Not in too many domains at once.",
        map: "domainLimit"),
    ])

  static let guardReference = MapSpec(
    "guardReference", "Names one of the scenario's guards.",
    [.required("name", "name", "The guard, one of spec.guards.")])

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

  static let domainLimit = MapSpec(
    "domainLimit", "A limit on how many domains have clusters in flight.",
    [
      .required("level", "name", "The level or group."),
      .required("atMost", "whole number", "How many domains at once, at least 1."),
    ])
}

extension GuardPolicy {
  /// Reads a guard.
  init(_ cursor: Cursor, scope: String = "") {
    let fields = cursor.fields(.guard)
    self.init(
      name: fields["name"].newName(.guard, scope: scope), clusters: fields["clusters"].selector(),
      rule: Self.rule(fields))
  }

  /// Reads an item of a rollout's guards: a guard, or the name of one.
  init(item cursor: Cursor, rollout: String, named: [GuardPolicy]) {
    let isReference = ["window", "freeze", "domainLimit", "clusters"].allSatisfy {
      cursor.value?.entry($0) == nil
    }
    guard isReference, cursor.value?.entry("name") != nil else {
      self.init(cursor, scope: "guards of \(rollout)")
      return
    }
    let name = cursor.fields(.guardReference)["name"]
    let text = name.name(of: .guard)
    // Two guards of one name in a rollout could not be told apart, wherever they stand.
    if let origin = name.origin {
      cursor.reading.book.define(.guard, text, scope: "guards of \(rollout)", at: origin)
    }
    self = named.first { $0.name == text } ?? GuardPolicy(name: text, rule: Self.harmless)
  }

  private static let harmless = Rule.domainLimit(DomainLimitRule(level: "", atMost: 1))

  private static func rule(_ fields: Fields) -> Rule {
    guard let (name, cursor) = fields.alternative else { return harmless }
    switch name {
    case "window": return .window(WindowRule(cursor.fields(.window)))
    case "freeze": return .freeze(FreezeRule(cursor.fields(.freeze)))
    default:
      let fields = cursor.fields(.domainLimit)
      return .domainLimit(
        DomainLimitRule(
          level: fields["level"].levelOrGroup(),
          atMost: fields["atMost"].integer(in: 1...Limits.clustersMax)))
    }
  }
}

extension WindowRule {
  fileprivate init(_ fields: Fields) {
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
  fileprivate init(_ fields: Fields) {
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
