package import Determinism

/// What a run says about itself.
extension KubeFleetStagedRun {
  /// The clusters that were started, in order.
  package var started: [ClusterID] {
    let stage = min(currentStage, max(0, stages.count - 1))
    guard stages.count > 0 else { return [] }
    let isOver = records[stage].succeeded == .isTrue
    let end = isOver ? stages.bounds[stage + 1] : stages.bounds[stage] + startedCount
    return Array(stages.order.prefix(end))
  }

  /// Those of them that were seen to be updated, or were while the run was stopped: it lets what is
  /// under way finish.
  package func succeeded(in fleet: FleetStatus) -> [ClusterID] {
    started.filter { hasSucceeded($0, in: fleet) }
  }

  /// Those that have been updating for so long that the run is reported stuck; that report changes
  /// nothing, and goes when they succeed.
  package func stuck(in fleet: FleetStatus, at now: Instant) -> [ClusterID] {
    started.filter { cluster in
      !hasSucceeded(cluster, in: fleet) && fleet[cluster].asked.generation > 0
        && now - fleet[cluster].asked.since > Self.stuckAfter
    }
  }

  private func hasSucceeded(_ cluster: ClusterID, in fleet: FleetStatus) -> Bool {
    !clusters.isUpdating(cluster)
      || fleet.rollout.isPaused && UpdateRunClusters.hasSucceeded(fleet[cluster])
  }

  /// What is written down about the stages, and about the last one, which deletes.
  package var record: (stages: [StageRecord], deletion: StageRecord) { (records, deletion) }
}
