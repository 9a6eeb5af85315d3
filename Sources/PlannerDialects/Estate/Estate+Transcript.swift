package import Determinism
package import RolloutStrategies

extension Estate {
  /// The label of clusters that the rollout is for, where the dumps tell.
  private static let choice = "rollsim.dev/rollout"

  /// The clusters as a planner is given them.
  package var fleet: Fleet {
    let keys = clusters.flatMap { $0.labels.map(\.key) }
    let names = Set(keys).subtracting(["name"]).sorted()
    var dimensions = names.map { dimension($0) }
    if hasChoice {
      let chosen = clusters.map { $0.isChosen ? 0 : Fleet.Dimension.none }
      dimensions.append(
        Fleet.Dimension(name: Self.choice, values: ["chosen"], valueOf: NarrowArray(chosen)))
    }
    return Fleet(
      names: NameTable(clusters.map(\.name)),
      keys: Column(clusters.map { EntityKey.hash(of: $0.name) }), dimensions: dimensions)
  }

  private func dimension(_ name: String) -> Fleet.Dimension {
    var values: [String] = []
    var positionOf: [String: UInt32] = [:]
    let valueOf = clusters.map { cluster -> UInt32 in
      guard let value = cluster.labels.first(where: { $0.key == name })?.value else {
        return Fleet.Dimension.none
      }
      if let known = positionOf[value] { return known }
      positionOf[value] = UInt32(values.count)
      values.append(value)
      return UInt32(values.count - 1)
    }
    return Fleet.Dimension(name: name, values: values, valueOf: NarrowArray(valueOf))
  }

  /// What a planner knows that takes the rollout over.
  package var observations: [Observation] {
    var seen: [Observation] = []
    for (position, known) in clusters.enumerated() {
      let cluster = ClusterID(offset: position)
      if !known.isMember { seen.append(.left(cluster: cluster)) }
      if var asked = known.asked {
        asked.since = max(asked.since, Instant(sinceEpoch: 0))
        seen.append(.asked(rollout: 0, cluster: cluster, asked))
      }
      if var observed = known.observed {
        observed.since = max(observed.since, Instant(sinceEpoch: 0))
        observed.reportedAt = takenAt
        seen.append(.report(rollout: 0, cluster: cluster, observed))
      }
      if let since = known.silentSince { seen.append(.silent(cluster: cluster, since: since)) }
    }
    if let rollout { seen.append(.underWay(rollout: 0, rollout)) }
    return seen
  }

  /// The beginning of a transcript, for a planner that follows a document.
  ///
  /// - Parameters:
  ///   - name: what the rollout is called.
  ///   - strategy: which clusters when.
  ///   - delivery: how inside one cluster; nil: as Kubernetes does it.
  ///   - guards: when not.
  ///   - random: identifies the draws of strategies that take clusters in a drawn order.
  /// - Returns: the header and the first line of what is seen.
  package func transcript(
    name: String, strategy: StrategyPolicy, delivery: DeliveryPolicy?,
    guards: [GuardPolicy] = [], random: RandomStream
  ) -> (header: Transcript.Header, observed: Transcript.Observed) {
    let startedAt = rollout.map(\.startedAt).map { $0 == .never ? takenAt : $0 } ?? takenAt
    let policy = RolloutPolicy(
      name: name, service: name, target: target,
      clusters: hasChoice ? .label(Self.choice, "chosen") : .all,
      startAt: min(startedAt, takenAt), strategy: strategy, delivery: delivery ?? .standard,
      guards: guards)
    let planner = Planner(
      name: system, fleet: fleet, rollouts: [policy], seed: random, at: policy.startAt)
    return (
      Transcript.Header(
        title: "\(name) of \(system)", random: random, startAt: policy.startAt,
        planners: [planner]),
      Transcript.Observed(planner: 0, at: takenAt, observations: observations)
    )
  }
}
