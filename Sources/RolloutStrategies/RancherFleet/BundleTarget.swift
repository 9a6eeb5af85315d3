/// What a bundle has released to one cluster; versions are told apart by numbers.
public struct BundleDeployment: Codable, Hashable, Sendable {
  /// The version made ready for the cluster; 0: none.
  public var staged: Int
  /// The version the cluster is to run; 0: none.
  public var released: Int
  /// The version its agent has applied; 0: none.
  public var applied: Int
  /// Whether nothing that was applied is missing.
  public var isReady: Bool

  /// States a deployment.
  public init(staged: Int, released: Int, applied: Int, isReady: Bool) {
    self.staged = staged
    self.released = released
    self.applied = applied
    self.isReady = isReady
  }

  /// Whether it does not serve as it was released, for whatever reason.
  public var isUnavailable: Bool { applied != released || !isReady }
}

/// A cluster that a bundle is for.
public struct BundleTarget: Codable, Hashable, Sendable {
  /// The version the bundle asks for now.
  public var desired: Int
  /// What it has; nil: nothing was created yet.
  public var deployment: BundleDeployment?
  /// Whether nothing may be released to it.
  public var isPaused: Bool

  /// States a target.
  public init(desired: Int, deployment: BundleDeployment?, isPaused: Bool = false) {
    self.desired = desired
    self.deployment = deployment
    self.isPaused = isPaused
  }

  /// Whether it is unavailable; one without a deployment is not.
  public var isUnavailable: Bool { deployment?.isUnavailable ?? false }

  /// Whether it runs what is asked for; whether that is ready is not part of it.
  public var isUpToDate: Bool {
    guard let deployment else { return false }
    return deployment.staged == desired && deployment.released == desired
      && deployment.applied == desired
  }

  /// Whether it keeps the gate of its partition closed.
  public var isUnfinished: Bool { !isUpToDate || isUnavailable }
}
