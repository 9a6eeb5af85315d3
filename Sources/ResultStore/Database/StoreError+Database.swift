import GRDB

extension StoreError {
  /// Makes one of our errors of whatever went wrong inside the database.
  static func of(_ error: any Error, path: String) -> StoreError {
    switch error {
    case let error as StoreError: error
    case let error as DamagedRow:
      damaged(path, "a row holds \(error.finding)")
    case let error as DatabaseError: of(error, path: path)
    default:
      StoreError(
        .unexpected, path: path, "the file could not be used: \(error)",
        nextStep: "look for the cause with: rollsim verify \(path)")
    }
  }

  private static func of(_ error: DatabaseError, path: String) -> StoreError {
    let text = error.message ?? "no more is known"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      return StoreError(
        .locked, path: path, "another process is using the file",
        nextStep: "wait until it has ended, or write to another file")
    case .SQLITE_CORRUPT, .SQLITE_FORMAT: return damaged(path, text)
    case .SQLITE_NOTADB:
      return StoreError(
        .notADatabase, path: path, "this is not a results file (\(text))",
        nextStep: "name a file that rollsim made")
    case .SQLITE_READONLY where error.isOfUnfinishedWriting:
      return StoreError(
        .readOnly, path: path,
        "a process that wrote to the file was killed, and what it had begun can not be undone here",
        nextStep: "let the file and its folder be written, or write to it once: "
          + "rollsim run SCENARIO --db \(path)")
    case .SQLITE_READONLY, .SQLITE_PERM:
      return StoreError(
        .readOnly, path: path, "the file may not be written (\(text))",
        nextStep: "change its permissions, or those of its folder")
    case .SQLITE_CANTOPEN:
      return StoreError(
        .cannotOpen, path: path, "the file can not be opened (\(text))",
        nextStep: "look whether its folder exists and may be written")
    case .SQLITE_FULL:
      return StoreError(
        .full, path: path, "there is no space left; the runs stored before are intact",
        nextStep: "make space and run the same command again: it goes on where it stopped")
    case .SQLITE_IOERR:
      return StoreError(
        .inputOutput, path: path, "reading or writing failed (\(text)); committed runs are intact",
        nextStep: "look at the space and the health of the disk, then run the same command again")
    case .SQLITE_MISUSE:
      return StoreError(
        .closed, path: path, "the file is closed (\(text))", nextStep: "open it again")
    default:
      return StoreError(
        .unexpected, path: path, "the file could not be used: \(error)",
        nextStep: "look for the cause with: rollsim verify \(path)")
    }
  }

  private static func damaged(_ path: String, _ finding: String) -> StoreError {
    StoreError(
      .damaged, path: path, "the file is damaged (\(finding))",
      nextStep: "take an older copy, or run the scenario again into a new file")
  }
}

extension DatabaseError {
  /// Whether somebody has to undo first what a process had begun to write when it was killed.
  var isOfUnfinishedWriting: Bool {
    extendedResultCode == .SQLITE_READONLY_ROLLBACK
      || extendedResultCode == .SQLITE_READONLY_RECOVERY
  }
}
