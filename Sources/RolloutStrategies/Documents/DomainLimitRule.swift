public import Determinism

/// A limit on how many domains of a level have clusters in flight.
public struct DomainLimitRule: Codable, Hashable, Sendable {
  /// The label whose values are the domains.
  public var level: String
  /// How many of them may be in flight at once.
  ///
  /// Range: at least 1.
  public var atMost: Int

  /// States a limit.
  public init(level: String, atMost: Int) {
    self.level = level
    self.atMost = atMost
  }
}

/// A limit on how much of each domain is in flight.
public struct DomainShareRule: Codable, Hashable, Sendable {
  /// The label whose values are the domains; clusters without it are a domain of their own.
  public var level: String
  /// The share of a domain's clusters that may be in flight at once.
  public var atMost: Ratio

  /// States a limit.
  public init(level: String, atMost: Ratio) {
    self.level = level
    self.atMost = atMost
  }

  /// How many clusters of a domain of some size may be in flight: rounded down, but at least one,
  /// unless the share is none.
  public func places(of size: Int) -> Int {
    atMost == .zero ? 0 : max(1, atMost.of(size, rounded: .down))
  }
}

/// A limit on how many of each group of neighbours are in flight: clusters that stand in for each
/// other, share a mast, a power feed or a team.
///
/// Groups may overlap: a cluster starts only if each of its groups has room.
public struct NeighbourRule: Codable, Hashable, Sendable {
  /// Groups as lists of clusters' names; a pair is a group of two.
  public var groups: [[String]]
  /// Labels each of whose values makes a group of the clusters that carry it.
  public var labels: [String]
  /// How many of a group may be in flight at once.
  ///
  /// Range: at least 1.
  public var atMost: Int

  /// States a limit; one of each group at a time, unless told otherwise.
  public init(groups: [[String]] = [], labels: [String] = [], atMost: Int = 1) {
    self.groups = groups
    self.labels = labels
    self.atMost = atMost
  }
}

/// A limit on what may be out of service: the demand of a domain's clusters that are in flight or
/// down must fit on the capacity of those that serve.
public struct HeadroomRule: Codable, Hashable, Sendable {
  /// The label whose values are the domains, each of which must carry itself; nil: the whole fleet
  /// of the planner.
  public var level: String?
  /// The share of the demand that must be left over as capacity; rounded up for each cluster.
  public var reserve: Ratio

  /// States a limit; nothing is kept in reserve, unless told otherwise.
  public init(level: String? = nil, reserve: Ratio = .zero) {
    self.level = level
    self.reserve = reserve
  }
}

/// A limit on what is in flight over all rollouts and planners that keep the rule, through a
/// coordinator that grants leases.
///
/// Planners that name the rule alike share one budget. Between asking and getting lies the
/// coordinator's latency, each way.
public struct BudgetRule: Codable, Hashable, Sendable {
  /// How many clusters may be in flight together.
  ///
  /// Range: at least 1.
  public var atMost: Int
  /// The label whose values have a budget each; nil: there is one for all.
  public var level: String?
  /// How long a message takes to the coordinator, and how long one takes back.
  public var latency: Microseconds

  /// States a limit.
  public init(atMost: Int, level: String? = nil, latency: Microseconds = .seconds(1)) {
    self.atMost = atMost
    self.level = level
    self.latency = latency
  }
}
