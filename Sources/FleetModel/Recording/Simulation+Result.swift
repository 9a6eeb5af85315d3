import Determinism
import DiscreteEvents
import RolloutStrategies

/// What a finished run leaves behind.
extension Simulation where List: ~Copyable {
  /// Puts the record together.
  func result() -> RunResult {
    var record = RunRecord()
    record.rollouts = outcomes()
    record.status = Self.status(of: record.rollouts)
    record.metrics = MetricReader(self, outcomes: record.rollouts).values()
    if model.options.detail >= .waves {
      record.waves = waves()
      record.marks = observers.journal.marks.sorted { a, b in
        a.after != b.after ? a.after < b.after : a.kind.rawValue < b.kind.rawValue
      }
      record.domains = observers.recorder.chart.points.sorted { a, b in
        a.domain != b.domain ? a.domain < b.domain : a.bucket < b.bucket
      }
    }
    if model.options.detail >= .clusters { record.clusters = clusterOutcomes() }
    record.trace = observers.journal.trace
    record.bucketLength = observers.recorder.chart.bucketLength
    record.eventCount = eventCount
    record.eventDigest = events.total
    record.eventCheckpoints = events.checkpoints
    record.drawDigest = draws.sum &+ SplitMix64.mix(draws.count)
    record.outcomeDigest = OutcomeDigest.of(record)
    let totals = Baseline(
      harm: observers.recorder.harm.integral,
      unplannedDown: observers.recorder.gauge(.unplannedDown).integral)
    return RunResult(
      record: record, baseline: totals, transcript: transcript, coverage: coverage,
      flaw: flaw ?? (model.options.looksForFlaws ? flawOfTotals() : nil))
  }

  private func outcomes() -> [RunRecord.RolloutOutcome] {
    var outcomes: [RunRecord.RolloutOutcome] = []
    for (index, desk) in desks.enumerated() {
      for (rollout, policy) in desk.planner.policies.enumerated() {
        outcomes.append(outcome(of: rollout, policy, desk, planner: index))
      }
    }
    return outcomes
  }

  private func outcome(
    of rollout: Int, _ policy: RolloutPolicy, _ desk: PlannerDesk, planner: Int
  ) -> RunRecord.RolloutOutcome {
    let status = desk.planner.status(of: rollout)
    let members = desk.planner.members(of: rollout)
    guard let service = model.services.firstIndex(where: { $0.rollout == rollout }) else {
      preconditionFailure("no service has rollout \(policy.name)")
    }
    var counts = (clusters: 0, updated: 0, stragglers: 0)
    for local in status.fleet.clusters where members.chooses(local, of: status.fleet) {
      counts.clusters += 1
      let cluster = world.clustersOf[planner][local.offset]
      let state = self.service(service, of: cluster)
      if state.version == model.services[service].target, state.phase == .available {
        counts.updated += 1
      } else if status[local].asked.generation > 0, status[local].asked.revision == .target {
        counts.stragglers += 1
      }
    }
    return RunRecord.RolloutOutcome(
      planner: desk.planner.name, rollout: policy.name, verdict: status.rollout.verdict,
      decidedAfter: desk.decidedAt[rollout].map { $0 - world.startAt }, clusters: counts.clusters,
      updated: counts.updated,
      stragglers: counts.stragglers)
  }

  private static func status(of outcomes: [RunRecord.RolloutOutcome]) -> RunStatus {
    let words = outcomes.map(\.verdict.word)
    if words.contains("rolledBack") { return .rolledBack }
    if words.contains("halted") {
      return outcomes.contains { $0.verdict.word == "halted" && !$0.verdict.isFrozen }
        ? .halted : .frozen
    }
    if words.contains("rollingBack") || words.contains("rolling") || words.contains("waiting") {
      return .unfinished
    }
    return words.contains("paused") ? .paused : .completed
  }

  private func waves() -> [RunRecord.Wave] {
    var journal = observers.journal
    let rollouts = world.scenario.rollouts.count
    for planner in desks.indices {
      for rollout in 0..<rollouts {
        journal.close(planner * rollouts + rollout, planner: planner, rollout: rollout, at: nil)
      }
    }
    var waves = journal.waves
    for index in waves.indices { waves[index].failed = failures(in: waves[index]) }
    return waves.sorted { a, b in
      if a.planner != b.planner { return a.planner < b.planner }
      return a.rollout != b.rollout ? a.rollout < b.rollout : a.number < b.number
    }
  }

  /// Clusters of a wave that its planner saw fail and has not seen recover.
  private func failures(in wave: RunRecord.Wave) -> Int {
    guard let planner = desks.firstIndex(where: { $0.planner.name == wave.planner }),
      let rollout = world.scenario.rollouts.firstIndex(where: { $0.name == wave.rollout })
    else { return 0 }
    let status = desks[planner].planner.status(of: rollout)
    var failed = 0
    for local in status.fleet.clusters {
      let observed = status[local].observed
      guard status[local].asked.generation > 0,
        observed.phase == .failed || observed.health == .bad
      else { continue }
      let cluster = world.clustersOf[planner][local.offset]
      let position = rollout * world.fleet.count + cluster.offset
      if observers.journal.waveOf[position] == UInt16(truncatingIfNeeded: wave.number) {
        failed += 1
      }
    }
    return failed
  }

  private func clusterOutcomes() -> [RunRecord.ClusterOutcome] {
    return world.fleet.clusters.map { cluster in
      let states = model.services.indices.map { service($0, of: cluster) }
      let updates = states.filter { $0.phase == .available && $0.attempts > 0 }.map(\.since)
      return RunRecord.ClusterOutcome(
        cluster: world.fleet.names[cluster.offset],
        versions: model.services.indices.map { world.versions[$0][Int(states[$0].version)] },
        updatedAfter: updates.max().map { $0 - world.startAt },
        impaired: observers.journal.impairedTime(of: cluster, at: world.endAt))
    }
  }
}
