public import Determinism

/// Settings of a TALM ClusterGroupUpgrade.
///
/// - Source: cluster-group-upgrades-operator, `ran.openshift.io/v1alpha1` `ClusterGroupUpgrade`:
///   README and pull requests 22 and 291.
public struct TALMPolicy: Codable, Hashable, Sendable {
  /// What a batch does that is not compliant in time.
  public enum BatchTimeoutAction: String, Codable, Sendable, CaseIterable {
    /// The next one begins.
    case goOn = "Continue"
    /// The upgrade ends.
    case abort = "Abort"
  }

  /// The clusters named, in the order in which they are taken.
  public var clusters: [String]
  /// Selectors of more clusters, which follow by name.
  public var selectors: [Selector]
  /// Clusters that come first, each a batch of its own; a miss ends the upgrade.
  public var canaries: [String]
  /// Clusters a batch.
  ///
  /// Range: at least 1.
  public var maxConcurrency: Int
  /// How long the whole upgrade may take; whole minutes.
  public var timeout: Microseconds
  /// What a batch does that is not compliant in time.
  public var onBatchTimeout: BatchTimeoutAction
  /// Whether it may begin.
  public var isEnabled: Bool

  /// States the settings; the standard ones are TALM's.
  public init(
    clusters: [String] = [], selectors: [Selector] = [], canaries: [String] = [],
    maxConcurrency: Int, timeout: Microseconds = .minutes(240),
    onBatchTimeout: BatchTimeoutAction = .goOn, isEnabled: Bool = true
  ) {
    self.clusters = clusters
    self.selectors = selectors
    self.canaries = canaries
    self.maxConcurrency = maxConcurrency
    self.timeout = timeout
    self.onBatchTimeout = onBatchTimeout
    self.isEnabled = isEnabled
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    guard maxConcurrency >= 1 else { return "batches without clusters" }
    guard timeout > .zero, timeout <= .hours(876_000) else { return "an impossible timeout" }
    return nil
  }

  /// How long a batch may take, worked out when it begins: what is left of the whole time, shared
  /// equally among the batches that are left.
  ///
  /// The last batch has all that is left.
  ///
  /// - Parameters:
  ///   - batch: its position, from 0.
  ///   - batches: how many there are.
  ///   - elapsed: the time from the beginning of the upgrade to that of the batch.
  /// - Returns: the time it has; not positive when none is left.
  package func batchTimeout(
    of batch: Int, of batches: Int, after elapsed: Microseconds
  ) -> Microseconds {
    Microseconds((timeout - elapsed).count / Int64(batches - batch))
  }
}
