import FleetModel
import LocatedYAML
import RolloutStrategies

/// Checks that labels, levels and selectors are about clusters that exist.
struct LabelCheck {
  let fleet: FleetPlan
  let reading: Reading
  private let universe: LabelUniverse

  init(fleet: FleetPlan, reading: Reading) {
    self.fleet = fleet
    self.reading = reading
    universe = LabelUniverse(fleet)
  }

  func run() {
    for use in reading.book.labels where !use.key.isEmpty { check(use) }
    for (level, origin, orCluster) in reading.book.levels {
      check(level: level, at: origin, orCluster: orCluster)
    }
    checkGroups()
    if universe.isListed {
      for (selector, origin) in reading.book.selectors { check(selector, at: origin) }
    }
  }

  private func check(_ use: ReferenceBook.LabelUse) {
    guard universe.has(use.key) else {
      return reading.report(
        .unknownLabel, at: use.origin, "no cluster has the label \(quoted(use.key))",
        help: Suggestions.text(for: use.key, among: universe.keys))
    }
    for (value, origin) in use.values where !value.isEmpty && !universe.has(use.key, value) {
      reading.report(
        .unknownLabelValue, at: origin ?? use.origin,
        "no cluster has \(use.key): \(quoted(value))",
        help: Suggestions.text(for: value, among: universe.examples(of: use.key)))
    }
  }

  private func check(level: String, at origin: Origin, orCluster: Bool) {
    let levels = fleet.levels + fleet.groups + (orCluster ? ["cluster"] : [])
    guard !levels.contains(level) else { return }
    reading.report(
      .unknownName, at: origin, "\(quoted(level)) is not a level or group of the fleet",
      help: Suggestions.text(for: level, among: levels))
  }

  /// Reports groups of a label that no cluster has.
  private func checkGroups() {
    for name in reading.book.defined where name.kind == .level && !universe.has(name.text) {
      guard fleet.groups.contains(name.text) else { continue }
      reading.report(
        .unknownLabel, at: name.origin, "no cluster has the label \(quoted(name.text))",
        help: Suggestions.text(for: name.text, among: universe.keys))
    }
  }

  private func check(_ selector: Selector, at origin: Origin) {
    // A label that no cluster has was reported by itself.
    let isKnown = selector.requirements.allSatisfy { requirement in
      universe.has(requirement.key)
        && requirement.values.allSatisfy { universe.has(requirement.key, $0) }
    }
    guard isKnown, universe.chosen(by: selector).isEmpty else { return }
    reading.report(.selectsNothing, at: origin, "no cluster fulfils all conditions together")
  }

  /// Reports planners that may both own a cluster.
  func check(_ planners: [PlannerPlan], at cursors: [Cursor]) {
    for (second, planner) in planners.enumerated() {
      for (first, earlier) in planners[..<second].enumerated()
      where !planner.clusters.excludes(earlier.clusters) {
        report(planner, earlier, at: cursors[second], against: cursors[first])
      }
    }
  }

  private func report(
    _ planner: PlannerPlan, _ earlier: PlannerPlan, at cursor: Cursor, against other: Cursor
  ) {
    let both = universe.chosen(
      by: Selector(planner.clusters.requirements + earlier.clusters.requirements))
    let names = "\(quoted(earlier.name)) and \(quoted(planner.name))"
    let place = cursor.fields(.planner)["clusters"]
    if let cluster = both.first {
      place.report(
        .plannersOverlap, "the cluster \(quoted(cluster.name)) belongs to \(names)")
    } else if !universe.isListed {
      place.report(.plannersOverlap, "clusters may belong to both \(names)")
    }
  }
}
