/// A Flagger canary: one tick of its control loop after the other.
///
/// What the router holds is kept apart from what the status says of it: the plan follows the
/// router, and the status is only a report.
///
/// - Source: Flagger v1.44, `advanceCanary` and what it calls.
public struct FlaggerCanary: Codable, Hashable, Sendable {
  /// How far it is.
  public enum Phase: String, Codable, Sendable, CaseIterable {
    /// Nothing was done yet.
    case none = ""
    /// The primary is on its way.
    case initializing = "Initializing"
    /// There is a primary, and nothing to do.
    case initialized = "Initialized"
    /// Somebody must confirm the rollout.
    case waiting = "Waiting"
    /// The canary is analysed.
    case progressing = "Progressing"
    /// Somebody must confirm the promotion.
    case waitingPromotion = "WaitingPromotion"
    /// The primary takes the new revision over.
    case promoting = "Promoting"
    /// The canary ends.
    case finalising = "Finalising"
    /// It went well.
    case succeeded = "Succeeded"
    /// It did not.
    case failed = "Failed"
  }

  /// What the router holds.
  ///
  /// Unit: percent.
  public struct Routes: Codable, Hashable, Sendable {
    /// The primary's weight.
    public var primary = 100
    /// The canary's weight.
    public var canary = 0
    /// Whether traffic is copied to the canary.
    public var isMirrored = false

    /// All traffic to the primary.
    public init() {}

    /// States routes.
    public init(primary: Int, canary: Int, isMirrored: Bool = false) {
      self.primary = primary
      self.canary = canary
      self.isMirrored = isMirrored
    }
  }

  /// How far it is.
  public internal(set) var phase = Phase.none
  /// What the router holds.
  public internal(set) var routes = Routes()
  /// The canary's weight as the status reports it.
  ///
  /// Unit: percent.
  public internal(set) var statusWeight = 0
  /// Checks that failed in this rollout; passing ones never lower it.
  public internal(set) var failedChecks = 0
  /// Checks that passed, of strategies that count them.
  public internal(set) var iterations = 0
  /// The target's revision that was last acted upon.
  public internal(set) var lastApplied: Int?
  /// The target's revision that was last promoted.
  public internal(set) var lastPromoted: Int?
  /// The tracked configuration that was last acted upon.
  public internal(set) var lastConfig: Int?
  /// The revision the primary runs.
  public internal(set) var primaryRevision: Int?
  /// Whether the canary is scaled to nothing.
  public internal(set) var isScaledToZero = false

  /// A canary of which nothing is known yet.
  public init() {}

  /// Whether a target's revision calls for a rollout: it is neither the last that was acted upon
  /// nor the one that was promoted.
  public func isChanged(_ revision: Int) -> Bool {
    revision != lastApplied && revision != lastPromoted
  }

  // MARK: What is written down

  /// Enters a phase; all but progressing and waiting forget weight and iterations.
  mutating func enter(_ phase: Phase, _ policy: FlaggerPolicy) {
    self.phase = phase
    guard phase != .progressing, phase != .waiting else { return }
    statusWeight = 0
    iterations = phase == .waitingPromotion ? policy.checks - 1 : 0
  }

  /// Writes the whole status anew: nothing has failed, and the present revision is acted upon.
  mutating func sync(_ phase: Phase, _ view: FlaggerView) {
    self.phase = phase
    statusWeight = 0
    iterations = 0
    failedChecks = 0
    lastApplied = view.revision
    lastConfig = view.config
  }

  /// Copies the target to the primary.
  mutating func promote(_ view: FlaggerView) {
    primaryRevision = view.revision
    lastPromoted = view.revision
  }

  mutating func rollBack(_ view: FlaggerView) {
    routes = Routes()
    isScaledToZero = true
    sync(.failed, view)
  }

  /// Ends a promotion whose primary can not come up: the canary keeps all traffic.
  mutating func failPromotion(_ view: FlaggerView) {
    routes = Routes(primary: 0, canary: 100)
    sync(.failed, view)
    statusWeight = 100
  }
}

/// What a Flagger canary sees at one tick.
public struct FlaggerView: Hashable, Sendable {
  /// The target's revision; equal numbers are equal specs.
  public var revision: Int
  /// The configuration that the target uses, as far as it is tracked.
  public var config: Int
  /// The primary.
  public var primary: FlaggerReadiness
  /// The canary.
  public var canary: FlaggerReadiness
  /// What each of the policy's metrics answers, in the policy's order.
  public var metrics: [MetricAnswer]
  /// Whether each of the policy's hooks passes, in the policy's order.
  public var hooks: [Bool]

  /// States what is seen.
  public init(
    revision: Int, config: Int = 0, primary: FlaggerReadiness = .ready,
    canary: FlaggerReadiness = .ready, metrics: [MetricAnswer] = [], hooks: [Bool] = []
  ) {
    self.revision = revision
    self.config = config
    self.primary = primary
    self.canary = canary
    self.metrics = metrics
    self.hooks = hooks
  }
}

/// What the cluster's objects may say without a tick: somebody wrote them, or another controller
/// takes over in the midst.
extension FlaggerCanary {
  /// Takes a revision for the last that was acted upon.
  public mutating func noteApplied(_ revision: Int) { lastApplied = revision }

  /// Takes a revision for the last that was promoted.
  public mutating func notePromoted(_ revision: Int) {
    lastPromoted = revision
    primaryRevision = revision
  }

  /// Takes a phase for the present one, as it stands in the status.
  public mutating func notePhase(_ phase: Phase) { self.phase = phase }

  /// Takes counts of checks as they stand in the status.
  public mutating func noteChecks(failed: Int? = nil, iterations: Int? = nil) {
    failedChecks = failed ?? failedChecks
    self.iterations = iterations ?? self.iterations
  }

  /// Takes routes as the router holds them.
  public mutating func noteRoutes(_ routes: Routes) { self.routes = routes }

  /// Takes the weight that stands in the status.
  public mutating func noteStatusWeight(_ percent: Int) { statusWeight = percent }
}
