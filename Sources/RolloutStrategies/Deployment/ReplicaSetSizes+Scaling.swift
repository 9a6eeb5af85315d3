extension ReplicaSetSizes {
  /// Sizes the sets after the Deployment's replicas were changed, also in the middle of an update.
  ///
  /// One set alone takes the new size. Several share the difference in proportion to their sizes;
  /// what rounding leaves goes to the largest.
  /// - Source: Kubernetes `pkg/controller/deployment/sync.go`, `scale`.
  public mutating func scale() {
    if let only = onlySet {
      setSize(replicas, of: only)
    } else if isSaturated {
      for index in old.indices { old[index].wanted = 0 }
    } else if case .rollingUpdate = strategy {
      scaleProportionally()
    }
  }

  /// The position of a set: nil is the new one.
  private typealias Position = Int?

  /// The set that alone has pods, or the newest where none has; nil: several have.
  private var onlySet: Position? {
    let all = positions
    let active = all.filter { size(at: $0) > 0 }
    if active.count == 1 { return .some(active[0]) }
    guard active.isEmpty else { return .none }
    if new != nil { return .some(nil) }
    return old.isEmpty ? .none : .some(old.count - 1)
  }

  /// Whether the new set has all its pods, so that the others have nothing left to do.
  private var isSaturated: Bool {
    guard let new else { return false }
    return new.annotatedReplicas == replicas && new.wanted == replicas
      && new.available == replicas
  }

  private var positions: [Position] { (new == nil ? [] : [nil]) + old.indices.map { .some($0) } }

  private func set(at position: Position) -> ReplicaSetSize {
    guard let position else { return new ?? ReplicaSetSize(wanted: 0) }
    return old[position]
  }

  private func size(at position: Position) -> Int { set(at: position).wanted }

  private mutating func setSize(_ size: Int, of position: Position) {
    if let position { old[position].wanted = size } else { new?.wanted = size }
  }

  private mutating func scaleProportionally() {
    let most = replicas == 0 ? 0 : replicas + strategy.surge(of: replicas)
    let toAdd = most - total
    guard toAdd != 0 else { return }
    let active = positions.filter { size(at: $0) > 0 }.sorted { a, b in
      let (a, b) = (set(at: a), set(at: b))
      guard a.wanted == b.wanted else { return a.wanted > b.wanted }
      return toAdd > 0 ? a.createdOrder > b.createdOrder : a.createdOrder < b.createdOrder
    }
    let fallback = total
    var added = 0
    for position in active {
      let share = share(of: set(at: position), toAdd: toAdd, added: added, fallback: fallback)
      setSize(size(at: position) + share, of: position)
      added += share
    }
    if let first = active.first {
      setSize(max(0, size(at: first) + toAdd - added), of: first)
    }
  }

  /// How many pods of the difference fall to one set.
  ///
  /// `fallback` stands in for a largest size that was never written down.
  private func share(
    of set: ReplicaSetSize, toAdd: Int, added: Int, fallback: Int
  ) -> Int {
    guard toAdd != added else { return 0 }
    guard replicas > 0 else { return max(-set.wanted, toAdd - added) }
    let before = set.annotatedMax.flatMap { $0 == 0 ? nil : $0 } ?? fallback
    let scaled = set.wanted * (replicas + strategy.surge(of: replicas))
    // Half a pod rounds away from zero; everything here is positive.
    let fraction = (2 * scaled + before) / (2 * before) - set.wanted
    return toAdd > 0 ? min(fraction, toAdd - added) : max(fraction, toAdd - added)
  }
}
