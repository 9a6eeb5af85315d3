/// What a ladder of exposure must know of a cluster.
public struct ExposedCluster: Codable, Hashable, Sendable {
  /// The most demand, capacity, or parts of a whole that are reckoned with.
  ///
  /// All products then stay within 128 bits.
  static let most: (load: Int64, parts: Int) = (1_000_000_000_000, 1_000_000)

  /// Demand that is its own as long as nothing is routed elsewhere, in users.
  public let demand: Int64
  /// Demand that it can serve, in users.
  public let capacity: Int64
  /// What the app can do in it.
  public let partial: PartialRollout

  /// States a cluster; traps when a number is out of range.
  ///
  /// - Parameters:
  ///   - demand: users; 0 to 10¹².
  ///   - capacity: users; 0 to 10¹².
  ///   - partial: what the app can do in the cluster; 1 to 10⁶ parts.
  public init(demand: Int64, capacity: Int64, partial: PartialRollout) {
    precondition((0...Self.most.load).contains(demand), "demand of \(demand)")
    precondition((0...Self.most.load).contains(capacity), "capacity of \(capacity)")
    precondition((1...Self.most.parts).contains(partial.parts), "\(partial.parts) parts")
    self.demand = demand
    self.capacity = capacity
    self.partial = partial
  }

  /// Whether its demand comes to the new version in smaller parts than another's.
  func isFiner(than other: ExposedCluster) -> Bool {
    Int128(demand) * Int128(other.partial.parts) < Int128(other.demand) * Int128(partial.parts)
  }
}
