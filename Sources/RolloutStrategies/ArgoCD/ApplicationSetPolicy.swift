public import Determinism

/// Settings of an Argo CD ApplicationSet: for which clusters it generates Applications, what labels
/// these have, and in which steps they are synced.
///
/// - Source: Argo CD after v3.5.0-rc3, `argoproj.io/v1alpha1` `ApplicationSet`.
public struct ApplicationSetPolicy: Codable, Hashable, Sendable {
  /// A label that the template gives to each Application.
  public struct Label: Codable, Hashable, Sendable {
    /// Where its value comes from.
    public enum Value: Codable, Hashable, Sendable {
      /// The same text everywhere.
      case text(String)
      /// The cluster's label with a key.
      case clusterLabel(String)
      /// The cluster's name.
      case clusterName
    }

    /// Its key.
    public var key: String
    /// Where its value comes from.
    public var value: Value

    /// States a label.
    public init(key: String, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// How a new version becomes known.
  public enum Source: Codable, Hashable, Sendable {
    /// The template follows a branch: each Application finds the new revision when it is next
    /// compared, up to `every` and `jitter` later.
    case branch(every: Microseconds, jitter: Microseconds)
    /// The template names the version: all Applications are written in one pass, and each is
    /// compared with it up to `within` later.
    case template(within: Microseconds)

    /// How long it takes at most until an Application shows that it is out of sync.
    public var longestDelay: Microseconds {
      switch self {
      case .branch(let every, let jitter): every + jitter
      case .template(let within): within
      }
    }
  }

  /// The clusters that Applications are generated for.
  public var clusters: Selector
  /// The labels of the Applications; nil: those of the clusters.
  public var labels: [Label]?
  /// The steps.
  public var sync: RollingSync
  /// How a new version becomes known.
  public var source: Source

  /// States the settings; what is left out is as Argo CD has it.
  public init(
    clusters: Selector = .all, labels: [Label]? = nil, sync: RollingSync,
    source: Source = .branch(every: .seconds(120), jitter: .seconds(60))
  ) {
    self.clusters = clusters
    self.labels = labels
    self.sync = sync
    self.source = source
  }

  /// Whether an Application is generated for a cluster.
  func isGenerated(_ cluster: ClusterID, in fleet: Fleet) -> Bool {
    fleet.resolve(clusters).chooses(cluster, of: fleet)
  }

  /// The steps of the Applications of some clusters, each by its position.
  func plan(of clusters: [ClusterID], in fleet: Fleet) -> RollingSyncPlan {
    RollingSyncPlan(
      sync,
      applications: clusters.map { cluster in
        (fleet.names[cluster.offset], { key in label(key, of: cluster, in: fleet) })
      })
  }

  /// The value of an Application's label; nil: it has no such label.
  func label(_ key: String, of cluster: ClusterID, in fleet: Fleet) -> String? {
    guard let labels else { return Self.value(of: key, on: cluster, in: fleet) }
    return switch labels.first(where: { $0.key == key })?.value {
    case .text(let text): text
    case .clusterLabel(let key): Self.value(of: key, on: cluster, in: fleet)
    case .clusterName: fleet.names[cluster.offset]
    case nil: nil
    }
  }

  private static func value(of key: String, on cluster: ClusterID, in fleet: Fleet) -> String? {
    guard let dimension = fleet.dimension(key) else { return nil }
    let value = dimension.valueOf[cluster]
    return value == Fleet.Dimension.none ? nil : dimension.values[Int(value)]
  }
}
