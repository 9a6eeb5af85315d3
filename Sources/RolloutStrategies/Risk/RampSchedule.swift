import Determinism

/// The batches of a ramp that keeps a promise: that more clusters fail than a budget is improbable.
///
/// The budget is exceeded in a batch when the clusters before it showed no more failures than are
/// tolerated, and the batch holds too many bad ones. For each number of bad clusters that there may
/// be, the probabilities of both are bounded and multiplied, the order being drawn; summed over the
/// batches, they are the risk. A batch is as large as takes at most half of what the earlier ones
/// left of the stated probability, *whatever* clusters are bad. A batch as large as what is left of
/// the budget is without risk: so the ramp begins.
///
/// - Source: Li, Mao, Bojinov 2023 (a budget that is exhausted with low probability, no rare events
///   drawn); the bound here assumes no distribution of how bad a version is.
struct RampSchedule: Codable, Equatable, Sendable {
  /// Clusters a batch.
  ///
  /// Range: each at least 1; together all clusters.
  private(set) var batches: [Int] = []

  /// No batch is more than so many times all before it.
  static let fastest = 10

  /// Works out the batches; O(batches × log³ clusters).
  ///
  /// - Parameters:
  ///   - clusters: how many there are.
  ///   - budget: failed clusters that are not to be exceeded, at least 1.
  ///   - tolerated: failed clusters with which the ramp goes on, fewer than the budget.
  ///   - probability: how probable it may be that the budget is exceeded.
  init(clusters: Int, budget: Int, tolerated: Int, probability: Ratio) {
    precondition(tolerated >= 0 && tolerated < budget, "\(tolerated) of \(budget) tolerated")
    var risk = RampRisk(
      clusters: clusters, budget: budget, tolerated: tolerated, probability: probability)
    while risk.proven < clusters {
      let left = clusters - risk.proven
      risk.look()
      // The largest batch that is within the risk; the smallest is without any.
      var holds = min(risk.room, left)
      var fails = min(left, max(holds, risk.proven * Self.fastest)) + 1
      while fails - holds > 1 {
        let size = (holds + fails) / 2
        if risk.allows(size) { holds = size } else { fails = size }
      }
      risk.take(holds)
      batches.append(holds)
    }
  }
}
