package import Determinism

extension OCMRolloutStrategy {
  /// Decides, from the groups and what is known of the clusters, which are rolled out now.
  ///
  /// A rollout decides with the same passes and keeps what they need; this lists what they come to.
  ///
  /// - Parameters:
  ///   - groups: the decision groups. Those whose index is not below their number are not seen,
  ///     except as mandatory ones.
  ///   - existing: the statuses that the caller knows, in its order; at most one per cluster.
  ///   - now: the time.
  /// - Returns: which clusters hold a place, have timed out, or have left.
  /// - Throws: when the library refuses a setting, so that nothing rolls out.
  package func decide(
    _ groups: [OCMDecisionGroup], existing: [OCMClusterRollout], at now: Instant
  ) throws(OCMUnreadable) -> OCMRolloutResult {
    let ranks = groups.lazy.flatMap(\.clusters).max() ?? -1
    let count = Int(max(ranks, existing.lazy.map(\.cluster).max() ?? -1)) + 1
    var tally = OCMTally(self, clusters: count, groups: groups)
    for known in existing {
      let status = OCMCallerStatus(known.status, isApplied: false, since: known.lastTransition)
      tally.note(status, of: known.cluster, at: now)
    }
    let pass = try tally.decide(self)
    var result = OCMRolloutResult()
    result.isBreached = pass.isBreached
    result.removed = existing.filter { !tally.isSeen($0.cluster) }
    let known = existing.filter { tally.isSeen($0.cluster) }
    let clock = OCMClock(
      deadline: try progressDeadline.length(), soak: kind == .all ? .zero : minSuccessTime,
      now: now)
    for cluster in pass.groups == nil ? known.sorted(by: { $0.cluster < $1.cluster }) : known
    where pass.lists(cluster) {
      switch clock.classify(cluster) {
      case .toRollOut(let cluster): result.toRollOut.append(cluster)
      case .timedOut(let cluster): result.timedOut.append(cluster)
      case .neither: break
      }
    }
    result.toRollOut += tally.waiting(in: pass).map { cluster, group in
      OCMClusterRollout(cluster, group: groups[group].key, .toApply)
    }
    return result
  }

  /// Whether a group comes first; where all clusters are rolled out to at once none does.
  func isMandatory(_ group: OCMGroupKey) -> Bool {
    kind != .all && mandatoryGroups.contains { $0.names(group) }
  }
}

extension OCMPass {
  /// Whether a look sorts a cluster with a status into a list, if its status belongs into one.
  fileprivate func lists(_ cluster: OCMClusterRollout) -> Bool {
    guard cluster.status == .toApply else { return cluster.cluster < end }
    return groups == nil && cluster.cluster < offersEnd
  }
}

extension OCMTally {
  /// Whether a cluster is in a group that is seen.
  fileprivate func isSeen(_ cluster: OCMRank) -> Bool {
    let group = rows[Int(cluster)].group
    return group != Self.noGroup && groups[Int(group)].isSeen
  }

  /// The clusters that a look adds to those with a status, each with the position of its group.
  fileprivate func waiting(in pass: OCMPass) -> [(cluster: OCMRank, group: Int)] {
    guard pass.groups == nil else {
      return offers(of: pass).filter { cluster in
        guard isSeen(cluster), let status = status(of: cluster) else { return true }
        return status.status == .toApply
      }.map { ($0, Int(rows[Int($0)].group)) }
    }
    return places.first(pass.newCount, in: Places(.new)).map {
      (OCMRank($0), Int(rows[$0].group))
    }
  }
}
