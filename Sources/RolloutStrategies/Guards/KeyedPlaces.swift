import Determinism

/// Places under keys: how many are left, who waits for some, and to whom they were offered.
///
/// A cluster that was released and has not been asked for again holds an offer. Offers keep further
/// clusters from being released, not from starting: without them a strategy that has no slot left
/// would be handed one cluster after the other.
struct KeyedPlaces: Codable, Equatable, Sendable {
  /// The mark of a cluster without an offer.
  private static let noOffer = UInt32.max

  /// Places left, by key; below 0 where more is taken than there is.
  private(set) var left: [Int64]
  private var offered: [Int64]
  /// The key of each cluster that was released and not asked for since, or `noOffer`.
  private var offerOf: Column<ClusterID, UInt32>
  private var waiting: [WaitingLine]
  /// Keys that may have got room for those that wait.
  private var freed: [Int] = []

  init(_ places: [Int64], clusterCount: Int) {
    left = places
    offered = places.map { _ in 0 }
    offerOf = Column(repeating: Self.noOffer, count: clusterCount)
    waiting = places.map { _ in WaitingLine() }
  }

  /// Clusters that wait under a key; among them some that do so no longer.
  func waitingCount(_ key: Int) -> Int { waiting[key].count }

  /// Takes places, or gives them back when negative.
  mutating func take(_ places: Int64, under key: Int) {
    left[key] -= places
    if places < 0 { noteFreed(key) }
  }

  /// Puts a cluster aside until a key has as many places as it needs.
  mutating func park(_ cluster: ClusterID, needing needs: Int64, under key: Int) {
    waiting[key].push(cluster, needing: needs)
  }

  /// Notes that a cluster was asked for again, or cannot be any more.
  mutating func settleOffer(to cluster: ClusterID, needing needs: Int64) {
    guard offerOf[cluster] != Self.noOffer else { return }
    let key = Int(offerOf[cluster])
    offerOf[cluster] = Self.noOffer
    offered[key] -= needs
    noteFreed(key)
  }

  /// Clusters that wait under keys with room, as many as there is room for.
  ///
  /// A cluster that stopped waiting, or came to wait for another rule, is still in its line; so is
  /// one that came back to the same line, twice. `guarded` tells whether each still waits for
  /// `rule`.
  mutating func release(_ guarded: GuardedClusters, for rule: Int) -> [ClusterID] {
    guard !freed.isEmpty else { return [] }
    var released: [ClusterID] = []
    var keys: [Int] = []
    swap(&keys, &freed)
    keys.sort()
    for key in keys {
      while let (cluster, needs) = waiting[key].first, needs <= left[key] - offered[key] {
        waiting[key].removeFirst()
        guard guarded.isWaiting(cluster, for: rule), offerOf[cluster] == Self.noOffer else {
          continue
        }
        offerOf[cluster] = UInt32(key)
        offered[key] += needs
        released.append(cluster)
      }
    }
    return released
  }

  private mutating func noteFreed(_ key: Int) {
    if !waiting[key].isEmpty { freed.append(key) }
  }
}
