import Determinism
import RolloutStrategies

/// Lets a planner go on from some moment in a world in which nothing goes wrong any more, and looks
/// at where its rollouts come to a stand.
///
/// Whatever was asked for is answered: updates come through, operators and coordinators agree, time
/// passes. Then a rollout ends, or waits for what can not come; and a cluster that is said to wait
/// for a guard is one that the guard would refuse.
struct LivenessReview {
  private let claims: [RolloutPolicy]
  private var run: ForecastRun

  /// What is wrong where some rollouts come to a stand; nil: nothing.
  ///
  /// - Parameters:
  ///   - planner: the planner as it is at that moment.
  ///   - now: the moment.
  ///   - claims: the documents of its rollouts.
  /// - Returns: what was seen, in words that follow a rollout's name.
  static func flaw(
    of planner: Planner, at now: Instant, claims: [RolloutPolicy]
  ) -> (rollout: Int, text: String)? {
    // Once with what can not be heard now never heard again, and once with all faults healed.
    let silent = LivenessReview(planner, at: now, claims: claims)
    var healed = planner
    _ = healed.step(at: now, observing: planner.healing(at: now))
    let sound = LivenessReview(healed, at: now, claims: claims)
    for rollout in planner.policies.indices {
      if let text = silent.needlessWait(of: rollout) { return (rollout, text) }
      if let text = sound.needlessWait(of: rollout) ?? sound.endlessWait(of: rollout) {
        return (rollout, text + ", though all is well")
      }
    }
    return nil
  }

  private init(_ planner: Planner, at now: Instant, claims: [RolloutPolicy]) {
    self.claims = claims
    let assumptions = Forecast.Assumptions(horizon: .hours(24 * 400), stepsMax: 10_000)
    run = ForecastRun(planner, at: now, assumptions)
    run.run()
  }

  private var planner: Planner { run.planner }

  /// A cluster that waits for a guard which would let it start, while nothing is under way that
  /// could change that.
  private func needlessWait(of rollout: Int) -> String? {
    guard isWaiting(rollout), !holdsSlots(rollout) else { return nil }
    let claim = claims[rollout]
    for (position, rule) in claim.guards.enumerated() where rule.rule.isOfPlaces {
      let free = planner.fleet.clusters.first { cluster in
        planner.isWaiting(cluster, for: position, in: rollout)
          && LimitOracle(claim, planner, starting: cluster, in: rollout, at: run.now)
            .allows(position, at: run.now)
      }
      guard let free else { continue }
      let name = planner.fleet.names[free.offset]
      return "\(name) waits for \(rule.name), which would let it start, and nothing is under way"
    }
    return nil
  }

  /// A rollout that does not end, and waits for nothing that keeps it from that for good.
  private func endlessWait(of rollout: Int) -> String? {
    guard isWaiting(rollout) else { return nil }
    let blocks = planner.blocks(of: rollout)
    guard !blocks.contains(where: { isLasting($0, of: rollout) }) else { return nil }
    let said = blocks.map(\.name).joined(separator: ", ")
    return "it does not end and waits for \(said.isEmpty ? "nothing that it says" : said)"
  }

  /// Whether a rollout is neither over nor in the hands of an operator.
  private func isWaiting(_ rollout: Int) -> Bool {
    switch planner.status(of: rollout).rollout.verdict {
    case .halted, .rolledBack, .complete, .paused: false
    case .waiting, .rolling, .rollingBack: true
    }
  }

  /// Whether clusters are under way, or of those it is not known whether they fare well.
  private func holdsSlots(_ rollout: Int) -> Bool {
    let status = planner.status(of: rollout)
    return status.fleet.clusters.contains { cluster in
      let known = status[cluster]
      return known.isMember
        && (known.isUnderWay || known.observed.isAvailableAtTarget && known.observed.health != .good
          || known.observed.isAvailableAtTarget && status.isSilent(cluster))
    }
  }

  /// Whether a rule may keep clusters waiting for ever.
  private func isLasting(_ block: Block, of rollout: Int) -> Bool {
    switch block.cause {
    case .domainLimit, .neighbours, .budget, .approval, .freeze: false
    // What is left of them are clusters that they truly refuse.
    case .domainShare, .headroom, .versionSkew: true
    // Two windows may never be open at once.
    case .window: block.until == nil || claims[rollout].guards.count(where: \.isWindow) > 1
    case .residency: block.until == nil
    case .trigger: !areSourcesUpdated(of: rollout)
    case .dependents: false
    }
  }

  /// Whether all that a rollout waits for runs the target and fares well.
  private func areSourcesUpdated(of rollout: Int) -> Bool {
    let names = (planner.policy(of: rollout).trigger?.sources ?? []).map(\.rollout)
    return planner.policies.indices.filter { names.contains(planner.policies[$0].name) }
      .allSatisfy { source in
        let status = planner.status(of: source)
        let members = planner.members(of: source)
        return status.fleet.clusters.allSatisfy { cluster in
          !members.chooses(cluster, of: status.fleet) || !status[cluster].isMember
            || status[cluster].observed.isAvailableAtTarget
        }
      }
  }
}

extension Planner {
  /// What is seen when every cluster can be heard and fares well.
  fileprivate func healing(at now: Instant) -> [Observation] {
    var seen: [Observation] = []
    for cluster in fleet.clusters
    where policies.indices.contains(where: { rollout in
      status(of: rollout).isSilent(cluster)
    }) {
      seen.append(.heard(cluster: cluster))
    }
    for rollout in policies.indices {
      for cluster in fleet.clusters where status(of: rollout)[cluster].observed.health != .good {
        var observed = status(of: rollout)[cluster].observed
        observed.health = .good
        observed.reportedAt = now
        seen.append(.report(rollout: rollout, cluster: cluster, observed))
      }
    }
    return seen
  }
}

extension GuardPolicy {
  fileprivate var isWindow: Bool { if case .window = rule { true } else { false } }
}

extension GuardPolicy.Rule {
  /// Whether it refuses what would be too much beside what is under way.
  fileprivate var isOfPlaces: Bool {
    switch self {
    case .domainLimit, .domainShare, .neighbours, .headroom: true
    case .window, .freeze, .residency, .approval, .versionSkew, .budget: false
    }
  }
}
