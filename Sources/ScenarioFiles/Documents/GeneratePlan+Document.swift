import Determinism
import FleetModel
import LocatedYAML

extension MapSpec {
  static let generate = MapSpec(
    "generate", "Clusters made by rule; they are called PREFIX-000001 and so on.",
    [
      .required("clusters", "whole number", "How many, 1 to 20000000."),
      .required("prefix", "name", "What their names begin with."),
      .required(
        "hierarchy", "list", "The domains of every level, outermost first.", map: "hierarchy"),
      .required("classes", "list", "The classes with their shares.", map: "classShare"),
      .standard("labels", "list", "[]", "Labels drawn for every cluster.", map: "drawnLabel"),
    ])

  static let hierarchy = MapSpec(
    "hierarchy", "The domains of one level.",
    [
      .required("level", "name", "The level."),
      .required("count", "whole number", "How many domains in all, spread over those above."),
      .standard("names", "list of label values", "[]", "Their names; LEVEL-NUMBER follows."),
      .standard(
        "weights", "list of whole numbers", "[]",
        "How clusters are shared among the domains of one parent; the list repeats."),
      .standard("timeZones", "list of time zones", "[]", "Taken by the domains in turn."),
      .standard("adminGroups", "list of label values", "[]", "Taken by the domains in turn."),
      .standard("labels", "map of lists", "{}", "Labels, taken by the domains in turn."),
    ])

  static let classShare = MapSpec(
    "classShare", "A class with its share.",
    [
      .required("name", "name", "The class."),
      .required("share", "share", "Its share of the clusters; the shares sum to 100%."),
    ])

  static let drawnLabel = MapSpec(
    "drawnLabel", "A label drawn for every cluster.",
    [
      .required("key", "label key", "The label."),
      .required("values", "list", "The values with their shares.", map: "valueShare"),
    ])

  static let valueShare = MapSpec(
    "valueShare", "A label's value with its share.",
    [
      .required("value", "label value", "The value."),
      .required("share", "share", "Its share of the clusters; the shares sum to 100%."),
    ])
}

extension GeneratePlan {
  /// Reads a rule.
  init(_ cursor: Cursor, levels: [String]?) {
    let fields = cursor.fields(.generate)
    let errors = cursor.reading.errorCount
    let hierarchy = fields["hierarchy"].items().map { Level($0) }
    if let levels, cursor.reading.errorCount == errors {
      Self.check(hierarchy, against: levels, at: fields["hierarchy"])
    }
    let prefix = fields["prefix"]
    self.init(
      clusters: fields["clusters"].integer(in: 1...Limits.clustersMax),
      prefix: prefix.plainName(), hierarchy: hierarchy,
      classes: Self.shares(fields["classes"], .classShare, "name") { $0.name(of: .class) },
      labels: fields["labels"].items().map { DrawnLabel($0) })
    if self.prefix.utf8.count > 54 {
      prefix.report(
        .outOfRange, "the prefix is longer than 54 characters",
        help: "shorten it, so that names with their number have 63 characters at most")
    }
    checkKeys(fields, levels: levels ?? [])
  }

  private static func check(_ hierarchy: [Level], against levels: [String], at cursor: Cursor) {
    guard hierarchy.map(\.level) == levels else {
      return cursor.report(
        .hierarchyMismatch, "the hierarchy does not list the levels of the fleet",
        help: "list in this order: [\(levels.map { visible($0) }.joined(separator: ", "))]")
    }
    for (upper, lower) in zip(hierarchy, hierarchy.dropFirst()) where lower.count < upper.count {
      cursor.report(
        .hierarchyMismatch,
        "there are fewer domains of \(lower.level) than of \(upper.level)",
        help: "count is in all, not for each \(upper.level): write at least \(upper.count)")
    }
  }

  /// Reports keys that would give a cluster two values of one label.
  private func checkKeys(_ fields: Fields, levels: [String]) {
    var seen = levels
    for (index, level) in hierarchy.enumerated() {
      for cycle in level.labels {
        if seen.contains(cycle.key) {
          fields["hierarchy"].items()[index].report(
            .duplicateName, "the label \(quoted(cycle.key)) is given twice")
        }
        seen.append(cycle.key)
      }
    }
    for (index, label) in labels.enumerated() {
      if seen.contains(label.key) {
        fields["labels"].items()[index].report(
          .duplicateName, "the label \(quoted(label.key)) is given twice")
      }
      seen.append(label.key)
    }
  }

  /// Values with shares that sum to one, each value once.
  fileprivate static func shares(
    _ cursor: Cursor, _ spec: MapSpec, _ field: String, _ read: (Cursor) -> String
  ) -> [Share] {
    let items = cursor.items(atLeast: 1)
    let errors = cursor.reading.errorCount
    let shares = items.map { item in
      let fields = item.fields(spec)
      return Share(value: read(fields[field]), share: fields["share"].ratio())
    }
    guard cursor.reading.errorCount == errors else { return shares }
    items.reportRepeated(shares.map(\.value))
    cursor.checkWhole(shares.map(\.share))
    return shares
  }
}

extension GeneratePlan.Level {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.hierarchy)
    let count = fields["count"].integer(in: 1...Limits.clustersMax)
    let nameItems = fields["names"].items()
    let names = nameItems.map { $0.labelValue() }
    nameItems.reportRepeated(names)
    if fields.written("count") != nil {
      Self.check(
        fields["names"], names, level: fields["level"].value?.scalar ?? "", count: count)
    }
    var labels = [
      ("timeZone", fields["timeZones"].items().map { $0.timeZone() }),
      ("adminGroup", fields["adminGroups"].items().map { $0.labelValue() }),
    ].filter { !$0.1.isEmpty }.map { GeneratePlan.LabelCycle(key: $0.0, values: $0.1) }
    labels += fields["labels"].entries().map { key, values in
      GeneratePlan.LabelCycle(
        key: key.newLabelKey(), values: values.items(atLeast: 1).map { $0.labelValue() })
    }
    self.init(
      level: fields["level"].plainName(), count: count, names: names,
      weights: Self.weights(fields["weights"]), labels: labels)
  }

  /// Reports names that no domain has, and names that a numbered domain has, too.
  private static func check(
    _ cursor: Cursor, _ names: [String], level: String, count: Int
  ) {
    guard names.count <= count else {
      return cursor.report(
        .outOfRange, "there are more names than domains", help: "raise count to \(names.count)")
    }
    for (name, item) in zip(names, cursor.items()) {
      guard let number = NumberedName.number(of: name, after: level), number > names.count,
        number <= count
      else { continue }
      item.report(
        .duplicateName, "\(quoted(name)) is also the name of domain number \(number)")
    }
  }

  private static func weights(_ cursor: Cursor) -> [Int] {
    // At most 10,000, so that weights × domains × clusters stays below 2⁶³.
    cursor.items().map { $0.integer(in: 1...10_000) }
  }
}

extension GeneratePlan.DrawnLabel {
  fileprivate init(_ cursor: Cursor) {
    let fields = cursor.fields(.drawnLabel)
    let key = fields["key"].newLabelKey()
    self.init(
      key: key,
      values: GeneratePlan.shares(fields["values"], .valueShare, "value") { $0.labelValue() })
  }
}
