/// What a pass over a bundle's clusters needs to know of them, kept up to date at the cost of what
/// changes.
struct BundleTally: Codable, Equatable, Sendable {
  /// What one cluster is for a pass.
  enum Standing: UInt8, Codable, CaseIterable {
    /// It is not there.
    case absent
    /// It runs what is asked for and is ready.
    case finished
    /// It serves, and what is asked for can be released to it.
    case serving
    /// The same, but it does not serve.
    case free
    /// It does not serve, and nothing can be released to it.
    case down
    /// It serves something else, and nothing can be released to it.
    case stuck
    /// It lacks a deployment.
    case missing

    /// What a target is for a pass that comes to it; nil: it is not there.
    init(_ target: BundleTarget?) {
      guard let target else {
        self = .absent
        return
      }
      guard let deployment = target.deployment else {
        self = .missing
        return
      }
      if !target.isPaused, target.desired != 0, deployment.released != target.desired {
        self = deployment.isUnavailable ? .free : .serving
      } else if deployment.isUnavailable {
        self = .down
      } else {
        self = deployment.released == target.desired ? .finished : .stuck
      }
    }
  }

  /// Several of them.
  typealias Standings = RankedClasses<Standing>.Selection

  /// One of the partitions that the document lists.
  private struct Listed: Codable, Equatable {
    /// Its clusters by rank, ascending.
    let members: [UInt32]
    /// Theirs, by position.
    var standings: RankedClasses<Standing>

    /// The position of a cluster; nil: it is not among them.
    func position(of rank: Int) -> Int? {
      var low = 0
      var high = members.count
      while low < high {
        let middle = (low + high) / 2
        if members[middle] < rank { low = middle + 1 } else { high = middle }
      }
      return low < members.count && members[low] == rank ? low : nil
    }
  }

  /// A part of the clusters that is walked through as one.
  fileprivate enum Part {
    /// One that the document lists, by position.
    case listed(Int)
    /// Clusters from one rank to before another.
    case slice(Range<Int>)
  }

  private var standings: RankedClasses<Standing>
  private var listed: [Listed]

  /// A tally of clusters that are not there.
  ///
  /// `listed` are the members of the partitions that the document lists, ascending; there are none
  /// where it lists no partition.
  init(clusters: Int, listed: [[UInt32]]) {
    standings = RankedClasses(clusters, of: .absent)
    self.listed = listed.map { members in
      Listed(members: members, standings: RankedClasses(members.count, of: .absent))
    }
  }

  /// What a cluster is for a pass.
  subscript(rank: Int) -> Standing {
    get { standings[rank] }
    set {
      guard standings[rank] != newValue else { return }
      standings[rank] = newValue
      for index in listed.indices {
        guard let position = listed[index].position(of: rank) else { continue }
        listed[index].standings[position] = newValue
      }
    }
  }

  /// How many clusters are something, over all partitions.
  func count(_ selection: Standings) -> Int { standings.count(selection) }

  fileprivate func count(_ selection: Standings, in part: Part) -> Int {
    switch part {
    case .listed(let index): listed[index].standings.count(selection)
    case .slice(let ranks):
      standings.count(selection, before: ranks.upperBound)
        - standings.count(selection, before: ranks.lowerBound)
    }
  }

  /// The first clusters of a part that are something, by rank, at most as many as there are.
  fileprivate func first(_ limit: Int, _ selection: Standings, in part: Part) -> [Int] {
    switch part {
    case .listed(let index):
      return listed[index].standings.first(limit, in: selection).map {
        Int(listed[index].members[$0])
      }
    case .slice(let ranks):
      let skipped = standings.count(selection, before: ranks.lowerBound)
      let here = standings.count(selection, before: ranks.upperBound) - skipped
      return standings.first(min(limit, here), in: selection, skipping: skipped)
    }
  }

  /// The clusters of a partition that is made: so many of those that are there.
  fileprivate func slice(_ index: Int, of size: Int) -> Part {
    let start = standings.rank(of: index * size, in: .present) ?? standings.count
    return .slice(start..<(standings.rank(of: (index + 1) * size, in: .present) ?? standings.count))
  }

