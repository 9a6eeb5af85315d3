/// Which clusters a target or a partition takes: every criterion it states must hold, and one that
/// states none takes nobody.
public struct BundleMatch: Codable, Hashable, Sendable {
  /// The name of the only cluster; nil: any.
  public var clusterName: String?
  /// The labels of the clusters; nil: any.
  public var clusterSelector: Selector?
  /// The name of the group whose clusters they are; nil: any.
  public var clusterGroup: String?
  /// The labels of the groups whose clusters they are; nil: any.
  public var clusterGroupSelector: Selector?

  /// States the criteria.
  public init(
    clusterName: String? = nil, clusterSelector: Selector? = nil, clusterGroup: String? = nil,
    clusterGroupSelector: Selector? = nil
  ) {
    self.clusterName = clusterName
    self.clusterSelector = clusterSelector
    self.clusterGroup = clusterGroup
    self.clusterGroupSelector = clusterGroupSelector
  }

  /// Whether it states nothing.
  var isEmpty: Bool {
    clusterName == nil && clusterSelector == nil && clusterGroup == nil
      && clusterGroupSelector == nil
  }
}
