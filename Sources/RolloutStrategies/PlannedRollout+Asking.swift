import Determinism

/// Asking clusters, and holding back what guards or other rollouts do not let go yet.
extension PlannedRollout {
  /// Does what a strategy that asks guards itself has decided; what other rollouts are to go back
  /// before is held back.
  mutating func askAll(
    _ decision: Decision, at now: Instant, into made: inout RolloutDecision
  ) {
    // A pass of its own: it reads every row that is about to change, and memory answers many such
    // reads in the time of one.
    var retries: [UInt8?] = []
    retries.reserveCapacity(decision.directives.count)
    for (cluster, revision) in decision.directives {
      retries.append(self.retries(of: cluster, askedFor: revision, rung: decision.rung))
    }
    for ((cluster, revision), retries) in zip(decision.directives, retries) {
      let rung = revision == .target ? decision.rung : nil
      let isHeldBack = revision == .previous && !mayGoBack(cluster)
      ask(
        cluster, revision, isHeld: isHeldBack, rung: rung, retries: retries, at: now, into: &made)
      guard isHeldBack else { continue }
      heldBackCount += 1
      newlyHeldBack.append(cluster)
    }
  }

  /// Does what a strategy that knows no guards has decided, holding back what they refuse.
  ///
  /// What waits already goes first. A rollout that has stopped sends nothing of it: the strategy
  /// would have started those clusters, but here nothing has begun that could be left alone.
  mutating func askHolding(
    _ decision: Decision, changed: [ClusterID], at now: Instant, into made: inout RolloutDecision
  ) {
    if !decision.verdict.isStopped {
      let goesOn = status.rollout.verdict.isStopped
      for cluster in held.sorted(goesOn ? Array(status.fleet.clusters) : changed)
      where status[cluster].canBeSent && admission.reserve(cluster) {
        status[cluster].asked.isHeld = false
        send(cluster, into: &made)
      }
    }
    for (cluster, revision) in decision.directives {
      let isHeld = revision == .target && !admission.reserve(cluster)
      if isHeld { held.note(cluster) }
      ask(cluster, revision, isHeld: isHeld, at: now, into: &made)
    }
  }

  /// Writes down what is asked of a cluster, and sends it unless it is held back; between this and
  /// its report the cluster counts as asked.
  private mutating func ask(
    _ cluster: ClusterID, _ revision: Revision, isPaused: Bool = false, isHeld: Bool = false,
    rung: UInt8? = nil, retries: UInt8? = nil, at now: Instant, into made: inout RolloutDecision
  ) {
    let generation = status[cluster].asked.generation + 1
    status[cluster].asked = Asked(
      since: now, generation: generation, revision: revision, isPaused: isPaused, isHeld: isHeld,
      rung: rung, retries: retries)
    admission.see(cluster, status: status)
    if !isHeld { send(cluster, into: &made) }
  }

  private func send(_ cluster: ClusterID, into made: inout RolloutDecision) {
    let asked = status[cluster].asked
    made.directives.append(
      Directive(
        cluster: cluster, generation: asked.generation, revision: asked.revision,
        isPaused: asked.isPaused,
        share: share(of: cluster, at: asked.rung)))
  }

  /// Pauses clusters that are under way, or lets paused ones go on; those that are done stay so.
  mutating func pause(
    _ clusters: [ClusterID], _ isPaused: Bool, at now: Instant, into made: inout RolloutDecision
  ) {
    for cluster in clusters {
      let asked = status[cluster].asked
      guard asked.revision == .target, asked.isPaused != isPaused, status.isInFlight(cluster)
      else { continue }
      ask(
        cluster, .target, isPaused: isPaused, rung: asked.rung, retries: asked.retries, at: now,
        into: &made)
      look(at: cluster)
    }
  }

