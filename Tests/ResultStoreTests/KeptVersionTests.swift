import Determinism
import FleetModel
import Foundation
import GRDB
import Testing

@testable import ResultStore

/// Files of every version that there has been are kept, and are as good as on their first day.
///
/// A file is added here when a version is, and never made anew.
@Suite("Files of earlier versions")
struct KeptVersionTests {
  /// A file and what it held when it was made.
  struct Kept: CustomTestStringConvertible, Sendable {
    var version: Int
    var digest: String
    var keys: [String]

    var testDescription: String { "version \(version)" }

    static let all = [
      Kept(
        version: 1, digest: "bbb9b1716b677624c8942add4cb981aeecd5d136b91d0b8fbe9fc8689f83b3b7",
        keys: [
          "5df86c1b16c29e17faeeabe478d3438d5f33fc48d8e76e038d856997e4a1baa1",
          "864c38f6afd5b71963ccc88e2ad799f6f9365cae52dba7db06e9dc40f4bfff67",
          "9379277041044ecdaf85ca3819413fa07153a6eca77cea51e5a027fa3f8e9eab",
        ]),
      Kept(
        version: 2, digest: "bbb9b1716b677624c8942add4cb981aeecd5d136b91d0b8fbe9fc8689f83b3b7",
        keys: [
          "5df86c1b16c29e17faeeabe478d3438d5f33fc48d8e76e038d856997e4a1baa1",
          "864c38f6afd5b71963ccc88e2ad799f6f9365cae52dba7db06e9dc40f4bfff67",
          "9379277041044ecdaf85ca3819413fa07153a6eca77cea51e5a027fa3f8e9eab",
        ]),
    ]
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A copy of a kept file, so that the file itself is never written to.
  private func copy(of kept: Kept) throws -> String {
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Databases/version-\(kept.version).sqlite")
    let path = folder.path("copy.sqlite")
    try FileManager.default.copyItem(atPath: source.path, toPath: path)
    return path
  }

  @Test("every version has its file")
  func complete() {
    #expect(Kept.all.map(\.version) == Array(1...Int(Schema.version)))
  }

  @Test(
    "it is brought up to date by writing, with nothing lost and nothing changed",
    arguments: Kept.all)
  func upgraded(_ kept: Kept) throws {
    let path = try copy(of: kept)
    try ResultDatabase.open(path: path, mode: .write).close()
    let reader = try ResultDatabase.open(path: path, mode: .read)
    #expect(try reader.verify() == VerificationReport(scenarios: 1, runs: 3, problems: []))
    #expect(try reader.contentDigest().hex == kept.digest)
    #expect(try reader.runs().map(\.identity.key.hex).sorted() == kept.keys)
    let scenario = try #require(try reader.newestScenario())
    let group = try #require(try reader.groups(of: scenario).last)
    let tables = try reader.samples(of: scenario, in: group)
    #expect(tables.map(\.caseName) == ["bad", "bad"])
    #expect(tables.map(\.arm) == [nil, "staged"])
    #expect(tables.map(\.replications) == [[0], [0, 1]])
    #expect(
      tables.last?.values.prefix(3).map { $0[1] } == [.finite(1.0 / 7), .never, .notApplicable])
  }

  @Test("a batch goes on in it, and comes to the same as one in a new file", arguments: Kept.all)
  func continued(_ kept: Kept) throws {
    let old = try ResultDatabase.open(path: try copy(of: kept), mode: .write)
    let runs = try kept.keys.map { key in
      let digest = try #require(Digest256(hex: key))
      return try #require(try old.run(digest))
    }
    #expect(try old.record(runs) == RecordingSummary(added: 0, present: 3))
    var next = runs[0]
    next.identity.key = .of("a run of its own".utf8)
    next.identity.replication = 17
    next.record.status = .frozen
    #expect(try old.record([next]).added == 1)
    let new = try ResultDatabase.open(path: folder.path("new.sqlite"), mode: .write)
    let scenario = try #require(try old.scenario(runs[0].scenario))
    try new.add(scenario)
    try new.record(runs + [next])
    #expect(try old.contentDigest() == new.contentDigest())
    #expect(try old.verify().isSound)
  }
}
