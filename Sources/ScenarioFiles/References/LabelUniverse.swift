import FleetModel
import LocatedYAML
import RolloutStrategies

/// The labels that the clusters of a fleet can have, as far as documents tell.
struct LabelUniverse {
  /// The values of one key.
  private struct Values {
    var listed: Set<String> = []
    /// Numbered names that are made by rule: their stem, numbers and digits.
    var numbered: [(stem: String, numbers: ClosedRange<Int>, digits: Int)] = []
  }

  private var values: [String: Values] = [:]
  /// Whether every cluster is listed, so that selectors can be tried on all of them.
  let isListed: Bool
  private let clusters: [ClusterPlan]

  init(_ fleet: FleetPlan) {
    clusters = fleet.clusters
    isListed = fleet.generate == nil
    for fleetClass in fleet.classes { add("class", fleetClass.name) }
    for cluster in fleet.clusters {
      add("name", cluster.name)
      for label in cluster.labels { add(label.key, label.value) }
    }
    if let rule = fleet.generate { add(rule) }
  }

  private mutating func add(_ rule: GeneratePlan) {
    let digits = max(6, String(rule.clusters).count)
    values["name", default: Values()].numbered.append((rule.prefix, 1...rule.clusters, digits))
    for level in rule.hierarchy {
      for name in level.names { add(level.level, name) }
      if level.names.count < level.count {
        let numbers = level.names.count + 1...level.count
        values[level.level, default: Values()].numbered.append((level.level, numbers, 1))
      }
      for cycle in level.labels {
        for value in cycle.values { add(cycle.key, value) }
      }
    }
    for label in rule.labels {
      for share in label.values { add(label.key, share.value) }
    }
  }

  private mutating func add(_ key: String, _ value: String) {
    values[key, default: Values()].listed.insert(value)
  }

  /// The keys in ascending order.
  var keys: [String] { values.keys.sorted() }

  /// Whether some cluster has the label.
  func has(_ key: String) -> Bool { values[key] != nil }

  /// Whether some cluster may have the label with that value.
  func has(_ key: String, _ value: String) -> Bool {
    guard let known = values[key] else { return false }
    return known.listed.contains(value)
      || known.numbered.contains { stem, numbers, digits in
        NumberedName.number(of: value, after: stem, digits: digits)
          .map(numbers.contains) ?? false
      }
  }

  /// Values of a key to suggest, in ascending order.
  func examples(of key: String) -> [String] {
    guard let known = values[key] else { return [] }
    let made = known.numbered.flatMap { stem, numbers, digits in
      numbers.prefix(100).map { number in
        let text = String(number)
        return stem + "-" + String(repeating: "0", count: max(0, digits - text.count)) + text
      }
    }
    return known.listed.sorted() + made
  }

  /// The listed clusters that a selector chooses.
  func chosen(by selector: Selector) -> [ClusterPlan] {
    clusters.filter { cluster in
      selector.requirements.allSatisfy { $0.holds(for: cluster) }
    }
  }
}

extension Selector.Requirement {
  /// Whether a listed cluster fulfils it.
  fileprivate func holds(for cluster: ClusterPlan) -> Bool {
    let value =
      switch key {
      case "name": cluster.name
      case "class": cluster.clusterClass
      default: cluster.labels.first { $0.key == key }?.value
      }
    switch comparison {
    case .isIn: return value.map(values.contains) ?? false
    case .isNotIn: return value.map { !values.contains($0) } ?? true
    case .exists: return value != nil
    case .doesNotExist: return value == nil
    }
  }
}

extension Selector {
  /// Whether no cluster can be chosen by both, because they want different values of one label.
  func excludes(_ other: Selector) -> Bool {
    requirements.contains { mine in
      other.requirements.contains { mine.key == $0.key && mine.excludes($0) }
    }
  }
}

extension Selector.Requirement {
  /// Whether no value of the label fulfils both.
  fileprivate func excludes(_ other: Selector.Requirement) -> Bool {
    switch (comparison, other.comparison) {
    case (.isIn, .isIn): !values.contains(where: other.values.contains)
    case (.isIn, .isNotIn): values.allSatisfy(other.values.contains)
    case (.isNotIn, .isIn): other.values.allSatisfy(values.contains)
    case (.doesNotExist, .isIn), (.doesNotExist, .exists): true
    case (.isIn, .doesNotExist), (.exists, .doesNotExist): true
    default: false
    }
  }
}