  /// Lets those of some clusters go on that stand still and are kept so by nothing any more: they
  /// were away when the rollout was resumed or their window opened, and are back.
  mutating func letGoOn(
    _ clusters: [ClusterID], at now: Instant, into made: inout RolloutDecision
  ) {
    guard !status.rollout.standsFrozen else { return }
    let kept = clusters.filter { status[$0].asked.isPaused && !admission.isHeldPaused($0) }
    guard !kept.isEmpty else { return }
    let ranks = kept.map { (rank: strategy?.rank(of: $0) ?? 0, cluster: $0) }
    pause(ranks.sorted { $0.rank < $1.rank }.map(\.cluster), false, at: now, into: &made)
  }

  // MARK: Places and ways back

  /// How many times a cluster will have been asked again for something; nil: it is asked for the
  /// first time.
  private func retries(
    of cluster: ClusterID, askedFor revision: Revision, rung: UInt8?
  ) -> UInt8? {
    let asked = status[cluster].asked
    guard revision == .target, asked.revision == .target, asked.generation > 0,
      asked.rung == rung || share(of: cluster, at: asked.rung) == share(of: cluster, at: rung)
    else { return nil }
    return UInt8(clamping: Int(asked.retries ?? 0) + 1)
  }

  /// The share of a cluster's demand that is to meet the target on a rung; nil: all of it.
  private func share(of cluster: ClusterID, at rung: UInt8?) -> Ratio? {
    guard let rung else { return nil }
    return strategy?.share(of: cluster, at: Int(rung))
  }

  /// Gives up the places that guards keep for those of some clusters that are no candidates.
  mutating func withdrawOffers(to clusters: [ClusterID]) {
    guard admission.keepsPlaces else { return }
    for cluster in clusters where strategy?.wantsToStart(cluster) == false {
      admission.withdrawOffers(to: cluster)
    }
  }

  /// Whether the rollouts that go back first are back around a cluster; if not, puts it aside.
  private mutating func mayGoBack(_ cluster: ClusterID) -> Bool {
    for index in dependents.indices where !dependents[index].allows(cluster, fleet: status.fleet) {
      dependents[index].park(cluster, fleet: status.fleet)
      return false
    }
    return true
  }

  /// Sends those of some clusters back that need not wait for others any more.
  ///
  /// The longest held go first, and of those held at one instant the ones that the strategy takes
  /// first: a planner that takes over knows both.
  mutating func sendBack(_ clusters: [ClusterID], into made: inout RolloutDecision) {
    guard heldBackCount > 0 else { return }
    let waiting = clusters.filter { status[$0].isHeldBack && status[$0].isMember }
      .map { (since: status[$0].asked.since, rank: strategy?.rank(of: $0) ?? 0, cluster: $0) }
      .sorted { ($0.since, $0.rank) < ($1.since, $1.rank) }
    for (_, _, cluster) in waiting where mayGoBack(cluster) {
      status[cluster].asked.isHeld = false
      heldBackCount -= 1
      send(cluster, into: &made)
    }
  }

  /// The clusters that were newly held back from going back.
  mutating func takeNewlyHeldBack() -> [ClusterID] {
    var taken: [ClusterID] = []
    swap(&taken, &newlyHeldBack)
    return taken
  }
}

/// In which order directives were held back.
struct HoldOrder: Codable, Equatable {
  /// Counts what was held back; 0: nothing ever was.
  ///
  /// Shape: one per cluster, none where the strategy asks for admission.
  private var numberOf: Column<ClusterID, UInt32>
  private var count: UInt32 = 0

  init(clusterCount: Int) { numberOf = Column(repeating: 0, count: clusterCount) }

  mutating func note(_ cluster: ClusterID) {
    count += 1
    numberOf[cluster] = count
  }

  /// Those of some clusters that anything was ever held back for, the earliest first.
  func sorted(_ clusters: [ClusterID]) -> [ClusterID] {
    clusters.filter { numberOf[$0] > 0 }.sorted { numberOf[$0] < numberOf[$1] }
  }
}
