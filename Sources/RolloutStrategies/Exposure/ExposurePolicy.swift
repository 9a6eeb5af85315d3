public import Determinism

/// Settings of the strategy that shows a version to stated shares of demand.
public struct ExposurePolicy: Codable, Hashable, Sendable {
  /// What the app can do in some clusters, other than in the rest.
  public struct Exception: Codable, Hashable, Sendable {
    /// The clusters.
    public var clusters: Selector
    /// What it can do there.
    public var partial: PartialRollout

    /// States an exception.
    public init(clusters: Selector, partial: PartialRollout) {
      self.clusters = clusters
      self.partial = partial
    }
  }

  /// The shares of the demand of the rollout's clusters, ascending.
  ///
  /// Range: 1 to 250 shares; the last is all of it.
  public var shares: [Ratio]
  /// What the app can do in a cluster.
  public var partial: PartialRollout
  /// Where it can do something else; the first that chooses a cluster counts.
  public var exceptions: [Exception]
  /// What routing weights between clusters add up to; nil: there are none.
  ///
  /// Range: 1 to a million.
  public var routingWeights: Int?
  /// How long demand takes to leave a cluster before it is switched.
  public var drain: Microseconds
  /// How long each share is shown before the next.
  public var soak: Microseconds
  /// Which of several clusters that show equal parts comes first.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    shares: [Ratio], partial: PartialRollout, exceptions: [Exception] = [],
    routingWeights: Int? = nil, drain: Microseconds = .seconds(60),
    soak: Microseconds = .zero, order: TakeOrder = .listed,
    acceptance: Acceptance = Acceptance()
  ) {
    self.shares = shares
    self.partial = partial
    self.exceptions = exceptions
    self.routingWeights = routingWeights
    self.drain = drain
    self.soak = soak
    self.order = order
    self.acceptance = acceptance
  }

  /// The name of a rung: its share.
  func stageName(_ rung: Int) -> String? {
    shares.indices.contains(rung) ? shares[rung].percentName : nil
  }

  /// What is out of range; nil: nothing.
  var problem: String? {
    let isAscending = zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 }
    guard let first = shares.first, first > .zero, shares.last == .one, isAscending,
      shares.count <= 250
    else { return "the shares are not up to 250 that ascend to all of the demand" }
    let partials = [partial] + exceptions.map(\.partial)
    guard partials.allSatisfy({ (1...1_000_000).contains($0.parts) }) else {
      return "a cluster's demand is divided into 1 to a million parts"
    }
    guard (1...1_000_000).contains(routingWeights ?? 1) else {
      return "routing weights add up to 1 to a million"
    }
    return drain >= .zero && soak >= .zero ? nil : "a time is negative"
  }

  /// What a rollout's clusters can show.
  public func partials(in fleet: Fleet) -> [PartialRollout] {
    let tests = exceptions.map { fleet.resolve($0.clusters) }
    return fleet.clusters.map { cluster in
      let index = tests.firstIndex { $0.chooses(cluster, of: fleet) }
      return index.map { exceptions[$0].partial } ?? partial
    }
  }

  /// What becomes of each share over the clusters of a rollout.
  ///
  /// Clusters that the rollout is not for have no part in its demand and take none over. O(shares ·
  /// clusters).
  /// - Parameters:
  ///   - fleet: the planner's clusters.
  ///   - lineup: those of the rollout, in the order in which they come first.
  /// - Returns: a rung for each share, with the fleet's order of clusters; none if there is no
  ///   cluster.
  public func rungs(of fleet: Fleet, lineup: [ClusterID]) -> [ExposureRung] {
    guard !lineup.isEmpty else { return [] }
    let partials = partials(in: fleet)
    let isKnown = lineup.contains { fleet.demand(of: $0) > 0 }
    let clusters = lineup.map { cluster in
      ExposedCluster(
        demand: isKnown ? fleet.demand(of: cluster) : 1,
        capacity: isKnown ? fleet.capacity(of: cluster) : 1, partial: partials[cluster.offset])
    }
    let ladder = ExposureLadder(of: clusters, routingWeights: routingWeights)
    return shares.map { ladder.rung(at: $0).spread(over: fleet, from: lineup) }
  }
}

extension Ratio {
  /// The share as a stage is named after it.
  var percentName: String {
    let (whole, rest) = partsPerBillion.quotientAndRemainder(dividingBy: 10_000_000)
    guard rest > 0 else { return "\(whole) %" }
    var digits = String(String(rest + 10_000_000).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits) %"
  }
}

extension ExposureRung {
  /// The same with the clusters in the order of a fleet; those that are not lined up show nothing.
  fileprivate func spread(over fleet: Fleet, from lineup: [ClusterID]) -> ExposureRung {
    func spread(_ values: [Int]) -> [Int] {
      var all = [Int](repeating: 0, count: fleet.count)
      for (cluster, value) in zip(lineup, values) { all[cluster.offset] = value }
      return all
    }
    func spread(_ exposure: Exposure) -> Exposure {
      Exposure(
        share: exposure.share, updatedParts: spread(exposure.updatedParts),
        weights: exposure.weights.map(spread), drained: exposure.drained.map(spread))
    }
    switch self {
    case .reached(let exposure): return .reached(spread(exposure))
    case .nearest(let exposure, let obstacle): return .nearest(spread(exposure), obstacle)
    case .refused: return self
    }
  }
}

extension StrategyPolicy {
  /// Whether it moves demand between clusters.
  public var movesDemand: Bool {
    switch self {
    case .exposure(let policy): policy.routingWeights != nil
    case .blueGreen: true
    default: false
    }
  }

  /// Whether it keeps clusters standing by.
  public var hasBackups: Bool {
    if case .blueGreen = self { true } else { false }
  }
}
