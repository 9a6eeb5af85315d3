import Determinism
import RolloutStrategies

/// Makes the clusters that a fleet plan describes.
///
/// Traits are drawn from each cluster's own key at seed 0 and replication 0: a fleet is part of the
/// scenario, and the same in all of its runs.
struct FleetBuilder {
  private let plan: FleetPlan
  private var names = NameTable()
  private var keys: [UInt64] = []
  private var classOf: [UInt16] = []
  private var labels: [LabelColumn] = []

  /// One label while it grows.
  private struct LabelColumn {
    var name: String
    var values: [String] = []
    var valueOf = NarrowArray()

    /// The position of a value, which is added if it is new.
    ///
    /// O(values).
    mutating func position(of value: String) -> UInt32 {
      if let known = values.firstIndex(of: value) { return UInt32(known) }
      values.append(value)
      return UInt32(values.count - 1)
    }

    /// Gives the next cluster, or so many of them, a value; clusters before it that have none stay
    /// without.
    mutating func set(_ value: UInt32, of cluster: Int, count: Int = 1) {
      fill(upTo: cluster)
      valueOf.append(value, times: count)
    }

    /// Leaves clusters up to a position without a value, as far as they have none.
    mutating func fill(upTo cluster: Int) {
      guard valueOf.count < cluster else { return }
      valueOf.append(Fleet.Dimension.none, times: cluster - valueOf.count)
    }
  }

  /// The fleet, and the class of each cluster as a position in the plan's classes.
  static func build(_ plan: FleetPlan) -> (Fleet, Column<ClusterID, UInt16>) {
    var builder = FleetBuilder(plan)
    for cluster in plan.clusters { builder.add(cluster) }
    if let rule = plan.generate { builder.generate(rule) }
    return builder.finish()
  }

  private init(_ plan: FleetPlan) {
    self.plan = plan
    for level in plan.levels + plan.groups { labels.append(LabelColumn(name: level)) }
    labels.append(LabelColumn(name: "class"))
  }

  private mutating func column(_ key: String) -> Int {
    if let known = labels.firstIndex(where: { $0.name == key }) { return known }
    labels.append(LabelColumn(name: key))
    return labels.count - 1
  }

