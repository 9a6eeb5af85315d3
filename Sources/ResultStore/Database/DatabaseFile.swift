import Foundation
import GRDB

/// Opens and closes the file behind a database, and says in words what is wrong with it.
struct DatabaseFile {
  var path: String
  var mode: ResultDatabase.Mode
  var busyTimeoutSeconds: Double

  /// Opens the file; when it is returned it is a results file of this version, as we made it.
  ///
  /// One process writes at a time, under an exclusive lock: SQLite before 3.51.3 can damage a file
  /// that two connections write and checkpoint at the same moment.
  func open() throws -> DatabaseQueue {
    try inspect()
    do {
      return try connect()
    } catch let error as DatabaseError where error.isOfUnfinishedWriting && mode == .read {
      try rollBack()
      return try connect()
    }
  }

  /// Undoes what a process had begun to write when it was killed, if the file is ours: a connection
  /// that only reads can not.
  private func rollBack() throws {
    guard application(in: head(of: path)) == Schema.applicationID else { return }
    let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: false))
    _ = try queue.inDatabase { try pragma($0, "user_version") }
    try queue.close()
  }

  private func connect() throws -> DatabaseQueue {
    let queue = try DatabaseQueue(
      path: path, configuration: configuration(readonly: mode == .read))
    try queue.inDatabase { db in
      try identify(db)
      if mode == .write { try migrate(db) }
      try checkObjects(db)
      guard mode == .write else { return }
      try checkPages(db)
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      try takeLock(db)
    }
    return queue
  }

  /// Ends the writing so that a single file is left.
  func close(_ queue: DatabaseQueue) throws {
    if mode == .write {
      try queue.inDatabase { db in
        try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        try db.execute(sql: "PRAGMA journal_mode = DELETE")
      }
    }
    try queue.close()
  }

  private func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(busyTimeoutSeconds)
    configuration.label = "results"
    // All references come from the file itself, in the same transaction or under the same lock, and
    // `verify` checks them; SQLite would look each of them up again for every row.
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in
      // Nothing in the file may run code of its own or be trusted to be well formed.
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0
          """)
      guard mode == .write else { return }
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192")
    }
    return configuration
  }

  // MARK: - Before SQLite looks at it

  private func inspect() throws {
    let files = FileManager.default
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? files.attributesOfItem(atPath: target) else {
      return try inspectMissing(files)
    }
    let type = attributes[.type] as? FileAttributeType
    if type == .typeDirectory {
      throw failure(.directory, "this is a folder", "name a file in it")
    }
    guard type == .typeRegular else {
      throw failure(.notAFile, "this is not a regular file", "name a regular file")
    }
    guard files.isReadableFile(atPath: target) else {
      throw failure(.cannotOpen, "the file may not be read", "change its permissions")
    }
    if mode == .write, !files.isWritableFile(atPath: target) {
      throw failure(
        .readOnly, "the file may not be written", "change its permissions or name another")
    }
    // A journal beside it belongs to the file; only SQLite can say what both together hold, and it
    // begins with undoing what was begun, whose file it may be.
    if files.fileExists(atPath: target + "-journal") {
      let application = application(in: head(of: target))
      guard application == 0 || application == Schema.applicationID else { throw foreign }
      return
    }
    try inspectBytes(of: target, size: (attributes[.size] as? NSNumber)?.int64Value ?? 0)
  }

  private func inspectMissing(_ files: FileManager) throws {
    guard mode == .write else {
      throw failure(
        .missing, "there is no such file", "make it with: rollsim run SCENARIO --db \(path)")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    guard !files.fileExists(atPath: folder.path) else { return }
    do {
      try files.createDirectory(at: folder, withIntermediateDirectories: false)
    } catch {
      throw failure(
        .cannotOpen, "the folder \(folder.path) can not be made", "make the folder or name another")
    }
  }

  private func inspectBytes(of target: String, size: Int64) throws {
    if size == 0 {
      guard mode == .read else { return }
      throw failure(.empty, "the file is empty", "fill it with: rollsim run SCENARIO --db \(path)")
    }
    let magic = Array("SQLite format 3\0".utf8)
    let head = head(of: target)
    guard head.starts(with: magic) else {
      throw failure(
        .notADatabase, "this is not a results file (it does not begin as a SQLite database)",
        "name a file that rollsim made")
    }
    try inspectLog(beside: target, head)
    try inspectEnd(of: target, size: size, head)
  }

  /// The beginning of a file, as far as SQLite describes the file there.
  private func head(of target: String) -> [UInt8] {
    let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: target))
    defer { try? file?.close() }
    return Array((try? file?.read(upToCount: 72)) ?? Data())
  }

  /// Whose file it is by its beginning: bytes 68 to 71, the highest first; 0: nobody's yet.
  private func application(in head: [UInt8]) -> Int64 {
    head.dropFirst(68).reduce(0) { $0 << 8 | Int64($1) }
  }

  private var foreign: StoreError {
    failure(
      .otherApplication, "this SQLite database was made by another application",
      "name a file that rollsim made")
  }

  /// Refuses a log that can not be the file's own: SQLite would make another file's contents of it.
  ///
  /// Bytes 18 and 19 are 2 for as long as a file has a log, and 1 before and after that.
  private func inspectLog(beside target: String, _ head: [UInt8]) throws {
    guard head.count >= 20, head[18] == 1, head[19] == 1 else { return }
    let attributes = try? FileManager.default.attributesOfItem(atPath: target + "-wal")
    guard let size = attributes?[.size] as? NSNumber, size.int64Value > 0 else { return }
    throw failure(
      .strayLog, "the log beside it, \(target)-wal, belongs to another file",
      "move \(target)-wal away")
  }

  /// Refuses a file that ends within a page, which SQLite only sees when it needs that page.
  ///
  /// Bytes 16 and 17 are the size of a page, the high one first, with 1 for 65,536. What a log is
  /// yet to put into the file may still be cut off in it.
  private func inspectEnd(of target: String, size: Int64, _ head: [UInt8]) throws {
    guard head.count >= 20, !FileManager.default.fileExists(atPath: target + "-wal") else { return }
    let written = Int64(head[16]) << 8 | Int64(head[17])
    let pageSize = written == 1 ? 65_536 : written
    guard pageSize > 0, size % pageSize != 0 else { return }
    throw failure(
      .damaged, "the file is damaged (it ends within a page of \(pageSize) bytes)",
      "take an older copy, or run the scenario again into a new file")
  }

  // MARK: - What SQLite finds in it

  private func identify(_ db: Database) throws {
    let application = try pragma(db, "application_id")
    let version = try pragma(db, "user_version")
    if application == 0, version == 0, try db.all(Schema.Select.objects, [], { _ in 0 }).isEmpty {
      guard mode == .read else { return }
      throw failure(
        .empty, "the file holds nothing", "fill it with: rollsim run SCENARIO --db \(path)")
    }
    guard application == Schema.applicationID else { throw foreign }
    if version > Schema.version {
      throw failure(
        .newerVersion,
        "the file has version \(version); this rollsim knows versions up to \(Schema.version)",
        "use the rollsim that made it, or a newer one")
    }
    if version < 1 {
      throw failure(
        .damaged, "the file is damaged (it has version \(version), which there never was)",
        "take an older copy, or run the scenario again into a new file")
    }
    if mode == .read, version < Schema.version {
      throw failure(
        .olderVersion,
        "the file has version \(version); this rollsim reads version \(Schema.version)",
        "bring it up to date by writing to it once: rollsim run SCENARIO --db \(path)")
    }
  }

  private func migrate(_ db: Database) throws {
    let version = Int(try pragma(db, "user_version"))
    guard (0..<Schema.migrations.count).contains(version) else { return }
    // Inside a transaction this can not be changed.
    try db.execute(sql: "PRAGMA foreign_keys = OFF")
    try db.inTransaction(.exclusive) {
      for statement in Schema.migrations[version...].joined() { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(Schema.version)")
      return .commit
    }
    try db.execute(sql: "PRAGMA foreign_keys = ON")
  }

  /// Refuses a file in which pages are damaged: nothing is added to what may be lost.
  ///
  /// O(size of the file).
  private func checkPages(_ db: Database) throws {
    let findings = try db.all("PRAGMA quick_check(1)") { try $0.text(0) }
    guard let finding = findings.first, finding != "ok" else { return }
    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: finding)
  }

  /// Takes the write lock for good, by a transaction that changes nothing.
  private func takeLock(_ db: Database) throws {
    try db.inTransaction(.immediate) { .commit }
  }

  /// Refuses a file whose tables and views are not literally ours, or that hangs triggers on them.
  private func checkObjects(_ db: Database) throws {
    let expected = try Self.objectsOfThisVersion()
    let found = try Self.objects(of: db)
    let names = Set(expected.map(\.name))
    for object in expected where !found.contains(object) {
      throw failure(
        .foreignObjects, "the \(object.type) '\(object.name)' is not as rollsim makes it",
        "name a file that only rollsim has changed")
    }
    let strange = found.first { object in
      !expected.contains(object) && (object.type == "trigger" || names.contains(object.table))
    }
    guard let strange else { return }
    throw failure(
      .foreignObjects,
      "rollsim did not make the \(strange.type) '\(strange.name)' on '\(strange.table)'",
      "look where the file comes from, then DROP \(strange.type.uppercased())"
    )
  }

  /// A table, view, index or trigger.
  private struct Object: Hashable {
    var type: String
    var name: String
    var table: String
    var sql: String
  }

  private static func objects(of db: Database) throws -> [Object] {
    try db.all(Schema.Select.objects) {
      Object(
        type: try $0.text(0), name: try $0.text(1), table: try $0.text(2), sql: try $0.text(3))
    }
  }

  private static func objectsOfThisVersion() throws -> [Object] {
    try DatabaseQueue().inDatabase { db in
      for statement in Schema.migrations.joined() { try db.execute(sql: statement) }
      return try objects(of: db)
    }
  }

  private func pragma(_ db: Database, _ name: String) throws -> Int64 {
    try db.first("PRAGMA \(name)") { try $0.integer(0) } ?? 0
  }

  private func failure(_ kind: StoreError.Kind, _ problem: String, _ next: String) -> StoreError {
    StoreError(kind, path: path, problem, nextStep: next)
  }
}
