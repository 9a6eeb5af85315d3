public import Determinism

/// A rollout of Open Cluster Management over the decisions of a Placement.
///
/// It only ever starts clusters. Too many failures keep others from being started for as long as
/// they last: when a failed cluster recovers or leaves, it goes on.
///
/// - Source: OCM sdk-go v1.3.0-1, `RolloutHandler`, with the controllers of ManifestWorkReplicaSets
///   and of add-ons as callers. Differences: the workload of a cluster that leaves is not deleted,
///   for nothing can be asked of it here; the content that is rolled out does not change.
public struct OCMRollout: RolloutStrategy {
  private let caller: OCMPolicy.Caller
  private let strategy: OCMRolloutStrategy
  private let grouping: OCMGroupStrategy
  /// The selected clusters, by name.
  private let clusters: [ClusterID]
  /// The position of each cluster of the fleet in `clusters`, or `noRank`.
  private let rankOf: Column<ClusterID, OCMRank>
  /// The first rule of the decision groups that takes each of them, or their number.
  private let rules: [Int]
  private var isMember: [Bool]
  private var tally: OCMTally
  /// Whether clusters have joined or left since the groups were cut.
  private var isRecut = false
  /// What was decided when anything was last looked at; nil: something has changed since.
  private var standing: Standing?

  /// What holds until something changes.
  private struct Standing: Codable, Equatable {
    var verdict: Verdict
    var stage: Int
    var wakeUp: Instant?
  }

  private static let noRank: OCMRank = -1

  /// Begins a rollout, or takes one over; the controllers keep nothing but what is seen.
  public init(
    policy: OCMPolicy, members: ClusterTest, takingOver fleet: FleetStatus, at now: Instant,
    random: RandomStream
  ) {
    caller = policy.caller
    strategy = policy.handedOver
    grouping = policy.grouping
    let predicates = policy.predicates.map { fleet.fleet.resolve($0) }
    clusters = fleet.fleet.byName(
      fleet.fleet.clusters.filter { cluster in
        members.chooses(cluster, of: fleet.fleet)
          && (predicates.isEmpty || predicates.contains { $0.chooses(cluster, of: fleet.fleet) })
      })
    let tests = policy.grouping.rules.map { fleet.fleet.resolve($0.clusters) }
    rules = clusters.map { cluster in
      tests.firstIndex { $0.chooses(cluster, of: fleet.fleet) } ?? tests.count
    }
    isMember = Array(repeating: false, count: clusters.count)
    tally = OCMTally(strategy, clusters: clusters.count, groups: nil)
    var rankOf = Column<ClusterID, OCMRank>(repeating: Self.noRank, count: fleet.fleet.count)
    for (rank, cluster) in clusters.enumerated() { rankOf[cluster] = OCMRank(rank) }
    self.rankOf = rankOf
    for cluster in clusters { see(cluster, fleet: fleet, at: now) }
  }

  /// One step of the strategy.
  ///
  /// The controller reconciles until its own changes lead to no more. It looks at the whole fleet
  /// each time; here that costs what has changed, and the whole fleet only where clusters that join
  /// or leave shift others from group to group.
  public mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { see(cluster, fleet: fleet, at: now) }
    if let wakeUp = standing?.wakeUp, wakeUp <= now { standing = nil }
    var decision = Decision()
    let standing = standing ?? reconcile(fleet: fleet, at: now, decision: &decision)
    self.standing = standing
    decision.verdict = standing.verdict
    decision.stage = standing.stage
    decision.wakeUp = standing.wakeUp
    return decision
  }

  private mutating func see(_ cluster: ClusterID, fleet: FleetStatus, at now: Instant) {
    let rank = rankOf[cluster]
    guard rank != Self.noRank else { return }
    let isMember = fleet[cluster].isMember
    let status = caller.status(of: fleet[cluster])
    if self.isMember[Int(rank)] != isMember {
      self.isMember[Int(rank)] = isMember
      if hasGroups { isRecut = true } else { tally.setMember(rank, isMember, at: now) }
      standing = nil
    }
    guard tally.status(of: rank) != status else { return }
    tally.note(status, of: rank, at: now)
    standing = nil
  }

  /// Whether it matters which cluster is in which group.
  private var hasGroups: Bool {
    switch strategy.kind {
    case .all: false
    case .progressive: !strategy.mandatoryGroups.isEmpty
    case .progressivePerGroup: true
    }
  }

  private mutating func reconcile(
    fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) -> Standing {
    do throws(OCMUnreadable) {
      try cut(at: now)
      tally.advance(to: now)
      while true {
        let pass = try tally.decide(strategy)
        let offers = tally.offers(of: pass)
        for rank in offers {
          tally.note(caller.statusWhenApplied(at: now), of: rank, at: now)
          decision.directives.append((clusters[Int(rank)], .target))
        }
        guard offers.isEmpty else { continue }
        return Standing(
          verdict: verdict(pass, fleet: fleet), stage: pass.group,
          wakeUp: tally.nextDue(before: pass.end))
      }
    } catch {
      let nothing = Evidence(failed: 0, budget: 0, stage: nil, causes: [])
      return Standing(verdict: .halted(nothing), stage: 0, wakeUp: nil)
    }
  }

  /// Cuts the clusters into groups, where some have joined or left and it matters.
  private mutating func cut(at now: Instant) throws(OCMUnreadable) {
    _ = try grouping.clustersPerGroup.size(of: 0, else: 0)
    guard isRecut else { return }
    isRecut = false
    let members = isMember.indices.filter { isMember[$0] }
    let groups = try OCMDecisionGroup.groups(
      grouping, of: members.map { (cluster: OCMRank($0), rule: rules[$0]) })
    tally = tally.regrouped(strategy, groups: groups, at: now)
  }

  // MARK: Where it stands

  /// Complete when nothing is left to do; halted while too many have failed, or when nothing moves
  /// and some were never started.
  private mutating func verdict(_ pass: OCMPass, fleet: FleetStatus) -> Verdict {
    guard !pass.isBreached else { return .halted(evidence(pass, fleet: fleet)) }
    guard pass.placeCount == 0 else { return .rolling }
    return tally.unappliedCount == 0 ? .complete : .halted(evidence(pass, fleet: fleet))
  }

  private mutating func evidence(_ pass: OCMPass, fleet: FleetStatus) -> Evidence {
    let causes = tally.firstFailures(5, before: pass.end).map { failure in
      let hasFailed = tally.status(of: failure.cluster)?.status == .failed
      return Evidence.Cause(
        cluster: fleet.fleet.names[clusters[Int(failure.cluster)].offset],
        cause: hasFailed ? .updateFailed : .deadlinePassed, since: failure.at)
    }
    let failed = tally.places.count(OCMTally.Places(.failing, .timedOut), before: pass.end)
    return Evidence(failed: failed, budget: pass.tolerated, stage: nil, causes: causes)
  }
}