  private func classIndex(_ name: String) -> UInt16 {
    guard let index = plan.classes.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("the fleet has no class \(name)")
    }
    return UInt16(index)
  }

  private mutating func add(_ cluster: ClusterPlan) {
    let index = keys.count
    names.append(cluster.name)
    keys.append(cluster.key ?? EntityKey.hash(of: cluster.name))
    classOf.append(classIndex(cluster.clusterClass))
    set("class", cluster.clusterClass, of: index)
    for label in cluster.labels { set(label.key, label.value, of: index) }
  }

  private mutating func set(_ key: String, _ value: String, of cluster: Int) {
    let column = column(key)
    labels[column].set(labels[column].position(of: value), of: cluster)
  }

  // MARK: Generation

  /// A domain of the innermost level: the values its clusters carry, and how many of them there
  /// are.
  private struct Leaf {
    /// Column and value of each label that comes with the domain or one above it.
    var labels: [(column: Int, value: UInt32)] = []
    var clusters: Int
  }

  private mutating func generate(_ rule: GeneratePlan) {
    var leaves = [Leaf(clusters: rule.clusters)]
    for level in rule.hierarchy { leaves = divide(leaves, by: level) }
    let digits = max(6, String(rule.clusters).count)
    let drawn = draws(rule)
    let random = RandomStream(seed: 0, replication: 0)
    names.reserveCapacity(
      rule.clusters, bytes: rule.clusters * (rule.prefix.utf8.count + digits + 1))
    keys.reserveCapacity(keys.count + rule.clusters)
    var name = Array("\(rule.prefix)-".utf8) + Array(repeating: UInt8(ascii: "0"), count: digits)
    for leaf in leaves {
      for (column, value) in leaf.labels {
        labels[column].set(value, of: keys.count, count: leaf.clusters)
      }
      for _ in 0..<leaf.clusters {
        Self.countUp(&name)
        names.append(utf8: name)
        let index = keys.count
        let key = EntityKey.hash(of: name)
        keys.append(key)
        // Field by field: a draw held in a constant would be copied for each cluster.
        for trait in drawn.indices {
          let choice =
            drawn[trait].weights.count == 1
            ? 0
            : random.words(entity: key, .trait, UInt32(trait)).choice(weights: drawn[trait].weights)
          labels[drawn[trait].column].set(drawn[trait].values[choice], of: index)
          if trait == 0 { classOf.append(drawn[trait].classes[choice]) }
        }
      }
    }
  }

  /// Counts the decimal number up in which a name ends.
  private static func countUp(_ name: inout [UInt8]) {
    var place = name.count - 1
    while name[place] == UInt8(ascii: "9") {
      name[place] = UInt8(ascii: "0")
      place -= 1
    }
    name[place] += 1
  }

  /// A label that is drawn for each cluster; the first is the class.
  private struct TraitDraw {
    var column: Int
    var weights: [Int]
    var values: [UInt32]
    var classes: [UInt16] = []
  }

  private mutating func draws(_ rule: GeneratePlan) -> [TraitDraw] {
    var draws = [draw("class", rule.classes)]
    draws[0].classes = rule.classes.map { classIndex($0.value) }
    for label in rule.labels { draws.append(draw(label.key, label.values)) }
    return draws
  }

  private mutating func draw(_ key: String, _ shares: [GeneratePlan.Share]) -> TraitDraw {
    let column = column(key)
    return TraitDraw(
      column: column, weights: shares.map { Int($0.share.partsPerBillion) },
      values: shares.map { labels[column].position(of: $0.value) })
  }

  /// Divides domains into those of the next level: evenly in number, and their clusters by weight.
  private mutating func divide(_ parents: [Leaf], by level: GeneratePlan.Level) -> [Leaf] {
    let column = column(level.level)
    let cycles = level.labels.map { (self.column($0.key), $0.values) }
    var children: [Leaf] = []
    var number = 0
    for (position, parent) in parents.enumerated() {
      let until = level.count * (position + 1) / parents.count
      let weights = (number..<until).map { index in
        level.weights.isEmpty ? 1 : level.weights[index % level.weights.count]
      }
      for clusters in Self.apportion(parent.clusters, by: weights) {
        var child = Leaf(labels: parent.labels, clusters: clusters)
        let name =
          number < level.names.count ? level.names[number] : "\(level.level)-\(number + 1)"
        child.labels.append((column, newPosition(of: name, in: column)))
        for (cycle, values) in cycles {
          child.labels.append((cycle, labels[cycle].position(of: values[number % values.count])))
        }
        children.append(child)
        number += 1
      }
    }
    return children
  }

  /// The position of a domain's name; without listed clusters it is known to be new, and is not
  /// searched for.
  private mutating func newPosition(of name: String, in column: Int) -> UInt32 {
    guard plan.clusters.isEmpty else { return labels[column].position(of: name) }
    labels[column].values.append(name)
    return UInt32(labels[column].values.count - 1)
  }

  /// Shares a count by weights so that the parts differ from exact shares by less than one and sum
  /// to it.
  static func apportion(_ count: Int, by weights: [Int]) -> [Int] {
    let total = weights.reduce(0, +)
    var given = 0
    var weight = 0
    return weights.map { part in
      weight += part
      let until = total == 0 ? 0 : count * weight / total
      defer { given = until }
      return until - given
    }
  }

  private mutating func finish() -> (Fleet, Column<ClusterID, UInt16>) {
    for column in labels.indices { labels[column].fill(upTo: keys.count) }
    let dimensions = labels.map { label in
      Fleet.Dimension(name: label.name, values: label.values, valueOf: label.valueOf)
    }
    let fleet = Fleet(
      names: names, keys: Column(keys), dimensions: dimensions, load: load())
    return (fleet, Column(classOf))
  }

  /// What clusters serve and can serve, if any class says what it can.
  private func load() -> Fleet.Load? {
    guard plan.classes.contains(where: { $0.capacity != nil }) else { return nil }
    return Fleet.Load(
      demand: Column(classOf.map { Int64(plan.classes[Int($0)].users) }),
      capacity: Column(
        classOf.map { Int64(plan.classes[Int($0)].capacity ?? plan.classes[Int($0)].users) }))
  }
}
