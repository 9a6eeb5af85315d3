/// The status of a condition of a Kubernetes object.
package enum ConditionStatus: String, Codable, Sendable {
  case isTrue = "True"
  case isFalse = "False"
  case unknown = "Unknown"
}

/// What a staged update run writes down about one stage, the deletion stage included.
package struct StageRecord: Codable, Equatable, Sendable {
  /// Whether it is under way; nil: nothing was said yet.
  ///
  /// False while it waits for its tasks.
  package var progressing: ConditionStatus?
  /// Whether it has ended well.
  package var succeeded: ConditionStatus?
  /// Its clusters.
  package var clusterCount: Int
  /// Those of them that were updated.
  package var succeededCount: Int
  /// Those of them that were started and have not ended.
  package var updatingCount: Int
  /// Most clusters to be updated at once.
  package var slots: Int

  /// A record; nothing has happened unless stated.
  package init(
    clusterCount: Int, slots: Int, progressing: ConditionStatus? = nil,
    succeeded: ConditionStatus? = nil, succeededCount: Int = 0, updatingCount: Int = 0
  ) {
    self.clusterCount = clusterCount
    self.slots = slots
    self.progressing = progressing
    self.succeeded = succeeded
    self.succeededCount = succeededCount
    self.updatingCount = updatingCount
  }
}

/// A record that contradicts itself: the run is over and never taken up again.
package enum InconsistentRecord: Error, Equatable {
  case finishedAfterUpdating
  case finishedWithUnfinishedClusters
  case finishedOutOfOrder
  case stageFailed
  case twoUpdating
  case updatingOutOfOrder
  case tooManyClustersUpdating
  case noDeletionStage
  case newDeletion
  case deletionBeforeItsTime
  case deletionFailed
  case deletionNotBegun
}

/// The look at a run's record, stage by stage, that each reconcile begins with.
///
/// - Source: kubefleet v0.3.1-83, `validateClusterUpdatingStatus`, `validateDeleteStageStatus`.
package struct RecordWalk: Equatable {
  /// The stage that is under way, if one is.
  package var updating: Int?
  /// The last stage that has ended, if one has.
  package var lastFinished: Int?

  /// Begins, or goes on where a walk is.
  package init(updating: Int? = nil, lastFinished: Int? = nil) {
    self.updating = updating
    self.lastFinished = lastFinished
  }

  private var nextInOrder: Int { lastFinished.map { $0 + 1 } ?? 0 }

  /// Looks at a stage; stages are visited in order.
  package mutating func visit(
    _ stage: Int, _ record: StageRecord
  ) throws(InconsistentRecord) {
    switch record.succeeded {
    case .isTrue:
      if let updating, stage > updating { throw .finishedAfterUpdating }
      guard record.succeededCount == record.clusterCount else {
        throw .finishedWithUnfinishedClusters
      }
      guard stage == nextInOrder else { throw .finishedOutOfOrder }
      lastFinished = stage
    case .isFalse: throw .stageFailed
    case .unknown, nil:
      guard record.progressing != nil else { return }
      guard updating == nil else { throw .twoUpdating }
      guard stage == nextInOrder else { throw .updatingOutOfOrder }
      updating = stage
      guard record.updatingCount <= record.slots else { throw .tooManyClustersUpdating }
    }
  }

  /// The stage to execute after all stages were visited.
  ///
  /// - Parameters:
  ///   - stages: how many there are.
  ///   - deletion: the deletion stage's record; nil: there is none, which cannot be.
  ///   - coversDeletions: whether all clusters to delete now are in the deletion stage; those that
  ///     are gone already may be missing.
  /// - Returns: its position, or the number of stages for the deletion stage; nil: the run is
  ///   complete.
  /// - Throws: what contradicts itself.
  package func stageToExecute(
    of stages: Int, deletion: StageRecord?, coversDeletions: Bool
  ) throws(InconsistentRecord) -> Int? {
    guard let deletion else { throw .noDeletionStage }
    guard coversDeletions else { throw .newDeletion }
    guard updating == nil, nextInOrder == stages else {
      let hasEnded = deletion.succeeded == .isTrue || deletion.succeeded == .isFalse
      guard !hasEnded, deletion.progressing != .isTrue else { throw .deletionBeforeItsTime }
      return updating ?? nextInOrder
    }
    switch deletion.succeeded {
    case .isTrue: return nil
    case .isFalse: throw .deletionFailed
    case .unknown, nil:
      // The last stage's end is what begins it.
      guard deletion.progressing == .isTrue else { throw .deletionNotBegun }
      return stages
    }
  }
}
