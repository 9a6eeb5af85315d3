import FleetModel
import Foundation
import GRDB
import Testing

@testable import ResultStore

/// A disk that gives back another bit than it was given must not change an answer unnoticed.
///
/// `ROLLSIM_FLIPS` sets how many harmful flips are drawn, `ROLLSIM_FLIP_SEED` where drawing begins.
@Suite("Flipped bits")
struct BitFlipTests {
  private let folder: TemporaryFolder
  private let good: Data
  private let contents: [[DatabaseValue]]

  init() throws {
    folder = try TemporaryFolder()
    let path = folder.path("good.sqlite")
    let database = try ResultDatabase.open(path: path, mode: .write)
    try database.add(Fixture.scenario())
    try database.record((0..<5).map { Fixture.run($0, points: 20, detail: .events) })
    try database.close()
    good = try Data(contentsOf: URL(fileURLWithPath: path))
    contents = try Self.contents(of: path)
  }

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  @Test("each of 200 flips that change a stored value is found, of which SQLite finds fewer alone")
  func harmfulFlips() throws {
    let wanted = Self.setting("ROLLSIM_FLIPS") ?? 200
    var state = UInt64(Self.setting("ROLLSIM_FLIP_SEED") ?? 2_026)
    var (harmful, harmless, foundBySQLite) = (0, 0, 0)
    while harmful < wanted {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let bit = Int(state >> 16) % (good.count * 8)
      let path = try flip(bit)
      guard (try? Self.contents(of: path)) != contents else {
        // Any answer is right, but there has to be one.
        if harmless.isMultiple(of: 5) { _ = isSound(path) }
        harmless += 1
        continue
      }
      harmful += 1
      if !passesOwnCheck(path) { foundBySQLite += 1 }
      #expect(!isSound(path), "bit \(bit) was flipped unnoticed: \(firstDifference(in: path))")
    }
    print(
      "flipped bits: \(harmful) changed a stored value and \(harmless) none;"
        + " integrity_check alone finds \(foundBySQLite) of the \(harmful)")
    // It looks at the structure, and a value is not structure.
    #expect(foundBySQLite < harmful * 3 / 4)
  }

  @Test("every bit of a name counts")
  func everyBit() throws {
    for text in ["store-000012", "canary"] {
      let place = try #require(good.range(of: Data(text.utf8)), "\(text) is not in the file")
      for bit in place.lowerBound * 8..<place.upperBound * 8 {
        #expect(!isSound(try flip(bit)), "bit \(bit) of the file, in '\(text)'")
      }
    }
  }

  /// The good file with one bit flipped, as a file of its own.
  private func flip(_ bit: Int) throws -> String {
    var bad = good
    bad[bad.startIndex + bit / 8] ^= 1 << UInt8(bit % 8)
    let path = folder.path("flipped.sqlite")
    try bad.write(to: URL(fileURLWithPath: path))
    return path
  }

  private func isSound(_ path: String) -> Bool {
    guard let database = try? ResultDatabase.open(path: path, mode: .read) else { return false }
    return (try? database.verify().isSound) ?? false
  }

  /// The first row that differs, as it was and as it is.
  private func firstDifference(in path: String) -> String {
    guard let found = try? Self.contents(of: path) else { return "it can not be read" }
    guard let pair = zip(contents, found).first(where: { $0 != $1 }) else { return "rows" }
    return "\(pair.0) became \(pair.1)"
  }

  /// Whether SQLite is content with the file, without any check of ours.
  private func passesOwnCheck(_ path: String) -> Bool {
    let findings = try? Self.reader(of: path).inDatabase {
      try String.fetchAll($0, sql: "PRAGMA integrity_check")
    }
    return findings == ["ok"]
  }

  /// Every value of every table, in the order in which they are stored.
  private static func contents(of path: String) throws -> [[DatabaseValue]] {
    try reader(of: path).inDatabase { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      return try tables.flatMap { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { Array($0.databaseValues) }
      }
    }
  }

  private static func reader(of path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }
}
