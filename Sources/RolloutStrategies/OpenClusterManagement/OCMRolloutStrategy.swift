public import Determinism

/// The `rolloutStrategy` object of Open Cluster Management, the same wherever it stands.
///
/// - Source: OCM API `cluster.open-cluster-management.io/v1alpha1` `RolloutStrategy`.
public struct OCMRolloutStrategy: Codable, Hashable, Sendable {
  /// The types there are.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Every cluster at once.
    case all = "All"
    /// A number of clusters at once, over all groups.
    case progressive = "Progressive"
    /// One decision group after the other.
    case progressivePerGroup = "ProgressivePerGroup"
  }

  /// Which of them it is.
  public var kind: Kind
  /// How long a cluster may be progressing or failed before it has timed out.
  public var progressDeadline: OCMDeadline
  /// How long a cluster that has succeeded keeps its place.
  public var minSuccessTime: Microseconds
  /// Failed and timed-out clusters that are tolerated; a percentage is of all clusters, or of each
  /// group.
  public var maxFailures: OCMLimit
  /// Clusters at once; a percentage is of those outside mandatory groups.
  public var maxConcurrency: OCMLimit
  /// Groups that come first, with no failure tolerated.
  public var mandatoryGroups: [OCMGroupKey]

  /// States a strategy; what is left out is as if it was not written.
  public init(
    _ kind: Kind = .all, progressDeadline: OCMDeadline = .none,
    minSuccessTime: Microseconds = .zero,
    maxFailures: OCMLimit = .unset, maxConcurrency: OCMLimit = .unset,
    mandatoryGroups: [OCMGroupKey] = []
  ) {
    self.kind = kind
    self.progressDeadline = progressDeadline
    self.minSuccessTime = minSuccessTime
    self.maxFailures = maxFailures
    self.maxConcurrency = maxConcurrency
    self.mandatoryGroups = mandatoryGroups
  }
}

/// What identifies a decision group, or several of one name.
public struct OCMGroupKey: Codable, Hashable, Sendable {
  /// Its name; empty: it has none.
  public var name: String
  /// Its position among all groups, from 0.
  public var index: Int

  /// States a key.
  public init(name: String = "", index: Int = 0) {
    self.name = name
    self.index = index
  }

  /// The key that an entry of mandatory groups amounts to: a name wins over an index.
  public static func mandatory(name: String, index: Int) -> OCMGroupKey {
    name.isEmpty ? OCMGroupKey(index: index) : OCMGroupKey(name: name)
  }

  /// Whether this, as an entry of mandatory groups, names a group.
  func names(_ group: OCMGroupKey) -> Bool {
    name.isEmpty ? group.index == index : group.name == name
  }
}
