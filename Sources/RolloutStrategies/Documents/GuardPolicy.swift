public import Determinism

/// A rule about when clusters must not be started.
public struct GuardPolicy: Codable, Hashable, Sendable {
  /// What the rule is about.
  public enum Rule: Codable, Hashable, Sendable {
    /// Only inside a recurring window.
    case window(WindowRule)
    /// Not inside a span of dates.
    case freeze(FreezeRule)
    /// Not in too many domains at once.
    case domainLimit(DomainLimitRule)
    /// Not too much of a domain at once.
    case domainShare(DomainShareRule)
    /// Not beside a neighbour that is in flight.
    case neighbours(NeighbourRule)
  }

  /// The name it is reported by.
  public var name: String
  /// The clusters it applies to.
  public var clusters: Selector
  /// The rule.
  public var rule: Rule

  /// States a guard.
  public init(name: String, clusters: Selector = .all, rule: Rule) {
    self.name = name
    self.clusters = clusters
    self.rule = rule
  }
}

/// A window that recurs on days of the week, in local time.
public struct WindowRule: Codable, Hashable, Sendable {
  /// Which moment of an update must lie inside.
  public enum Applies: String, Codable, Sendable, CaseIterable {
    /// A cluster may start while the window is open and at least the reserve is left of it.
    case start
    /// The same, and an update that is still running when the window closes is a window overrun.
    case completion
  }

  /// What happens to updates that run when the window closes.
  public enum AtClose: String, Codable, Sendable, CaseIterable {
    /// They finish.
    case finish
    /// They pause before their next step, until the window opens again.
    case pause
  }

  /// The days on which the window opens; empty: every day.
  public var days: [Weekday]
  /// Local time of day at which it opens.
  public var from: Microseconds
  /// Local time of day at which it closes; not later than `from`: on the next day.
  public var to: Microseconds
  /// The zone whose local time counts; nil: each cluster's own `timeZone` label, or UTC without
  /// one.
  public var timeZone: String?
  /// Which moment must lie inside.
  public var applies: Applies
  /// How much of the window must be left for a cluster to start.
  public var reserve: Microseconds
  /// What happens to running updates at its end.
  public var atClose: AtClose

  /// States a window.
  public init(
    days: [Weekday] = [], from: Microseconds, to: Microseconds, timeZone: String? = nil,
    applies: Applies = .start, reserve: Microseconds = .zero, atClose: AtClose = .finish
  ) {
    self.days = days
    self.from = from
    self.to = to
    self.timeZone = timeZone
    self.applies = applies
    self.reserve = reserve
    self.atClose = atClose
  }
}

/// A span of local time in which nothing starts.
public struct FreezeRule: Codable, Hashable, Sendable {
  /// Its beginning on the wall clock, as time since 1970-01-01T00:00 of that clock.
  public var from: Microseconds
  /// Its end on the wall clock, exclusive.
  public var to: Microseconds
  /// The zone whose local time counts; nil: each cluster's own `timeZone` label, or UTC without
  /// one.
  public var timeZone: String?

  /// States a freeze.
  public init(from: Microseconds, to: Microseconds, timeZone: String? = nil) {
    self.from = from
    self.to = to
    self.timeZone = timeZone
  }
}

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
