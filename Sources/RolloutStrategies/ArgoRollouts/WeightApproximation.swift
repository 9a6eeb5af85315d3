/// Whole pods that come nearest to a weight.
///
/// Exact in integers. The original works in doubles, in which some ties are none; with greatest
/// weights of 100 and 1,000 the counts are the same for every weight and up to a hundred pods.
/// - Source: Argo Rollouts v1.10, `utils/replicaset/canary.go`,
///   `approximateWeightedCanaryStableReplicaCounts`.
public struct WeightApproximation: Hashable, Sendable {
  /// Pods of the canary.
  public let canary: Int
  /// Pods of the stable version.
  public let stable: Int

  /// Finds the counts for a weight.
  ///
  /// At most one pod more than `replicas` is used for accuracy, whatever the surge.
  public init(replicas: Int, weight: Int, maxWeight: Int, surge: Int) {
    guard replicas > 0, maxWeight > 0 else {
      (canary, stable) = (0, 0)
      return
    }
    let product = replicas * weight
    let up = (product + maxWeight - 1) / maxWeight
    let down = product / maxWeight
    let mayBeEmpty = weight == 0 || weight == maxWeight || replicas == 1 && surge == 0
    var options: [(canary: Int, total: Int)] = []
    for total in surge > 0 ? [replicas, replicas + 1] : [replicas] {
      // With a pod on top, no side is left empty by rounding up.
      if total > replicas || up < replicas || mayBeEmpty { options.append((up, total)) }
      let isTied = Self.isTied(total, weight, maxWeight)
      if !isTied, down != 0 || mayBeEmpty { options.append((down, total)) }
    }
    var best: (canary: Int, total: Int, distance: Int)?
    for option in options {
      // Distances times the total, which are compared crosswise.
      let distance = abs(option.canary * maxWeight - weight * option.total)
      if best.map({ distance * $0.total < $0.distance * option.total }) ?? true {
        best = (option.canary, option.total, distance)
      }
    }
    canary = best?.canary ?? 0
    stable = best.map { $0.total - $0.canary } ?? replicas
  }

  /// Whether so many pods would be cut in the middle of one.
  private static func isTied(_ total: Int, _ weight: Int, _ maxWeight: Int) -> Bool {
    (2 * total * weight) % (2 * maxWeight) == maxWeight
  }

  /// Pods that a router's weight needs, rounded up.
  public static func pods(of replicas: Int, weight: Int, maxWeight: Int) -> Int {
    guard maxWeight > 0 else { return 0 }
    return (replicas * weight + maxWeight - 1) / maxWeight
  }
}
