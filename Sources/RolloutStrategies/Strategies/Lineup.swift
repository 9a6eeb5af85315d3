import Determinism

/// The clusters of a rollout in the order in which they are taken, cut into parts: stages or
/// groups.
struct Lineup: Codable, Equatable, Sendable {
  /// The clusters, part by part.
  ///
  /// Shape: one per cluster of the rollout, 4 bytes.
  private(set) var order: [ClusterID]
  /// Where each part begins in `order`; the last entry is the end.
  private(set) var bounds: [Int]
  /// The part of each cluster of the fleet, or `RolloutLedger.noPart`.
  private(set) var partOf: Column<ClusterID, UInt32>
  /// The position of each cluster in `order`; meaningless without a part.
  private(set) var rankOf: Column<ClusterID, UInt32>

  /// The number of parts.
  var parts: Int { bounds.count - 1 }
  /// The number of clusters.
  var count: Int { order.count }
  /// The number of clusters of a part.
  func size(of part: Int) -> Int { bounds[part + 1] - bounds[part] }
  /// The clusters of a part.
  func clusters(of part: Int) -> ArraySlice<ClusterID> {
    order[bounds[part]..<bounds[part + 1]]
  }

  /// Sorts clusters into parts; each part keeps the order of `clusters`.
  private init(
    parts: Int, of clusters: [ClusterID], in fleet: Fleet, part: [UInt32], order take: TakeOrder
  ) {
    var sizes = Array(repeating: 0, count: parts)
    for index in part where index != RolloutLedger.noPart { sizes[Int(index)] += 1 }
    var next = [0]
    for size in sizes { next.append(next[next.count - 1] + size) }
    bounds = next
    order = Array(repeating: ClusterID(rawValue: 0), count: next[parts])
    partOf = Column(repeating: RolloutLedger.noPart, count: fleet.count)
    rankOf = Column(repeating: 0, count: fleet.count)
    for (cluster, index) in zip(clusters, part) where index != RolloutLedger.noPart {
      order[next[Int(index)]] = cluster
      partOf[cluster] = index
      next[Int(index)] += 1
    }
    if take == .stratified {
      for index in 0..<parts {
        let range = bounds[index]..<bounds[index + 1]
        order.replaceSubrange(range, with: Coverage.first(Array(order[range]), in: fleet))
      }
    }
    for (rank, cluster) in order.enumerated() { rankOf[cluster] = UInt32(rank) }
  }

  /// All clusters in one part.
  static func single(
    _ clusters: [ClusterID], in fleet: Fleet, order: TakeOrder = .listed
  ) -> Lineup {
    Lineup(
      parts: 1, of: clusters, in: fleet, part: Array(repeating: 0, count: clusters.count),
      order: order)
  }

  /// Clusters in parts of stated sizes, which together are all of them.
  static func batches(
    _ sizes: [Int], of clusters: [ClusterID], in fleet: Fleet, order: TakeOrder = .listed
  ) -> Lineup {
    let part = sizes.indices.flatMap { Array(repeating: UInt32($0), count: sizes[$0]) }
    return Lineup(parts: sizes.count, of: clusters, in: fleet, part: part, order: order)
  }

  /// Clusters in the parts that stages make of them.
  static func stages(
    _ stages: [Stage], of clusters: [ClusterID], in fleet: Fleet, order: TakeOrder = .listed
  ) -> Lineup {
    var part = Array(repeating: RolloutLedger.noPart, count: clusters.count)
    for (index, stage) in stages.enumerated() {
      let test = fleet.resolve(stage.clusters)
      let chosen = clusters.indices.filter { test.chooses(clusters[$0], of: fleet) }
      var room = stage.size.map { $0.of(chosen.count, rounded: .up) } ?? chosen.count
      var free = chosen.filter { part[$0] == RolloutLedger.noPart }
      if order == .stratified || stage.isStratified == true {
        free = Coverage.first(free, in: fleet) { clusters[$0] }
      }
      for position in free where room > 0 {
        part[position] = UInt32(index)
        room -= 1
      }
    }
    return Lineup(parts: stages.count, of: clusters, in: fleet, part: part, order: order)
  }

