public import Determinism

/// A cluster, by its position in the fleet of one planner or one world.
@frozen
public struct ClusterID: EntityIndex {
  /// The position.
  public var rawValue: UInt32

  /// Wraps a position.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension NarrowArray {
  /// The number of a cluster.
  @inlinable public subscript(cluster: ClusterID) -> UInt32 { self[cluster.offset] }
}

/// The clusters there are, and what is written on them: the part of the world that does not change.
///
/// Domains and labels are the same thing here: a dimension gives every cluster one of a few values.
public struct Fleet: Codable, Equatable, Sendable {
  /// A label with its values and which cluster carries which.
  public struct Dimension: Codable, Equatable, Sendable {
    /// The mark of a cluster without the label.
    @inlinable public static var none: UInt32 { .max }

    /// The label's key.
    public var name: String
    /// The values there are, in the order in which the fleet lists them.
    public var values: [String]
    /// The position of each cluster's value in `values`, or `none`.
    ///
    /// Shape: one per cluster, as few bytes as there are values.
    public var valueOf: NarrowArray

    /// Puts a label together.
    public init(name: String, values: [String], valueOf: NarrowArray) {
      self.name = name
      self.values = values
      self.valueOf = valueOf
    }
  }

  /// What is asked of clusters and what they can do, in one unit, like users or requests a second.
  public struct Load: Codable, Equatable, Sendable {
    /// What each cluster serves when all is well.
    ///
    /// Shape: one per cluster, 8 bytes.
    public var demand: Column<ClusterID, Int64>
    /// The most that each can serve.
    ///
    /// Shape: as above.
    public var capacity: Column<ClusterID, Int64>

    /// Puts loads together.
    public init(demand: Column<ClusterID, Int64>, capacity: Column<ClusterID, Int64>) {
      self.demand = demand
      self.capacity = capacity
    }
  }

  /// The clusters' names.
  ///
  /// Shape: one per cluster.
  public var names: NameTable
  /// What identifies a cluster's random draws.
  ///
  /// Shape: one per cluster, 8 bytes.
  public var keys: Column<ClusterID, UInt64>
  /// The labels.
  public var dimensions: [Dimension]
  /// What is asked of the clusters and what they can do; nil: nobody has said.
  public var load: Load?

  /// Puts a fleet together; traps when the parts differ in size.
  public init(
    names: NameTable, keys: Column<ClusterID, UInt64>, dimensions: [Dimension], load: Load? = nil
  ) {
    precondition(names.count == keys.count, "\(names.count) names, \(keys.count) keys")
    for dimension in dimensions {
      precondition(
        dimension.valueOf.count == names.count,
        "\(dimension.name): \(dimension.valueOf.count) values for \(names.count) clusters")
    }
    self.names = names
    self.keys = keys
    if let load {
      precondition(
        load.demand.count == names.count && load.capacity.count == names.count,
        "\(load.demand.count) demands for \(names.count) clusters")
    }
    self.dimensions = dimensions
    self.load = load
  }

  /// The number of clusters.
  public var count: Int { keys.count }

  /// What a cluster serves when all is well; one unit, if nobody has said.
  public func demand(of cluster: ClusterID) -> Int64 { load?.demand[cluster] ?? 1 }

  /// The most that a cluster can serve; one unit, if nobody has said.
  public func capacity(of cluster: ClusterID) -> Int64 { load?.capacity[cluster] ?? 1 }

  /// All clusters, in the fleet's order.
  public var clusters: LazyMapCollection<Range<UInt32>, ClusterID> {
    (0..<UInt32(count)).lazy.map { ClusterID(rawValue: $0) }
  }

  /// The label with a key; nil: no cluster carries it.
  public func dimension(_ name: String) -> Dimension? {
    dimensions.first { $0.name == name }
  }

  /// A test of clusters that a selector amounts to in this fleet.
  public func resolve(_ selector: Selector) -> ClusterTest {
    ClusterTest(selector, in: self)
  }
}

/// A selector worked out for one fleet: whether it chooses a cluster costs a few lookups.
public struct ClusterTest: Codable, Equatable, Sendable {
  private struct Condition: Codable, Equatable, Sendable {
    var dimension: Int
    /// Whether a value's position is accepted; the last entry stands for a missing label.
    var accepts: [Bool]
  }

  private var conditions: [Condition] = []
  /// Accepted names; nil: any.
  private var names: [[String]] = []
  private var excludedNames: [[String]] = []
  private var isEmpty = false

  init(_ selector: Selector, in fleet: Fleet) {
    for requirement in selector.requirements {
      if requirement.key == "name" {
        addName(requirement)
      } else if let index = fleet.dimensions.firstIndex(where: { $0.name == requirement.key }) {
        conditions.append(
          Condition(
            dimension: index,
            accepts: Self.accepted(requirement, values: fleet.dimensions[index].values)))
      } else if requirement.comparison == .isIn || requirement.comparison == .exists {
        isEmpty = true
      }
    }
  }

  private mutating func addName(_ requirement: Selector.Requirement) {
    switch requirement.comparison {
    case .isIn: names.append(requirement.values)
    case .isNotIn: excludedNames.append(requirement.values)
    case .exists: break
    case .doesNotExist: isEmpty = true
    }
  }

  private static func accepted(
    _ requirement: Selector.Requirement, values: [String]
  ) -> [Bool] {
    switch requirement.comparison {
    case .isIn: values.map(requirement.values.contains) + [false]
    case .isNotIn: values.map { !requirement.values.contains($0) } + [true]
    case .exists: values.map { _ in true } + [false]
    case .doesNotExist: values.map { _ in false } + [true]
    }
  }

  /// Whether every cluster is chosen.
  public var choosesAll: Bool {
    !isEmpty && conditions.isEmpty && names.isEmpty && excludedNames.isEmpty
  }

  /// Whether a cluster is chosen.
  ///
  /// O(requirements).
  public func chooses(_ cluster: ClusterID, of fleet: Fleet) -> Bool {
    guard !isEmpty else { return false }
    for condition in conditions {
      let value = fleet.dimensions[condition.dimension].valueOf[cluster]
      let position = value == Fleet.Dimension.none ? condition.accepts.count - 1 : Int(value)
      guard condition.accepts[position] else { return false }
    }
    guard !names.isEmpty || !excludedNames.isEmpty else { return true }
    let name = fleet.names[cluster.offset]
    return names.allSatisfy { $0.contains(name) }
      && !excludedNames.contains { $0.contains(name) }
  }
}
