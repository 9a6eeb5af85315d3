import Determinism
import DiscreteEvents
import RolloutStrategies

/// Rollouts that somebody else has begun.
extension Simulation where List: ~Copyable {
  /// Lets planners know what is known.
  ///
  /// An update that is under way begins anew: how far its pods are, nobody has observed.
  mutating func takeOver() {
    guard let takeover = world.takeover else { return }
    guard !desks.isEmpty else { return }
    for rollout in world.scenario.rollouts.indices { takeOver(rollout, takeover) }
    for (cluster, since) in takeover.silent {
      tell(.silent(cluster: world.localOf[cluster], since: since), from: cluster)
    }
  }

  private mutating func takeOver(_ rollout: Int, _ takeover: TakeoverModel) {
    for known in takeover.known[rollout] {
      let local = world.localOf[known.cluster]
      if let asked = known.asked {
        tell(.asked(rollout: rollout, cluster: local, asked), from: known.cluster)
      }
      if var observed = known.observed {
        observed.reportedAt = now
        tell(.report(rollout: rollout, cluster: local, observed), from: known.cluster)
      }
      guard let asked = known.asked, known.isUnderWay else { continue }
      let tag = DirectiveTag(
        generation: asked.generation, isTarget: asked.revision == .target,
        isPaused: asked.isPaused)
      schedule(
        .directiveArrives, of: known.cluster, after: .zero,
        source: DirectiveSource(rollout: rollout, share: nil).rawValue, attempt: tag.rawValue)
    }
    guard let status = takeover.statuses[rollout] else { return }
    for index in desks.indices {
      desks[index].stages[rollout] = status.stage
      post(Mail(at: now, .underWay(rollout: rollout, status)), to: index)
      if status.isFrozen == true, status.isPaused { callOperator(index, toFrozen: rollout) }
    }
  }

  private mutating func tell(_ observation: Observation, from cluster: ClusterID) {
    let planner = world.plannerOf[cluster]
    guard planner != World.noPlanner else { return }
    post(Mail(at: now, cluster: world.localOf[cluster], observation), to: Int(planner))
  }
}
