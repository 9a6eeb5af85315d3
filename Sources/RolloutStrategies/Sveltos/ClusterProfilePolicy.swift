public import Determinism

/// Settings of a ClusterProfile of Sveltos.
///
/// - Source: Sveltos addon-controller v1.14.0, `config.projectsveltos.io/v1beta1` `ClusterProfile`.
public struct ClusterProfilePolicy: Codable, Hashable, Sendable {
  /// What a profile does to the clusters it matches.
  public enum SyncMode: String, Codable, Sendable, CaseIterable {
    /// It deploys once, and what is deployed does not change with the profile.
    case oneTime = "OneTime"
    /// It deploys every change of the profile.
    case continuous = "Continuous"
    /// It does, and takes back what others change.
    case continuousWithDriftDetection = "ContinuousWithDriftDetection"
    /// It deploys nothing and reports what it would do.
    case dryRun = "DryRun"

    /// Whether a change of the profile comes to clusters that had it before.
    public var updates: Bool { self == .continuous || self == .continuousWithDriftDetection }
  }

  /// The labels of the clusters it matches; nil: none are matched by labels.
  public var clusterSelector: Selector?
  /// Clusters it matches by name, after those.
  public var clusterNames: [String]
  /// How many clusters may be updating at once; a share is of those it matches, rounded up; 0: all.
  public var maxUpdate: Amount
  /// Whether health checks must pass before a cluster counts as updated.
  public var validatesHealth: Bool
  /// What it does.
  public var syncMode: SyncMode

  /// States the settings; the standard ones are Sveltos's.
  public init(
    clusterSelector: Selector?, clusterNames: [String] = [], maxUpdate: Amount = .count(0),
    validatesHealth: Bool = false, syncMode: SyncMode = .continuous
  ) {
    self.clusterSelector = clusterSelector
    self.clusterNames = clusterNames
    self.maxUpdate = maxUpdate
    self.validatesHealth = validatesHealth
    self.syncMode = syncMode
  }

  /// How many of the clusters it matches may be updating at once.
  package func slots(of matching: Int) -> Int {
    let slots = maxUpdate.of(matching, rounded: .up)
    return slots == 0 ? matching : slots
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    if case .count(let count) = maxUpdate, count < 0 { return "less than no clusters at once" }
    return nil
  }
}
