import Determinism

/// Which stages of a course are looked at, how, and at which clusters.
struct CohortLooks: Codable, Equatable, Sendable {
  let rule: LookRule
  /// The first stages, so many, are looked at.
  let stages: Int
  /// Clusters to compare with.
  let controlSize: Int
  /// Those that can be, in the order in which they are chosen: those of the last stage first, and
  /// of each stage first a few that carry every value of every label.
  let controlOrder: [ClusterID]

  init(_ policy: CohortCanaryPolicy, _ lineup: Lineup, in fleet: Fleet) {
    rule = policy.looks
    stages = policy.steps.count
    controlSize = policy.controlSize(of: lineup.count)
    controlOrder =
      controlSize == 0
      ? []
      : (0..<lineup.parts).reversed().flatMap {
        Coverage.first(Array(lineup.clusters(of: $0)), in: fleet)
      }
  }

  /// The clusters of a lineup up to a stage that run the target, as far as is known.
  func cohort(upTo stage: Int, of lineup: Lineup, _ fleet: FleetStatus) -> [ClusterID] {
    lineup.order[..<lineup.bounds[stage + 1]].filter { cluster in
      fleet[cluster].isMember && fleet[cluster].asked.revision == .target
        && fleet[cluster].observed.isAvailableAtTarget
    }
  }

  /// Clusters that are yet to be asked for the target; those that are heard of, if any are.
  func control(_ fleet: FleetStatus) -> [ClusterID] {
    var heard: [ClusterID] = []
    var silent: [ClusterID] = []
    for cluster in controlOrder where heard.count < controlSize && fleet.isPending(cluster) {
      if !fleet.isSilent(cluster) {
        heard.append(cluster)
      } else if silent.count < controlSize {
        silent.append(cluster)
      }
    }
    return heard.isEmpty ? silent : heard
  }

  /// When the next look ends, counted in whole intervals from where it begins.
  func end(from start: Instant, after now: Instant) -> Instant {
    let passed = max(0, (now - start).count / rule.interval.count)
    return start + rule.interval * (passed + 1)
  }
}
