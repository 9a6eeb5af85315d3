import Determinism

@testable import RolloutStrategies

/// A rollout over the decisions of a Placement that looks at every cluster whenever anything has
/// changed, as the controllers do: what the rollout that keeps a tally has to decide as well.
struct PlainOCMRollout: RolloutStrategy {
  /// What is kept of one cluster that the Placement selects.
  private struct Row: Codable, Equatable {
    var isMember = false
    /// The first rule of the decision groups that takes it, or their number.
    var rule: Int
    /// What the caller says of it; nil: nothing.
    var status: OCMCallerStatus?
  }

  private let caller: OCMPolicy.Caller
  private let strategy: OCMRolloutStrategy
  private let grouping: OCMGroupStrategy
  /// The selected clusters, by name.
  private let clusters: [ClusterID]
  /// The position of each cluster of the fleet in `clusters`, or `noRank`.
  private let rankOf: Column<ClusterID, OCMRank>
  private var rows: [Row]
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
  init(
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
    let rules = policy.grouping.rules.map { fleet.fleet.resolve($0.clusters) }
    rows = clusters.map { cluster in
      Row(rule: rules.firstIndex { $0.chooses(cluster, of: fleet.fleet) } ?? rules.count)
    }
    var rankOf = Column<ClusterID, OCMRank>(repeating: Self.noRank, count: fleet.fleet.count)
    for (rank, cluster) in clusters.enumerated() { rankOf[cluster] = OCMRank(rank) }
    self.rankOf = rankOf
    for cluster in clusters { see(cluster, fleet: fleet) }
  }

  /// One step of the strategy.
  ///
  /// The controller reconciles until its own changes lead to no more. Costs the whole fleet, as in
  /// the system, but only when something that counts has changed.
  mutating func step(
    at now: Instant, changed: [ClusterID], fleet: FleetStatus, admit: inout Admission
  ) -> Decision {
    for cluster in changed { see(cluster, fleet: fleet) }
    if let wakeUp = standing?.wakeUp, wakeUp <= now { standing = nil }
    var decision = Decision()
    let standing = standing ?? reconcile(fleet: fleet, at: now, decision: &decision)
    self.standing = standing
    decision.verdict = standing.verdict
    decision.stage = standing.stage
    decision.wakeUp = standing.wakeUp
    return decision
  }

  private mutating func see(_ cluster: ClusterID, fleet: FleetStatus) {
    let rank = Int(rankOf[cluster])
    guard rank != Self.noRank else { return }
    let isMember = fleet[cluster].isMember
    let status = caller.status(of: fleet[cluster])
    guard rows[rank].isMember != isMember || rows[rank].status != status else { return }
    rows[rank].isMember = isMember
    rows[rank].status = status
    standing = nil
  }

  private mutating func reconcile(
    fleet: FleetStatus, at now: Instant, decision: inout Decision
  ) -> Standing {
    do throws(OCMUnreadable) {
      let groups = try groups()
      while true {
        let result = try strategy.plainlyDecide(groups, existing: existing, at: now)
        let applied = apply(result, at: now, decision: &decision)
        guard !applied else { continue }
        return Standing(
          verdict: verdict(result, fleet: fleet), stage: result.group,
          wakeUp: result.recheckAt(after: now))
      }
    } catch {
      let nothing = Evidence(failed: 0, budget: 0, stage: nil, causes: [])
      return Standing(verdict: .halted(nothing), stage: 0, wakeUp: nil)
    }
  }

  private func groups() throws(OCMUnreadable) -> [OCMDecisionGroup] {
    let members = rows.indices.filter { rows[$0].isMember }
    return try OCMDecisionGroup.groups(
      grouping, of: members.map { (cluster: OCMRank($0), rule: rows[$0].rule) })
  }

  private var existing: [OCMClusterRollout] {
    rows.indices.compactMap { rank in
      rows[rank].status.map { known in
        OCMClusterRollout(OCMRank(rank), known.status, lastTransition: known.since)
      }
    }
  }

  /// Gives the workload to the clusters that are to have it and have it not.
  ///
  /// - Returns: whether there were any.
  private mutating func apply(
    _ result: PlainOCMResult, at now: Instant, decision: inout Decision
  ) -> Bool {
    let before = decision.directives.count
    for offered in result.toRollOut where offered.status == .toApply {
      let rank = Int(offered.cluster)
      guard rows[rank].status?.isApplied != true else { continue }
      rows[rank].status = caller.statusWhenApplied(at: now)
      decision.directives.append((clusters[rank], .target))
    }
    return decision.directives.count > before
  }

  // MARK: Where it stands

  /// Complete when nothing is left to do; halted while too many have failed, or when nothing moves
  /// and some were never started.
  private func verdict(_ result: PlainOCMResult, fleet: FleetStatus) -> Verdict {
    guard !result.isBreached else { return .halted(evidence(result, fleet: fleet)) }
    guard result.toRollOut.isEmpty else { return .rolling }
    let isAllStarted = rows.allSatisfy { !$0.isMember || $0.status?.isApplied == true }
    return isAllStarted ? .complete : .halted(evidence(result, fleet: fleet))
  }

  private func evidence(_ result: PlainOCMResult, fleet: FleetStatus) -> Evidence {
    let late = result.timedOut.map { late -> (OCMRank, FailureCause, Instant) in
      let hasFailed = rows[Int(late.cluster)].status?.status == .failed
      let since = hasFailed ? late.lastTransition : late.recheckAt
      return (late.cluster, hasFailed ? .updateFailed : .deadlinePassed, since ?? .distantPast)
    }
    let failed = result.toRollOut.filter { $0.status == .failed }.map {
      ($0.cluster, FailureCause.updateFailed, $0.lastTransition ?? .distantPast)
    }
    let causes = (late + failed).sorted { $0.2 != $1.2 ? $0.2 < $1.2 : $0.0 < $1.0 }
    return Evidence(
      failed: causes.count, budget: result.tolerated, stage: nil,
      causes: causes.prefix(5).map { rank, cause, since in
        .init(
          cluster: fleet.fleet.names[clusters[Int(rank)].offset], cause: cause, since: since)
      })
  }
}
