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
    /// Not when what is left could not carry the load.
    case headroom(HeadroomRule)
    /// Not where the version is not released.
    case residency(ResidencyRule)
    /// Not before somebody of the group approves.
    case approval(ApprovalRule)
    /// Not while versions around are too far away.
    case versionSkew(VersionSkewRule)
    /// Not beyond what all planners together may have in flight.
    case budget(BudgetRule)
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
