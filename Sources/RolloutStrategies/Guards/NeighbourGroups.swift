import Determinism

/// The groups of neighbours that each cluster of a fleet belongs to.
struct NeighbourGroups {
  /// Where the groups of each cluster begin in `keys`; the last entry is the end.
  private(set) var starts: [UInt32] = [0]
  /// Groups, cluster by cluster.
  private(set) var keys: [UInt32] = []
  /// The number of groups.
  private(set) var count = 0

  /// Works out listed groups first, then those that the values of each label make.
  ///
  /// Clusters without a label belong to none of its groups, and names that no cluster of the fleet
  /// has are somebody else's clusters.
  init(_ rule: NeighbourRule, fleet: Fleet) {
    let listed = Self.listed(rule.groups)
    let labels = rule.labels.compactMap { fleet.dimension($0) }
    count = rule.groups.count + labels.reduce(0) { $0 + $1.values.count }
    for cluster in fleet.clusters {
      if !listed.isEmpty { append(listed, of: fleet.names[cluster.offset]) }
      var first = UInt32(rule.groups.count)
      for label in labels {
        let value = label.valueOf[cluster]
        if value != Fleet.Dimension.none { keys.append(first + value) }
        first += UInt32(label.values.count)
      }
      starts.append(UInt32(keys.count))
    }
  }

  /// The names that groups list, each once a group, sorted by name.
  private static func listed(_ groups: [[String]]) -> [(name: String, group: UInt32)] {
    let all = groups.enumerated()
      .flatMap { group, names in names.map { (name: $0, group: UInt32(group)) } }
      .sorted { ($0.name, $0.group) < ($1.name, $1.group) }
    return all.indices.filter { $0 == 0 || all[$0] != all[$0 - 1] }.map { all[$0] }
  }

  /// Adds the groups that list a name.
  private mutating func append(_ listed: [(name: String, group: UInt32)], of name: String) {
    var low = 0
    var high = listed.count
    while low < high {
      let middle = (low + high) / 2
      if listed[middle].name < name { low = middle + 1 } else { high = middle }
    }
    keys += listed[low...].prefix { $0.name == name }.map(\.group)
  }
}
