/// One generation of a Deployment's pods.
public struct ReplicaSetSize: Codable, Hashable, Sendable {
  /// Pods it is to have.
  public var wanted: Int
  /// Pods that are available.
  public var available: Int
  /// Orders sets by age: a larger number is newer.
  public var createdOrder: Int
  /// The replicas that the Deployment had when this set was last sized.
  public var annotatedReplicas: Int?
  /// Those and the surge that came on top; nil or 0: it was never written down.
  public var annotatedMax: Int?

  /// States a set.
  public init(
    wanted: Int, available: Int = 0, createdOrder: Int = 0, annotatedReplicas: Int? = nil,
    annotatedMax: Int? = nil
  ) {
    self.wanted = wanted
    self.available = available
    self.createdOrder = createdOrder
    self.annotatedReplicas = annotatedReplicas
    self.annotatedMax = annotatedMax
  }
}

/// The sets of a Deployment, and what one pass of its controller makes of their sizes.
///
/// - Source: Kubernetes `pkg/controller/deployment/rolling.go` and `util/deployment_util.go`.
public struct ReplicaSetSizes: Hashable, Sendable {
  /// Pods the Deployment is to have.
  public var replicas: Int
  /// How it replaces them.
  public var strategy: DeploymentStrategy
  /// The set of the current template; nil: there is none yet.
  public var new: ReplicaSetSize?
  /// The other sets, oldest first.
  public var old: [ReplicaSetSize]

  /// States the sets; `old` may come in any order.
  public init(
    replicas: Int, strategy: DeploymentStrategy, new: ReplicaSetSize?, old: [ReplicaSetSize]
  ) {
    self.replicas = replicas
    self.strategy = strategy
    self.new = new
    self.old = old.enumerated().sorted { a, b in
      (a.element.createdOrder, a.offset) < (b.element.createdOrder, b.offset)
    }.map(\.element)
  }

  /// Pods that all sets are to have.
  public var total: Int { old.reduce(new?.wanted ?? 0) { $0 + $1.wanted } }
  /// Pods of all sets that are available.
  public var available: Int { old.reduce(new?.available ?? 0) { $0 + $1.available } }
  /// The fewest pods that must be available.
  public var minAvailable: Int { replicas - strategy.unavailable(of: replicas) }

  /// The size that the new set may grow to, given how many pods all sets have.
  ///
  /// `total` may leave the new set out, as the caller counts.
  public func newSize(of set: ReplicaSetSize, total: Int) -> Int {
    guard case .rollingUpdate = strategy else { return replicas }
    let room = replicas + strategy.surge(of: replicas) - total
    guard room > 0 else { return set.wanted }
    return set.wanted + min(room, replicas - set.wanted)
  }

  /// Sizes the new set: it shrinks to the replicas at once and grows as far as there is room.
  ///
  /// - Returns: whether its size changed.
  public mutating func reconcileNew() -> Bool {
    guard let set = new, set.wanted != replicas else { return false }
    let size = set.wanted > replicas ? replicas : newSize(of: set, total: total)
    new?.wanted = size
    return size != set.wanted
  }

  /// Shrinks old sets by as much as the pods that are missing allow: first pods that serve nobody.
  ///
  /// New pods that are not yet available count as missing, so that a bad version halts here.
  ///
  /// - Returns: how many pods went.
  public mutating func reconcileOld() -> Int {
    let missingNew = (new?.wanted ?? 0) - (new?.available ?? 0)
    let allowance = total - minAvailable - missingNew
    guard old.contains(where: { $0.wanted > 0 }), allowance > 0 else { return 0 }
    let unhealthy = removeUnhealthy(atMost: allowance)
    return unhealthy + removeHealthy()
  }

  /// Takes pods that are not available from old sets, oldest set first.
  ///
  /// - Returns: how many pods went.
  public mutating func removeUnhealthy(atMost limit: Int) -> Int {
    var removed = 0
    for index in old.indices where removed < limit && old[index].wanted > 0 {
      let count = min(limit - removed, max(0, old[index].wanted - old[index].available))
      old[index].wanted -= count
      removed += count
    }
    return removed
  }

  /// Takes pods from old sets, oldest first, as long as enough pods stay available.
  ///
  /// - Returns: how many pods went.
  public mutating func removeHealthy() -> Int {
    let spare = available - minAvailable
    var removed = 0
    for index in old.indices where removed < spare {
      let count = min(old[index].wanted, spare - removed)
      old[index].wanted -= count
      removed += count
    }
    return removed
  }
}
