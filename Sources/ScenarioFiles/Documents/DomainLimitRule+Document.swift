import Determinism
import LocatedYAML
import RolloutStrategies

extension MapSpec {
  static let domainLimit = MapSpec(
    "domainLimit", "A limit on how many domains have clusters in flight.",
    [
      .required("level", "name", "The level or group."),
      .required("atMost", "whole number", "How many domains at once, at least 1."),
    ])

  static let domainShare = MapSpec(
    "domainShare", "A limit on how much of each domain is in flight.",
    [
      .required("level", "name", "The level or group; clusters outside are a domain, too."),
      .required(
        "atMost", "share",
        "The share of a domain's clusters, rounded down, but at least one unless it is 0%."),
    ])

  static let neighbours = MapSpec(
    "neighbours", "A limit on how many of each group of neighbours are in flight.",
    [
      .standard(
        "groups", "list of lists of names", "[]",
        "Clusters that are neighbours of each other; a cluster may be in several groups."),
      .standard(
        "labels", "list of label keys", "[]", "Labels each of whose values makes a group."),
      .standard("atMost", "whole number", "1", "How many of a group at once, at least 1."),
    ])

  static let headroom = MapSpec(
    "headroom",
    "A limit on what may be out of service: those that serve must carry the load of all.",
    [
      .optional(
        "level", "name", absent: "the planner's whole fleet",
        "The level or group whose domains must each carry themselves."),
      .standard("reserve", "share", "0%", "The share of the load that must be left over."),
    ])

  static let budget = MapSpec(
    "budget", "A limit over all rollouts and planners that keep it, through a coordinator.",
    [
      .required("atMost", "whole number", "How many clusters in flight together, at least 1."),
      .optional(
        "level", "name", absent: "one budget for all",
        "The level or group whose domains have a budget each."),
      .standard(
        "latency", "duration", "1s", "How long a message takes to the coordinator or back."),
    ])
}

extension DomainLimitRule {
  init(_ fields: Fields) {
    self.init(
      level: fields["level"].levelOrGroup(),
      atMost: fields["atMost"].integer(in: 1...Limits.clustersMax))
  }
}

extension DomainShareRule {
  init(_ fields: Fields) {
    self.init(level: fields["level"].levelOrGroup(), atMost: fields["atMost"].ratio())
  }
}

extension NeighbourRule {
  init(_ fields: Fields) {
    let groups = fields["groups"].items().map { group in
      let items = group.items(atLeast: 2)
      let names = items.map { $0.labelValue(of: "name") }
      items.reportRepeated(names)
      group.reading.book.note(key: "name", at: group, values: names, at: items)
      return names
    }
    let keys = fields["labels"].items()
    let labels = keys.map { $0.knownLabel() }
    keys.reportRepeated(labels)
    self.init(
      groups: groups, labels: labels,
      atMost: fields["atMost"].integer(in: 1...Limits.clustersMax))
    if groups.isEmpty, labels.isEmpty {
      fields.map.report(
        .missingField, "neighbours names no group", help: "add groups: or labels:")
    }
  }
}

extension HeadroomRule {
  init(_ fields: Fields) {
    if let origin = fields.map.origin { fields.map.reading.book.capacityUses.append(origin) }
    self.init(
      level: fields.written("level")?.levelOrGroup(), reserve: fields["reserve"].ratio())
  }
}

extension BudgetRule {
  init(_ fields: Fields) {
    self.init(
      atMost: fields["atMost"].integer(in: 1...Limits.clustersMax),
      level: fields.written("level")?.levelOrGroup(),
      latency: fields["latency"].positiveDuration())
  }
}

extension Cursor {
  /// The key of a label that some cluster must have.
  func knownLabel() -> String {
    let key = labelKey()
    if let origin { reading.book.labels.append(.init(key: key, at: origin)) }
    return key
  }
}
