extension ReplicaSetSizes {
  /// What one pass of the controller wrote.
  public enum Sync: Hashable, Sendable {
    /// The new set's size.
    case new
    /// The sizes of old sets.
    case old
    /// Nothing.
    case nothing
  }

  /// One pass of the controller, which ends at the first write.
  ///
  /// - Parameter oldPods: pods of old sets that are there; `recreate` waits until there are none.
  /// - Returns: what was written.
  /// - Source: Kubernetes `rolloutRolling` and `rolloutRecreate`.
  public mutating func sync(oldPods: Int) -> Sync {
    new = new ?? ReplicaSetSize(wanted: 0, createdOrder: (old.last?.createdOrder ?? 0) + 1)
    guard case .recreate = strategy else {
      if reconcileNew() { return .new }
      return reconcileOld() > 0 ? .old : .nothing
    }
    guard old.allSatisfy({ $0.wanted == 0 }) else {
      for index in old.indices { old[index].wanted = 0 }
      return .old
    }
    guard oldPods == 0 else { return .nothing }
    return reconcileNew() ? .new : .nothing
  }
}
