public import Determinism

/// Settings of the strategy whose batches grow as the evidence allows.
///
/// The promise is about clusters that are there from the beginning to the end, and that show that
/// they are bad within their soak.
public struct RiskRampPolicy: Codable, Hashable, Sendable {
  /// Failed clusters that a bad version is to cost at most; a share is of the rollout's clusters,
  /// rounded down, at least one.
  public var budget: Amount
  /// How probable it may be that a version costs more.
  public var probability: Ratio
  /// How long a batch rests after its last cluster came to rest.
  public var batchSoak: Microseconds
  /// The order clusters are taken in.
  ///
  /// Drawn, the promise holds whatever clusters a version is bad on; listed, it does if the bad
  /// ones are listed as if by chance.
  public var order: TakeOrder
  /// When clusters count as done or failed.
  ///
  /// Its failure budget is what the ramp goes on with, always less than the budget. Clusters that
  /// cannot be reached are waited for: one that is passed over proves nothing.
  public var acceptance: Acceptance

  /// States the settings.
  public init(
    budget: Amount, probability: Ratio, batchSoak: Microseconds = .zero,
    order: TakeOrder = .drawn, acceptance: Acceptance = Acceptance()
  ) {
    self.budget = budget
    self.probability = probability
    self.batchSoak = batchSoak
    self.order = order
    self.acceptance = acceptance
  }

  /// The budget in clusters.
  func budget(of clusters: Int) -> Int {
    min(budget.atLeastOne(of: clusters), max(1, clusters))
  }

  /// Failed clusters with which the ramp goes on.
  func tolerated(of clusters: Int) -> Int {
    let written = acceptance.failureBudget.of(clusters, rounded: .down)
    return max(0, min(written, budget(of: clusters) - 1))
  }

  /// The batches for so many clusters.
  func schedule(for clusters: Int) -> RampSchedule {
    RampSchedule(
      clusters: clusters, budget: budget(of: clusters), tolerated: tolerated(of: clusters),
      probability: probability)
  }
}
