import Determinism

/// Clusters that wait for places under one key; those that need few come first, then those that
/// have waited longer.
///
/// One that needs more than can ever be left must not stand in the way of the others. Most need
/// one place: they form a queue, so that adding and taking costs O(1) however many there are.
struct WaitingLine: Codable, Equatable, Sendable {
  /// A cluster that needs another number of places than one.
  private struct Waiting: Codable, Equatable, Comparable {
    var needs: Int64
    var number: Int
    var cluster: ClusterID

    static func < (a: Waiting, b: Waiting) -> Bool {
      a.needs != b.needs ? a.needs < b.needs : a.number < b.number
    }
  }

  /// Clusters that need one place; those before `head` were taken.
  private var singles: [ClusterID] = []
  private var head = 0
  private var others = Heap<Waiting>()
  /// Clusters with other needs that were ever added.
  private var number = 0

  /// The clusters in it.
  var count: Int { singles.count - head + others.count }

  /// Whether there is none.
  var isEmpty: Bool { head == singles.count && others.isEmpty }

  /// The first cluster and what it needs; nil: there is none.
  var first: (cluster: ClusterID, needs: Int64)? {
    if takesOther { return others.min.map { ($0.cluster, $0.needs) } }
    return head < singles.count ? (singles[head], 1) : nil
  }

  /// Adds a cluster.
  mutating func push(_ cluster: ClusterID, needing needs: Int64) {
    guard needs != 1 else {
      singles.append(cluster)
      return
    }
    number += 1
    others.push(Waiting(needs: needs, number: number, cluster: cluster))
  }

  /// Takes the first cluster out, if there is one; O(1) as long as all need one place.
  mutating func removeFirst() {
    guard !takesOther else {
      _ = others.popMin()
      return
    }
    guard head < singles.count else { return }
    head += 1
    if head == singles.count || head > 1_024 && head > singles.count / 2 {
      singles.removeFirst(head)
      head = 0
    }
  }

  /// Whether the first one is of those with other needs.
  private var takesOther: Bool {
    guard let other = others.min else { return false }
    return head == singles.count || other.needs < 1
  }
}