  /// Clusters in the parts that the values of a label make of them; those without it come last.
  ///
  /// - Returns: the lineup and the name of each part.
  static func groups(
    by label: String, first: [String], of clusters: [ClusterID], in fleet: Fleet,
    order: TakeOrder = .listed
  ) -> (lineup: Lineup, names: [String]) {
    guard let dimension = fleet.dimension(label) else {
      return (single(clusters, in: fleet, order: order), ["-"])
    }
    let leading = first.compactMap { dimension.values.firstIndex(of: $0) }
    let following = dimension.values.indices.filter { !leading.contains($0) }
    let valueOrder = leading + following
    var place = Array(repeating: 0, count: dimension.values.count)
    for (position, value) in valueOrder.enumerated() { place[value] = position }
    let part = clusters.map { cluster in
      let value = dimension.valueOf[cluster]
      return UInt32(value == Fleet.Dimension.none ? valueOrder.count : place[Int(value)])
    }
    let lineup = Lineup(
      parts: valueOrder.count + 1, of: clusters, in: fleet, part: part, order: order)
    return (lineup, valueOrder.map { dimension.values[$0] } + ["-"])
  }

  /// The clusters that a rollout is for, in the order in which they are taken.
  static func candidates(
    _ members: ClusterTest, order: TakeOrder, in fleet: Fleet, random: RandomStream
  ) -> [ClusterID] {
    let clusters = Array(fleet.clusters.filter { members.chooses($0, of: fleet) })
    switch order {
    // A stratified order is made in each part, once it is known which clusters are in it.
    case .listed, .stratified: return clusters
    case .drawn:
      let words = clusters.map { random.words(entity: fleet.keys[$0], .order, 0).first }
      return positionsInOrder(of: words).map { clusters[Int($0)] }
    }
  }

  /// The positions of words in ascending order; those of equal words stay as they are.
  ///
  /// Words are spread evenly, so that each is put where about it must be, and then moved past the
  /// few before it that are greater: O(n). Not the words are moved but their positions, a quarter
  /// of the memory of pairs.
  private static func positionsInOrder(of words: [UInt64]) -> [UInt32] {
    let bits = UInt64(max(1, Int.bitWidth - words.count.leadingZeroBitCount))
    var next = Array(repeating: UInt32(0), count: (1 << bits) + 1)
    for word in words { next[Int(word >> (64 - bits)) + 1] += 1 }
    for place in next.indices.dropFirst() { next[place] += next[place - 1] }
    var sorted = Array(repeating: UInt32(0), count: words.count)
    for position in words.indices {
      let place = Int(words[position] >> (64 - bits))
      sorted[Int(next[place])] = UInt32(position)
      next[place] += 1
    }
    for index in sorted.indices.dropFirst() {
      let position = sorted[index]
      let word = words[Int(position)]
      var hole = index
      while hole > 0, word < words[Int(sorted[hole - 1])] {
        sorted[hole] = sorted[hole - 1]
        hole -= 1
      }
      sorted[hole] = position
    }
    return sorted
  }
}

/// The clusters of a lineup that can be started next, in order, without looking twice at those that
/// were passed.
struct CandidateQueue: Codable, Equatable, Sendable {
  private var cursor = 0
  /// Positions of clusters that were passed and may be started after all.
  private var returned = Heap<UInt32>()
  private var isReturned: Column<ClusterID, Bool>

  init(clusterCount: Int) {
    isReturned = Column(repeating: false, count: clusterCount)
  }

  /// The next cluster before the end that is pending; it is taken out.
  mutating func next(before end: Int, of lineup: Lineup, ledger: RolloutLedger) -> ClusterID? {
    while let rank = returned.min, Int(rank) < end {
      _ = returned.popMin()
      let cluster = lineup.order[Int(rank)]
      isReturned[cluster] = false
      if ledger[cluster] == .pending { return cluster }
    }
    while cursor < end {
      let cluster = lineup.order[cursor]
      cursor += 1
      if ledger[cluster] == .pending { return cluster }
    }
    return nil
  }

  /// How many of the clusters that were not passed yet, up to a number of them, are pending.
  ///
  /// A pass of its own over rows that are read again at once: memory answers many such reads in the
  /// time of one.
  @inline(__always)
  func pending(
    among limit: Int, before end: Int, of lineup: Lineup, _ ledger: RolloutLedger
  ) -> Int {
    let from = min(cursor, end)
    let clusters = lineup.order[from..<min(end, from + min(limit, end - from))]
    return clusters.reduce(0) { $0 + (ledger[$1] == .pending ? 1 : 0) }
  }

  /// Takes a cluster that may be started back in, if it was passed before.
  mutating func reconsider(_ cluster: ClusterID, of lineup: Lineup) {
    let rank = lineup.rankOf[cluster]
    guard Int(rank) < cursor, !isReturned[cluster] else { return }
    isReturned[cluster] = true
    returned.push(rank)
  }
}
