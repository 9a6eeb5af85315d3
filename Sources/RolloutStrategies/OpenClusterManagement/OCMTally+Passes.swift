import Determinism

/// What one look at the statuses of all clusters comes to.
struct OCMPass: Equatable {
  /// Whether more have failed than is tolerated, so that nothing new begins.
  var isBreached = false
  /// Failed clusters that were tolerated where the look ended.
  var tolerated = 0
  /// The index of the group at which it ended.
  var group = 0
  /// How many clusters hold a place.
  var placeCount = 0
  /// The rank before which clusters were sorted into lists.
  var end = 0
  /// The rank before which those to be applied are among them.
  var offersEnd = 0
  /// How many clusters without a status hold a place, the first by name.
  var newCount = 0
  /// The groups that were looked at, in order; nil: the look went over clusters.
  var groups: ArraySlice<Int>?
}

extension OCMTally.Places {
  /// What holds a place as long as nothing is breached.
  static let holding = Self(.offered, .held, .placed, .failing)
  /// What holds one in any case.
  static let underWay = Self(.placed, .failing)
  static let failures = Self(.failing, .timedOut, .lost)
}

extension OCMTally {
  /// Decides which clusters are rolled out now.
  ///
  /// O(log n) in the clusters, and O(n) in the groups.
  ///
  /// - Throws: when the library refuses a setting, so that nothing rolls out.
  /// - Source: OCM sdk-go v1.3.0-1, `RolloutHandler.GetRolloutCluster`.
  func decide(_ strategy: OCMRolloutStrategy) throws(OCMUnreadable) -> OCMPass {
    _ = try strategy.progressDeadline.length()
    let total = groups.reduce(0) { $0 + ($1.isSeen ? $1.size : 0) }
    if strategy.kind == .all {
      return passOverClusters(slots: total, tolerated: total, from: others)
    }
    let tolerated = try strategy.maxFailures.size(of: total, else: 0)
    if !mandatory.isEmpty {
      let first = try passOverGroups(mandatory, maxFailures: .count(0))
      guard first.placeCount == 0, places.count(Places(.timedOut)) == 0 else { return first }
    }
    guard strategy.kind == .progressive else {
      return try passOverGroups(others, maxFailures: strategy.maxFailures)
    }
    let count = others.reduce(0) { $0 + groups[$1].size }
    let slots = try strategy.maxConcurrency.size(of: count, else: count)
    return passOverClusters(slots: slots, tolerated: tolerated, from: others)
  }

  /// The pass that fills a number of slots, whatever the groups.
  ///
  /// It ends as soon as the slots are full, so that failures further on are not counted yet. Once
  /// too many have failed, those to be applied hold no place any more.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `progressivePerCluster`.
  private func passOverClusters(
    slots: Int, tolerated: Int, from listed: [Int]
  ) -> OCMPass {
    var pass = OCMPass()
    pass.tolerated = tolerated
    pass.group = listed.lazy.map { groups[$0].index }.min() ?? 0
    let breach = places.rank(of: tolerated, in: .failures)
    let intact = breach.map { $0 + 1 } ?? rows.count
    pass.end = end(slots: slots, intact: intact)
    pass.offersEnd = min(pass.end, intact)
    pass.isBreached = breach.map { $0 < pass.end } ?? false
    pass.placeCount =
      places.count(.holding, before: pass.offersEnd)
      + places.count(.underWay, before: pass.end)
      - places.count(.underWay, before: pass.offersEnd)
    if !pass.isBreached, pass.placeCount < slots {
      pass.newCount = min(slots - pass.placeCount, places.count(Places(.new)))
      pass.placeCount += pass.newCount
    }
    return pass
  }

  /// The rank before which the slots are full.
  ///
  /// Without slots the first cluster with a status is still looked at.
  private func end(slots: Int, intact: Int) -> Int {
    guard slots > 0 else {
      let first = rows.firstIndex { $0.status != nil && $0.group != Self.noGroup }
      return first.map { $0 + 1 } ?? rows.count
    }
    if let last = places.rank(of: slots - 1, in: .holding), last < intact { return last + 1 }
    let missing = slots - places.count(.holding, before: intact)
    let before = places.count(.underWay, before: intact)
    return places.rank(of: before + missing - 1, in: .underWay).map { $0 + 1 } ?? rows.count
  }

  /// The pass that goes from group to group.
  ///
  /// It compares the places in clusters of all groups with the failures in groups so far, which is
  /// why timed-out clusters can hide a following group that is small.
  ///
  /// - Source: OCM sdk-go v1.3.0-1, `progressivePerGroup`.
  private func passOverGroups(
    _ listed: [Int], maxFailures: OCMLimit
  ) throws(OCMUnreadable) -> OCMPass {
    var pass = OCMPass()
    pass.end = rows.count
    pass.placeCount = places.count(.underWay)
    var failures = 0
    var passed = 0
    for position in listed {
      passed += 1
      pass.group = groups[position].index
      pass.tolerated = try maxFailures.size(of: groups[position].size, else: 0)
      pass.placeCount += groups[position].waiting
      failures += groups[position].failed
      pass.isBreached = groups[position].failed > pass.tolerated
      guard pass.placeCount <= failures, !pass.isBreached else { break }
    }
    pass.groups = listed[..<passed]
    return pass
  }

  /// The clusters that a look gives the workload to, in order.
  func offers(of pass: OCMPass) -> [OCMRank] {
    if let listed = pass.groups {
      return listed.lazy.filter { groups[$0].unapplied > 0 }.flatMap { group in
        groups[group].clusters.filter { rows[Int($0)].status?.isApplied != true }
      }
    }
    let offered = Places(.offered)
    let known = places.first(places.count(offered, before: pass.offersEnd), in: offered)
    return (known + places.first(pass.newCount, in: Places(.new))).map { OCMRank($0) }
  }
}