  /// The first partition from some index on that a pass has anything to do in; nil: there is none.
  ///
  /// Those that are listed are walked through one by one.
  fileprivate func next(from index: Int, of count: Int, size: Int) -> Int? {
    guard index < count else { return nil }
    guard listed.isEmpty else { return index }
    guard let start = standings.rank(of: index * size, in: .present),
      let rank = standings.rank(
        of: standings.count(.unfinished, before: start), in: .unfinished)
    else { return nil }
    return standings.count(.present, before: rank) / size
  }
}

extension BundleTally.Standings {
  fileprivate static let present = Self(
    .finished, .serving, .free, .down, .stuck, .missing)
  fileprivate static let unavailable = Self(.free, .down)
  /// Those that keep the gate of their partition closed.
  static let unfinished = Self(.serving, .free, .down, .stuck, .missing)
}

/// What a walk through the partitions of a bundle comes to.
struct BundleWalk: Hashable, Sendable {
  /// A partition that was walked through and is not finished.
  struct Part: Hashable {
    let index: Int
    let unfinished: Int
  }

  /// Clusters that were given a deployment, in order.
  var created: [Int] = []
  /// Clusters to which a version was released, in order.
  var released: [Int] = []
  var unavailable = 0
  var maxUnavailable = 0
  var unavailablePartitions = 0
  var maxUnavailablePartitions = 0
  /// The partition the walk came to, from 0.
  var reached = 0
  /// The partitions in which there was anything to do.
  var parts: [Part] = []
}

extension BundleTally {
  /// Walks through the partitions as far as the limits allow, and releases what may be released.
  ///
  /// Costs O(log n) for each partition with unfinished clusters, and for what it releases.
  ///
  /// `became` tells what a cluster is after it was given a deployment or released to, from what it
  /// was; in a rollout it is down.
  mutating func walk(
    _ policy: RancherFleetPolicy,
    became: (_ rank: Int, _ was: Standing) -> Standing = { _, _ in .down }
  ) -> BundleWalk {
    var walk = BundleWalk()
    let count = count(.present)
    let size = policy.sliceSize(of: count)
    let parts = listed.isEmpty ? (count + size - 1) / size : listed.count
    walk.maxUnavailable = policy.unavailable(of: count)
    walk.maxUnavailablePartitions = (policy.maxUnavailablePartitions ?? .count(0)).of(parts)
    walk.unavailable = self.count(.unavailable)
    // Partitions may overlap, and count what does not serve before anything is released.
    let before = listed.indices.map { self.count(.unavailable, in: .listed($0)) }
    var start = 0
    while let index = next(from: start, of: parts, size: size) {
      let part = listed.isEmpty ? slice(index, of: size) : Part.listed(index)
      walk.reached = index
      pass(
        part, index, policy,
        before: before.isEmpty ? self.count(.unavailable, in: part) : before[index],
        became: became, into: &walk)
      guard walk.unavailablePartitions <= walk.maxUnavailablePartitions else { return walk }
      start = index + 1
    }
    walk.reached = max(0, parts - 1)
    return walk
  }

  /// Creates what is missing as long as a pass may, and releases what can be released, free of
  /// charge where nothing serves anyway.
  private mutating func pass(
    _ part: Part, _ index: Int, _ policy: RancherFleetPolicy, before: Int,
    became: (Int, Standing) -> Standing, into walk: inout BundleWalk
  ) {
    let partition = policy.partitions.isEmpty ? nil : policy.partitions[index]
    let most = policy.unavailable(of: count(.present, in: part), in: partition)
    for rank in first(policy.maxNew - walk.created.count, Standings(.missing), in: part) {
      walk.created.append(rank)
      self[rank] = became(rank, .missing)
    }
    let places = min(most - before, walk.maxUnavailable - walk.unavailable)
    let chosen = first(places, Standings(.serving), in: part)
    let free = first(.max, Standings(.free), in: part)
    walk.unavailable += chosen.count
    for rank in chosen + free { self[rank] = became(rank, self[rank]) }
    walk.released += free.isEmpty ? chosen : (chosen + free).sorted()
    let unfinished = count(.unfinished, in: part)
    walk.unavailablePartitions += unfinished > most ? 1 : 0
    walk.parts.append(.init(index: index, unfinished: unfinished))
  }
}
