import GRDB

/// What `record` did.
public struct RecordingSummary: Equatable, Sendable {
  /// Runs that were stored.
  public var added: Int
  /// Runs that were there already, with the same digests.
  public var present: Int
}

extension ResultDatabase {
  /// Stores a scenario, so that its runs can be; it becomes the newest one of its name.
  ///
  /// Throws `StoreError`: `unstorable` when a metric has another unit or direction than the
  /// metric of that name that the file already has.
  public func add(_ scenario: StoredScenario) throws(StoreError) {
    try write { db, known in
      try ScenarioWriter(db: db, path: path).add(scenario)
      known.forget(scenario.hash)
    }
  }

  /// Stores finished runs in one transaction: all of them or, on any error, none.
  ///
  /// Throws `StoreError`: `conflictingRun` when the file has a run of the same key with other
  /// digests, `unknownScenario` before its scenario was added, `unstorable` for a value that is
  /// not a number.
  @discardableResult
  public func record(_ runs: [StoredRun]) throws(StoreError) -> RecordingSummary {
    try write { db, known in
      var writer = RunWriter(db: db, known: KnownIDs(), path: path)
      swap(&writer.known, &known)
      var summary = RecordingSummary(added: 0, present: 0)
      for run in runs {
        if try writer.isPresent(run) {
          summary.present += 1
        } else {
          try writer.insert(run)
          summary.added += 1
        }
      }
      swap(&writer.known, &known)
      return summary
    }
  }
}
