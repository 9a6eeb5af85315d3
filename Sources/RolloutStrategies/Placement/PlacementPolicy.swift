public import Determinism

/// How the replicas of a service are placed over clusters, and when they move.
///
/// - Source: Karmada's replica scheduling, spread constraints and cluster failover.
public struct PlacementPolicy: Codable, Hashable, Sendable {
  /// How many replicas each cluster gets.
  public enum Division: String, Codable, CaseIterable, Sendable {
    /// Each cluster gets all of them.
    case duplicated
    /// They are divided into equal shares.
    case divided
    /// They are divided by stated weights.
    case weighted
    /// They are divided by what the clusters can serve.
    case byCapacity
  }

  /// The weight of some clusters.
  public struct Weight: Codable, Hashable, Sendable {
    /// The clusters.
    public var clusters: Selector
    /// Their weight.
    ///
    /// Range: 0 to 1,000,000.
    public var weight: Int

    /// States a weight.
    public init(clusters: Selector, weight: Int) {
      self.clusters = clusters
      self.weight = weight
    }
  }

  /// Over how many domains of a level replicas are spread.
  public struct Spread: Codable, Hashable, Sendable {
    /// The level or group.
    public var level: String
    /// With fewer domains than this nothing is placed anew.
    ///
    /// Range: from 1.
    public var atLeast: Int
    /// Most domains that get any; nil: all.
    ///
    /// Range: from `atLeast`.
    public var atMost: Int?
    /// Most replicas that one domain has more than another; nil: any number.
    ///
    /// Range: from 1.
    public var maxSkew: Int?

    /// States a spread.
    public init(level: String, atLeast: Int = 1, atMost: Int? = nil, maxSkew: Int? = nil) {
      self.level = level
      self.atLeast = atLeast
      self.atMost = atMost
      self.maxSkew = maxSkew
    }
  }

  /// What becomes of replicas that have moved when their cluster is back.
  public enum WhenBack: String, Codable, CaseIterable, Sendable {
    /// All are placed as if the cluster had never been away.
    case restore
    /// They stay where they are.
    case stay
  }

  /// How many replicas each cluster gets.
  public var division: Division
  /// Replicas of each cluster if duplicated, else of all clusters together.
  ///
  /// Range: from 1.
  public var replicas: Int
  /// The clusters among which they are placed.
  public var clusters: Selector
  /// Weights; the first that chooses a cluster counts, and one that none chooses weighs nothing.
  public var weights: [Weight]
  /// What is to hold across domains; at most one states a skew.
  public var spread: [Spread]
  /// How long a cluster must have been silent before its replicas move.
  public var after: Microseconds
  /// What becomes of them when it is back.
  public var whenBack: WhenBack

  /// States a placement.
  public init(
    division: Division, replicas: Int, clusters: Selector = .all, weights: [Weight] = [],
    spread: [Spread] = [], after: Microseconds = .seconds(300), whenBack: WhenBack = .restore
  ) {
    self.division = division
    self.replicas = replicas
    self.clusters = clusters
    self.weights = weights
    self.spread = spread
    self.after = after
    self.whenBack = whenBack
  }

  /// When a cluster that has been silent since an instant counts as lost.
  public func lostAt(silentSince: Instant) -> Instant { silentSince + after }
}
