public import Determinism

/// What a Flagger canary does in one cluster if all goes well, look by look.
///
/// From the look that first sees a new revision: primary and canary are ready at every look,
/// metrics answer what passes if anything does, hooks agree, and no rollback hook asks for one.
///
/// - Source: the ticks of ``FlaggerCanary``; nothing is decided here.
public struct FlaggerForecast: Codable, Hashable, Sendable {
  /// How a look leaves the canary.
  public struct Look: Codable, Hashable, Sendable {
    /// How long after the first look.
    public var at: Microseconds
    /// How far the canary is.
    public var phase: FlaggerCanary.Phase
    /// The canary's weight at the router.
    ///
    /// Unit: percent.
    public var weight: Int
    /// Whether traffic is copied to the canary.
    public var isMirrored: Bool
    /// Checks that passed, of strategies that count them.
    public var iterations: Int
    /// Checks that failed.
    public var failedChecks: Int
  }

  /// What comes of it.
  public enum End: String, Codable, Sendable {
    /// The revision is promoted.
    case promoted
    /// It is rolled back although all goes well: a check of the document cannot pass.
    case rolledBack
    /// From some look on nothing changes, for ever.
    case stays
    /// It goes on after the last look that is shown.
    case goesOn
  }

  /// The looks that change something, in their order.
  public private(set) var looks: [Look] = []
  /// What comes of it.
  public private(set) var end = End.goesOn

  /// Looks that are worked out; a document may ask for thousands of millions.
  private static let looksMax = 1_000

  /// Plays a policy.
  public init(_ policy: FlaggerPolicy) {
    var canary = FlaggerCanary()
    canary.tick(policy, policy.goodView(of: 1))
    let view = policy.goodView(of: 2)
    var at = Microseconds.zero
    while looks.count < Self.looksMax {
      let before = canary
      canary.tick(policy, view)
      // Equal states see equal views: what one look leaves as it is, all later ones do.
      guard canary != before else {
        end = .stays
        return
      }
      looks.append(Look(at: at, canary))
      if canary.phase == .succeeded || canary.phase == .failed {
        end = canary.phase == .succeeded ? .promoted : .rolledBack
        return
      }
      at = at + policy.interval
    }
  }
}

extension FlaggerForecast.Look {
  fileprivate init(at: Microseconds, _ canary: FlaggerCanary) {
    self.at = at
    phase = canary.phase
    weight = canary.routes.canary
    isMirrored = canary.routes.isMirrored
    iterations = canary.iterations
    failedChecks = canary.failedChecks
  }
}

extension FlaggerPolicy {
  fileprivate func goodView(of revision: Int) -> FlaggerView {
    FlaggerView(
      revision: revision, metrics: metrics.map(\.goodAnswer),
      hooks: hooks.map { $0.kind != .rollback })
  }
}

extension FlaggerMetric {
  /// An answer that passes; no data if none does.
  fileprivate var goodAnswer: MetricAnswer {
    let bounds = [least, most, threshold].compactMap { $0 }
    let answers = (bounds + bounds.map(\.truncated)).map { MetricAnswer.value($0) }
    return answers.first(where: passes) ?? .noData
  }
}
