import GRDB
import Synchronization

/// A file of finished runs.
///
/// One process writes to a file at a time. A run is in it wholly or not at all; when `record`
/// returns, its runs survive the end of the process. After `close` a single file is left.
public final class ResultDatabase: Sendable {
  /// What a file is opened for.
  public enum Mode: Sendable {
    /// Reading; the file must exist.
    case read
    /// Reading and writing; a file that is missing or empty is made.
    case write
  }

  /// The version of the tables, and a digest of the statements that make them.
  public static var schema: (version: Int, digest: Digest256) {
    let statements = Schema.migrations.joined().joined(separator: ";\n")
    return (Int(Schema.version), .of(statements.utf8))
  }

  /// Where the file is.
  public let path: String
  let file: DatabaseFile
  let queue: DatabaseQueue
  /// Ids that were looked up before; only used while the queue is held, and dropped on any error.
  let known = Mutex(KnownIDs())

  private init(file: DatabaseFile, queue: DatabaseQueue) {
    path = file.path
    self.file = file
    self.queue = queue
  }

  /// Opens a file, waiting so long for another process that uses it.
  ///
  /// Throws a `StoreError` of a kind that says what the file is instead; nothing was changed then.
  public static func open(
    path: String, mode: Mode, busyTimeoutSeconds: Double = 5
  ) throws(StoreError) -> ResultDatabase {
    let file = DatabaseFile(path: path, mode: mode, busyTimeoutSeconds: busyTimeoutSeconds)
    do {
      return ResultDatabase(file: file, queue: try file.open())
    } catch {
      throw StoreError.of(error, path: path)
    }
  }

  /// Ends the use of the file; a single file is left.
  public func close() throws(StoreError) {
    do { try file.close(queue) } catch { throw StoreError.of(error, path: path) }
  }

  /// Reads in one transaction, so that what is read fits together.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try queue.inDatabase { db in
        var value: Value?
        try db.inTransaction(.deferred) {
          value = try body(db)
          return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return value
      }
    } catch {
      throw StoreError.of(error, path: path)
    }
  }

  /// Writes in one transaction: all of it or, on any error, nothing.
  func write<Value>(
    _ body: (Database, inout KnownIDs) throws -> Value
  ) throws(StoreError) -> Value {
    do {
      return try queue.write { db in
        // Taken out, so that an error on any way leaves nothing known that was rolled back.
        var ids = known.withLock { known in
          defer { known = KnownIDs() }
          return known
        }
        let value = try body(db, &ids)
        known.withLock { $0 = ids }
        return value
      }
    } catch {
      // The commit itself may have failed, after the body ended well.
      known.withLock { $0 = KnownIDs() }
      throw StoreError.of(error, path: path)
    }
  }
}
