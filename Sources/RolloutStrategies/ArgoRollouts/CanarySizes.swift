/// One copy of a service that a rollout counts.
public struct CopySize: Codable, Hashable, Sendable {
  /// Pods it is to have.
  public var wanted: Int
  /// Pods that are available.
  public var available: Int

  /// States a copy.
  public init(wanted: Int, available: Int) {
    self.wanted = wanted
    self.available = available
  }

  /// Pods that may be counted on when others go: more than are wanted will not stay.
  public func counted(ignoringAvailability isIgnoring: Bool) -> Int {
    isIgnoring ? wanted : min(wanted, available)
  }
}

/// The copies of a canary without a router, and what one pass makes of their sizes.
///
/// - Source: Argo Rollouts v1.10, `CalculateReplicaCountsForBasicCanary`.
public struct CanarySizes: Hashable, Sendable {
  /// Pods of the service.
  public var replicas: Int
  /// Most pods on top.
  public var surge: Int
  /// Most pods missing.
  public var unavailable: Int
  /// The new copy; nil: it is not there yet.
  public var canary: CopySize?
  /// The copy that serves as before; nil: there is none.
  public var stable: CopySize?
  /// Pods that copies of other revisions are still to have.
  public var older: Int

  /// States the copies.
  public init(
    replicas: Int, surge: Int, unavailable: Int, canary: CopySize?, stable: CopySize?,
    older: Int = 0
  ) {
    self.replicas = replicas
    self.surge = surge
    self.unavailable = unavailable
    self.canary = canary
    self.stable = stable
    self.older = older
  }

  /// The sizes that a canary without a router is to have in the end.
  public func target(_ position: CanaryPosition) -> (canary: Int, stable: Int) {
    let (pods, weight) = position.target
    if let pods { return (pods, replicas) }
    let counts = WeightApproximation(
      replicas: replicas, weight: weight, maxWeight: position.maxWeight, surge: surge)
    return (counts.canary, counts.stable)
  }

  /// The sizes of one pass on the way to a target.
  ///
  /// Older copies go before canary or stable shrink; of these only one shrinks at a time.
  public func step(to target: (canary: Int, stable: Int)) -> (canary: Int, stable: Int) {
    var counts = (canary: canary?.wanted ?? 0, stable: stable?.wanted ?? 0)
    let ceiling = replicas + surge
    var room = ceiling - counts.canary - counts.stable - older
    if room > 0 {
      let more = min(room, max(0, target.stable - counts.stable))
      counts.stable += more
      room -= more
      counts.canary += min(room, max(0, target.canary - counts.canary))
    }
    guard older == 0 else { return counts }
    let isGrowing = canary.map { target.canary >= $0.wanted } ?? true
    let least = replicas - unavailable
    let counted =
      (canary?.counted(ignoringAvailability: !isGrowing) ?? 0)
      + (stable?.counted(ignoringAvailability: isGrowing) ?? 0)
    guard counted > least else { return counts }
    if isGrowing {
      counts.stable = max(min(counts.stable, target.stable), counts.stable - (counted - least))
      fit(&counts.stable, stable, &counts.canary, canary, ceiling: ceiling, least: least)
    } else {
      counts.canary = max(min(counts.canary, target.canary), counts.canary - (counted - least))
      fit(&counts.canary, canary, &counts.stable, stable, ceiling: ceiling, least: least)
    }
    return counts
  }

  /// Brings both sides under the ceiling: the side that is not drained gives way first, but of its
  /// available pods only as many as may go.
  private func fit(
    _ drained: inout Int, _ drainedCopy: CopySize?, _ other: inout Int, _ otherCopy: CopySize?,
    ceiling: Int, least: Int
  ) {
    let before = min(other, otherCopy?.available ?? 0)
    other -= max(0, drained + other - ceiling)
    let after = min(other, before)
    let available = after + min(drained, drainedCopy?.available ?? 0)
    other += max(0, min(before - after, least - available))
    drained -= max(0, drained + other - ceiling)
  }

  /// Whether the copies are as a step wants them: both are of the sizes that a pass gives them, the
  /// canary is available, the stable copy has just its pods, available or not, and nothing of other
  /// copies serves.
  ///
  /// - Parameters:
  ///   - target: the sizes that a pass gives them.
  ///   - canary: the new copy.
  ///   - stable: the copy that serves as before.
  ///   - present: pods of the stable copy that are there.
  ///   - olderAvailable: pods of other copies that are available.
  ///   - threshold: from when on the canary's pods are enough.
  /// - Returns: whether the step may be over.
  public static func areReached(
    _ target: (canary: Int, stable: Int), canary: CopySize?, stable: CopySize?, present: Int,
    olderAvailable: Int, threshold: ReplicaProgressThreshold = .all
  ) -> Bool {
    guard let canary, canary.wanted == target.canary, stable?.wanted == target.stable else {
      return false
    }
    let isCanaryThere =
      threshold == .all
      ? canary.available == target.canary
      : threshold.isMet(available: canary.available, of: target.canary)
    return isCanaryThere && present == target.stable && olderAvailable == 0
  }

  /// What is left of other copies after one pass, in the order given, newest first.
  public static func drained(
    _ others: [CopySize], available: Int, least: Int
  ) -> [Int] {
    var allowance = max(0, available - least)
    return others.map { copy in
      let unhealthy = max(0, copy.wanted - copy.available)
      let taken = min(copy.wanted - unhealthy, allowance)
      allowance -= taken
      return copy.wanted - unhealthy - taken
    }
  }
}
