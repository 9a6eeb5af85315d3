/// How far the version that is rolled out may be from those of other services around it.
///
/// Versions are counted in steps: the numbers are those of minor versions, or of releases in their
/// order. A service that is being changed counts as running both of its versions.
public struct VersionSkewRule: Codable, Hashable, Sendable {
  /// Another service, by the rollout of the same planner that changes it.
  public struct Other: Codable, Hashable, Sendable {
    /// The rollout.
    public var rollout: String
    /// The version before it.
    public var from: Int
    /// The version after it.
    public var to: Int

    /// States another service.
    public init(rollout: String, from: Int, to: Int) {
      self.rollout = rollout
      self.from = from
      self.to = to
    }
  }

  /// How many steps apart they may be.
  ///
  /// Range: at least 0.
  public var atMost: Int
  /// The version that this rollout brings.
  public var to: Int
  /// The other services.
  ///
  /// Range: at least one.
  public var others: [Other]
  /// Which of their clusters count.
  public var scope: TriggerPolicy.Scope

  /// States the rule; the services of one cluster are compared, unless told otherwise.
  public init(
    atMost: Int, to: Int, others: [Other], scope: TriggerPolicy.Scope = .sameCluster
  ) {
    self.atMost = atMost
    self.to = to
    self.others = others
    self.scope = scope
  }
}
