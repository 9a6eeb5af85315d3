public import Determinism
public import RolloutStrategies

/// One way the change may turn out.
public struct CasePlan: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// How likely it is, relative to the other cases.
  public var weight: Ratio
  /// What is wrong with the new versions in it; empty: nothing.
  public var defects: [DefectPlan]

  /// States a case.
  public init(name: String, weight: Ratio, defects: [DefectPlan] = []) {
    self.name = name
    self.weight = weight
    self.defects = defects
  }
}

/// A defect: what carries it, what sets it off, where, and what it does.
public struct DefectPlan: Codable, Hashable, Sendable {
  /// What sets a defect off in a cluster that carries it.
  public enum Trigger: Codable, Hashable, Sendable {
    /// The first pod that starts.
    case atStart
    /// So much time after the first pod became ready.
    case afterStart(Microseconds)
    /// A moment, stated from the scenario's start, in all carriers at once.
    case at(Microseconds)
  }

  /// What a defect does once set off.
  public enum Effect: Codable, Hashable, Sendable {
    /// Pods exit and restart for ever; they are never ready.
    case crash
    /// Pods run but never become ready.
    case neverReady
    /// A share of the requests that reach the new version fails.
    case errorRate(Ratio)
  }

  /// The service that carries it.
  public var service: String
  /// The version that carries it.
  public var version: String
  /// What sets it off.
  public var trigger: Trigger
  /// The clusters that can be affected.
  public var affects: Selector
  /// The share of those that are, each by a draw of its own.
  public var share: Ratio
  /// What it does.
  public var effect: Effect

  /// States a defect.
  public init(
    service: String, version: String, trigger: Trigger = .atStart, affects: Selector = .all,
    share: Ratio = .one, effect: Effect
  ) {
    self.service = service
    self.version = version
    self.trigger = trigger
    self.affects = affects
    self.share = share
    self.effect = effect
  }
}

/// How trouble in a cluster is noticed and reported.
public struct SignalPlan: Codable, Hashable, Sendable {
  /// From the beginning or end of trouble to its being reported as bad or good health.
  public var detection: Distribution
  /// Error rates below this are not noticed.
  public var errorThreshold: Ratio

  /// States how trouble is noticed: after a minute, from one failed request in a hundred on, unless
  /// told otherwise.
  public init(
    detection: Distribution = .constant(.minutes(1)), errorThreshold: Ratio = .percent(1)
  ) {
    self.detection = detection
    self.errorThreshold = errorThreshold
  }
}

/// What happens to the fleet whatever is rolled out.
public struct EnvironmentPlan: Codable, Hashable, Sendable {
  /// What a failure takes away.
  public enum Effect: String, Codable, Sendable, CaseIterable {
    /// The clusters serve nobody, update nothing and cannot be reached.
    case down
    /// The clusters serve and go on with what they do, but cannot be reached.
    case linkDown
    /// The clusters serve, but nothing in them can be changed and nothing is reported.
    case controlPlaneDown
  }

  /// Domains of a level that fail by chance, each on its own.
  public struct Failures: Codable, Hashable, Sendable {
    /// The level or group label; `cluster` for each cluster on its own.
    public var level: String
    /// The time from a repair to the next failure.
    public var between: Distribution
    /// The time to repair.
    public var repair: Distribution
    /// What is taken away.
    public var effect: Effect

    /// States failures by chance.
    public init(
      level: String, between: Distribution, repair: Distribution, effect: Effect
    ) {
      self.level = level
      self.between = between
      self.repair = repair
      self.effect = effect
    }
  }

  /// An outage that is known to come.
  public struct Outage: Codable, Hashable, Sendable {
    /// Its name, as reports show it.
    public var name: String
    /// The clusters it takes.
    public var clusters: Selector
    /// When.
    public var span: Span
    /// What is taken away.
    public var effect: Effect

    /// States an outage.
    public init(name: String, clusters: Selector, span: Span, effect: Effect) {
      self.name = name
      self.clusters = clusters
      self.span = span
      self.effect = effect
    }
  }

  /// Clusters that are not members of the fleet all the time.
  public struct Membership: Codable, Hashable, Sendable {
    /// The clusters.
    public var clusters: Selector
    /// When they join, from the scenario's start; nil: they are there.
    public var joinsAfter: Microseconds?
    /// When they leave, from the scenario's start; nil: they stay.
    public var leavesAfter: Microseconds?

    /// States a membership.
    public init(
      clusters: Selector, joinsAfter: Microseconds? = nil, leavesAfter: Microseconds? = nil
    ) {
      self.clusters = clusters
      self.joinsAfter = joinsAfter
      self.leavesAfter = leavesAfter
    }
  }

  /// Failures by chance.
  public var failures: [Failures]
  /// Outages that are known to come.
  public var outages: [Outage]
  /// Joining and leaving.
  public var membership: [Membership]

  /// States an environment; without anything said nothing happens.
  public init(
    failures: [Failures] = [], outages: [Outage] = [], membership: [Membership] = []
  ) {
    self.failures = failures
    self.outages = outages
    self.membership = membership
  }
}
